package cti

import (
	"cmp"
	"maps"
	"slices"
)

// MaxWatched is how many numbers one line watches; what is beyond is left out.
const MaxWatched = 500

// lamp finds a watched number of a line.
func (s *State) lamp(line LineID, number string) (Lamp, bool) {
	i, ok := s.lampIndex(line, number)
	if !ok {
		return Lamp{}, false
	}
	return s.Lamps[i], true
}

// lampIndex finds the place of a number among the lamps, which are ordered by line and number.
func (s *State) lampIndex(line LineID, number string) (int, bool) {
	return slices.BinarySearchFunc(s.Lamps, Lamp{Line: line, Number: number}, byLineAndNumber)
}

func byLineAndNumber(a, b Lamp) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Number, b.Number))
}

// lampChanged takes over news of a watched number as a whole, its age included.
func (t *turn) lampChanged(in LampChanged) error {
	i, ok := t.lampIndex(in.Lamp.Line, in.Lamp.Number)
	if !ok {
		return &Ignored{Kind: in.Kind(), Reason: "nobody watches this number"}
	}
	if in.Lamp.At.IsZero() {
		in.Lamp.At = t.now
	}
	if in.Lamp.At.Before(t.Lamps[i].At) {
		return &Ignored{Kind: in.Kind(), Reason: "there is later news of this number"}
	}
	t.Lamps = slices.Clone(t.Lamps)
	t.Lamps[i] = in.Lamp
	return nil
}

// voiceMailChanged takes over news of a line's mailbox.
func (t *turn) voiceMailChanged(in VoiceMailChanged) error {
	if t.lineIndex(in.Line) < 0 || t.VoiceMail[in.Line] == in.VoiceMail {
		return &Ignored{Kind: in.Kind(), Reason: "nothing new about a mailbox of a line that is here"}
	}
	if t.VoiceMail = maps.Clone(t.VoiceMail); t.VoiceMail == nil {
		t.VoiceMail = make(map[LineID]VoiceMail, 1)
	}
	t.VoiceMail[in.Line] = in.VoiceMail
	return nil
}

// watched replaces the numbers that a line watches.
func (t *turn) watched(in Watched) error {
	i := t.lineIndex(in.Line)
	if i < 0 {
		return &Ignored{Kind: in.Kind(), Reason: "no such line"}
	}
	if !t.watch(t.Lines[i].Config, in.Numbers) {
		return &Ignored{Kind: in.Kind(), Reason: "these numbers are watched already"}
	}
	return nil
}

// watch makes the lamps of a line those of the numbers given. What is known of a number that stays is kept; of a new one
// nothing is known yet. It reports whether anything changed.
func (t *turn) watch(line LineConfig, numbers []string) bool {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	numbers = slices.DeleteFunc(numbers, func(n string) bool { return n == "" })
	numbers = numbers[:min(len(numbers), MaxWatched)]
	if slices.Equal(numbers, t.watching(line.ID)) {
		return false
	}
	lamps := slices.DeleteFunc(slices.Clone(t.Lamps), func(l Lamp) bool { return l.Line == line.ID })
	for _, n := range numbers {
		l, known := t.lamp(line.ID, n)
		if !known {
			l = Lamp{Line: line.ID, Number: n, State: LampUnknown}
		}
		lamps = append(lamps, l)
	}
	slices.SortFunc(lamps, byLineAndNumber)
	t.Lamps = lamps
	t.do(SetWatches{Line: line, Numbers: numbers})
	return true
}

// watching lists the numbers that a line watches, in order.
func (s *State) watching(line LineID) []string {
	var out []string
	for _, l := range s.Lamps {
		if l.Line == line {
			out = append(out, l.Number)
		}
	}
	return out
}

// watchBySettings follows a changed configuration: what the settings no longer name goes, what the directory has added
// besides stays.
func (t *turn) watchBySettings(was, is LineConfig) {
	numbers := slices.DeleteFunc(t.watching(is.ID), func(n string) bool { return slices.Contains(was.Watch, n) })
	numbers = append(numbers, is.Watch...)
	if !t.watch(is, numbers) && len(numbers) > 0 {
		t.do(SetWatches{Line: is, Numbers: t.watching(is.ID)}) // the line registers anew, maybe at another server
	}
}

// viewLamps is what people see of the lamps: the tags of other people's dialogs are nobody's business.
func viewLamps(lamps []Lamp) []Lamp {
	out := slices.Clone(lamps)
	for i := range out {
		out[i].Pickup = nil
	}
	return out
}

// forgetLine drops lamps and mailbox of a line that has been taken away.
func (t *turn) forgetLine(line LineID) {
	t.Lamps = slices.DeleteFunc(slices.Clone(t.Lamps), func(l Lamp) bool { return l.Line == line })
	t.VoiceMail = maps.Clone(t.VoiceMail)
	delete(t.VoiceMail, line)
}

// watchAnew is the restart of the desk: nothing is known until news comes, but the age of the last news.
func (t *turn) watchAnew() {
	t.Lamps = slices.Clone(t.Lamps)
	for i := range t.Lamps {
		l := &t.Lamps[i]
		*l = Lamp{Line: l.Line, Number: l.Number, State: LampUnknown, At: l.At}
	}
	for _, l := range t.Lines {
		if numbers := t.watching(l.Config.ID); len(numbers) > 0 {
			t.do(SetWatches{Line: l.Config, Numbers: numbers})
		}
	}
}
