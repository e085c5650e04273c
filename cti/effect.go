package cti

import (
	"encoding/json"
	"time"
)

// Effect is something that a Step wants done in the world. Ports return at once; results come back as Events.
type Effect interface{ port() Port }

// Port names who carries an effect out.
type Port uint8

// The ports of the Switchboard.
const (
	PortSIP     Port = iota + 1 // cti/sip
	PortMedia                   // media/engine
	PortTimer                   // the Switchboard's own clock
	PortHistory                 // storage
)

// --- to cti/sip ---

// Invite starts an outgoing call: offer, INVITE, and everything up to Connected or Ended.
type Invite struct {
	Call     CallID
	Line     LineConfig
	Target   string            // what goes into the Request-URI: cleaned digits, or a whole SIP address
	Proxy    string            // outbound proxy of the route, empty for the line's
	Headers  map[string]string // of the route
	Identity Identity
	Context  map[string]string
	Take     *Dialog // pickup: the dialog that this INVITE replaces (RFC 3891)
	Referred CallID  // the call whose REFER asked for it: Referred-By and Replaces are taken from there
}

// Accept answers an incoming call with 200.
type Accept struct{ Call CallID }

// Release ends a call on the wire, whatever it takes (CANCEL, BYE, final answer Code). Ended follows always.
type Release struct {
	Call CallID
	Code int // for an incoming call that is not answered: 486, 603, 480
}

// SetHold asks the far end for hold or resume. HoldSettled follows; the latest wish wins over glare and retries.
type SetHold struct {
	Call CallID
	On   bool
}

// SendDigits sends DTMF the way the line says; media does it when Media is true (RFC 4733), else SIP INFO.
type SendDigits struct {
	Call   CallID
	Digits string
}

// Recover takes a dialog up again from its kept data: re-INVITE when Resume, else the end of whatever the
// dialog was. Recovered or Ended follows.
type Recover struct {
	Call   CallID
	Line   LineConfig
	Dialog json.RawMessage
	Resume bool
	Hold   bool
}

// SetLine makes the SIP adapter register (or re-register) a line.
type SetLine struct{ Config LineConfig }

// DropLine unregisters a line and forgets it.
type DropLine struct{ Line LineID }

// --- to media/engine ---

// ApplySession starts or alters the stream of a call.
type ApplySession struct {
	Call    CallID
	Session MediaSession
}

// CloseSession ends the stream and frees its port.
type CloseSession struct{ Call CallID }

// PlayDigits sends DTMF as RFC 4733 events.
type PlayDigits struct {
	Call   CallID
	Digits string
}

// EchoDigits lets the operator hear digits that are being sent, whichever way they travel.
type EchoDigits struct {
	Call   CallID
	Digits string
}

// ApplyPlan replaces the plan of who hears whom; the engine cross-fades to it.
type ApplyPlan struct{ Plan Plan }

// --- to the clock ---

// StartTimer fires TimerFired after a while unless a later generation replaced it.
type StartTimer struct {
	Call  CallID
	Name  TimerName
	Gen   uint64
	After time.Duration
}

// --- to storage ---

// Record stores the row of a call in the history; it replaces an earlier row of the same ID.
type Record struct{ Call Call }

func (Invite) port() Port       { return PortSIP }
func (Accept) port() Port       { return PortSIP }
func (Release) port() Port      { return PortSIP }
func (SetHold) port() Port      { return PortSIP }
func (SendDigits) port() Port   { return PortSIP }
func (Recover) port() Port      { return PortSIP }
func (SetLine) port() Port      { return PortSIP }
func (DropLine) port() Port     { return PortSIP }
func (ApplySession) port() Port { return PortMedia }
func (CloseSession) port() Port { return PortMedia }
func (PlayDigits) port() Port   { return PortMedia }
func (EchoDigits) port() Port   { return PortMedia }
func (ApplyPlan) port() Port    { return PortMedia }
func (StartTimer) port() Port   { return PortTimer }
func (Record) port() Port       { return PortHistory }
