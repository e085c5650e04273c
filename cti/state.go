package cti

import "time"

// State is the whole domain at one moment. Step copies what it changes; a State that was handed out never changes.
// It survives JSON unchanged (but for media keys), which is how the journal keeps checkpoints of it.
type State struct {
	Lines []Line `json:"lines,omitempty"`
	Calls []Call `json:"calls,omitempty"` // in order of creation; up to EndedMost ended ones stay for EndedShown
	Sound Sound  `json:"sound"`

	Conferences []Conference         `json:"conferences,omitempty"`
	Recordings  []Recording          `json:"recordings,omitempty"` // running or paused
	Lamps       []Lamp               `json:"lamps,omitempty"`      // ordered by line and number
	VoiceMail   map[LineID]VoiceMail `json:"voice_mail,omitempty"`
	Profile     Profile              `json:"profile,omitzero"`

	Timers map[string]uint64 `json:"timers,omitempty"` // latest generation by call and name
}

// EndedShown is how long an ended call stays in the table with its reason.
const EndedShown = 8 * time.Second

// EndedMost is how many ended calls the table keeps at the same time; the one that has been over longest leaves for a
// further one. Nobody reads more in EndedShown, and each of them costs every Step, View and snapshot: where hundreds of
// calls end in that time, the desk would be busy with what is over.
const EndedMost = 16

// Line finds a line.
func (s State) Line(id LineID) (Line, bool) {
	for _, l := range s.Lines {
		if l.Config.ID == id {
			return l, true
		}
	}
	return Line{}, false
}

// Call finds a call.
func (s State) Call(id CallID) (Call, bool) {
	for _, c := range s.Calls {
		if c.ID == id {
			return c, true
		}
	}
	return Call{}, false
}

// Idle reports whether no call is live: the moment at which the journal may be cut.
func (s State) Idle() bool {
	for _, c := range s.Calls {
		if c.Live() {
			return false
		}
	}
	return true
}
