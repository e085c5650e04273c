package cti

import "time"

// Verb is a command as the window, a key and the API name it.
type Verb string

// Verbs that act on a call.
const (
	VerbDial   Verb = "dial"
	VerbAnswer Verb = "answer"
	VerbHangup Verb = "hangup"
	VerbHold   Verb = "hold"
	VerbResume Verb = "resume"
	VerbMute   Verb = "mute"
	VerbUnmute Verb = "unmute"
	VerbDTMF   Verb = "dtmf"

	VerbConsult    Verb = "consult"
	VerbSwap       Verb = "swap"
	VerbTransfer   Verb = "transfer"
	VerbConfirm    Verb = "confirm"
	VerbAbort      Verb = "abort"
	VerbConference Verb = "conference"
	VerbSplit      Verb = "split"
	VerbMember     Verb = "member"
	VerbHear       Verb = "hear"
	VerbArrange    Verb = "arrange"
	VerbHoldAll    Verb = "hold-all"
	VerbAttend     Verb = "attend"
	VerbMuteAll    Verb = "mute-all"
	VerbLeave      Verb = "leave"
	VerbEndAll     Verb = "end-all"
	VerbPickup     Verb = "pickup"
	VerbReferral   Verb = "referral"
	VerbRecord     Verb = "record"
	VerbPause      Verb = "pause-recording"
	VerbStop       Verb = "stop-recording"
	VerbDND        Verb = "dnd"
	VerbForward    Verb = "forward"
)

// CallVerbs are the verbs that need a call, in the order in which the window shows them.
var CallVerbs = []Verb{
	VerbAnswer, VerbHold, VerbResume, VerbMute, VerbUnmute, VerbDTMF,
	VerbTransfer, VerbConsult, VerbSwap, VerbConfirm, VerbAbort, VerbReferral,
	VerbConference, VerbSplit, VerbMember, VerbRecord, VerbPause, VerbStop, VerbHangup,
}

// DeviceState is how a sound device is doing.
type DeviceState string

// Device states; every one but DeviceOK has its sentence in Device.Note.
const (
	DeviceOK      DeviceState = "ok"
	DeviceIdle    DeviceState = "idle"    // closed while there is nothing to play or hear
	DeviceMissing DeviceState = "missing" // not plugged in; another one may stand in
	DeviceBusy    DeviceState = "busy"    // another program holds it
	DeviceFailed  DeviceState = "failed"
	DeviceNone    DeviceState = "none" // the operator chose to have none
)

// Device is one of the sound devices in use.
type Device struct {
	Name  string      `json:"name"`
	State DeviceState `json:"state"`
	Note  string      `json:"note,omitempty"` // one sentence when the state is not ok
}

// Sound is what the desk speaks and hears with.
type Sound struct {
	Mic     Device   `json:"mic"`
	Speaker Device   `json:"speaker"`
	Ringer  Device   `json:"ringer"`
	Inputs  []string `json:"inputs,omitempty"`  // names of all microphones present
	Outputs []string `json:"outputs,omitempty"` // names of all speakers present
}

// Snapshot is everything a window or a script may know, at one moment. It is immutable once published,
// and it is what `cordboard state --json` prints.
type Snapshot struct {
	Seq   uint64     `json:"seq"` // grows by one with every change
	At    time.Time  `json:"at"`
	Desk  DeskInfo   `json:"desk"`
	Lines []LineView `json:"lines"`
	Calls []CallView `json:"calls"` // live calls and those that ended within the last seconds, oldest first
	Sound Sound      `json:"sound"`

	Conferences []ConferenceView     `json:"conferences"`
	Recordings  []Recording          `json:"recordings"`
	Lamps       []Lamp               `json:"lamps"`
	VoiceMail   map[LineID]VoiceMail `json:"voice_mail,omitempty"`
	Profile     Profile              `json:"profile"`
}

// ConferenceView is a conference in a Snapshot: its facts, its matrix, and what may be done with it.
type ConferenceView struct {
	Conference
	Parties []PartyID       `json:"parties"`          // the operator first, then the members in order of joining
	Hears   []Pair          `json:"hears"`            // the matrix as it is in force: who hears whom, ordered by listener and source
	Allowed map[Verb]string `json:"allowed"`          // as in CallView
	Plans   map[Verb]string `json:"plans"`            // what leave and end-all will do, one sentence each, said before they are given
	Record  RecID           `json:"record,omitempty"` // the recording of the whole conference, if one runs
}

// DeskInfo tells about the process; filled in by app.
type DeskInfo struct {
	Version  string    `json:"version"`
	PID      int       `json:"pid"`
	Started  time.Time `json:"started"`
	Home     string    `json:"home"`
	Practice bool      `json:"practice"`         // the practice exchange is running
	Notice   string    `json:"notice,omitempty"` // one sentence that the operator must see (a settings file kept aside)
	MicLevel float32   `json:"mic_level"`        // dBFS of the microphone, -100 for silence
	Delay    Delay     `json:"delay"`
}

// Delay is what the desk adds between mouth and ear, by stage, in milliseconds.
type Delay struct {
	Capture  float32 `json:"capture"`
	Packet   float32 `json:"packet"`
	Jitter   float32 `json:"jitter"`
	Tick     float32 `json:"tick"`
	Resample float32 `json:"resample"`
	Playback float32 `json:"playback"`
	Total    float32 `json:"total"`
}

// LineView is a line in a Snapshot.
type LineView struct {
	ID           LineID       `json:"id"`
	Name         string       `json:"name"`
	Registration Registration `json:"registration"`
	Usable       bool         `json:"usable"`
	Why          string       `json:"why,omitempty"` // why not usable
	Config       LineConfig   `json:"config"`
}

// CallView is a call in a Snapshot: its facts, what may be done with it, and how it sounds.
type CallView struct {
	Call
	Codec   string          `json:"codec,omitempty"` // what we send, for people: "Opus 48 kHz"
	Secure  bool            `json:"secure"`          // SRTP in both directions
	Open    bool            `json:"open"`            // operator and far end are connected right now
	Allowed map[Verb]string `json:"allowed"`         // verb to "" when allowed, else to the reason why not
	Next    string          `json:"next"`            // the next key, for the row: "F2 answer, holds row 2"
	Quality Quality         `json:"quality"`

	Plans  map[Verb]string `json:"plans,omitempty"`  // what a command will do where that is not plain: "joins both through this desk"
	Record RecID           `json:"record,omitempty"` // the recording that keeps this call, if one runs
}

// Quality is how a call sounds; filled in by media through app, several times a second while watched.
type Quality struct {
	LevelIn  float32 `json:"level_in"`  // dBFS of what arrives, -100 for silence
	LevelOut float32 `json:"level_out"` // dBFS of what we send
	Loss     float32 `json:"loss"`      // fraction of packets lost, of what should have arrived in the last seconds
	LossPeer float32 `json:"loss_peer"` // the same as the peer reports it (RTCP)
	Jitter   float32 `json:"jitter_ms"` // interarrival jitter, RFC 3550 6.4.1
	RTT      float32 `json:"rtt_ms"`    // 0 until RTCP has measured it
	MOS      float32 `json:"mos"`       // estimate, 1 to 4.5, ITU-T G.107; 0 until known
	Buffer   float32 `json:"buffer_ms"` // delay in the jitter buffer
	Packets  uint64  `json:"packets"`   // received
	Sent     uint64  `json:"sent"`
}
