//go:build linux

// Package screen gives tests an X server of their own, without a monitor, and plays keyboard and mouse on it. Whatever it
// starts ends with the test.
package screen

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"cordboard/cti/siptest/rig"
)

// Patience is how long a test waits for anything. Machines that run tests may be slow; the program's own bounds are
// measured by benchmarks.
const Patience = 30 * time.Second

// Screen is an X server without a monitor, with a window manager on it. Its methods are for the goroutine of the test and
// end the test when they fail.
type Screen struct {
	t       testing.TB
	display string
	server  *os.Process
	Conn    *xgb.Conn // of the test itself
	Info    *xproto.ScreenInfo
}

func init() {
	xgb.Logger = log.New(io.Discard, "", 0) // it prints a line when there is no ~/.Xauthority
}

// New starts both, with a picture of that many pixels. They end with the test, which is left out where they are missing.
func New(t testing.TB, width, height int) *Screen {
	t.Helper()
	rig.Need(t, "Xvfb", "openbox", "xdotool")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write} // it writes its number there once it serves
	background(t, server)
	_ = write.Close() // the server has its own
	_ = read.SetReadDeadline(time.Now().Add(Patience))
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb does not say its display: %v", err)
	}
	s := &Screen{t: t, display: ":" + strings.TrimSpace(number), server: server.Process}
	s.connect()
	background(t, s.Command("openbox"))
	managed := s.atom("_NET_SUPPORTING_WM_CHECK")
	s.Until("a window manager", func() bool { return len(s.property(s.Info.Root, managed)) > 0 })
	return s
}

// background runs a program and all of its children until the test ends.
func background(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // already gone is as good
		_ = cmd.Wait()                                      // it ends by signal
	})
}

func (s *Screen) connect() {
	s.t.Helper()
	var err error
	if s.Conn, err = xgb.NewConnDisplay(s.display); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.Conn.Close)
	s.Info = xproto.Setup(s.Conn).DefaultScreen(s.Conn)
}

// Display is the name of the screen, as in the variable DISPLAY.
func (s *Screen) Display() string { return s.display }

// Down kills the X server: every program that shows itself there loses its connection.
func (s *Screen) Down() {
	s.t.Helper()
	if err := s.server.Kill(); err != nil {
		s.t.Fatal(err)
	}
}

// Command is a program that shows itself on this screen and nowhere else.
func (s *Screen) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = s.environment()
	return cmd
}

// environment names no session bus: whatever looked for one would start a daemon that stays behind.
func (s *Screen) environment() []string {
	return append(os.Environ(), "DISPLAY="+s.display, "WAYLAND_DISPLAY=", "XAUTHORITY=", "DBUS_SESSION_BUS_ADDRESS=disabled:",
		"LANG=en_US.UTF-8", "LC_ALL=", "FYNE_SCALE=1", "LIBGL_ALWAYS_SOFTWARE=1")
}

// Until looks again and again whether something has come true.
func (s *Screen) Until(what string, ok func() bool) {
	s.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for late := time.After(Patience); !ok(); {
		select {
		case <-look.C:
		case <-late:
			s.t.Fatalf("%s does not come", what)
		}
	}
}

// Do runs xdotool and returns what it prints. A question that it cannot answer, as a search without a hit, gives "".
func (s *Screen) Do(args ...string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "xdotool", args...)
	cmd.Env = s.environment()
	out, err := cmd.Output()
	if err != nil && !slices.Contains([]string{"search", "getwindowfocus"}, args[0]) {
		s.t.Fatalf("xdotool %s: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out))
}

// Key presses and releases keys one after the other, in X's names.
func (s *Screen) Key(names ...string) {
	s.t.Helper()
	s.Do(append([]string{"key", "--delay", "30"}, names...)...)
}

// Write types a text with that many milliseconds between two characters.
func (s *Screen) Write(text string, pause int) {
	s.t.Helper()
	s.Do("type", "--delay", strconv.Itoa(pause), text)
}

// Press clicks a mouse button at a place of the screen.
func (s *Screen) Press(button int, at image.Point) {
	s.t.Helper()
	s.Do("mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", strconv.Itoa(button))
}

// Titled waits for a visible window with exactly that title, and for it to have the keyboard.
func (s *Screen) Titled(title string) xproto.Window {
	s.t.Helper()
	var id string
	s.Until("a window titled "+title, func() bool {
		id, _, _ = strings.Cut(s.Do("search", "--onlyvisible", "--name", "^"+title+"$"), "\n")
		return id != ""
	})
	s.Until("the keyboard in "+title, func() bool { return s.Do("getwindowfocus") == id })
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		s.t.Fatal(err)
	}
	return xproto.Window(n)
}

// Open reports whether a window with that title is visible.
func (s *Screen) Open(title string) bool {
	s.t.Helper()
	return s.Do("search", "--onlyvisible", "--name", "^"+title+"$") != ""
}

func (s *Screen) atom(name string) xproto.Atom {
	s.t.Helper()
	a, err := xproto.InternAtom(s.Conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	return a.Atom
}

func (s *Screen) property(w xproto.Window, name xproto.Atom) []byte {
	p, err := xproto.GetProperty(s.Conn, false, w, name, xproto.GetPropertyTypeAny, 0, 64).Reply()
	if err != nil {
		return nil
	}
	return p.Value
}

// Area is where a window is on the screen, without its frame.
func (s *Screen) Area(w xproto.Window) image.Rectangle {
	s.t.Helper()
	size, err := xproto.GetGeometry(s.Conn, xproto.Drawable(w)).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	at, err := xproto.TranslateCoordinates(s.Conn, w, s.Info.Root, 0, 0).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	return image.Rect(0, 0, int(size.Width), int(size.Height)).Add(image.Pt(int(at.DstX), int(at.DstY)))
}

// Shot is what is seen in a part of the screen; its points are those of the screen.
func (s *Screen) Shot(part image.Rectangle) *image.NRGBA {
	s.t.Helper()
	part = part.Intersect(image.Rect(0, 0, int(s.Info.WidthInPixels), int(s.Info.HeightInPixels)))
	raw, err := xproto.GetImage(s.Conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.Info.Root),
		int16(part.Min.X), int16(part.Min.Y), uint16(part.Dx()), uint16(part.Dy()), ^uint32(0)).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	img := image.NewNRGBA(part)
	for i := 0; i+3 < len(raw.Data); i += 4 { // blue, green, red, nothing
		at := image.Pt(part.Min.X+i/4%part.Dx(), part.Min.Y+i/4/part.Dx())
		img.SetNRGBA(at.X, at.Y, color.NRGBA{R: raw.Data[i+2], G: raw.Data[i+1], B: raw.Data[i], A: 0xff})
	}
	return img
}
