package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordboard/devices/headset"
	"cordboard/packaging/udev"
)

// TestRule: what somebody needs who has no rights is printed without a desk, byte for byte as packages install it.
func TestRule(t *testing.T) {
	o, err := Parse([]string{"devices", "--rule"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := Run(o, Env{Out: &out, Err: &out}); code != OK || out.String() != udev.Rules {
		t.Errorf("exit code %d, printed\n%s", code, out.String())
	}
}

// TestHeadsetRows: the primary, one that is in use beside it, and one that cannot be.
func TestHeadsetRows(t *testing.T) {
	var states []string
	for _, row := range headsetRows([]headset.Set{{Open: true, Primary: true}, {Open: true}, {Trouble: "It takes no lamps."}}) {
		states = append(states, row[3])
	}
	if diff := cmp.Diff("primary, in use, not in use", strings.Join(states, ", ")); diff != "" {
		t.Error(diff)
	}
}
