//go:build cgo && linux

package window

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"cordboard/app/e2e/screen"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/ui/theme"
)

// sizes at which the window must look well: as it opens, a small notebook's, and a third of a wide screen.
var sizes = []image.Point{{1320, 860}, {1024, 640}, {640, 1000}, {440, 900}}

// Every theme is painted at every size, with calls in the table and everything inside the window.
func TestLooks(t *testing.T) {
	for _, variant := range theme.Variants {
		t.Run(string(variant), func(t *testing.T) {
			s := screen.New(t, 1920, 1080)
			d := newDesk(t)
			d.set(settings.Settings{Window: settings.Window{Theme: string(variant)}})
			w := d.show(s, theme.Look{Variant: variant})
			d.registered()
			d.do("dial", "201")
			d.call("the conversation", talking)
			d.do("hold")
			d.do("dial", "202")
			d.await("two calls", func(s *cti.Snapshot) bool { // the practice customer may be among them
				return slices.ContainsFunc(s.Calls, onHold) && slices.ContainsFunc(s.Calls, talking)
			})
			for _, size := range sizes {
				w.resize(size)
				w.row(theme.TalkGround)
				img := w.painted(w.main)
				w.keep(fmt.Sprintf("%s %dx%d", variant, size.X, size.Y), img)
				if n := w.count(img, img.Rect, theme.Ground); n < img.Rect.Dx()*10 {
					t.Errorf("%v: only %d points have the colour of the ground", size, n)
				}
			}
		})
	}
}

// resize gives the main window a size, and waits until it has it.
func (w *window) resize(size image.Point) {
	w.t.Helper()
	w.Do("windowmove", fmt.Sprint(w.main), "20", "30", "windowsize", fmt.Sprint(w.main), fmt.Sprint(size.X), fmt.Sprint(size.Y))
	w.Until(fmt.Sprintf("a window of %v", size), func() bool { return w.Area(w.main).Size() == size })
}
