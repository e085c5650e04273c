// Package view is the presenter of the window: Build turns a Snapshot, what the operator has chosen in the
// window, and the time into everything that is drawn. It is pure and knows no toolkit, so that each rule of
// the interface is a row of a table test.
package view

import (
	"slices"
	"time"

	"cordboard/cti"
)

// Role is the meaning of a colour; a state never stands by its colour alone, it has its word beside it.
type Role uint8

// Roles of colours, as in the drawing's table of tokens.
const (
	Plain Role = iota
	Quiet
	Talk // speaking, free, go
	Wait // held, registering
	Ring // ringing, selection
	Stop // end, recording, failure
)

// Span is a piece of a line of text.
type Span struct {
	Text   string
	Strong bool
	Role   Role
}

// Wish is what the operator has chosen in the window, which the desk knows nothing of.
type Wish struct {
	Line      cti.LineID // empty: the first usable line
	Number    string     // as typed
	Route     string     // empty: the line's first
	Identity  int        // index in the line's identities, plus one; 0 is the line's own
	Selection Selection
	Cell      cti.PartyID // listener that the cursor of the party matrix is on
	Lost      string      // sentence while the desk does not answer
	Contacts  []Contact
}

// Contact is somebody whom the window offers to call.
type Contact struct{ Name, Number, Note string }

// Model is everything that the main window shows at one moment.
type Model struct {
	Lines    []LineKey
	Sound    Sound
	Panel    Panel
	Commands []Command // of the bar
	Menu     []Command // those, and what has no room there
	Rows     []Row
	Card     Card
	Contacts ContactCard
	Matrix   Matrix
	Lamps    []Lamp
	Mail     Mail
	Health   Health
	Notice   Notice
	Incoming []Incoming
	Counting bool // some text counts the seconds of a grace down
	Ticking  bool // some text counts seconds, so draw again within one
}

// Build makes the model. It changes none of its arguments and may run on any goroutine.
func Build(s *cti.Snapshot, w Wish, now time.Time) Model {
	line, _ := ChosenLine(s.Lines, w.Line)
	x := subjectOf(s, w)
	return Model{
		Lines:    LineKeys(s, line.ID),
		Sound:    SoundOf(s),
		Panel:    PanelOf(s, line, w),
		Commands: x.Commands(),
		Menu:     x.Menu(),
		Rows:     Rows(s, w, now),
		Card:     x.card(w.Contacts),
		Contacts: ContactsOf(w.Contacts, w.Number, s.Desk.Practice),
		Matrix:   MatrixOf(s, w),
		Lamps:    Lamps(s, w, now),
		Mail:     MailOf(s, line),
		Health:   HealthOf(s),
		Notice:   NoticeOf(s, w.Lost),
		Incoming: IncomingOf(s, w.Contacts),
		Counting: counting(s),
		Ticking:  ticking(s),
	}
}

// counting reports whether something can be taken back for a few seconds more.
func counting(s *cti.Snapshot) bool {
	return slices.ContainsFunc(s.Calls, func(c cti.CallView) bool { return c.Transfer.Phase == cti.TransferGrace }) ||
		slices.ContainsFunc(s.Conferences, func(c cti.ConferenceView) bool { return !c.EndsAt.IsZero() })
}

// ticking reports whether a running time is shown.
func ticking(s *cti.Snapshot) bool {
	for _, c := range s.Calls {
		if c.Live() {
			return true
		}
	}
	for _, l := range s.Lamps {
		if !l.At.IsZero() && l.State != cti.LampFree {
			return true
		}
	}
	return len(s.Conferences) > 0
}

// findCall finds a call of a snapshot.
func findCall(calls []cti.CallView, id cti.CallID) (cti.CallView, bool) {
	for _, c := range calls {
		if c.ID == id {
			return c, true
		}
	}
	return cti.CallView{}, false
}
