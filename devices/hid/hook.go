package hid

import (
	"time"

	"cordboard/cti"
	"cordboard/devices/hid/report"
)

// hookLevel takes a hook bit that is a state.
func (h *Headset) hookLevel(on, deaf bool, now time.Time) {
	h.level = on
	switch offHook := h.shown.Has(report.OffHook); {
	case on == offHook: // the echo of what was written, or back from a contradiction
		h.assertAt = time.Time{}
	case deaf, now.Sub(h.hookAt) < h.profile.guard():
		h.contradicted(now)
	case !on && !h.mutePressed.IsZero() && now.Sub(h.mutePressed) < MuteEndsCall:
		h.note("Another program took the mute button for the end of a call: the call was kept. Close that program, or take it off this headset.")
		h.contradicted(now)
	default:
		h.press(Press{Button: h.hookWish(on)}, now)
		h.contradicted(now)
	}
}

// hookWish is what a changed hook bit asks for. The cradle of a handset says lift and replace, the button of a headset only
// that it was pressed: its bit is whatever the host had made of it.
func (h *Headset) hookWish(on bool) cti.Button {
	switch {
	case !h.cradle():
		return cti.ButtonHook
	case on:
		return cti.ButtonLift
	}
	return cti.ButtonReplace
}

func (h *Headset) cradle() bool {
	return h.m.Phone == report.UsageHandset || h.m.Phone == report.UsagePhone
}

// contradicted has Off-Hook written once more if by then the hook bit still differs: a press that answered a second call
// leaves the call as it is, but the bit of the device went off.
func (h *Headset) contradicted(now time.Time) {
	if !h.cradle() { // which follows the hand, not the host
		h.assertAt = now.Add(h.profile.guard())
	}
}

// assert makes the device take Off-Hook again.
func (h *Headset) assert(now time.Time) {
	h.assertAt = time.Time{}
	if !h.owned || h.foreign || h.level == h.shown.Has(report.OffHook) {
		return
	}
	if h.asserts++; h.asserts > MostRetries {
		h.note("The headset does not follow the call: its hook says something else. Answer and end in the window.")
		return
	}
	for _, f := range h.m.Lamps {
		if f.Lamp == report.OffHook {
			delete(h.shadow, f.Report)
		}
	}
	h.hookAt = now
}

// hookButton takes a relative hook. It has no state: a press is the other way round, decided by the calls. One with two
// buttons says which of the two is wanted.
func (h *Headset) hookButton(ch report.Change, now time.Time) {
	wish := cti.ButtonHook
	switch {
	case ch.Kind == report.OnOff && ch.On:
		wish = cti.ButtonLift
	case ch.Kind == report.OnOff:
		wish = cti.ButtonReplace
	}
	if last, before := h.pressed[wish]; before && now.Sub(last) < HookBounce {
		return
	}
	h.press(Press{Button: wish}, now)
}
