package hid_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/devices/hid"
	"cordboard/devices/hid/hidtest"
	"cordboard/devices/hid/report"
)

const realDir = "../../../shared/hid-descriptors"

// TestRealHeadsets: with the layout of every real set that can control calls, one call is answered, held, muted and ended
// at the device, and each lamp that the set has says so.
func TestRealHeadsets(t *testing.T) {
	if _, err := os.Stat(realDir); errors.Is(err, fs.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatal("the descriptors of real devices are not beside the repository")
		}
		t.Skip("left out: ../shared/hid-descriptors is not there")
	}
	files, _ := filepath.Glob(filepath.Join(realDir, "*.hex")) // the pattern is well formed
	full := 0
	for _, file := range files {
		m, err := hid.Open(hidtest.Descriptor(t, file))
		if err != nil || m.Rank() < 2 {
			continue
		}
		full++
		t.Run(filepath.Base(file), func(t *testing.T) {
			playWith(t, m, fake.Habits{}, hid.Profile{}, oneCall)
		})
	}
	if full != 15 {
		t.Errorf("%d of the sets can control calls, there are 15", full)
	}
}

// oneCall is a call that is handled at the device alone.
func oneCall(s *scene) {
	shows := func(want ...report.Lamp) {
		s.t.Helper()
		if on := s.dev.Lamps(); on&^report.LampSet(report.OnLine) != report.LampSet(want...) {
			s.t.Errorf("the device shows %s, not %s", on, report.LampSet(want...))
		}
	}
	s.do(offered)
	s.wait(time.Second)
	shows(report.Ring)
	s.dev.Press(report.Hook)
	s.wait(time.Second)
	s.is("x", cti.PhaseAnswering)
	s.do(talking)
	s.wait(3 * time.Second)
	shows(report.OffHook)
	s.dev.Press(report.Mute)
	s.wait(2 * time.Second)
	shows(report.OffHook, report.Muted)
	s.dev.Press(report.Mute)
	s.wait(2 * time.Second)
	s.dev.Press(report.Flash)
	s.wait(2 * time.Second)
	shows(report.OffHook, report.Held)
	s.dev.Press(report.Flash)
	s.wait(2 * time.Second)
	shows(report.OffHook)
	s.dev.Press(report.Hook)
	s.wait(2 * time.Second)
	s.is("x", cti.PhaseEnding)
	shows()
}
