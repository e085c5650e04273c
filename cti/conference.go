package cti

import "time"

// ConfID names a conference. Like a CallID it is made by whoever sends the first Input of it.
type ConfID string

// NewConfID returns an ID that sorts by time of creation. Safe for use by any goroutine.
func NewConfID() ConfID { return ConfID(NewCallID()) }

// Valid reports whether an ID from outside can be used.
func (id ConfID) Valid() bool { return CallID(id).Valid() }

// Conference is several calls that the desk mixes. Its members are the calls whose Conf names it; who hears whom
// follows from the facts here and in them (PlanFor), never from a list that is patched.
type Conference struct {
	ID      ConfID    `json:"id"`
	Name    string    `json:"name"`                // shown: "Conference 1", the name of a room line
	Room    LineID    `json:"room_line,omitempty"` // set up as a room: whoever may call this line is answered into it
	Created time.Time `json:"created"`

	// Customer is whom the conference is about. Once that call is over the customer has left, and the others go on without
	// hold, resume and consult (R73). A room has none: all its callers are equal.
	Customer CallID `json:"customer,omitempty"`

	Away   bool   `json:"away,omitempty"`   // the operator takes no part: the members go on among themselves
	Left   bool   `json:"left,omitempty"`   // Away for good: the desk mixes on in the background
	Bridge bool   `json:"bridge,omitempty"` // two calls joined through this desk, since the far end takes no transfer
	Muted  bool   `json:"muted,omitempty"`  // the operator's microphone is silent for all members
	Cuts   []Pair `json:"cuts,omitempty"`   // ordered pairs that do not hear, beyond Deaf, Silent and Music of a member

	Preset Preset `json:"preset,omitempty"` // aside or coach while it is in force: it holds for members that come later too
	About  CallID `json:"about,omitempty"`  // the one that the preset is about

	Leaving LeavePhase `json:"leaving,omitempty"`
	EndsAt  time.Time  `json:"ends_at,omitzero"` // End for all was given and can be taken back until then
	Note    string     `json:"note,omitempty"`   // what became of the last wish, one sentence
}

// Pair is an ordered pair of parties of a conference.
type Pair struct {
	Listener PartyID `json:"listener"`
	Source   PartyID `json:"source"`
}

// LeavePhase is how far the operator's Leave has come.
type LeavePhase string

// Phases of leaving a conference.
const (
	LeaveNone    LeavePhase = ""
	LeaveJoining LeavePhase = "joining" // two members are being joined by REFER with Replaces
	LeaveMoving  LeavePhase = "moving"  // every member is being referred to the room of the line
)

// Preset is an arrangement of the party matrix.
type Preset string

// Presets. One acts on a single member, named by the command.
const (
	PresetAll   Preset = "all"   // everybody hears everybody
	PresetAside Preset = "aside" // operator and the one hear each other alone, the others go on without them
	PresetCoach Preset = "coach" // the operator hears all, only the one hears the operator
	PresetMusic Preset = "music" // the one hears music and nobody hears it
	PresetDeaf  Preset = "deaf"  // the one is heard and hears nobody (R61)
)

// Volume of a member in dB.
const (
	MinVolume = -24
	MaxVolume = 12
)
