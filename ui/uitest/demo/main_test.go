//go:build linux && cgo

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"cordboard/cti"
	"cordboard/ui/uitest/script"
)

// patience is how long anything may take on a machine that is busy with other things.
const patience = 60 * time.Second

// screen is an X server of the test's own with the demo's window on it.
type screen struct {
	t        *testing.T
	display  string
	window   string // X11 ID of the main window
	world    io.WriteCloser
	commands chan entry
	complain *os.File // what the demo says on its standard error
	ended    chan error
}

// need finds the programs, or leaves the test out where they are not installed. In CI they must be.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not installed", p)
			}
			t.Skipf("left out: %s is not installed", p)
		}
	}
}

// startX starts an X server on a display that it chooses itself.
func startX(t *testing.T) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1400x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{write}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = x.Process.Kill() // it may be gone already
		_ = x.Wait()         // killed, as it says
	})
	_ = write.Close()
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

func open(t *testing.T) *screen {
	t.Helper()
	need(t, "Xvfb", "xdotool")
	complain, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = complain.Close() }) // read before
	s := &screen{t: t, display: startX(t), commands: make(chan entry, 16), complain: complain, ended: make(chan error, 1)}
	binary := filepath.Join(t.TempDir(), "demo")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the demo: %v\n%s", err, out)
	}
	demo := exec.Command(binary)
	// Without the address of a bus godbus would start one and leave it behind.
	demo.Env = append(os.Environ(), "DISPLAY="+s.display, "LANG=en_US.UTF-8", "HOME="+t.TempDir(), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
	demo.Stderr = s.complain
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if s.world, err = demo.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	go s.listen(out)
	go func() { s.ended <- demo.Wait() }()
	t.Cleanup(func() { _ = demo.Process.Kill() }) // it may have ended already
	s.window = s.do("search", "--sync", "--onlyvisible", "--name", "^Cordboard$")
	s.do("windowfocus", "--sync", s.window)
	return s
}

// listen collects the commands that the window sends.
func (s *screen) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var e entry
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			s.commands <- e
		}
	}
	close(s.commands)
}

// do runs xdotool and returns the first word that it prints.
func (s *screen) do(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("timeout", append([]string{fmt.Sprint(patience.Seconds()), "xdotool"}, args...)...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("xdotool %v: %v\n%s\n%s", args, err, out, s.complaints())
	}
	word, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return word
}

// complaints is what the demo has said on its standard error so far.
func (s *screen) complaints() string {
	text, err := os.ReadFile(s.complain.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// quit asks the main window to close as a window manager does (ICCCM 4.2.8.1).
func (s *screen) quit() {
	s.t.Helper()
	x, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		s.t.Fatal(err)
	}
	defer x.Close()
	atom := func(name string) uint32 {
		reply, err := xproto.InternAtom(x, false, uint16(len(name)), name).Reply()
		if err != nil {
			s.t.Fatal(err)
		}
		return uint32(reply.Atom)
	}
	id, err := strconv.ParseUint(s.window, 10, 32)
	if err != nil {
		s.t.Fatal(err)
	}
	message := xproto.ClientMessageEvent{Format: 32, Window: xproto.Window(id), Type: xproto.Atom(atom("WM_PROTOCOLS")),
		Data: xproto.ClientMessageDataUnionData32New([]uint32{atom("WM_DELETE_WINDOW"), 0, 0, 0, 0})}
	if err := xproto.SendEventChecked(x, false, xproto.Window(id), 0, string(message.Bytes())).Check(); err != nil {
		s.t.Fatal(err)
	}
}

// happen tells the demo what happens in the world.
func (s *screen) happen(in cti.Input) {
	s.t.Helper()
	data, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.world, `{"kind":%q,"data":%s}`+"\n", in.Kind(), data); err != nil {
		s.t.Fatal(err)
	}
}

// expect waits for the next command and fails the test unless it is the wanted one.
func (s *screen) expect(kind string, want map[string]any) {
	s.t.Helper()
	select {
	case e, ok := <-s.commands:
		var got map[string]any
		if !ok || json.Unmarshal(e.Data, &got) != nil {
			s.t.Fatalf("the demo ended\n%s", s.complaints())
		}
		right := e.Kind == kind
		for k, v := range want {
			right = right && got[k] == v
		}
		if !right {
			s.t.Fatalf("the window sent %s %s, want %s with %v", e.Kind, e.Data, kind, want)
		}
	case <-time.After(patience):
		s.t.Fatalf("the window sent nothing, want %s with %v\n%s", kind, want, s.complaints())
	}
}

// The real window on a real X server: keys and mouse arrive, a ringing card shows itself without taking a
// single letter, and Fyne finds nobody drawing from a wrong goroutine.
func TestWindowOnARealScreen(t *testing.T) {
	s := open(t)
	s.do("type", "--delay", "20", "+1 201 55")
	s.happen(cti.Ended{Call: script.Calling, By: cti.SidePeer, Reason: "The caller gave up."})
	s.happen(cti.Offered{Call: "new", Line: "sales", Number: "+4930123", Name: "Maria"})
	card := s.do("search", "--sync", "--onlyvisible", "--name", "^Incoming call$")
	s.do("type", "--delay", "20", "32447")
	s.do("key", "Return")
	s.expect("dial", map[string]any{"number": "+1 201 5532447", "line": "desk", "route": "Trunk A"})

	s.do("mousemove", "--window", card, "60", "115", "click", "1")
	s.expect("answer", map[string]any{"call": "new"})

	s.do("windowfocus", "--sync", s.window)
	s.do("key", "alt+Up")
	s.do("key", "F5")
	s.expect("hangup", nil)
	s.do("key", "ctrl+h")
	s.do("search", "--sync", "--onlyvisible", "--name", "History$")

	s.quit()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	case <-time.After(patience):
		t.Error("the demo goes on after its window was closed")
	}
	if text := s.complaints(); strings.Contains(text, "Error in Fyne call thread") || strings.Contains(text, "panic") {
		t.Errorf("the window complained:\n%s", text)
	}
}
