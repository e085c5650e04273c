package cti

// PartyID names a source or a listener in the mix: a call's ID, or one of the names below.
type PartyID string

// Parties that are no calls.
const (
	Operator PartyID = "operator" // microphone as a source, headset as a listener
	Ringer   PartyID = "ringer"   // listener: the device that rings
)

// Tone is a sound that the desk makes by itself.
type Tone uint8

// Tones of the desk.
const (
	ToneNone     Tone = iota
	ToneRinging       // an incoming call, on the ringer
	ToneKnock         // an incoming call while one talks: soft, in the ear
	ToneRingback      // the far end rings and sends no sound of its own
	ToneBusy          // 486, 600
	ToneFailure       // congestion: any other failure of an outgoing call
	ToneMusic         // music on hold that the desk plays to a member
	ToneBeep          // a call was answered by itself: heard by both sides before the microphone opens
)

var toneNames = [...]string{"", "ringing", "knock", "ringback", "busy", "failure", "music", "beep"}

// String returns the word that the API and logs use.
func (t Tone) String() string { return word(toneNames[:], int(t)) }

// MarshalText gives the word for JSON.
func (t Tone) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the word back.
func (t *Tone) UnmarshalText(b []byte) error {
	i, err := wordIndex(toneNames[:], string(b))
	*t = Tone(i)
	return err
}

// Edge lets Listener hear Source at Gain (1 is unity).
type Edge struct {
	Source   PartyID
	Listener PartyID
	Gain     float32
}

// Plan is the whole routing of sound: what is not in it is not heard.
type Plan struct {
	Edges []Edge // ordered by (Listener, Source)
	Tones []PlannedTone

	Recordings []PlannedRecording // ordered by ID
}

// PlannedTone plays a tone to one listener for as long as it is in the plan.
type PlannedTone struct {
	Tone     Tone
	Listener PartyID
}
