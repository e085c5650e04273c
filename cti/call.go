package cti

import (
	"encoding/json"
	"time"
)

// Direction says who placed a call.
type Direction uint8

// Directions as seen from the desk.
const (
	DirUnknown Direction = iota
	Outgoing
	Incoming
)

var dirNames = [...]string{"unknown", "outgoing", "incoming"}

// String returns the word that the API and the window use.
func (d Direction) String() string { return word(dirNames[:], int(d)) }

// MarshalText gives the word for JSON.
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the word back.
func (d *Direction) UnmarshalText(b []byte) error {
	i, err := wordIndex(dirNames[:], string(b))
	*d = Direction(i)
	return err
}

// Phase is how far the signalling of a call has come. Hold, mute and the like are fields of their own.
type Phase uint8

// Phases of a call. Ended is absorbing.
const (
	PhaseUnknown   Phase = iota
	PhaseDialing         // outgoing: the INVITE is out, nobody rings yet
	PhaseRinging         // it rings: at the far end (outgoing) or here (incoming)
	PhaseAnswering       // incoming: answered here, the connection is not confirmed yet
	PhaseTalking         // connected
	PhaseEnding          // being ended, the far end has not confirmed yet
	PhaseEnded           // over; End says why
)

var phaseNames = [...]string{"unknown", "dialing", "ringing", "answering", "talking", "ending", "ended"}

// String returns the word that the API and the window use.
func (p Phase) String() string { return word(phaseNames[:], int(p)) }

// MarshalText gives the word for JSON.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word back.
func (p *Phase) UnmarshalText(b []byte) error {
	i, err := wordIndex(phaseNames[:], string(b))
	*p = Phase(i)
	return err
}

// Live reports whether the call still occupies the desk.
func (p Phase) Live() bool { return p > PhaseUnknown && p < PhaseEnded }

// Result is how a call went, for the history.
type Result uint8

// Results. A call that nobody picked up here is missed, unless it was answered elsewhere.
const (
	ResultUnknown   Result = iota
	ResultAnswered         // two people could talk
	ResultMissed           // incoming, ended by the far end before an answer
	ResultRefused          // incoming, refused here
	ResultBusy             // outgoing, 486 or 600
	ResultNoAnswer         // outgoing, 408, 480, or ended here while it rang
	ResultDeclined         // outgoing, 603
	ResultFailed           // any other failure; the reason has the words
	ResultElsewhere        // incoming, another phone of the group took it (RFC 3326 cause 200)
)

var resultNames = [...]string{"unknown", "answered", "missed", "refused", "busy", "no answer", "declined", "failed", "answered elsewhere"}

// String returns the word that the API and the history use.
func (r Result) String() string { return word(resultNames[:], int(r)) }

// MarshalText gives the word for JSON.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the word back.
func (r *Result) UnmarshalText(b []byte) error {
	i, err := wordIndex(resultNames[:], string(b))
	*r = Result(i)
	return err
}

// Side says who ended a call.
type Side uint8

// Sides of a call.
const (
	SideUnknown Side = iota
	SideUs
	SidePeer
)

// End is why a call is over.
type End struct {
	By     Side   `json:"by,omitempty"`
	Code   int    `json:"code,omitempty"` // SIP status, 0 when none was involved
	Reason string `json:"reason"`         // one sentence for the operator; never empty on an ended call
	Result Result `json:"result"`
}

// Call is one call of the desk. All fields are facts; what follows from them is computed.
type Call struct {
	ID        CallID    `json:"id"`
	Line      LineID    `json:"line"`
	Route     string    `json:"route,omitempty"`
	Direction Direction `json:"direction"`
	Number    string    `json:"number"`           // of the far end: what was dialled, or the caller's
	Name      string    `json:"name,omitempty"`   // of the far end, as it says itself; untrusted text
	Called    string    `json:"called,omitempty"` // incoming: the number that was called, when it is not the line's own
	Via       string    `json:"via,omitempty"`    // incoming: who sent it on (Diversion, History-Info)
	ShowAs    Identity  `json:"show_as,omitzero"` // outgoing: the identity the callee sees

	Phase      Phase `json:"state"`
	EarlyMedia bool  `json:"early_media,omitempty"` // outgoing, unanswered: the far end sends sound already
	Recovering bool  `json:"recovering,omitempty"`  // taken up from the journal, the far end has not agreed yet

	Held       bool   `json:"held"`                   // the operator put it on hold: nothing of us is heard from this moment on
	HeldAgreed bool   `json:"held_agreed,omitempty"`  // the far end has accepted the latest hold or resume
	HoldNote   string `json:"hold_note,omitempty"`    // why the far end has not accepted it
	HeldByPeer bool   `json:"held_by_peer,omitempty"` // the far end put us on hold
	Muted      bool   `json:"muted"`                  // the operator's microphone is silent for this call

	Created  time.Time `json:"created"`
	Answered time.Time `json:"answered,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	Since    time.Time `json:"since"`               // of the present state, for the running time in the row
	HeldAt   time.Time `json:"held_since,omitzero"` // while Held

	End     End          `json:"end,omitzero"`      // while ending already: what the end will be
	EndTone Tone         `json:"end_tone,omitzero"` // what the operator hears for EndToneFor after a failed outgoing call
	Session MediaSession `json:"session,omitzero"`
	Digits  string       `json:"digits,omitempty"` // received from the far end

	Conf     ConfID            `json:"conference,omitempty"` // member of this conference
	Joined   time.Time         `json:"joined,omitzero"`      // when it became one
	Deaf     bool              `json:"deaf,omitempty"`       // as a member: hears nobody
	Silent   bool              `json:"silent,omitempty"`     // as a member: nobody hears it
	Music    bool              `json:"music,omitempty"`      // as a member: hears music, nobody hears it
	Volume   int               `json:"volume_db,omitempty"`  // of its sound for everybody, dB
	Orphaned bool              `json:"orphaned,omitempty"`   // left of a conference whose customer has left (R73)
	Consult  Consult           `json:"consult,omitzero"`     // the second leg of a consult: what it was started for
	Transfer Transfer          `json:"transfer,omitzero"`    // what is being done to hand it over
	Referral Referral          `json:"referral,omitzero"`    // what the far end wants us to call
	Context  map[string]string `json:"context,omitempty"`    // attached data, shown to both sides; replaced as a whole (R29)
	Peer     PeerFacts         `json:"peer,omitzero"`
	Pickup   string            `json:"pickup,omitempty"`            // taken from this number (R9)
	ByCode   bool              `json:"by_code,omitempty"`           // taken by the line's feature code, not by Replaces
	Outside  bool              `json:"held_from_outside,omitempty"` // NOTIFY hold of the far end put it on hold, so NOTIFY talk takes it back
	Beeping  bool              `json:"beeping,omitempty"`           // answered by itself: the beep that says so is playing, the microphone is still shut

	Dialog json.RawMessage `json:"dialog,omitempty"` // opaque: what the SIP adapter needs to take the call up again
}

// Live reports whether the call still occupies the desk.
func (c Call) Live() bool { return c.Phase.Live() }

// Open reports whether operator and far end are connected to each other by this call right now.
func (c Call) Open() bool { return c.Phase == PhaseTalking && !c.Held }
