package cti

import "time"

// LampState is what a watched number is doing (RFC 4235, RFC 3856).
type LampState string

// Lamp states.
const (
	LampUnknown LampState = "unknown" // no news yet, or the subscription was refused
	LampFree    LampState = "free"
	LampRinging LampState = "ringing"
	LampBusy    LampState = "busy"
	LampAway    LampState = "away" // by presence: not to be called
)

// Lamp is a watched number.
type Lamp struct {
	Line   LineID    `json:"line"`
	Number string    `json:"number"`
	State  LampState `json:"state"`
	Note   string    `json:"note,omitempty"`   // of presence: "wrap-up"; or why nothing is known
	Caller string    `json:"caller,omitempty"` // who rings it or talks to it, as far as it says
	At     time.Time `json:"at,omitzero"`      // of the last news, for its age
	Pickup *Dialog   `json:"pickup,omitempty"` // what INVITE with Replaces needs to take the ringing call
}

// Dialog names a dialog of somebody else, as dialog-info gives it (RFC 4235 section 4.1).
type Dialog struct {
	CallID    string `json:"call_id"`
	LocalTag  string `json:"local_tag"`  // of the watched phone
	RemoteTag string `json:"remote_tag"` // of its far end
	Target    string `json:"target"`     // address to send the INVITE to
}

// VoiceMail is a line's mailbox (message-summary, RFC 3842).
type VoiceMail struct {
	Waiting bool   `json:"waiting"`
	New     int    `json:"new,omitempty"`
	Old     int    `json:"old,omitempty"`
	Account string `json:"account,omitempty"` // number to call for it
}
