//go:build cgo && linux

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/app/e2e/built"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// patience is how long a test waits for anything. Machines that run tests may be slow; the program's own bounds are
// measured by benchmarks.
const patience = 30 * time.Second

// program is the executable under test.
var program string

func TestMain(m *testing.M) { os.Exit(built.Run(m, &program)) }

// desk is a running desk with its own folder.
type desk struct {
	t      *testing.T
	home   string
	mic    string // what the operator says, again and again
	ear    string // what the operator hears
	parent *exec.Cmd
	exited chan struct{} // closed when the supervisor has ended
	client *api.Client
	remote *api.Remote
}

// newHome makes a folder with a microphone file that holds a tone.
func newHome(t *testing.T, tone float64) *desk {
	t.Helper()
	dir, err := os.MkdirTemp("", "cb") // not t.TempDir: its long names do not fit into a socket's address
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := &desk{t: t, home: dir, mic: filepath.Join(dir, "mic.wav"), ear: filepath.Join(dir, "ear.wav")}
	w, err := wav.Create(d.mic, 48000, 1)
	if err == nil {
		err = errors.Join(w.Write(audiotest.Sine(48000, tone, 48000, -12)), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// start runs the desk with files for microphone and speaker, and waits until it answers.
func (d *desk) start(args ...string) {
	d.t.Helper()
	d.launch(append([]string{"--mic", d.mic, "--speaker", d.ear, "--ringer", "none"}, args...)...)
}

// launch runs the desk with the devices of the system, and waits until it answers.
func (d *desk) launch(args ...string) {
	d.t.Helper()
	d.parent = exec.Command(program, append([]string{"--headless", "--home", d.home}, args...)...)
	out, err := os.Create(filepath.Join(d.home, "out.txt"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.parent.Stdout, d.parent.Stderr = out, out
	if err := d.parent.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.exited = make(chan struct{})
	go func() {
		_ = d.parent.Wait() // the exit code says it
		_ = out.Close()     // nothing of ours was written
		close(d.exited)
	}()
	d.follow()
	d.t.Cleanup(d.stop)
}

// follow attaches to the desk as a window does.
func (d *desk) follow() {
	d.t.Helper()
	socket, err := settings.Places{Runtime: d.home}.Socket()
	if err != nil {
		d.t.Fatal(err)
	}
	d.client = api.NewClient(socket)
	d.remote = api.NewRemote(api.RemoteConfig{Client: d.client})
	select {
	case <-d.remote.Ready():
	case <-time.After(patience):
		d.t.Fatalf("the desk does not answer; it said:\n%s", d.log())
	}
}

// stop ends the desk and everything of it, whatever the test did to it.
func (d *desk) stop() {
	d.remote.Close()
	d.run("quit")
	_ = d.parent.Process.Signal(syscall.SIGTERM) // may have ended
	select {
	case <-d.exited:
	case <-time.After(patience):
		_ = d.parent.Process.Kill() // the same
		d.t.Errorf("the desk did not end; it said:\n%s", d.log())
	}
	if d.t.Failed() {
		d.t.Logf("the desk said:\n%s", d.log())
	}
}

// log is what the desk and its supervisor wrote, without the sound library's complaints about missing cards.
func (d *desk) log() string {
	var out strings.Builder
	for _, name := range []string{"out.txt", "desk.log", "crash.log"} {
		text, _ := os.ReadFile(filepath.Join(d.home, name)) // may not be there yet
		for line := range bytes.Lines(text) {
			if bytes.HasPrefix(line, []byte("time=")) || bytes.HasPrefix(line, []byte("cordboard")) || name != "desk.log" {
				out.Write(line)
			}
		}
	}
	return out.String()
}

// run calls the command line and returns what it printed and its exit code.
func (d *desk) run(args ...string) (string, int) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, append(args, "--home", d.home)...).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return string(out), 0
}

// do calls the command line, which must succeed, and returns what it printed.
func (d *desk) do(args ...string) string {
	d.t.Helper()
	out, code := d.run(args...)
	if code != 0 {
		d.t.Fatalf("cordboard %s: exit code %d: %s", strings.Join(args, " "), code, out)
	}
	return strings.TrimSpace(out)
}

// await waits until what is known about the desk is so.
func (d *desk) await(what string, ok func(*cti.Snapshot) bool) *cti.Snapshot {
	d.t.Helper()
	return d.awaitLong(patience, what, ok)
}

// awaitLong does the same for what takes its time by rule.
func (d *desk) awaitLong(most time.Duration, what string, ok func(*cti.Snapshot) bool) *cti.Snapshot {
	d.t.Helper()
	late := time.After(most)
	for {
		if s := d.remote.Snapshot(); d.remote.Lost() == "" && ok(s) {
			return s
		}
		select {
		case <-d.remote.Updates():
		case <-late:
			d.t.Fatalf("%s does not happen; the desk shows\n%s\nand said\n%s", what, d.do("state"), d.log())
		}
	}
}

// call waits until the call of that ID is so.
func (d *desk) call(id, what string, ok func(cti.CallView) bool) cti.CallView {
	d.t.Helper()
	var found cti.CallView
	d.await("call "+what, func(s *cti.Snapshot) bool {
		for _, c := range s.Calls {
			if string(c.ID) == id && ok(c) {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// registered waits until a line is bound at its registrar.
func (d *desk) registered(line string) cti.Registration {
	d.t.Helper()
	var reg cti.Registration
	d.await("registration of "+line, func(s *cti.Snapshot) bool {
		for _, l := range s.Lines {
			if string(l.ID) == line && l.Registration.State == cti.RegOK {
				reg = l.Registration
				return true
			}
		}
		return false
	})
	return reg
}

// ringing waits for an incoming call and returns its ID.
func (d *desk) ringing() string {
	d.t.Helper()
	var id string
	d.await("incoming call", func(s *cti.Snapshot) bool {
		for _, c := range s.Calls {
			if c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging {
				id = string(c.ID)
				return true
			}
		}
		return false
	})
	return id
}

func talking(c cti.CallView) bool { return c.Phase == cti.PhaseTalking && !c.Recovering }
func ended(c cti.CallView) bool   { return c.Phase == cti.PhaseEnded }
func held(c cti.CallView) bool    { return c.Held && c.HeldAgreed }
func resumed(c cti.CallView) bool { return talking(c) && !c.Held && c.HeldAgreed }

// Levels in dBFS: a tone is there above one, and gone below the other.
const (
	heardAbove  = -45
	silentBelow = -60
	window      = 48000 / 2 // samples: half a second tells tones 4 Hz apart
)

// hears waits until the operator's ear has got more sound, and has the tone in its newest half second.
func (d *desk) hears(tone float64) {
	d.t.Helper()
	d.listen(fmt.Sprintf("%.0f Hz in the ear", tone), func(pcm []int16) bool {
		return audiotest.LevelAt(pcm, tone, 48000) > heardAbove
	})
}

// hearsNothing waits for more sound that ends with half a second of silence.
func (d *desk) hearsNothing() {
	d.t.Helper()
	d.listen("silence in the ear", func(pcm []int16) bool { return media.LevelOf(pcm) < silentBelow })
}

// listen waits until the ear has got a second and a half of further sound, so that what was before is forgotten and the
// far end has had time to hear us too, and the newest of it is so. The file grows by itself and tells nobody, so it is
// looked at again and again.
func (d *desk) listen(what string, ok func([]int16) bool) {
	d.t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	late := time.After(patience)
	for from := d.earLength(); ; {
		s, err := wav.Read(d.ear)
		if len(s.PCM) < from {
			from = 0 // a new desk has begun the file anew
		}
		if err == nil && len(s.PCM) >= from+3*window && ok(s.PCM[len(s.PCM)-window:]) {
			return
		}
		select {
		case <-look.C:
		case <-late:
			d.t.Fatalf("%s does not come; the desk shows\n%s", what, d.do("state"))
		}
	}
}

// earLength is the number of samples that the operator has heard so far; none when there is no file yet.
func (d *desk) earLength() int {
	s, err := wav.Read(d.ear)
	if err != nil {
		return 0
	}
	return len(s.PCM)
}

// rig finds a program of the rigs beside the repository. Where it is absent the test is left out, but never in CI.
func rig(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", path))
	if err == nil {
		_, err = os.Stat(full)
	}
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("the rig is missing: %v", err)
	}
	if err != nil {
		t.Skipf("left out: ../shared/%s is not there", path)
	}
	return full
}
