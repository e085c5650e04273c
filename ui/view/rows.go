package view

import (
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

// Row is one row of the call table.
type Row struct {
	ID       cti.CallID
	Number   string // position, from 1; the operator and the hints name rows by it
	Party    string
	Sub      string
	Line     string
	State    Chip
	Muted    bool
	Time     string
	Bars     int // 0 to 4, or UnknownQuality
	Next     string
	Indent   int // levels under the row above, for members of a conference
	Selected bool
	Over     bool // ended, shown for a few seconds more
	Commands []Command
}

// Rows makes the table's rows in the order of the snapshot, oldest call first, so that none ever jumps.
func Rows(s *cti.Snapshot, w Wish, now time.Time) []Row {
	rows := make([]Row, 0, len(s.Calls))
	for i, c := range s.Calls {
		rows = append(rows, Row{
			ID:       c.ID,
			Number:   strconv.Itoa(i + 1),
			Party:    partyName(c, w.Contacts),
			Sub:      subtitle(c, s.Lines, w.Contacts),
			Line:     callLine(c, s.Lines),
			State:    stateChip(c, now),
			Muted:    c.Muted && c.Live(),
			Time:     talked(c, now),
			Bars:     bars(c),
			Next:     Clean(c.Next),
			Selected: c.ID == w.Selection.Call,
			Over:     !c.Live(),
			Commands: Commands(c, w.Lost),
		})
	}
	return rows
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

// subtitle says what matters second: why it ended, why a hold failed, else which way the call goes.
func subtitle(c cti.CallView, lines []cti.LineView, contacts []Contact) string {
	number := Clean(c.Number)
	if partyName(c, contacts) == number {
		number = ""
	}
	switch {
	case !c.Live():
		return joined(number, Clean(c.End.Reason))
	case c.Held && c.HoldNote != "":
		return joined(number, Clean(c.HoldNote))
	}
	return joined(number, callPath(c, lines))
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
