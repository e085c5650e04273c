package hid_test

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// lampsOf reads wanted lamps from a byte as a desk could want them.
func lampsOf(b byte) cti.HeadsetLamps {
	l := cti.HeadsetLamps{OffHook: b&1 != 0, Ring: b&2 != 0, Mute: b&4 != 0, Hold: b&8 != 0}
	l.Ours = l.OffHook || l.Ring
	if !l.Ours {
		return cti.HeadsetLamps{}
	}
	return l
}

// FuzzHeadset: whatever a device sends, whatever the desk wants and however writes fail, in any order and at any time:
// nothing is written to a device without a call of ours but its dark lamps, nothing is pressed without one, the device is
// never left waiting with lamps that differ from what is wanted, and a time to wake lies ahead.
func FuzzHeadset(f *testing.F) {
	var maps []*report.Map
	for _, name := range append(headsets, "s03-unnumbered-handset", "s06-on-off-buttons-hook", "s07-mute-only") {
		maps = append(maps, synthetic(f, name))
	}
	f.Add(uint8(0), []byte{1, 2, 60, 0, 1, 0, 1, 1, 10, 2, 0, 200, 1, 0, 1})
	f.Add(uint8(4), []byte{1, 1, 200, 0, 2, 1, 3, 0, 1, 2, 0, 100})
	f.Fuzz(func(t *testing.T, which uint8, script []byte) {
		m := maps[int(which)%len(maps)]
		now, want, quiet := time.Unix(0, 0), cti.HeadsetLamps{}, true
		h, out := hid.New(m, hid.Profile{}, want, now)
		var shown report.Lamps
		failed := false
		for len(script) >= 3 {
			kind, arg, wait := script[0], script[1], script[2]
			script = script[3:]
			var in hid.Input = hid.Woke{}
			switch kind % 4 {
			case 0:
				r := []byte{m.Controls[0].Report, arg, 0}
				in = hid.Report{Data: r[:1+int(arg)%3]}
			case 1:
				want = lampsOf(arg)
				in = hid.Show{Lamps: want}
			case 2:
				in, failed = hid.WriteFailed{}, true
			}
			before := quiet
			out = h.Step(in, now)
			quiet = !want.Ours
			for _, r := range out.Writes {
				on, carried := m.LampsIn(r)
				shown = shown&^carried | on
				if before && quiet && on != 0 {
					t.Fatalf("% x was written without a call of ours", r)
				}
			}
			if len(out.Presses) > 0 && quiet {
				t.Fatalf("%v without a call of ours", out.Presses)
			}
			if !out.Wake.IsZero() && !out.Wake.After(now) {
				t.Fatal("to be woken in the past")
			}
			now = now.Add(time.Duration(wait) * 10 * time.Millisecond)
		}
		for range 20 {
			now = now.Add(time.Second)
			for _, r := range h.Step(hid.Woke{}, now).Writes {
				on, carried := m.LampsIn(r)
				shown = shown&^carried | on
			}
		}
		if on := shown.Has(report.OffHook); on != want.OffHook && m.Lit().Has(report.OffHook) && !h.Busy() && !failed {
			t.Fatalf("off-hook is %t, wanted is %t", on, want.OffHook)
		}
	})
}
