package settings

import (
	"strings"
	"testing"
	"time"

	"cordboard/devices/hid"
)

// TestHeadset: what the file says of all sets and of one is put together, by vendor and product.
func TestHeadset(t *testing.T) {
	s, notice, err := Parse([]byte(`
[headset]
primary = "0b0e:24c8"
ring_in_headset = true
[headset.sets."6993:b017"]
hold_drops_hook = true
guard = "800ms"
`))
	if err != nil || notice != "" {
		t.Fatal(err, notice)
	}
	if got := s.Headset.Profile(hid.Info{VendorID: 0x6993, ProductID: 0xb017}); got != (hid.Profile{HoldDropsHook: true, Guard: 800 * time.Millisecond, RingInHeadset: true}) {
		t.Errorf("the set of the file: %+v", got)
	}
	if got := s.Headset.Profile(hid.Info{VendorID: 0x0b0e, ProductID: 0x24c8}); got != (hid.Profile{RingInHeadset: true}) {
		t.Errorf("another set: %+v", got)
	}
}

// TestWrongHeadset: a set that cannot be meant, or is deaf for long, is refused in one sentence.
func TestWrongHeadset(t *testing.T) {
	for text, want := range map[string]string{
		"[headset.sets.jabra]\nhold_drops_hook = true":   "no vendor:product",
		"[headset.sets.\"0b0e:24c8x\"]\n":                "no vendor:product",
		"[headset.sets.\"0b0e:24c8\"]\nguard = \"1h\"\n": "guard is from 0 to 5s",
	} {
		if _, _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
