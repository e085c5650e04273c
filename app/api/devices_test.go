package api

import (
	"testing"

	"cordboard/cti"
	"cordboard/devices/headset"
)

// Devices gives a headset that is the primary once it was chosen.
func (f *fakeDesk) Devices() Devices {
	f.mu.Lock()
	defer f.mu.Unlock()
	return Devices{
		Headsets: []headset.Set{{ID: "0b0e:24c8", Name: "Jabra Link 380", Kind: "headset", Primary: f.headset == "0b0e:24c8"}},
		Buttons:  []ButtonDoes{{Button: cti.ButtonHook, Does: "ends row 2"}},
	}
}

// SetHeadset chooses the primary headset.
func (f *fakeDesk) SetHeadset(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.headset = id
	return nil
}

// TestDevices: headsets are listed with what their buttons do now, and one of them is chosen.
func TestDevices(t *testing.T) {
	_, _, c := serve(t)
	d, err := c.Devices(t.Context())
	if err != nil || len(d.Headsets) != 1 || d.Headsets[0].Primary || d.Buttons[0].Does != "ends row 2" {
		t.Fatalf("%+v, %v", d, err)
	}
	if err := c.SetHeadset(t.Context(), "0b0e:24c8"); err != nil {
		t.Fatal(err)
	}
	if d, err := c.Devices(t.Context()); err != nil || !d.Headsets[0].Primary {
		t.Errorf("%+v, %v", d, err)
	}
}
