//go:build cgo && linux

package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// display starts an X server without a screen and returns its name. Where it is absent the test is left out, but never
// in CI.
func display(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("Xvfb")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("Xvfb is missing")
	}
	if err != nil {
		t.Skip("left out: Xvfb is not installed")
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command(path, "-displayfd", "3", "-screen", "0", "1400x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{write}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() }) // it has nothing to lose
	_ = write.Close()                                        // it has its own
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb does not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// openWindow starts the program as an operator does.
func (d *desk) openWindow(display string, args ...string) *exec.Cmd {
	d.t.Helper()
	w := exec.Command(program, append([]string{"--home", d.home, "--mic", d.mic, "--speaker", d.ear, "--ringer", "none"}, args...)...)
	w.Env = append(os.Environ(), "DISPLAY="+display, "LIBGL_ALWAYS_SOFTWARE=1", "WAYLAND_DISPLAY=", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
	out, err := os.Create(filepath.Join(d.home, "window.txt"))
	if err != nil {
		d.t.Fatal(err)
	}
	w.Stdout, w.Stderr = out, out
	if err := w.Start(); err != nil {
		d.t.Fatal(err)
	}
	_ = out.Close()                              // the window has its own
	d.t.Cleanup(func() { _ = w.Process.Kill() }) // a window that is left
	return w
}

// attached waits until so many windows follow the desk.
func (d *desk) attached(windows int) {
	d.t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	late := time.After(patience)
	for {
		n, err := d.client.Raise(d.t.Context())
		if err == nil && n == windows {
			return
		}
		select {
		case <-look.C:
		case <-late:
			text, _ := os.ReadFile(filepath.Join(d.home, "window.txt")) // may not be there
			d.t.Fatalf("%d windows are there instead of %d (%v); the last one said\n%s", n, windows, err, text)
		}
	}
}

// An operator starts the program, and its window is killed in a call: the call goes on, and a new window is there at
// once. A second start raises the window instead of opening another.
func TestKilledWindowLeavesTheCallAlone(t *testing.T) {
	screen := display(t)
	d := newHome(t, 1000)
	window := d.openWindow(screen)
	d.follow()
	t.Cleanup(func() { d.remote.Close(); d.end() })
	d.registered("practice-2001")
	call := d.do("dial", "201")
	before := d.call(call, "connected", talking)
	d.hears(toneOf(t, "201"))
	d.attached(1)

	if err := window.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = window.Wait() // killed
	d.attached(0)
	d.hears(toneOf(t, "201"))
	if after := d.call(call, "still connected", talking); after.Since != before.Since || after.Session.Version != before.Session.Version {
		t.Errorf("the call changed from %+v to %+v", before.Call, after.Call)
	}

	second := d.openWindow(screen)
	d.attached(1)
	if err := d.openWindow(screen).Wait(); err != nil {
		t.Errorf("a third start did not raise the window: %v", err)
	}
	d.do("hangup", call)
	d.call(call, "ended", ended)
	_ = second.Process.Kill() // it may not be left to the cleanup: the desk counts it
	_ = second.Wait()
	text, err := os.ReadFile(filepath.Join(d.home, "window.txt"))
	if err != nil || strings.Contains(string(text), "Error in Fyne call thread") {
		t.Errorf("the window said %s (%v)", text, err)
	}
}
