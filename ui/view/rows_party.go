package view

import (
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// whole makes the row of a conference, which its members stand under.
func (b *rowBuilder) whole(conf cti.ConferenceView, members []cti.CallView) Row {
	r := Row{
		Conf: conf.ID, Number: confNumber(b.s, conf.ID), Line: memberLines(members, b.s.Lines), Bars: UnknownQuality,
		Party: lang.ConfParties.With(firstOf(Clean(conf.Name), lang.Conference.String()), len(members)+boolToInt(!conf.Away)),
		Sub:   firstOf(Clean(conf.Note), confSubtitle(conf)), SubRole: Quiet, State: confChip(conf, members, b.now),
		Time: Clock(b.now.Sub(conf.Created)), Selected: conf.ID == b.w.Selection.Conf, Next: lang.ConfNextLeave.String(),
	}
	if conf.Away {
		r.Next = lang.ConfNext.String()
	}
	if conf.Note != "" {
		r.SubRole = Wait
	}
	if !conf.EndsAt.IsZero() {
		r.Sub, r.SubRole, r.Next = lang.EndsSays.With(wholeSeconds(conf.EndsAt.Sub(b.now))), Wait, ""
	}
	if conf.Muted {
		r.Marks = append(r.Marks, Chip{Word: lang.Muted.String(), Role: Wait})
	}
	if mark := recordChip(recordMark(b.s, conf.Record)); mark.Word != "" {
		r.Marks = append(r.Marks, mark)
	}
	return r
}

// boolToInt counts a party that is there or not.
func boolToInt(there bool) int {
	if there {
		return 1
	}
	return 0
}

// confSubtitle says how the conference is held together, and whether the operator is in it.
func confSubtitle(conf cti.ConferenceView) string {
	switch {
	case conf.Bridge:
		return lang.ConfBridge.String()
	case conf.Left:
		return joined(lang.ConfMixed.String(), lang.ConfLeft.String())
	case conf.Away:
		return joined(lang.ConfMixed.String(), lang.ConfAway.String())
	}
	return lang.ConfMixed.String()
}

// confChip names what the conference is doing, from the operator's chair.
func confChip(conf cti.ConferenceView, members []cti.CallView, now time.Time) Chip {
	held := len(members) > 0
	for _, c := range members {
		held = held && c.Held
	}
	switch {
	case !conf.EndsAt.IsZero():
		return Chip{Word: lang.ConfEnds.With(wholeSeconds(conf.EndsAt.Sub(now))), Role: Stop}
	case conf.Leaving != cti.LeaveNone:
		return Chip{Word: lang.ConfLeaving.String(), Role: Wait}
	case held:
		return Chip{Word: lang.ConfHeld.String(), Role: Wait}
	case conf.Away:
		return Chip{Word: lang.ConfRuns.String(), Role: Ring}
	}
	return Chip{Word: lang.ConfWithYou.String(), Role: Talk}
}

// memberLines names the line that all members are on, or counts the lines.
func memberLines(members []cti.CallView, lines []cti.LineView) string {
	seen := map[cti.LineID]bool{}
	for _, c := range members {
		seen[c.Line] = true
	}
	switch len(seen) {
	case 0:
		return ""
	case 1:
		return callLine(members[0], lines)
	}
	return lang.ConfLines.With(len(seen))
}

// memberMarks are the states of a member that its word does not tell.
func memberMarks(c cti.CallView) []Chip {
	var marks []Chip
	for _, m := range []struct {
		on   bool
		word lang.Text
	}{{c.Music, lang.MarkMusic}, {c.Deaf, lang.MarkDeaf}, {c.Silent, lang.MarkSilent}} {
		if m.on {
			marks = append(marks, Chip{Word: m.word.String(), Role: Wait})
		}
	}
	return marks
}

// partySubtitle is what a transfer, a wish of the far end or a failed recording has to say; nothing for most calls.
func partySubtitle(s *cti.Snapshot, c cti.CallView, now time.Time) (string, Role) {
	if !c.Live() {
		return "", Quiet
	}
	t := c.Transfer
	switch {
	case c.Referral.Target != "" && c.Referral.Call == "":
		return lang.AsksToCall.With(Clean(c.Referral.Target)), Ring
	case t.Phase == cti.TransferGrace:
		return lang.GraceSays.With(Clean(t.Number), graceLeft(t, s.Profile, now)), Wait
	case t.Phase == cti.TransferFailed || t.Phase == cti.TransferUnknown:
		return Clean(t.Note), Stop
	case t.Pending():
		return joined(lang.TransfersTo.With(firstOf(Clean(t.Number), string(t.Consult))), Clean(t.Note)), Quiet
	case t.Note != "":
		return Clean(t.Note), Wait
	}
	if rec, ok := findRecording(s.Recordings, c.Record); ok && rec.Fault != "" {
		return Clean(rec.Fault), Stop
	}
	return "", Quiet
}

// graceLeft is how long a transfer can still be taken back.
func graceLeft(t cti.Transfer, p cti.Profile, now time.Time) string {
	grace := time.Duration(p.Grace) * time.Millisecond
	if p.Name == "" { // the open profile
		grace = cti.GraceDefault
	}
	return wholeSeconds(grace - now.Sub(t.Since))
}

// wholeSeconds writes what is left of a grace so that it never reads as none.
func wholeSeconds(left time.Duration) string {
	return lang.SecondsLeft.With(max(int((left+time.Second-1)/time.Second), 1))
}

// consultTie says which row a leg belongs to.
func consultTie(s *cti.Snapshot, c cti.CallView) string {
	if conf, ok := findConf(s.Conferences, c.Consult.Conf); ok {
		return lang.ConsultForConf.With(firstOf(Clean(conf.Name), lang.Conference.String()))
	}
	o, ok := partner(s.Calls, c)
	switch {
	case !ok:
		return ""
	case c.Consult.For == o.ID:
		return lang.ConsultFor.With(rowOf(s.Calls, o.ID))
	}
	return lang.InConsultWith.With(rowOf(s.Calls, o.ID))
}

// listed puts names behind each other for a sentence.
func listed(names []string) string { return strings.Join(names, ", ") }
