//go:build cgo && linux

package guest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cordboard/app/e2e/built"
)

// inGuest says that this is the guest, and names the program there.
var inGuest = os.Getenv("USBHEADSET_VM") != ""

// program is the executable under test.
var program = os.Getenv("CORDBOARD_BIN")

func TestMain(m *testing.M) {
	if inGuest {
		os.Exit(m.Run())
	}
	os.Exit(built.Run(m, &program))
}

// TestGuest runs itself once more where there is a headset, and there what needs one.
func TestGuest(t *testing.T) {
	if inGuest {
		t.Run("Rule", udevRule)
		t.Run("Call", headsetCall)
		return
	}
	vm := rig(t)
	dir := t.TempDir()
	inside := filepath.Join(dir, "inside.test")
	// Without the race detector, which an emulated processor cannot carry.
	if out, err := exec.Command("go", "test", "-c", "-o", inside, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the tests for the guest: %v\n%s", err, out)
	}
	args := []string{"-v", "--timeout", "300", "--env", "CORDBOARD_BIN=" + program}
	args = append(args, "--", inside, "-test.v", "-test.run", "^TestGuest$", "-test.timeout", "10m")
	out, err := exec.Command(vm, args...).CombinedOutput()
	t.Logf("the guest said:\n%s", out)
	if err != nil {
		t.Fatal(err)
	}
}

// rig finds the tool that runs the guest. Where it is absent the test is left out, but never in CI.
func rig(t *testing.T) string {
	t.Helper()
	vm, err := filepath.Abs(filepath.Join("..", "..", "..", "..", "shared", "usbheadset-vm", "usbheadset-vm"))
	if err == nil {
		err = exec.Command(vm, "--check").Run()
	}
	if _, missing := exec.LookPath("udevadm"); err == nil && os.Getenv("CI") == "true" {
		err = missing
	}
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatalf("the rig is missing: %v", err)
	case err != nil:
		t.Skipf("left out: ../shared/usbheadset-vm cannot run here: %v", err)
	}
	return vm
}
