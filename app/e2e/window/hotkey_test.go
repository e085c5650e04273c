//go:build cgo && linux

package window

import (
	"context"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"cordboard/app/e2e/screen"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/devices/hotkey"
	"cordboard/ui/theme"
)

// headless starts the desk alone on a screen, with the practice exchange, and waits until it has its keys.
func (d *desk) headless(s *screen.Screen) {
	d.t.Helper()
	cmd := s.Command(program, "--headless", "--home", d.home)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { waited(d.t, cmd) })
	d.follow()
	d.hasKeys(s)
}

// waited ends the supervisor and its desk.
func waited(t testing.TB, cmd *exec.Cmd) {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Log(err)
	}
	_ = cmd.Wait() // it was asked to end
}

// hasKeys waits until all keys are taken.
func (d *desk) hasKeys(s *screen.Screen) {
	d.t.Helper()
	s.Until("the system-wide keys", func() bool {
		h, err := d.client.Hotkeys(d.t.Context())
		if err != nil || len(h.Keys) == 0 {
			return false
		}
		for _, k := range h.Keys {
			if k.State != hotkey.Taken {
				return false
			}
		}
		return true
	})
}

// An operator works in another program, Cordboard's window is closed, and the calls are handled by keys all the same.
func TestCallsAreHandledFromAnotherProgram(t *testing.T) {
	s := screen.New(t, 800, 600)
	d := newDesk(t)
	d.set(settings.Settings{})
	d.headless(s)
	typed := s.Editor("Another program")
	s.Offer("PRIMARY", "UTF8_STRING", " (2 01) ")

	s.Write("before", 1)
	s.Key("ctrl+shift+F10")
	first := func(snap *cti.Snapshot) cti.CallView {
		for _, c := range snap.Calls {
			if c.Live() {
				return c
			}
		}
		return cti.CallView{}
	}
	d.await("the call to what is marked", func(s *cti.Snapshot) bool {
		return first(s).Number == "201" && first(s).Phase == cti.PhaseTalking
	})
	s.Key("ctrl+shift+F3")
	d.await("hold", func(s *cti.Snapshot) bool { return first(s).Held })
	s.Key("ctrl+shift+F3")
	d.await("resume", func(s *cti.Snapshot) bool { return first(s).Open })
	s.Key("ctrl+shift+F4")
	d.await("a closed microphone", func(s *cti.Snapshot) bool { return first(s).Muted })
	s.Do("keydown", "ctrl", "keydown", "shift", "keydown", "F9", "keyup", "shift", "keyup", "ctrl")
	d.await("an open microphone", func(s *cti.Snapshot) bool { return !first(s).Muted })
	s.Write("notes", 1)
	s.Do("keyup", "F9")
	d.await("a closed microphone again", func(s *cti.Snapshot) bool { return first(s).Muted })
	s.Key("ctrl+shift+F12")
	d.await("a recording", func(s *cti.Snapshot) bool { return len(s.Recordings) == 1 })
	s.Key("ctrl+shift+F11")
	d.await("a pause", func(s *cti.Snapshot) bool { return len(s.Recordings) == 1 && s.Recordings[0].Paused })
	s.Key("ctrl+shift+F5")
	d.await("the end", func(s *cti.Snapshot) bool { return first(s).ID == "" })
	s.Write("behind", 1)
	gets(t, typed, "beforenotesbehind")

	s.Offer("CLIPBOARD", "UTF8_STRING", "no number")
	s.Key("ctrl+shift+Insert")
	s.Until("why the text cannot be dialled", func() bool {
		h, err := d.client.Hotkeys(t.Context())
		return err == nil && strings.HasPrefix(h.Said, "What is marked or copied cannot be dialled: ")
	})
	if out := d.do("hotkeys"); !strings.Contains(out, "push-to-talk") || !strings.Contains(out, "Ctrl+Shift+F9") || !strings.Contains(out, "taken") {
		t.Errorf("the command line says:\n%s", out)
	}
}

// gets reads what another program got: that text and nothing else but modifiers.
func gets(t *testing.T, typed <-chan xproto.Keysym, want string) {
	t.Helper()
	got := ""
	for len(got) < len(want) {
		var sym xproto.Keysym
		select {
		case sym = <-typed:
		case <-time.After(screen.Patience):
			t.Fatalf("another program gets %q, want %q", got, want)
		}
		if sym < 0xff00 {
			got += string(rune(sym))
		} else if sym < 0xffe1 || sym > 0xffee { // Shift_L to Hyper_R
			t.Errorf("another program gets the key %#x behind %q", sym, got)
		}
	}
	if got != want {
		t.Errorf("another program gets %q, want %q", got, want)
	}
}

// A key whose command needs a number brings the window to the front, which asks for it.
func TestKeyAsksInTheWindow(t *testing.T) {
	s := screen.New(t, 1400, 900)
	d := newDesk(t)
	d.set(settings.Settings{})
	d.show(s, theme.Look{})
	d.hasKeys(s)
	d.transfersByKey(s)
}

// The same while no window is open: the desk opens one, which learns what it was opened for.
func TestKeyOpensTheWindow(t *testing.T) {
	s := screen.New(t, 1400, 900)
	d := newDesk(t)
	d.set(settings.Settings{})
	d.headless(s)
	t.Cleanup(func() { d.windowsClosed(s) })
	d.transfersByKey(s)
}

// transfersByKey calls somebody, and hands the call over from another program.
func (d *desk) transfersByKey(s *screen.Screen) {
	d.t.Helper()
	d.do("dial", "201")
	call := d.await("the call", func(s *cti.Snapshot) bool { return len(s.Calls) == 1 && s.Calls[0].Phase == cti.PhaseTalking }).Calls[0]
	s.Editor("Another program")
	s.Key("ctrl+shift+F6")
	w := &window{desk: d, Screen: s, t: d.t}
	w.painted(s.Titled("Cordboard")) // which has the keyboard again
	s.Write("202", 30)
	s.Key("Return")
	d.await("the transfer", func(s *cti.Snapshot) bool {
		return len(s.Calls) > 0 && s.Calls[0].ID == call.ID && s.Calls[0].Transfer.Number == "202"
	})
}

// windowsClosed closes Cordboard's window as its user does, and waits until the desk has none.
func (d *desk) windowsClosed(s *screen.Screen) {
	if s.Open("Cordboard") {
		s.Titled("Cordboard")
		s.Key("alt+F4")
	}
	s.Until("the end of the window", func() bool {
		n, err := d.client.Raise(context.Background())
		return err == nil && n == 0
	})
}
