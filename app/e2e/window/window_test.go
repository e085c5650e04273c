//go:build cgo && linux

package window

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/jezek/xgb/xproto"

	"cordboard/app/e2e/screen"
	"cordboard/ui/theme"
)

// window is a running Cordboard with its main window.
type window struct {
	*desk
	*screen.Screen
	t     testing.TB
	cmd   *exec.Cmd
	done  chan struct{} // closed when it has ended
	said  string        // file of what it wrote
	main  xproto.Window
	theme *theme.Theme
}

// show starts Cordboard on the screen and waits until its window is painted and has the keyboard.
func (d *desk) show(s *screen.Screen, look theme.Look) *window {
	d.t.Helper()
	said, err := os.CreateTemp(d.home, "window")
	if err != nil {
		d.t.Fatal(err)
	}
	w := &window{desk: d, Screen: s, t: d.t, done: make(chan struct{}), said: said.Name(), theme: theme.New(look)}
	w.cmd = s.Command(program, "--home", d.home)
	w.cmd.Env = append(w.cmd.Env, "HOME="+d.home, "XDG_CONFIG_HOME="+d.home, "XDG_CACHE_HOME="+d.home)
	w.cmd.Stdout, w.cmd.Stderr = said, said
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := w.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		_ = w.cmd.Wait() // the tests see how it ends
		_ = said.Close() // nothing of ours was written
		close(w.done)
	}()
	d.t.Cleanup(w.end)
	w.main = s.Titled("Cordboard")
	w.painted(w.main)
	d.follow()
	return w
}

// end kills the window, and reads what it had to say.
func (w *window) end() {
	_ = w.cmd.Process.Kill() // already gone is as good
	<-w.done
	said, err := os.ReadFile(w.said)
	if err != nil {
		w.t.Error(err)
	}
	for line := range bytes.Lines(said) {
		// Fyne says so when its objects are touched from a goroutine that is not the UI's, and when a window that was
		// killed has left something broken behind.
		for _, fault := range []string{"Error in Fyne call thread", "Preferences load error", "panic:"} {
			if bytes.Contains(line, []byte(fault)) {
				w.t.Errorf("the window wrote:\n%s", said)
				return
			}
		}
	}
}

// painted waits until a window rests and shows what a window shows: many colours, of which none is nearly everything.
func (w *window) painted(id xproto.Window) *image.NRGBA {
	w.t.Helper()
	var img *image.NRGBA
	var before image.Rectangle
	w.Until("a painted window", func() bool {
		here := w.Area(id)
		img = w.Shot(here)
		colours, most := spectrum(img)
		rests := here == before // the window manager has put it in its place
		before = here
		return rests && colours >= 40 && most < 0.97
	})
	return img
}

// spectrum is the number of colours of a picture, and the share of the commonest.
func spectrum(img *image.NRGBA) (colours int, most float64) {
	seen := map[color.NRGBA]int{}
	commonest := 0
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			c := img.NRGBAAt(x, y)
			seen[c]++
			commonest = max(commonest, seen[c])
		}
	}
	return len(seen), float64(commonest) / float64(max(img.Rect.Dx()*img.Rect.Dy(), 1))
}

// count is how many points of a part of a picture have a colour of the theme.
func (w *window) count(img *image.NRGBA, part image.Rectangle, name fyne.ThemeColorName) int {
	want, n := w.theme.Color(name, 0), 0
	part = part.Intersect(img.Rect)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if img.NRGBAAt(x, y) == want {
				n++
			}
		}
	}
	return n
}

// middle is the middle of all points that have a colour of the theme, and whether there are enough of them for a button.
func (w *window) middle(img *image.NRGBA, name fyne.ThemeColorName) (image.Point, bool) {
	want, sum, n := w.theme.Color(name, 0), image.Point{}, 0
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			if img.NRGBAAt(x, y) == want {
				sum, n = sum.Add(image.Pt(x, y)), n+1
			}
		}
	}
	return sum.Div(max(n, 1)), n > 500
}

// The bar at the left of the selected row is 4 wide and as high as the row; nothing else at the left edge is so high.
const (
	barAt     = 17 // from the left of the window
	barHeight = 50 // at least
)

// selected finds the row of the table that is selected; an empty rectangle when there is none.
func (w *window) selected(img *image.NRGBA) image.Rectangle {
	for y, run := img.Rect.Min.Y, 0; y < img.Rect.Max.Y; y++ {
		x := img.Rect.Min.X + barAt
		if w.count(img, image.Rect(x, y, x+1, y+1), theme.RingInk) == 1 {
			run++
			continue
		}
		if run >= barHeight {
			return image.Rect(img.Rect.Min.X, y-run, img.Rect.Max.X, y)
		}
		run = 0
	}
	return image.Rectangle{}
}

// row waits until the selected row has a state of that colour, and returns where the row is. The word of a state stands on
// a ground of its own colour, hundreds of points of it.
func (w *window) row(ground fyne.ThemeColorName) image.Rectangle {
	w.t.Helper()
	var row image.Rectangle
	w.Until("a selected row with the colour "+string(ground), func() bool {
		img := w.Shot(w.Area(w.main))
		row = w.selected(img)
		return w.count(img, row, ground) > 300
	})
	return row
}

// keep writes a picture where CORDBOARD_SHOTS says, for people to look at.
func (w *window) keep(name string, img image.Image) {
	w.t.Helper()
	dir := os.Getenv("CORDBOARD_SHOTS")
	if dir == "" {
		dir = w.t.TempDir()
	}
	f, err := os.Create(filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".png"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		w.t.Fatal(err)
	}
}
