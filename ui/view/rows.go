package view

import (
	"slices"
	"strconv"
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Chip is a word on a coloured ground, with the running time of the state.
type Chip struct {
	Word  string
	Clock string // empty when the time says nothing
	Role  Role
}

// Text is what the chip reads.
func (c Chip) Text() string {
	if c.Clock == "" {
		return c.Word
	}
	return c.Word + " " + c.Clock
}

// UnknownQuality is Row.Bars while nothing is known yet.
const UnknownQuality = -1

// Row is one row of the call table: a call, a conference as a whole, or a member of the conference above it.
type Row struct {
	ID       cti.CallID // empty for a conference as a whole
	Conf     cti.ConfID // of a conference as a whole, or of a member
	Number   string     // place of the call on the desk, from 1, or C1 and so on; hints and scripts name rows by it
	Party    string
	Sub      string
	SubRole  Role // Quiet, unless the sentence wants something of the operator
	Line     string
	State    Chip
	Marks    []Chip // further states: muted, deaf, recorded
	Told     int    // how many of the Marks the Buttons tell as well
	Time     string
	Bars     int // 0 to 4, or UnknownQuality
	Next     string
	Indent   int  // levels under the row above: a member, or the second leg of a consult
	Tied     bool // the second leg of a consult, drawn as hanging on the row above
	Level    float32
	Selected bool
	Marked   bool // selected besides, for commands that take several (R54)
	Over     bool // ended, shown for a few seconds more
	Buttons  []Command
	Commands []Command // of its menu; only the selected row has them
}

// Member reports whether the row is a member of a conference.
func (r Row) Member() bool { return r.ID != "" && r.Conf != "" }

// Whole reports whether the row is a conference as a whole.
func (r Row) Whole() bool { return r.ID == "" && r.Conf != "" }

// Rows makes the table's rows: calls in the order of the snapshot, oldest first, so that none ever jumps. Members stand
// under their conference, which stands where its oldest member did, and the second leg of a consult under the first.
func Rows(s *cti.Snapshot, w Wish, now time.Time) []Row {
	b := rowBuilder{s: s, w: w, now: now, done: map[cti.CallID]bool{}}
	for _, c := range s.Calls {
		if !b.done[c.ID] && !b.behind(c) {
			b.add(c)
		}
	}
	for _, conf := range s.Conferences { // a room that nobody is in
		b.conference(conf.ID)
	}
	for i := range b.rows {
		if b.rows[i].Selected {
			b.rows[i].Commands = subjectOf(s, w).Menu()
		}
	}
	return b.rows
}

// rowBuilder arranges the rows.
type rowBuilder struct {
	s     *cti.Snapshot
	w     Wish
	now   time.Time
	rows  []Row
	done  map[cti.CallID]bool
	confs []cti.ConfID
}

// behind reports whether a call waits for the row that it belongs under.
func (b *rowBuilder) behind(c cti.CallView) bool {
	if c.Conf != "" || !c.Live() {
		return false
	}
	if _, ok := findConf(b.s.Conferences, c.Consult.Conf); ok {
		return true
	}
	customer, ok := findCall(b.s.Calls, c.Consult.For)
	return ok && customer.Live() && !b.done[customer.ID]
}

// add appends the row of a call, with the whole conference when it is a member, and with the leg of its consult.
func (b *rowBuilder) add(c cti.CallView) {
	if _, ok := findConf(b.s.Conferences, c.Conf); ok && c.Live() {
		b.conference(c.Conf)
		return
	}
	b.rows = append(b.rows, b.call(c))
	b.done[c.ID] = true
	b.tied(func(o cti.CallView) bool { return o.Consult.For == c.ID && c.Live() })
}

// tied appends the second leg of a consult under what it was started for.
func (b *rowBuilder) tied(belongs func(cti.CallView) bool) {
	for _, o := range b.s.Calls {
		if o.Live() && o.Conf == "" && !b.done[o.ID] && belongs(o) {
			r := b.call(o)
			r.Indent, r.Tied = 1, true
			b.rows = append(b.rows, r)
			b.done[o.ID] = true
		}
	}
}

// conference appends a conference with its members, once.
func (b *rowBuilder) conference(id cti.ConfID) {
	conf, ok := findConf(b.s.Conferences, id)
	if !ok || slices.Contains(b.confs, id) {
		return
	}
	b.confs = append(b.confs, id)
	members := membersOf(b.s.Calls, id)
	b.rows = append(b.rows, b.whole(conf, members))
	for _, c := range members {
		r := b.call(c)
		r.Conf, r.Indent, r.Level = id, 1, Level(c.Quality.LevelIn)
		told := memberMarks(c)
		r.Marks, r.Told = append(told, r.Marks...), len(told)
		if b.w.Lost == "" {
			r.Buttons = memberCommands(c)[:6]
		}
		b.rows = append(b.rows, r)
		b.done[c.ID] = true
	}
	b.tied(func(o cti.CallView) bool { return o.Consult.Conf == id })
}

// call makes the row of a call.
func (b *rowBuilder) call(c cti.CallView) Row {
	r := Row{
		ID: c.ID, Number: rowOf(b.s.Calls, c.ID), Party: partyName(c, b.w.Contacts),
		Line: callLine(c, b.s.Lines), State: stateChip(c, b.s.Profile, b.now), Time: talked(c, b.now), Bars: bars(c),
		Next: Clean(c.Next), Selected: c.ID == b.w.Selection.Call, Marked: slices.Contains(b.w.Selection.Also, c.ID), Over: !c.Live(),
	}
	r.Sub, r.SubRole = b.subtitle(c)
	if c.Muted && c.Live() {
		r.Marks = append(r.Marks, Chip{Word: lang.Muted.String(), Role: Wait})
	}
	if mark := recordChip(recordMark(b.s, c.Record)); mark.Word != "" && c.Live() {
		r.Marks = append(r.Marks, mark)
	}
	return r
}

// subtitle says what matters second: what somebody waits for the operator to decide, why something failed, else which
// way the call goes.
func (b *rowBuilder) subtitle(c cti.CallView) (string, Role) {
	number := Clean(c.Number)
	if partyName(c, b.w.Contacts) == number {
		number = ""
	}
	if text, role := partySubtitle(b.s, c, b.now); text != "" {
		return text, role
	}
	switch {
	case !c.Live():
		return joined(number, Clean(c.End.Reason)), Quiet
	case c.Held && c.HoldNote != "":
		return joined(number, Clean(c.HoldNote)), Quiet
	}
	left := ""
	if c.Orphaned {
		left = lang.CustomerLeft.String()
	}
	return joined(number, consultTie(b.s, c), left, callPath(c, b.s.Lines)), Quiet
}

// partyName is what the far end calls itself, else who the contacts say it is, else its number.
func partyName(c cti.CallView, contacts []Contact) string {
	if name := Clean(c.Name); name != "" {
		return name
	}
	for _, k := range contacts {
		if k.Number == c.Number && k.Number != "" {
			return k.Name
		}
	}
	return firstOf(Clean(c.Number), lang.UnknownCaller.String())
}

// callPath says which way an incoming call came, or how an outgoing one shows itself.
func callPath(c cti.CallView, lines []cti.LineView) string {
	if c.Direction == cti.Incoming {
		called, via := Clean(c.Called), Clean(c.Via)
		if called == "" {
			called = callLine(c, lines)
		}
		if via != "" {
			via = lang.Via.With(via)
		}
		return joined(lang.ForLine.With(called), via)
	}
	route := ""
	if c.Route != "" {
		route = lang.Via.With(Clean(c.Route))
	}
	shown := identityText(c.ShowAs)
	if shown != "" {
		shown = lang.ShownAs.With(shown)
	}
	return joined(route, shown)
}

// callLine names the line of a call, by its ID once the line itself is gone.
func callLine(c cti.CallView, lines []cti.LineView) string {
	for _, l := range lines {
		if l.ID == c.Line {
			return lineName(l)
		}
	}
	return string(c.Line)
}

// talked is how long the two have been connected, in all; a dash before.
func talked(c cti.CallView, now time.Time) string {
	switch {
	case c.Answered.IsZero():
		return "—"
	case !c.Finished.IsZero():
		return Clock(c.Finished.Sub(c.Answered))
	}
	return Clock(now.Sub(c.Answered))
}

// bars turns the estimated opinion score (ITU-T G.107) into four bars, with the steps of its user satisfaction.
func bars(c cti.CallView) int {
	switch mos := c.Quality.MOS; {
	case mos <= 0 || !c.Live():
		return UnknownQuality
	case mos >= 4:
		return 4
	case mos >= 3.6:
		return 3
	case mos >= 3.1:
		return 2
	case mos >= 2.6:
		return 1
	}
	return 0
}

// confNumber names a conference in the first column: C1, C2.
func confNumber(s *cti.Snapshot, id cti.ConfID) string {
	i := slices.IndexFunc(s.Conferences, func(c cti.ConferenceView) bool { return c.ID == id })
	return "C" + strconv.Itoa(i+1)
}
