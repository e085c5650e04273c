package cti

import "time"

// --- to cti/sip ---

// Refer asks the far end of a call to call somebody else (RFC 3515, RFC 5589). With Replaces the target is the far end of
// that call of ours, which it takes over (RFC 3891). Referring follows until Over, and at the latest Ended.
type Refer struct {
	Call     CallID
	Target   string // digits or a SIP address; empty with Replaces
	Replaces CallID
	Proxy    string // of the route
	Context  map[string]string
	Identity Identity // what the target may see of us, in Referred-By; the line's own when empty (R16)
}

// AnswerReferral answers a REFER: 202 and NOTIFY 100, or a refusal. It follows Referred exactly once.
type AnswerReferral struct {
	Call   CallID
	Accept bool
	Code   int // of the refusal, 603 when 0
}

// ReportReferral tells the far end that referred us how the call that it asked for is going (NOTIFY sipfrag).
type ReportReferral struct {
	Call CallID
	Code int
}

// Redirect sends an incoming call elsewhere (302, RFC 3261 section 8.3) with Diversion. Ended follows.
type Redirect struct {
	Call   CallID
	Target string // digits or a SIP address
	Why    string // Diversion reason: unconditional, user-busy, no-answer, do-not-disturb (RFC 5806)
}

// SetWatches makes a line watch exactly these numbers: dialog-info, and presence where the line says so.
type SetWatches struct {
	Line    LineConfig
	Numbers []string
}

// --- to media/engine ---

// MarkRecording notes what happened at this place of a recording.
type MarkRecording struct {
	Rec  RecID
	At   time.Time
	Kind MarkKind
	Call CallID // of the member, empty for the whole
	Text string // name or number of the member
}

// --- to storage ---

// KeepRecording puts a recording into the index, so that the history row of its owner plays it; it replaces an earlier
// entry of the same ID.
type KeepRecording struct {
	Recording Recording
	Ended     time.Time // zero while it runs
}

func (Refer) port() Port          { return PortSIP }
func (AnswerReferral) port() Port { return PortSIP }
func (ReportReferral) port() Port { return PortSIP }
func (Redirect) port() Port       { return PortSIP }
func (SetWatches) port() Port     { return PortSIP }
func (MarkRecording) port() Port  { return PortMedia }
func (KeepRecording) port() Port  { return PortHistory }
