// Package view is the presenter of the window: Build turns a Snapshot, what the operator has chosen in the
// window, and the time into everything that is drawn. It is pure and knows no toolkit, so that each rule of
// the interface is a row of a table test.
package view

import (
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
	Lost      string // sentence while the desk does not answer
	Contacts  []Contact
}

// Contact is somebody whom the window offers to call.
type Contact struct{ Name, Number, Note string }

// Model is everything that the main window shows at one moment.
type Model struct {
	Lines    []LineKey
	Sound    Sound
	Panel    Panel
	Commands []Command
	Rows     []Row
	Card     Card
	Contacts ContactCard
	Health   Health
	Notice   Notice
	Incoming []Incoming
	Ticking  bool // some text counts seconds, so draw again within one
}

// Build makes the model. It changes none of its arguments and may run on any goroutine.
func Build(s *cti.Snapshot, w Wish, now time.Time) Model {
	line, _ := ChosenLine(s.Lines, w.Line)
	rows := Rows(s, w, now)
	selected, _ := findCall(s.Calls, w.Selection.Call)
	return Model{
		Lines:    LineKeys(s, line.ID),
		Sound:    SoundOf(s),
		Panel:    PanelOf(s, line, w),
		Commands: Commands(selected, w.Lost),
		Rows:     rows,
		Card:     CardOf(s, rows),
		Contacts: ContactsOf(w.Contacts, w.Number, s.Desk.Practice),
		Health:   HealthOf(s),
		Notice:   NoticeOf(s, w.Lost),
		Incoming: IncomingOf(s, w.Contacts),
		Ticking:  ticking(s.Calls),
	}
}

// ticking reports whether a running time is shown.
func ticking(calls []cti.CallView) bool {
	for _, c := range calls {
		if c.Live() {
			return true
		}
	}
	return false
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
