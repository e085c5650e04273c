//go:build cgo && linux

package window

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
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"cordboard/cti/siptest/rig"
)

// patience is how long a test waits for anything. Machines that run tests may be slow; the program's own bounds are
// measured by benchmarks.
const patience = 30 * time.Second

// screen is an X server without a monitor, with a window manager on it.
type screen struct {
	t       testing.TB
	display string
	conn    *xgb.Conn
	info    *xproto.ScreenInfo
}

// newScreen starts both; they end with the test.
func newScreen(t testing.TB, width, height int) *screen {
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
	_ = read.SetReadDeadline(time.Now().Add(patience))
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb does not say its display: %v", err)
	}
	s := &screen{t: t, display: ":" + strings.TrimSpace(number)}
	s.connect()
	background(t, s.command("openbox"))
	managed := s.atom("_NET_SUPPORTING_WM_CHECK")
	s.until("a window manager", func() bool { return len(s.property(s.info.Root, managed)) > 0 })
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

func (s *screen) connect() {
	s.t.Helper()
	xgb.Logger = log.New(io.Discard, "", 0) // it prints a line when there is no ~/.Xauthority
	var err error
	if s.conn, err = xgb.NewConnDisplay(s.display); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.conn.Close)
	s.info = xproto.Setup(s.conn).DefaultScreen(s.conn)
}

// command is a program that shows itself on this screen and nowhere else. Without a session bus of its own, nothing
// that looks for one starts a daemon that would stay behind.
func (s *screen) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display, "WAYLAND_DISPLAY=", "XAUTHORITY=", "DBUS_SESSION_BUS_ADDRESS=disabled:",
		"LANG=en_US.UTF-8", "LC_ALL=", "FYNE_SCALE=1", "LIBGL_ALWAYS_SOFTWARE=1")
	return cmd
}

// until looks again and again whether something has come true.
func (s *screen) until(what string, ok func() bool) {
	s.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for late := time.After(patience); !ok(); {
		select {
		case <-look.C:
		case <-late:
			s.t.Fatalf("%s does not come", what)
		}
	}
}

// xdotool plays keyboard and mouse, and returns what it prints; "" when it found nothing.
func (s *screen) xdotool(args ...string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := s.command("xdotool", args...)
	bound := exec.CommandContext(ctx, cmd.Path, cmd.Args[1:]...)
	bound.Env = cmd.Env
	out, err := bound.Output()
	if err != nil && args[0] != "search" && args[0] != "getactivewindow" && args[0] != "getwindowfocus" {
		s.t.Fatalf("xdotool %s: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out))
}

// key presses and releases keys one after the other, in X's names.
func (s *screen) key(names ...string) {
	s.t.Helper()
	s.xdotool(append([]string{"key", "--delay", "30"}, names...)...)
}

// write types a text with that many milliseconds between two characters.
func (s *screen) write(text string, pause int) {
	s.t.Helper()
	s.xdotool("type", "--delay", strconv.Itoa(pause), text)
}

// press clicks a mouse button at a place of the screen.
func (s *screen) press(button int, at image.Point) {
	s.t.Helper()
	s.xdotool("mousemove", strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", strconv.Itoa(button))
}

// titled waits for a visible window with exactly that title, and for it to have the keyboard.
func (s *screen) titled(title string) xproto.Window {
	s.t.Helper()
	var id string
	s.until("a window titled "+title, func() bool {
		id, _, _ = strings.Cut(s.xdotool("search", "--onlyvisible", "--name", "^"+title+"$"), "\n")
		return id != ""
	})
	s.until("the keyboard in "+title, func() bool { return s.xdotool("getwindowfocus") == id })
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		s.t.Fatal(err)
	}
	return xproto.Window(n)
}

// open reports whether a window with that title is visible.
func (s *screen) open(title string) bool {
	s.t.Helper()
	return s.xdotool("search", "--onlyvisible", "--name", "^"+title+"$") != ""
}

func (s *screen) atom(name string) xproto.Atom {
	s.t.Helper()
	a, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	return a.Atom
}

func (s *screen) property(w xproto.Window, name xproto.Atom) []byte {
	p, err := xproto.GetProperty(s.conn, false, w, name, xproto.GetPropertyTypeAny, 0, 64).Reply()
	if err != nil {
		return nil
	}
	return p.Value
}

// area is where a window is on the screen, without its frame.
func (s *screen) area(w xproto.Window) image.Rectangle {
	s.t.Helper()
	size, err := xproto.GetGeometry(s.conn, xproto.Drawable(w)).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	at, err := xproto.TranslateCoordinates(s.conn, w, s.info.Root, 0, 0).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	return image.Rect(0, 0, int(size.Width), int(size.Height)).Add(image.Pt(int(at.DstX), int(at.DstY)))
}

// shot is what is seen in a part of the screen; its points are those of the screen.
func (s *screen) shot(part image.Rectangle) *image.NRGBA {
	s.t.Helper()
	part = part.Intersect(image.Rect(0, 0, int(s.info.WidthInPixels), int(s.info.HeightInPixels)))
	raw, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.info.Root),
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
