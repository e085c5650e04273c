package hid_test

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/hid"
)

// BenchmarkButton is a press at the device and the lamp that answers it, without the calls between.
func BenchmarkButton(b *testing.B) {
	now, lamps := time.Unix(0, 0), cti.HeadsetLamps{Ours: true, OffHook: true}
	h, _ := hid.New(synthetic(b, packed), hid.Profile{}, lamps, now)
	now = now.Add(time.Minute)
	h.Step(hid.Report{Data: []byte{2, 1, 0}}, now)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Minute)
		if out := h.Step(hid.Report{Data: []byte{2, 1 | 4, 0}}, now); len(out.Presses) != 1 {
			b.Fatalf("%+v", out)
		}
		lamps.Mute = !lamps.Mute
		if out := h.Step(hid.Show{Lamps: lamps}, now); len(out.Writes) != 1 {
			b.Fatalf("%+v", out)
		}
		h.Step(hid.Report{Data: []byte{2, 1, 0}}, now)
	}
}
