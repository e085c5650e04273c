//go:build cgo && linux

package bench

import (
	"fmt"
	"image"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"cordboard/app/e2e/screen"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// BenchmarkWindow: from starting the program to its window being painted, and what it costs at rest for 20 s; Cordboard's
// window of a desk that runs, and a bare window.
func BenchmarkWindow(b *testing.B) {
	b.Run("cordboard", func(b *testing.B) {
		d := newDesk(b, "127.0.0.76:5060")
		measureWindow(b, "Cordboard", d.bin, "--home", d.home)
	})
	b.Run("bare", func(b *testing.B) {
		bare := filepath.Join(b.TempDir(), "barewindow")
		if msg, err := exec.Command("go", "build", "-o", bare, "cordboard/app/bench/barewindow").CombinedOutput(); err != nil {
			b.Fatalf("the bare window does not build: %v\n%s", err, msg)
		}
		measureWindow(b, "Bare window", bare)
	})
}

func measureWindow(b *testing.B, title, bin string, args ...string) {
	b.Helper()
	s := screen.New(b, 1600, 1000)
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		w := openWindow(b, s, bin, args...)
		w.painted(title)
		took = append(took, time.Since(start))
		w.close()
	}
	w := openWindow(b, s, bin, args...)
	w.painted(title)
	time.Sleep(2 * time.Second) // what it does after the start is no rest
	load(b, w.cmd.Process.Pid, 20*time.Second)
	w.close()
	b.ReportMetric(ms(quantile(took, 0.5)), "ms-median")
}

// BenchmarkPacingBesideWindow: how evenly the desk sends in one call while its window draws as much as it can, because
// text is typed into it at full speed and its size changes all the time.
func BenchmarkPacingBesideWindow(b *testing.B) {
	d := newDesk(b, "127.0.0.77:5060")
	s := screen.New(b, 1600, 1000)
	w := openWindow(b, s, d.bin, "--home", d.home)
	w.painted("Cordboard")
	t := calls(b, d, 1)[0]
	stop, done := make(chan struct{}), make(chan struct{})
	go disturb(s, stop, done)
	for b.Loop() {
		t.forget()
		time.Sleep(10 * time.Second)
		errs := t.errors()
		b.ReportMetric(ms(quantile(errs, 0.5)), "ms-median")
		b.ReportMetric(ms(quantile(errs, 0.99)), "ms-p99")
		b.ReportMetric(ms(quantile(errs, 1)), "ms-max")
	}
	close(stop)
	<-done
	w.close()
}

// BenchmarkWindowCalls: what the window costs while it shows calls with sound, for 10 s.
func BenchmarkWindowCalls(b *testing.B) {
	for _, n := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := newDesk(b, fmt.Sprintf("127.0.0.%d:5060", 110+n))
			s := screen.New(b, 1600, 1000)
			w := openWindow(b, s, d.bin, "--home", d.home)
			w.painted("Cordboard")
			calls(b, d, n)
			for b.Loop() {
				load(b, w.cmd.Process.Pid, 10*time.Second)
			}
			w.close()
		})
	}
}

// disturb types, deletes and resizes without a pause until stop.
func disturb(s *screen.Screen, stop <-chan struct{}, done chan<- struct{}) {
	defer close(done)
	main := fmt.Sprint(s.Titled("Cordboard"))
	for width := 1000; ; width = 2300 - width {
		select {
		case <-stop:
			return
		default:
			s.Write("0123456789", 1)
			s.Key("Escape")
			s.Do("windowsize", main, fmt.Sprint(width), "860")
		}
	}
}

// openedWindow is a window under measurement.
type openedWindow struct {
	b   *testing.B
	s   *screen.Screen
	cmd *exec.Cmd
}

func openWindow(b *testing.B, s *screen.Screen, bin string, args ...string) *openedWindow {
	b.Helper()
	w := &openedWindow{b: b, s: s, cmd: s.Command(bin, args...)}
	config := b.TempDir()
	w.cmd.Env = append(w.cmd.Env, "HOME="+config, "XDG_CONFIG_HOME="+config)
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := w.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(w.close)
	return w
}

// painted waits until the window shows letters, which have many colours at their edges.
func (w *openedWindow) painted(title string) {
	w.b.Helper()
	id := w.s.Titled(title)
	w.s.Until("a painted window", func() bool {
		corner := w.s.Area(id)
		corner.Max = corner.Min.Add(image.Pt(400, 200)) // enough to find letters in, and fast to look at
		return colours(w.s.Shot(corner)) >= 20
	})
}

// colours counts those of a picture.
func colours(img *image.NRGBA) int {
	seen := map[[3]uint8]bool{}
	for i := 0; i+3 < len(img.Pix); i += 4 {
		seen[[3]uint8(img.Pix[i:i+3])] = true
	}
	return len(seen)
}

func (w *openedWindow) close() {
	if w.cmd == nil {
		return
	}
	_ = w.cmd.Process.Kill() // already gone is as good
	_ = w.cmd.Wait()         // it ends by signal
	w.cmd = nil
}

// BenchmarkClickToInvite: from the event of Enter at the X server to the INVITE at the far end.
func BenchmarkClickToInvite(b *testing.B) {
	p := siptest.UDP(b)
	d := newDesk(b, "127.0.0.78:5060")
	s := screen.New(b, 1600, 1000)
	w := openWindow(b, s, d.bin, "--home", d.home)
	w.painted("Cordboard")
	enter := newKey(b, s, 0xff0d) // XK_Return
	var took []time.Duration
	for b.Loop() {
		s.Key("ctrl+l")
		s.Write(p.URI("target"), 1)
		time.Sleep(glance) // at the number, before Enter is pressed
		start := time.Now()
		enter.press()
		invite := p.Request(sip.INVITE)
		took = append(took, time.Since(start))
		p.Answer(invite, 486, "busy")
		p.Request(sip.ACK)
		time.Sleep(glance) // at the answer; the field is empty again then
	}
	b.ReportMetric(ms(quantile(took, 0.5)), "ms-median")
	b.ReportMetric(ms(quantile(took, 0.95)), "ms-p95")
	w.close()
}

// glance is what an operator needs to look at something; the window has been painted by then.
const glance = 500 * time.Millisecond

// key of a keyboard. It is pressed by the X server's own test extension: starting a tool for it takes longer than what is
// measured.
type key struct {
	b    *testing.B
	s    *screen.Screen
	code byte
}

func newKey(b *testing.B, s *screen.Screen, sym xproto.Keysym) key {
	b.Helper()
	if err := xtest.Init(s.Conn); err != nil {
		b.Fatal(err)
	}
	setup := xproto.Setup(s.Conn)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	all, err := xproto.GetKeyboardMapping(s.Conn, setup.MinKeycode, count).Reply()
	if err != nil {
		b.Fatal(err)
	}
	for i := range int(count) {
		if all.Keysyms[i*int(all.KeysymsPerKeycode)] == sym {
			return key{b: b, s: s, code: byte(setup.MinKeycode) + byte(i)}
		}
	}
	b.Fatalf("no key has the symbol %#x", sym)
	return key{}
}

// press presses and releases the key.
func (k key) press() {
	k.b.Helper()
	for _, event := range []byte{xproto.KeyPress, xproto.KeyRelease} {
		if err := xtest.FakeInputChecked(k.s.Conn, event, k.code, 0, k.s.Info.Root, 0, 0, 0).Check(); err != nil {
			k.b.Fatal(err)
		}
	}
}
