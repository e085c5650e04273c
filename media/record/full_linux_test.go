package record

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A disk without room is said at once. /dev/full is one: every write to it fails with ENOSPC.
func TestFullDisk(t *testing.T) {
	dir, f := filepath.Join(t.TempDir(), "rec"), newFaults()
	r := start(t, f, dir)
	frame := make([]int16, tick)
	for !fileThere(dir) { // made by the writer's goroutine
		r.Tap().Begin(frame, frame, 0)
	}
	r.SetMany()
	if err := os.Symlink("/dev/full", filepath.Join(dir, "track-01.wav")); err != nil {
		t.Fatal(err)
	}
	n, _ := r.Track("a")
	r.Tap().Begin(frame, frame, 1)
	r.Tap().Track(n, frame)
	select {
	case why := <-f.ch:
		if !strings.Contains(why, "disk is full") {
			t.Errorf("said %q", why)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nobody was told")
	}
	r.Close()
}
