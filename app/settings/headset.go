package settings

import (
	"fmt"
	"time"

	"cordboard/devices/hid"
)

// Headset is how headsets and handsets are used. Sets says what is different about some, by vendor:product in hexadecimal
// digits, as `cordboard devices` shows it.
type Headset struct {
	Off           bool                   `toml:"off,omitempty"`               // no set is touched
	Primary       string                 `toml:"primary,omitempty"`           // its ID; the one that can do most when empty
	RingInHeadset bool                   `toml:"ring_in_headset,omitempty"`   // the bell of the set itself
	DialFromSet   bool                   `toml:"dial_from_headset,omitempty"` // hook, redial and digits count without a call, too
	Sets          map[string]hid.Profile `toml:"sets,omitempty"`
}

// maxGuard bounds how long a set may be deaf after a lamp was written.
const maxGuard = 5 * time.Second

// Check says in one sentence what is wrong.
func (h Headset) Check() error {
	for id, p := range h.Sets {
		var vendor, product uint16
		if n, err := fmt.Sscanf(id, "%04x:%04x", &vendor, &product); n != 2 || err != nil || len(id) != 9 {
			return fmt.Errorf("headset: %.40q is no vendor:product such as 0b0e:24c8", id)
		}
		if p.Guard < 0 || p.Guard > maxGuard {
			return fmt.Errorf("headset %s: guard is from 0 to %s", id, maxGuard)
		}
	}
	return nil
}

// Profile is how a set is driven.
func (h Headset) Profile(info hid.Info) hid.Profile {
	p := h.Sets[fmt.Sprintf("%04x:%04x", info.VendorID, info.ProductID)]
	p.RingInHeadset = p.RingInHeadset || h.RingInHeadset
	p.DialFromSet = p.DialFromSet || h.DialFromSet
	return p
}
