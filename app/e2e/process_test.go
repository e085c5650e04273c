//go:build cgo && linux

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordboard/cti"
)

// kill ends the desk as the kernel does when memory runs out, and returns its process ID.
func (d *desk) kill() int {
	d.t.Helper()
	pid := d.remote.Snapshot().Desk.PID
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		d.t.Fatal(err)
	}
	return pid
}

// What was only ringing when the desk died is ended, with a reason and a row.
func TestKilledDeskEndsWhatItCannotTakeUp(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2001")
	call := d.do("dial", "205")
	d.call(call, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	before := d.kill()
	d.await("the desk comes back", func(s *cti.Snapshot) bool { return s.Desk.PID != before })
	row := d.row(call)
	if row.Reason == "" || row.Result == cti.ResultUnknown {
		t.Errorf("history %+v", row)
	}
	d.await("the call is over in the table too", func(s *cti.Snapshot) bool {
		return !slices.ContainsFunc(s.Calls, func(c cti.CallView) bool { return string(c.ID) == call && !ended(c) })
	})
	d.registered("practice-2001")
}

// The supervisor is killed: the desk goes on, with its calls.
func TestDeskSurvivesItsSupervisor(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	pid := d.call(call, "connected", talking).ID
	if err := d.parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-d.exited
	d.do("hold")
	if c := d.call(call, "held", held); c.ID != pid {
		t.Errorf("another call: %v", c)
	}
}

// SIGTERM ends everything in good order: the call is hung up and written down.
func TestSIGTERMHangsUp(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	if err := d.parent.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-d.exited:
	case <-time.After(patience):
		t.Fatal("the desk does not end")
	}
	if code := d.parent.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if out := d.do("history", "201"); !strings.Contains(out, "answered") {
		t.Errorf("history:\n%s", out)
	}
	if _, code := d.run("state"); code != 3 {
		t.Errorf("state without a desk has exit code %d, want 3", code)
	}
}

// A second desk for the same folder says so and leaves the first alone.
func TestOneDeskForOneFolder(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	out, code := d.run("--headless")
	if code != 1 || !strings.Contains(out, "another desk is running") {
		t.Errorf("second desk: exit code %d, %q", code, out)
	}
	d.do("state")
}

// What cannot be read is kept aside, told in one sentence, and does not keep the desk from starting.
func TestBrokenFilesAreKeptAside(t *testing.T) {
	d := newHome(t, 1000)
	broken := map[string]string{
		"cordboard.toml": "[[line]]\nid = \"x\"\nname = \n",
		"cordboard.db":   strings.Repeat("this is no database ", 500),
		"journal.db":     strings.Repeat("nor is this ", 500),
	}
	for name, text := range broken {
		if err := os.WriteFile(filepath.Join(d.home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.start()
	notice := d.remote.Snapshot().Desk.Notice
	for _, want := range []string{"line 3", "history database was damaged", "journal database was damaged"} {
		if !strings.Contains(notice, want) {
			t.Errorf("the notice %q does not tell %q", notice, want)
		}
	}
	for name, text := range broken {
		kept, _ := filepath.Glob(filepath.Join(d.home, name+".broken-*"))
		if len(kept) != 1 {
			t.Errorf("%s was kept as %v", name, kept)
			continue
		}
		if have, err := os.ReadFile(kept[0]); err != nil || string(have) != text {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	d.registered("practice-2001")
	call := d.do("dial", "204")
	d.call(call, "ended", ended)
	d.row(call)
}

func TestCommandLine(t *testing.T) {
	d := newHome(t, 1000)
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"--version", 0, "Cordboard"},
		{"help", 0, "cordboard dial NUMBER"},
		{"dial 201", 3, "no desk is running"},
		{"state --json", 3, "no desk is running"},
		{"events", 3, "no desk is running"},
		{"quit", 3, "no desk is running"},
		{"history --json", 0, `"total": 0`},
		{"dial", 2, "needs something"},
		{"dial 201 202", 2, "does not take"},
		{"fly", 2, "not a command"},
		{"--fly", 2, "not defined"},
		{"hold --busy", 2, "does not go with hold"},
		{"line", 2, "needs something"},
		{"line add --user x --server bad_host:99999", 1, "not a host"},
		{"line add --user x --server pbx.example --password-file /nowhere", 1, "password"},
		{"line add --user 2001 --server pbx.example --name Sales", 0, "sales"},
		{"line add --user 2002 --server pbx.example --name Sales", 0, "sales-2"},
		{"line list", 0, "2001@pbx.example"},
		{"line remove nobody", 1, `no line "nobody"`},
		{"line remove sales", 0, ""},
	} {
		out, code := d.run(strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("cordboard %s: exit code %d, %q; want %d and %q", c.args, code, out, c.code, c.says)
		}
		if c.code != 0 && strings.Count(out, "\n") != 1 {
			t.Errorf("cordboard %s: %q is not one sentence", c.args, out)
		}
	}
}

// start puts a desk into the background that outlives the command.
func TestStartAndQuit(t *testing.T) {
	d := newHome(t, 1000)
	d.do("start", "--mic", "none", "--speaker", "none")
	d.follow()
	defer d.remote.Close()
	d.registered("practice-2001")
	d.do("start") // is there already
	d.end()
}

// end ends a desk in the background and waits until it is gone.
func (d *desk) end() {
	d.t.Helper()
	d.run("quit")
	for late := time.Now().Add(patience); time.Now().Before(late); {
		if _, code := d.run("state"); code == 3 {
			return
		}
	}
	d.t.Errorf("the desk does not end; it said:\n%s", d.log())
}

// The operator closes the last window in a call: the desk stays for the call and ends after it.
func TestDeskEndsAfterItsLastWindow(t *testing.T) {
	d := newHome(t, 1000)
	d.start("--for-window")
	d.registered("practice-2001")
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	if err := d.client.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.hears(toneOf(t, "201"))
	d.do("hangup", call)
	select {
	case <-d.exited:
	case <-time.After(patience):
		t.Fatal("the desk does not end")
	}
	d.row(call)
}

// A desk that a script started does not care for windows.
func TestHeadlessDeskStaysWithoutWindows(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	if err := d.client.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.registered("practice-2001")
	d.do("state")
}

// The desk dies of a fault of its own: the reason is kept, and it is there again.
func TestCrashIsWrittenDown(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	before := d.remote.Snapshot().Desk.PID
	if err := syscall.Kill(before, syscall.SIGQUIT); err != nil { // the Go runtime ends with all stacks, as after a panic
		t.Fatal(err)
	}
	d.await("the desk comes back", func(s *cti.Snapshot) bool { return s.Desk.PID != before })
	text, err := os.ReadFile(filepath.Join(d.home, "crash.log"))
	if err != nil || !strings.Contains(string(text), "goroutine ") {
		t.Errorf("crash log %.200q, %v", text, err)
	}
}
