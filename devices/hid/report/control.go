package report

import "fmt"

// What a control is for.
type What uint8

// Controls. Those from Line on are decoded for completeness and for learning buttons; no call depends on them.
const (
	Hook     What = iota // hook switch, or the multi-function button of a headset
	Mute                 // of the microphone
	Flash                // hold, resume, swap
	Redial               //
	Reject               // of a ringing call
	Drop                 // ends or rejects
	Digit                // of a keypad
	LineBusy             // the device is in a call, ours or another program's
	Line
	Speaker
	SpeedDial
	VoiceMail
	VolumeUp
	VolumeDown
	VolumeMute
	PlayPause
	Other // a button without a meaning of its own; its usage tells it from others
)

var whatNames = [...]string{"hook", "mute", "flash", "redial", "reject", "drop", "digit", "line busy", "line", "speaker",
	"speed dial", "voice mail", "volume up", "volume down", "volume mute", "play/pause", "button"}

// String names the control for people.
func (w What) String() string { return whatNames[w] }

// Kind is how the values of a control are to be read. HID flags say it (Preferred, Relative), with the exceptions that
// real devices make.
type Kind uint8

// Kinds of controls.
const (
	Level  Kind = iota // the value is the state
	Press              // a change from 0 to another value is one request; back to 0 is only the release
	OnOff              // two buttons: +1 asks for on, -1 for off, 0 is nothing
	Select             // array: 0 is nothing, another value is the number of a key, counted from 1
)

var kindNames = [...]string{"level", "press", "on/off", "select"}

// String names the kind.
func (k Kind) String() string { return kindNames[k] }

// Control is one thing that an operator can do at the device.
type Control struct {
	What   What
	Usage  Usage
	Kind   Kind
	Report uint8  // ID, 0 when reports are not numbered
	Bit    int    // after the ID
	Size   int    // bits
	First  uint32 // Select: the value that stands for Keys[0]
	Keys   []Usage
}

// String describes the control in one line of a table.
func (c Control) String() string {
	s := fmt.Sprintf("in  %02x bit %2d+%d  %-10s %-6s %s", c.Report, c.Bit, c.Size, c.What, c.Kind, c.Usage)
	if c.Kind == Select {
		s += fmt.Sprintf(" %d values from %d", len(c.Keys), c.First)
	}
	return s
}

// whats are the usages that have a meaning.
var whats = map[Usage]What{
	UsageHookSwitch: Hook, UsagePhoneMute: Mute, UsageFlash: Flash, UsageRedial: Redial, UsageDrop: Drop,
	UsageProgrammable: Reject, MakeUsage(PageButton, 1): Reject, MakeUsage(PageButton, 7): Reject,
	UsageLineBusyTone: LineBusy, UsageLine: Line, UsageSpeakerPhone: Speaker, UsageSpeedDial: SpeedDial, UsageVoiceMail: VoiceMail,
	MakeUsage(PageConsumer, 0xe9): VolumeUp, MakeUsage(PageConsumer, 0xea): VolumeDown,
	MakeUsage(PageConsumer, 0xe2): VolumeMute, MakeUsage(PageConsumer, 0xcd): PlayPause,
}

// whatOf gives a usage its meaning; ok is false for one that no desk can use. A reading as the maker means it counts
// where the standard's reading says nothing.
func whatOf(n Naming) (w What, u Usage, ok bool) {
	for _, u := range []Usage{n.Usage, n.Meant} {
		if w, ok := whats[u]; ok {
			return w, u, true
		}
		if u >= UsageKey0 && u <= UsageKeyD {
			return Digit, u, true
		}
	}
	if page := n.Usage.Page(); page == PageButton && n.Usage.ID() != 0 {
		return Other, n.Usage, true
	}
	return Other, 0, false
}

// kindOf reads the flags of a variable field. Line Busy Tone and an absolute Hook Switch or Phone Mute are levels
// whatever else the flags say: the EPOS IMPACT D1 declares its hook as a momentary button, and Dell a relative busy tone.
func kindOf(w What, f *Field) Kind {
	relative := f.Flags&FlagRelative != 0
	switch {
	case w == LineBusy, (w == Hook || w == Mute) && !relative:
		return Level
	case (w == Hook || w == Mute) && f.Min < 0:
		return OnOff
	}
	return Press
}

// DigitOf gives the key of a keypad usage, 0 to 9, *, #, A to D; 0 for another usage.
func DigitOf(u Usage) byte {
	if u < UsageKey0 || u > UsageKeyD {
		return 0
	}
	return "0123456789*#ABCD"[u-UsageKey0]
}
