package hid

import (
	"time"

	"cordboard/cti"
	"cordboard/devices/hid/report"
)

// mute takes a mute control. A pulse soon after Mute was written answers that write: after Mute on it is an echo, after
// Mute off the device refuses, because its arm is up or a switch says so. A pulse that follows the operator's own press is
// his again, but two in such a short time must not open a microphone.
func (h *Headset) mute(ch report.Change, now time.Time) {
	muted, answers := h.shown.Has(report.Muted), !h.muteAt.IsZero() && now.Sub(h.muteAt) < RefusalAfter
	pulse := ch.Kind == report.Press
	switch {
	case ch.Kind == report.Level && ch.On == muted:
		return
	case answers && !muted && (pulse || ch.On):
		h.refused(now)
		return
	case answers && muted && (pulse || !ch.On) && !h.muteByHand:
		return
	}
	h.mutePressed = now
	switch {
	case pulse:
		h.press(Press{Button: cti.ButtonMute}, now)
	case ch.On:
		h.press(Press{Button: cti.ButtonMuteOn}, now)
	default:
		h.press(Press{Button: cti.ButtonMuteOff}, now)
	}
}

// refused keeps the call muted as the device is: nobody is to talk into a microphone that is off.
func (h *Headset) refused(now time.Time) {
	if h.want.Ours && !h.foreign {
		h.locked = true
		h.note("The headset keeps its microphone muted: put its arm down, or use its own switch.")
	}
	h.press(Press{Button: cti.ButtonMuteOn}, now)
}

// handMade reports whether a change of the mute lamp follows a press on this device.
func (h *Headset) handMade(now time.Time) bool {
	return !h.mutePressed.IsZero() && now.Sub(h.mutePressed) < time.Second
}
