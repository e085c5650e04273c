package cti

// --- Commands about more than one call ---

// StartConsult puts the customer (or the conference) on hold and calls a second party (R44, R53, R54).
// Call is the new call's ID, made by the sender.
type StartConsult struct {
	Call     CallID            `json:"call"`
	For      CallID            `json:"for,omitempty"`
	Conf     ConfID            `json:"conference,omitempty"`
	Purpose  Purpose           `json:"purpose,omitempty"` // ForTransfer when empty
	Join     bool              `json:"join,omitempty"`    // instant conference: a member as soon as it answers
	Line     LineID            `json:"line,omitempty"`    // the customer's line when empty
	Route    string            `json:"route,omitempty"`
	Number   string            `json:"number"`
	Identity Identity          `json:"identity,omitzero"`
	Context  map[string]string `json:"context,omitempty"` // that of the customer's call when nil
}

// Swap holds the party that is open in a consult and takes the other back (R45).
type Swap struct {
	Call CallID `json:"call"` // either leg
}

// QuickTransfer hands a call over without asking the target first (R41). Given again during the grace it is taken back.
type QuickTransfer struct {
	Call     CallID            `json:"call"`
	Route    string            `json:"route,omitempty"`
	Number   string            `json:"number"`
	Identity Identity          `json:"identity,omitzero"`
	Context  map[string]string `json:"context,omitempty"`
}

// Confirm completes a consult: customer and consulted party are joined and leave the desk (R40, R46).
type Confirm struct {
	Call CallID `json:"call"` // either leg
}

// Abort ends the consulted leg and takes the customer back (R48).
type Abort struct {
	Call CallID `json:"call"` // either leg
}

// Join makes calls members of one conference: the double press of R53, selected rows of R54, a row dragged onto another.
// Conf is an existing conference, else the ID of the new one, made by the sender.
type Join struct {
	Conf  ConfID   `json:"conference"`
	Calls []CallID `json:"calls"`
}

// Split takes a member out for a private call; the others go on without the operator.
type Split struct {
	Call CallID `json:"call"`
}

// Member changes how one member of a conference takes part. A nil field stays as it is. Hold of a member is Hold,
// its end is Hangup, digits for it alone are SendDTMF.
type Member struct {
	Call   CallID `json:"call"`
	Deaf   *bool  `json:"deaf,omitempty"`   // hears nobody (R61)
	Silent *bool  `json:"silent,omitempty"` // nobody hears it
	Music  *bool  `json:"music,omitempty"`  // hears music, nobody hears it
	Volume *int   `json:"volume,omitempty"` // dB, MinVolume to MaxVolume
}

// Hear sets one cell of the party matrix.
type Hear struct {
	Conf     ConfID  `json:"conference"`
	Listener PartyID `json:"listener"`
	Source   PartyID `json:"source"`
	On       bool    `json:"on"`
}

// Arrange applies a preset to the matrix; Call is the one that aside, coach, music and deaf are about.
type Arrange struct {
	Conf   ConfID `json:"conference"`
	Preset Preset `json:"preset"`
	Call   CallID `json:"call,omitempty"`
}

// HoldAll holds all members of a conference, or takes all back (R63).
type HoldAll struct {
	Conf ConfID `json:"conference"`
	On   bool   `json:"on"`
}

// Attend lets the operator take part in a conference, or step out while the members go on.
type Attend struct {
	Conf ConfID `json:"conference"`
	On   bool   `json:"on"`
}

// MuteAll silences the operator's microphone for a whole conference.
type MuteAll struct {
	Conf ConfID `json:"conference"`
	On   bool   `json:"on"`
}

// Leave takes the operator out of a conference so that the others go on (R65, R67): joined by REFER, moved to a room, or
// mixed on in the background; LeavePlan says which.
type Leave struct {
	Conf ConfID `json:"conference"`
}

// EndAll ends every call of a conference (R68). Given again during the grace it is taken back.
type EndAll struct {
	Conf ConfID `json:"conference"`
}

// Pickup takes a call that rings at another number (R9). Call is the new call's ID, made by the sender.
type Pickup struct {
	Call   CallID `json:"call"`
	Line   LineID `json:"line,omitempty"`
	Number string `json:"number"`
}

// FollowReferral answers a far end that wants us to call somebody.
type FollowReferral struct {
	Call   CallID `json:"call"`
	Accept bool   `json:"accept"`
	New    CallID `json:"new,omitempty"` // ID of the call that follows, made by the sender
}

// StartRecording starts to record a call, a conference, or chosen calls (R74, R88). Rec is made by the sender.
type StartRecording struct {
	Rec   RecID    `json:"recording"`
	Calls []CallID `json:"calls,omitempty"`
	Conf  ConfID   `json:"conference,omitempty"` // all members, later ones too
}

// PauseRecording pauses a recording or lets it go on.
type PauseRecording struct {
	Rec RecID `json:"recording"`
	On  bool  `json:"on"`
}

// StopRecording ends a recording.
type StopRecording struct {
	Rec RecID `json:"recording"`
}

// DoNotDisturb refuses new calls on a line, or on all lines when Line is empty.
type DoNotDisturb struct {
	Line LineID `json:"line,omitempty"`
	On   bool   `json:"on"`
}

// Forwarding sets where a line's calls go instead of ringing here.
type Forwarding struct {
	Line    LineID  `json:"line"`
	Forward Forward `json:"forward"`
}

// Kinds, in the order of the declarations above. They are the verbs of the API.
func (StartConsult) Kind() string   { return "consult" }
func (Swap) Kind() string           { return "swap" }
func (QuickTransfer) Kind() string  { return "transfer" }
func (Confirm) Kind() string        { return "confirm" }
func (Abort) Kind() string          { return "abort" }
func (Join) Kind() string           { return "conference" }
func (Split) Kind() string          { return "split" }
func (Member) Kind() string         { return "member" }
func (Hear) Kind() string           { return "hear" }
func (Arrange) Kind() string        { return "arrange" }
func (HoldAll) Kind() string        { return "hold-all" }
func (Attend) Kind() string         { return "attend" }
func (MuteAll) Kind() string        { return "mute-all" }
func (Leave) Kind() string          { return "leave" }
func (EndAll) Kind() string         { return "end-all" }
func (Pickup) Kind() string         { return "pickup" }
func (FollowReferral) Kind() string { return "referral" }
func (StartRecording) Kind() string { return "record" }
func (PauseRecording) Kind() string { return "pause-recording" }
func (StopRecording) Kind() string  { return "stop-recording" }
func (DoNotDisturb) Kind() string   { return "dnd" }
func (Forwarding) Kind() string     { return "forward" }

// Targets of the commands; a command about a conference has none.
func (c StartConsult) Target() CallID   { return c.Call }
func (c Swap) Target() CallID           { return c.Call }
func (c QuickTransfer) Target() CallID  { return c.Call }
func (c Confirm) Target() CallID        { return c.Call }
func (c Abort) Target() CallID          { return c.Call }
func (c Join) Target() CallID           { return "" }
func (c Split) Target() CallID          { return c.Call }
func (c Member) Target() CallID         { return c.Call }
func (c Hear) Target() CallID           { return "" }
func (c Arrange) Target() CallID        { return c.Call }
func (c HoldAll) Target() CallID        { return "" }
func (c Attend) Target() CallID         { return "" }
func (c MuteAll) Target() CallID        { return "" }
func (c Leave) Target() CallID          { return "" }
func (c EndAll) Target() CallID         { return "" }
func (c Pickup) Target() CallID         { return c.Call }
func (c FollowReferral) Target() CallID { return c.Call }
func (c StartRecording) Target() CallID { return "" }
func (c PauseRecording) Target() CallID { return "" }
func (c StopRecording) Target() CallID  { return "" }
func (c DoNotDisturb) Target() CallID   { return "" }
func (c Forwarding) Target() CallID     { return "" }
