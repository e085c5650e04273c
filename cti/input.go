package cti

import (
	"encoding/json"
	"time"
)

// Input is anything that changes the State: a Command of the operator or an Event of the world.
// Every Input is appended to the journal as (Kind, JSON) before its effects leave.
type Input interface {
	// Kind is the stable name under which the input is journaled; it is also the verb of the API.
	Kind() string
}

// Command is an Input that somebody asked for; it can be refused with a sentence.
type Command interface {
	Input
	// Target is the call it acts on, empty for none.
	Target() CallID
}

// --- Commands: window, headset, hotkey and API speak these and nothing else ---

// Dial places a call. Number may be typed text: Step cleans it by the rules of cti/dial.
// Call is the new call's ID, made by the sender with NewCallID.
type Dial struct {
	Call     CallID   `json:"call"`
	Line     LineID   `json:"line,omitempty"`  // the first usable line when empty
	Route    string   `json:"route,omitempty"` // the line's first route when empty
	Number   string   `json:"number"`
	Identity Identity `json:"identity,omitzero"`

	Context map[string]string `json:"context,omitempty"` // data that travels with the call (R29)
}

// Answer takes an incoming call; another open call is put on hold (R33).
type Answer struct {
	Call CallID `json:"call"`
}

// Hangup ends a call in whatever phase it is: CANCEL, BYE, or a refusal (603) of an incoming one.
// Busy refuses an incoming call with 486 instead.
type Hangup struct {
	Call CallID `json:"call"`
	Busy bool   `json:"busy,omitempty"`
}

// Hold puts a call on hold; On false takes it back (R30, R31).
type Hold struct {
	Call CallID `json:"call"`
	On   bool   `json:"on"`
}

// Mute silences the operator's microphone for a call.
type Mute struct {
	Call CallID `json:"call"`
	On   bool   `json:"on"`
}

// SendDTMF sends digits 0-9 * # A-D in a call (R37).
type SendDTMF struct {
	Call   CallID `json:"call"`
	Digits string `json:"digits"`
}

// --- Events of the signalling ---

// LineSet adds a line or replaces its configuration.
type LineSet struct {
	Config LineConfig `json:"config"`
}

// LineRemoved takes a line away; its calls go on until they end.
type LineRemoved struct {
	Line LineID `json:"line"`
}

// LineRegistered is news about a line's registration.
type LineRegistered struct {
	Line LineID       `json:"line"`
	Reg  Registration `json:"registration"`
}

// Offered is a new incoming call that has passed every check for strangers.
type Offered struct {
	Call   CallID `json:"call"`
	Line   LineID `json:"line"`
	Number string `json:"number"`
	Name   string `json:"name,omitempty"`
	Called string `json:"called,omitempty"`
	Via    string `json:"via,omitempty"`
	Auto   bool   `json:"auto,omitempty"` // to be answered at once, as a rule of the line says

	Beep    bool              `json:"beep,omitempty"`    // Auto by a header of the caller: with a beep first, the microphone opens after it
	Context map[string]string `json:"context,omitempty"` // attached data that came with it
}

// Progressed is a provisional answer to our INVITE. Session is set when sound may arrive already.
type Progressed struct {
	Call    CallID        `json:"call"`
	Code    int           `json:"code"`
	Session *MediaSession `json:"session,omitempty"`
}

// Connected is the 2xx of an outgoing call, or the ACK (or first proof of life) of an incoming one.
type Connected struct {
	Call    CallID       `json:"call"`
	Session MediaSession `json:"session"`
	Number  string       `json:"number,omitempty"` // identity of who answered, when given (P-Asserted-Identity)
	Name    string       `json:"name,omitempty"`
}

// HoldSettled is the far end's verdict on our latest hold or resume.
type HoldSettled struct {
	Call CallID `json:"call"`
	On   bool   `json:"on"`             // what was asked for
	OK   bool   `json:"ok"`             // false: the session stays as it was, Note says why
	Note string `json:"note,omitempty"` // one sentence
}

// SessionChanged is a new result of offer and answer, ours or theirs.
type SessionChanged struct {
	Call       CallID       `json:"call"`
	Session    MediaSession `json:"session"`
	HeldByPeer bool         `json:"held_by_peer"`
}

// Identified is a changed identity of the far end (P-Asserted-Identity, Remote-Party-ID, From).
type Identified struct {
	Call   CallID `json:"call"`
	Number string `json:"number"`
	Name   string `json:"name"`
}

// DTMFReceived is one digit from the far end.
type DTMFReceived struct {
	Call  CallID `json:"call"`
	Digit string `json:"digit"`
}

// DialogKept is what the SIP adapter needs to take the call up again after a crash; it replaces the previous one.
type DialogKept struct {
	Call   CallID          `json:"call"`
	Dialog json.RawMessage `json:"dialog"`
}

// Recovered says that the far end took our re-INVITE after a restart.
type Recovered struct {
	Call       CallID       `json:"call"`
	Session    MediaSession `json:"session"`
	HeldByPeer bool         `json:"held_by_peer,omitempty"`
}

// Ended says that a call is over on the wire: no transaction or dialog of it is left that could ring or bill.
type Ended struct {
	Call   CallID `json:"call"`
	By     Side   `json:"by,omitempty"`
	Code   int    `json:"code,omitempty"`
	Reason string `json:"reason"` // one sentence for the operator
	// Elsewhere is set when another phone took it (Reason: SIP;cause=200, RFC 3326).
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// --- Events of the desk ---

// Faulted says that the desk itself failed over a call (a panic was caught). That call ends; the others go on.
type Faulted struct {
	Call   CallID `json:"call"`
	Reason string `json:"reason"` // one sentence for the operator
}

// Restarted is the first input after a crash: the State is what the journal says, the sockets are new.
type Restarted struct{}

// SoundChanged is the state of the sound devices, in words.
type SoundChanged struct {
	Sound Sound `json:"sound"`
}

// TimerFired is the end of a StartTimer; a generation that is not the latest is ignored.
type TimerFired struct {
	Call CallID    `json:"call"`
	Name TimerName `json:"name"`
	Gen  uint64    `json:"gen"`
}

// TimerName tells the timers of a call apart.
type TimerName string

// Timers of a call.
const (
	TimerNoAnswer TimerName = "no-answer" // an outgoing call that nobody takes
	TimerEnding   TimerName = "ending"    // the far end never confirmed the end
	TimerRecover  TimerName = "recover"   // the far end never agreed to go on after a restart
	TimerTone     TimerName = "tone"      // the tone after a failed call is over
	TimerShown    TimerName = "shown"     // an ended call leaves the table
	TimerGrace    TimerName = "grace"     // a quick transfer or End for all can no longer be taken back
	TimerTransfer TimerName = "transfer"  // no news of a transfer
	TimerForward  TimerName = "forward"   // a ringing call goes on to where unanswered ones go
	TimerBeep     TimerName = "beep"      // the beep of a call that was answered by itself is over
	TimerReferral TimerName = "referral"  // nobody answered a far end's wish to call somebody
)

// Kinds, in the order of the declarations above.
func (Dial) Kind() string           { return "dial" }
func (Answer) Kind() string         { return "answer" }
func (Hangup) Kind() string         { return "hangup" }
func (Hold) Kind() string           { return "hold" }
func (Mute) Kind() string           { return "mute" }
func (SendDTMF) Kind() string       { return "dtmf" }
func (LineSet) Kind() string        { return "line-set" }
func (LineRemoved) Kind() string    { return "line-removed" }
func (LineRegistered) Kind() string { return "line-registered" }
func (Offered) Kind() string        { return "offered" }
func (Progressed) Kind() string     { return "progressed" }
func (Connected) Kind() string      { return "connected" }
func (HoldSettled) Kind() string    { return "hold-settled" }
func (SessionChanged) Kind() string { return "session-changed" }
func (Identified) Kind() string     { return "identified" }
func (DTMFReceived) Kind() string   { return "dtmf-received" }
func (DialogKept) Kind() string     { return "dialog-kept" }
func (Recovered) Kind() string      { return "recovered" }
func (Ended) Kind() string          { return "ended" }
func (Faulted) Kind() string        { return "faulted" }
func (Restarted) Kind() string      { return "restarted" }
func (SoundChanged) Kind() string   { return "sound-changed" }
func (TimerFired) Kind() string     { return "timer-fired" }

// Targets of the commands.
func (c Dial) Target() CallID     { return c.Call }
func (c Answer) Target() CallID   { return c.Call }
func (c Hangup) Target() CallID   { return c.Call }
func (c Hold) Target() CallID     { return c.Call }
func (c Mute) Target() CallID     { return c.Call }
func (c SendDTMF) Target() CallID { return c.Call }

// Entry is one line of the journal.
type Entry struct {
	Seq  int64
	At   time.Time
	Kind string
	Data []byte // JSON of the Input
}
