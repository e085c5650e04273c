package cti

// --- Events about transfers, watched numbers, recordings and the rules in force ---

// Referring is news about our REFER in a call: its own answer first, then what NOTIFY says of the target (RFC 3515).
// The SIP adapter sends no BYE by itself; a BYE of the far end comes as Ended.
type Referring struct {
	Call    CallID `json:"call"`
	Code    int    `json:"code"`              // of the REFER, or of the target as the sipfrag says
	OfRefer bool   `json:"of_refer"`          // Code answers the REFER itself
	Over    bool   `json:"over,omitempty"`    // the subscription has ended: no more news will come
	Cannot  bool   `json:"cannot,omitempty"`  // the far end takes no REFER at all (405, 501, 420, 403 without a word)
	Note    string `json:"note,omitempty"`    // one sentence
	NoNews  bool   `json:"no_news,omitempty"` // accepted with Refer-Sub: false (RFC 4488): nothing will be told
}

// PeerLearned is what a far end has told about what it can do.
type PeerLearned struct {
	Call CallID    `json:"call"`
	Peer PeerFacts `json:"peer"`
}

// Referred is a far end's wish that we call somebody, inside a call of ours (RFC 3515).
type Referred struct {
	Call     CallID   `json:"call"`
	Referral Referral `json:"referral"`
}

// Controlled is NOTIFY talk or hold from the far end's side of a call, as a CTI server sends it.
type Controlled struct {
	Call CallID `json:"call"`
	Talk bool   `json:"talk"` // answer or resume; false is hold
}

// Replaced says that an incoming call takes the place of another (INVITE with Replaces, RFC 3891): New goes on as what Old
// was, and Old is ended by the SIP adapter.
type Replaced struct {
	Old     CallID            `json:"old"`
	New     CallID            `json:"new"`
	Line    LineID            `json:"line"`
	Number  string            `json:"number"`
	Name    string            `json:"name,omitempty"`
	Context map[string]string `json:"context,omitempty"`
}

// LampChanged is news of a watched number.
type LampChanged struct {
	Lamp Lamp `json:"lamp"`
}

// VoiceMailChanged is news of a line's mailbox.
type VoiceMailChanged struct {
	Line      LineID    `json:"line"`
	VoiceMail VoiceMail `json:"voice_mail"`
}

// Watched replaces the numbers that a line watches; the directory and the settings make the list.
type Watched struct {
	Line    LineID   `json:"line"`
	Numbers []string `json:"numbers"`
}

// RecordingFailed says that nothing is written any more, at once and in words; the calls go on.
type RecordingFailed struct {
	Rec    RecID  `json:"recording"`
	Reason string `json:"reason"`
}

// ProfileSet puts a policy profile in force.
type ProfileSet struct {
	Profile Profile `json:"profile"`
}

// Kinds, in the order of the declarations above.
func (Referring) Kind() string        { return "referring" }
func (PeerLearned) Kind() string      { return "peer-learned" }
func (Referred) Kind() string         { return "referred" }
func (Controlled) Kind() string       { return "controlled" }
func (Replaced) Kind() string         { return "replaced" }
func (LampChanged) Kind() string      { return "lamp-changed" }
func (VoiceMailChanged) Kind() string { return "voice-mail-changed" }
func (Watched) Kind() string          { return "watched" }
func (RecordingFailed) Kind() string  { return "recording-failed" }
func (ProfileSet) Kind() string       { return "profile-set" }
