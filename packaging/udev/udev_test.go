package udev

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRules: what is opened is a device that carries sound, or one of a maker of headsets; never any HID device, of which
// most are keyboards. Whether udev takes the rule as it is meant is tried in app/e2e/guest.
func TestRules(t *testing.T) {
	opened := 0
	for line := range strings.Lines(Rules) {
		if strings.HasPrefix(line, "#") || !strings.Contains(line, "uaccess") {
			continue
		}
		opened++
		if !strings.Contains(line, `ENV{ID_USB_INTERFACES}=="*:0101??:*"`) && !strings.Contains(line, `ATTRS{idVendor}=="`) {
			t.Errorf("this opens every device: %s", line)
		}
	}
	if opened != 2 {
		t.Errorf("%d lines open something, want 2", opened)
	}
	if name := filepath.Base(RulesFile); name >= "73-seat-late.rules" {
		t.Errorf("%s comes after the rule that gives the rights", name)
	}
}

// TestHardware: systemd takes the entries, and finds one for the mute button of a Jabra headset and none for a keyboard.
func TestHardware(t *testing.T) {
	hwdb := tool(t, "systemd-hwdb")
	root := t.TempDir()
	dir := filepath.Join(root, filepath.Dir(HardwareFile))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, HardwareFile), []byte(Hardware), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(hwdb, "update", "--strict", "--root="+root).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for modalias, want := range map[string]string{
		"evdev:input:b0003v0B0Ep24C8e0110-e0": "KEYBOARD_KEY_b002f=reserved",
		"evdev:input:b0003v046DpC31Ce0110-e0": "",
	} {
		out, err := exec.Command(hwdb, "query", "--root="+root, modalias).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", modalias, got, err, want)
		}
	}
}

// tool finds a program of package udev. Where it is absent the test is left out, but never in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("left out: %v", err)
	}
	return path
}
