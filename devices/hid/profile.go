package hid

import "time"

// Profile is what sets of one maker do differently; the zero Profile suits all others. It is data of a file.
type Profile struct {
	HoldDropsHook bool          `toml:"hold_drops_hook"`   // Yealink: Off-Hook is off while everybody is on hold
	PulseOffHook  bool          `toml:"pulse_off_hook"`    // Logitech H650e class: silent unless Off-Hook is switched twice at the start
	MicrophoneLED bool          `toml:"microphone_led"`    // Jabra Link 280: the mute lamp is LED Microphone, not LED Mute
	Guard         time.Duration `toml:"guard"`             // DefaultGuard when 0
	RingInHeadset bool          `toml:"ring_in_headset"`   // an option of the operator, as is the next
	DialFromSet   bool          `toml:"dial_from_headset"` // hook, redial and digits count without a call, too
}

// Times of the handshake. Where they come from real sets, other softphones found them.
const (
	Settle       = 500 * time.Millisecond // after opening: what comes tells the state of the set, and lamps written would be lost
	DefaultGuard = 500 * time.Millisecond // after an Off-Hook write a contrary hook bit is none of the operator's
	RefusalAfter = 700 * time.Millisecond // a mute pulse within this after Mute was written answers the write
	HookBounce   = 300 * time.Millisecond // of a relative hook: a second edge is the same press
	PressBounce  = 50 * time.Millisecond  // of any button; some sets send each usage twice within 5 ms
	MuteEndsCall = 200 * time.Millisecond // a hook off so soon after a mute is another program's doing
	RetryAfter   = 500 * time.Millisecond // a failed write
)

// Limits of what a device may do to the desk.
const (
	MostChanges = 100 // of controls in a second; what is above is a flood
	MostRetries = 3   // of a write, and of making the hook follow its lamp
)

func (p Profile) guard() time.Duration {
	if p.Guard > 0 {
		return p.Guard
	}
	return DefaultGuard
}
