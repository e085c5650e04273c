package cti

import (
	"encoding/json"
	"time"
)

// Purpose is what a consult was started for.
type Purpose string

// Purposes of a consult.
const (
	ForTransfer   Purpose = "transfer"
	ForConference Purpose = "conference"
)

// Consult ties the second leg to what it was started for. The customer's own Phase and Held stay facts of that call.
type Consult struct {
	For     CallID  `json:"for,omitempty"`        // the customer's call
	Conf    ConfID  `json:"conference,omitempty"` // or a conference
	Purpose Purpose `json:"purpose,omitempty"`
	Join    bool    `json:"join,omitempty"` // becomes a member by itself when it is answered (R55, R56)
}

// TransferPhase is how far a transfer has come.
type TransferPhase string

// Phases of a transfer. In every one of them the customer's call is there, held, with a next key (R42).
const (
	TransferNone    TransferPhase = ""
	TransferGrace   TransferPhase = "grace"   // can still be taken back
	TransferAsked   TransferPhase = "asked"   // REFER is out, not accepted yet
	TransferTrying  TransferPhase = "trying"  // accepted, the target is being called
	TransferRinging TransferPhase = "ringing" // the target rings
	TransferDone    TransferPhase = "done"    // the target has it
	TransferFailed  TransferPhase = "failed"  // Note says why; the customer is still here
	TransferUnknown TransferPhase = "unknown" // no news came in time; the customer is still here as far as we know
)

// Transfer is what is being done to hand a call over.
type Transfer struct {
	Phase   TransferPhase `json:"phase,omitempty"`
	Number  string        `json:"number,omitempty"` // of the target, for people
	Target  string        `json:"target,omitempty"` // what goes into Refer-To: digits or a SIP address
	Consult CallID        `json:"consult,omitempty"`
	Room    bool          `json:"room,omitempty"` // into the conference room of the line, as part of a Leave
	Route   string        `json:"route,omitempty"`
	ShowAs  Identity      `json:"show_as,omitzero"` // what the target sees of us when the desk calls it itself (R16)
	Code    int           `json:"code,omitempty"`   // last status heard of the target, or of the REFER itself
	Note    string        `json:"note,omitempty"`   // one sentence
	Since   time.Time     `json:"since,omitzero"`
	// Bridge says that the far end takes no transfer: the target is called from here and both are joined through this desk.
	Bridge bool `json:"bridge,omitempty"`
}

// Pending reports whether a transfer is on its way.
func (t Transfer) Pending() bool {
	switch t.Phase {
	case TransferGrace, TransferAsked, TransferTrying, TransferRinging:
		return true
	}
	return false
}

// underWay reports whether somebody is being asked or called for the transfer, so that it cannot be taken back any more.
func (t Transfer) underWay() bool { return t.Pending() && t.Phase != TransferGrace }

// Referral is a far end's wish that we call somebody (REFER, RFC 3515): never followed without a rule or the operator.
type Referral struct {
	Target string          `json:"target,omitempty"` // the address, for people and for dialling
	By     string          `json:"by,omitempty"`     // Referred-By
	Refer  json.RawMessage `json:"refer,omitempty"`  // opaque, for the SIP adapter: Replaces and the like
	Call   CallID          `json:"call,omitempty"`   // the call that follows it
}

// PeerFacts is what a far end has said that it cannot do; zero is not known, and taken as able.
type PeerFacts struct {
	NoRefer    bool `json:"no_refer,omitempty"`    // no REFER in its Allow
	NoReplaces bool `json:"no_replaces,omitempty"` // no replaces in its Supported (RFC 3891)
	Focus      bool `json:"focus,omitempty"`       // is a conference itself (isfocus, RFC 4579)
}

// Times of transfers.
const (
	GraceDefault  = 2 * time.Second  // before a quick transfer and an End for all
	TransferAfter = 45 * time.Second // without news the state becomes TransferUnknown
	ReferralAfter = 25 * time.Second // for the operator to follow a REFER, whose transaction lives 32 s (RFC 3261 timer F)
	ReferralEnds  = 10 * time.Second // for the far end to end a call once the one that it asked for is connected
)
