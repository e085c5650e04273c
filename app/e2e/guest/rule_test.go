//go:build cgo && linux

package guest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cordboard/packaging/udev"
)

// udevRule: udev understands the rule that is shipped, and gives the headset to the user at the seat.
func udevRule(t *testing.T) {
	udevadm, err := exec.LookPath("udevadm")
	if err != nil {
		t.Skipf("left out: %v", err) // in CI rig has insisted on it
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(udev.RulesFile), 0o755), os.WriteFile(udev.RulesFile, []byte(udev.Rules), 0o644)); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(udevadm, "test", "/sys/class/hidraw/hidraw0").CombinedOutput()
	if err != nil || !strings.Contains(string(out), ":uaccess:") {
		t.Errorf("udevadm: %v\n%s", err, out)
	}
}
