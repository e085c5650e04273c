package hid

import (
	"bytes"
	"time"

	"cordboard/devices/hid/report"
)

// byID sorts output reports by their IDs.
func byID(reports [][]byte) map[uint8][]byte {
	m := map[uint8][]byte{}
	for _, r := range reports {
		m[r[0]] = r
	}
	return m
}

// target is what the lamps are to be: all off without a call of ours.
func (h *Headset) target() report.Lamps {
	w := h.want
	if !w.Ours {
		return 0
	}
	offHook := w.OffHook && !(h.profile.HoldDropsHook && w.Hold)
	microphone := h.profile.MicrophoneLED || !h.m.Lit().Has(report.Muted)
	return report.Lamps(0).
		With(report.OffHook, offHook).With(report.OnLine, offHook).
		With(report.Ring, w.Ring).With(report.Ringer, w.Ring && h.profile.RingInHeadset).
		With(report.Muted, w.Mute).With(report.Microphone, w.Mute && microphone).
		With(report.Held, w.Hold)
}

// light writes what differs from what the device was told last. Nothing is written to a device that shows no call of ours.
func (h *Headset) light(now time.Time) {
	if h.foreign || !h.want.Ours && !h.owned {
		return
	}
	target := h.target()
	for _, lamps := range h.way(target) {
		h.write(lamps)
	}
	if h.shown.Has(report.OffHook) != target.Has(report.OffHook) {
		h.hookAt, h.assertAt, h.asserts = now, time.Time{}, 0
	}
	if h.shown.Has(report.Muted) != target.Has(report.Muted) {
		h.muteAt, h.muteByHand = now, h.handMade(now)
	}
	h.shown = target
	if h.owned && !h.want.Ours {
		h.released = now
	}
	h.owned = h.want.Ours
}

// way is the order in which lamps change: Off-Hook goes on while Ring still is, since a set may take the other order for
// a missed call, and it goes off last. Where it is not known what a device shows there is no way but straight on.
func (h *Headset) way(target report.Lamps) []report.Lamps {
	if len(h.shadow) < len(h.m.Encode(0)) {
		return []report.Lamps{target}
	}
	keep := func(l report.Lamps, like report.Lamps) report.Lamps {
		return l.With(report.OffHook, like.Has(report.OffHook) || l.Has(report.OffHook)).
			With(report.OnLine, like.Has(report.OnLine) || l.Has(report.OnLine))
	}
	lifted := keep(h.shown, target)
	way := []report.Lamps{lifted}
	if h.profile.PulseOffHook && lifted != h.shown {
		way = append(way, h.shown, lifted)
	}
	return append(way, keep(target, lifted), target)
}

// write sends the reports that differ from those sent last.
func (h *Headset) write(lamps report.Lamps) {
	for _, r := range h.m.Encode(lamps) {
		if !bytes.Equal(h.shadow[r[0]], r) {
			h.shadow[r[0]] = r
			h.out.Writes = append(h.out.Writes, r)
		}
	}
}

// failed has everything written again, a few times. A device that takes no lamps never touches a call.
func (h *Headset) failed(now time.Time) {
	if !h.retryAt.IsZero() {
		return
	}
	clear(h.shadow)
	if h.retries++; h.retries > MostRetries {
		h.note("The headset takes no lamps: what it shows may be wrong, and its microphone may stay shut.")
		h.shadow = byID(h.m.Encode(h.shown))
		return
	}
	h.owned, h.retryAt = true, now.Add(RetryAfter)
}
