package cti

import (
	"slices"
	"time"
)

// RecID names a recording; it is also the name of its folder.
type RecID string

// NewRecID returns an ID that sorts by time of creation. Safe for use by any goroutine.
func NewRecID() RecID { return RecID(NewCallID()) }

// Recording is a recording that runs or is paused. It follows its calls through hold, transfer and conference until
// the last of them is gone, and belongs to the history row of its owner (R66, R75).
type Recording struct {
	ID      RecID     `json:"id"`
	Owner   CallID    `json:"owner"`           // the history row that plays it
	Calls   []CallID  `json:"calls,omitempty"` // whose sound is kept; others stay out of every track
	Conf    ConfID    `json:"conference,omitempty"`
	Paused  bool      `json:"paused,omitempty"`
	Started time.Time `json:"started"`
	Fault   string    `json:"fault,omitempty"` // one sentence when nothing is being written any more; the calls go on
}

// MarkKind is what happened at a place of a recording.
type MarkKind string

// Marks of a recording.
const (
	MarkJoin   MarkKind = "join"
	MarkLeave  MarkKind = "leave"
	MarkHold   MarkKind = "hold"
	MarkResume MarkKind = "resume"
	MarkPause  MarkKind = "pause"
	MarkGo     MarkKind = "go on"
)

// equal reports whether the engine has nothing to change.
func (p PlannedRecording) equal(o PlannedRecording) bool {
	return p.ID == o.ID && p.Owner == o.Owner && p.Paused == o.Paused && p.Us == o.Us && p.Many == o.Many && slices.Equal(p.Tracks, o.Tracks)
}

// PlannedRecording is a recording as the Plan has it: the engine starts what appears, closes what goes. A paused one has no
// taps at all. For a call the file is stereo (left us, right them); with several calls each has a track of its own besides.
type PlannedRecording struct {
	ID     RecID
	Owner  CallID
	Paused bool
	Tracks []PartyID // the calls that are kept, in order of joining; ones that left keep their place in the files
	Us     bool      // the operator is heard by at least one of them, so our side is kept
	Many   bool      // of a conference: a track for each member and a mix
}
