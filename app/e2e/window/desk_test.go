//go:build cgo && linux

package window

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/app/e2e/built"
	"cordboard/app/e2e/screen"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/siptest/rig"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// program is the executable under test.
var program string

func TestMain(m *testing.M) { os.Exit(built.Run(m, &program)) }

// The network of the real exchange, and the tone that the operator's microphone hears: no whole number of its waves fits
// into a packet, so that a lost one is heard as a jump.
const (
	network     = "127.0.63"
	operatorSay = 1010.0 // Hz
)

// desk is a folder of Cordboard's files, and what runs on them.
type desk struct {
	t      testing.TB
	home   string
	client *api.Client
	remote *api.Remote // nil before there is a desk
}

// newDesk makes a folder whose microphone is a tone and which has no other sound device. Nothing runs yet.
func newDesk(t testing.TB) *desk {
	t.Helper()
	dir, err := os.MkdirTemp("", "cb") // not t.TempDir: its long names do not fit into a socket's address
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, home: dir}
	t.Cleanup(d.close) // after the windows, which would start another desk
	w, err := wav.Create(filepath.Join(dir, "mic.wav"), 48000, 1)
	if err == nil {
		err = errors.Join(w.Write(audiotest.Sine(48000, operatorSay, 48000, -12)), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// close ends the desk and takes its folder away.
func (d *desk) close() {
	if d.remote != nil {
		d.remote.Close()
		d.quit()
	}
	if d.t.Failed() {
		log, _ := os.ReadFile(filepath.Join(d.home, "desk.log")) // may not be there yet
		d.t.Logf("the desk said:\n%s", log)
	}
	_ = os.RemoveAll(d.home) // a folder for temporary files
}

// set writes the settings file.
func (d *desk) set(s settings.Settings) {
	d.t.Helper()
	s.Sound = settings.Sound{Mic: filepath.Join(d.home, "mic.wav"), Speaker: "none", Ringer: "none"}
	if err := settings.Save(filepath.Join(d.home, "cordboard.toml"), s); err != nil {
		d.t.Fatal(err)
	}
}

// do calls the command line, which must succeed, and returns what it printed.
func (d *desk) do(args ...string) string {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), screen.Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append(args, "--home", d.home)...)
	cmd.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS=disabled:")
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("cordboard %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// addLine sets up extension 2001 of the exchange.
func (d *desk) addLine(k *rig.Server) {
	d.t.Helper()
	password := filepath.Join(d.home, "pw")
	if err := os.WriteFile(password, []byte("pw2001\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.do("line", "add", "--name", "Main", "--user", "2001", "--password-file", password, "--server", k.IP, "--codecs", "pcma")
}

// follow attaches to the desk that a window has started.
func (d *desk) follow() {
	d.t.Helper()
	if d.remote != nil {
		return
	}
	socket, err := settings.Places{Runtime: d.home}.Socket()
	if err != nil {
		d.t.Fatal(err)
	}
	d.client = api.NewClient(socket)
	d.remote = api.NewRemote(api.RemoteConfig{Client: d.client})
	select {
	case <-d.remote.Ready():
	case <-time.After(screen.Patience):
		d.t.Fatal("the window starts no desk")
	}
}

// quit ends the desk and waits until nothing of it is left.
func (d *desk) quit() {
	defer d.client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), screen.Patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !errors.Is(d.client.Quit(ctx), api.ErrNoDesk) {
		select {
		case <-look.C:
		case <-ctx.Done():
			d.t.Errorf("the desk does not end")
			return
		}
	}
}

// await waits until what is known about the desk is so.
func (d *desk) await(what string, ok func(*cti.Snapshot) bool) *cti.Snapshot {
	d.t.Helper()
	for late := time.After(screen.Patience); ; {
		if s := d.remote.Snapshot(); d.remote.Lost() == "" && ok(s) {
			return s
		}
		select {
		case <-d.remote.Updates():
		case <-late:
			d.t.Fatalf("%s does not happen; the desk shows\n%s", what, d.do("state"))
		}
	}
}

// call waits until there is a call that is so.
func (d *desk) call(what string, ok func(cti.CallView) bool) cti.CallView {
	d.t.Helper()
	var found cti.CallView
	d.await(what, func(s *cti.Snapshot) bool {
		for _, c := range s.Calls {
			if ok(c) {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// printed is the state as a script sees it.
func (d *desk) printed() (s cti.Snapshot) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(d.do("state", "--json")), &s); err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *desk) registered() {
	d.t.Helper()
	d.await("registration", func(s *cti.Snapshot) bool {
		return len(s.Lines) > 0 && s.Lines[0].Registration.State == cti.RegOK
	})
}

func talking(c cti.CallView) bool  { return c.Phase == cti.PhaseTalking && !c.Held }
func onHold(c cti.CallView) bool   { return c.Held && c.HeldAgreed }
func ended(c cti.CallView) bool    { return c.Phase == cti.PhaseEnded }
func incoming(c cti.CallView) bool { return c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging }
func outgoing(number string) func(cti.CallView) bool {
	return func(c cti.CallView) bool { return c.Direction == cti.Outgoing && c.Number == number }
}
