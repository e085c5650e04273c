package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// The size of the ringing card for one call, and its distance from the corner, in the drawing's pixels.
const (
	ringWidth  = 380
	ringHeight = 152
	ringMargin = 24
	ringCards  = 3 // more calls than these wait in the table only
)

// popup puts a window on the screen without giving it the keyboard, which Fyne and GLFW cannot.
type popup interface {
	// show puts the window at the top right of the screen, above all others. Lengths are in pixels.
	show(width, margin float32)
	hide()
	close()
}

// ringCard announces incoming calls in a borderless window that leaves by itself.
//
// GLFW gives the keyboard to every window that it shows. So the window is shown once at the start, before
// the main window, taken from the screen at once, and from then on put there and taken away by popup.
type ringCard struct {
	send   func(cti.Command)
	window fyne.Window
	native popup
	stack  *fyne.Container
	cards  []*widget.RingCard
	shown  int
	ready  bool // the main window is open; before, a card would end up beneath it
}

// newRingCard makes the window and has it taken from the screen at once.
func newRingCard(a fyne.App, send func(cti.Command)) *ringCard {
	r := &ringCard{send: send, stack: container.New(&cardStack{})}
	if d, ok := a.Driver().(desktop.Driver); ok {
		r.window = d.CreateSplashWindow()
	} else {
		r.window = a.NewWindow("")
	}
	r.window.SetTitle(lang.RingTitle.String()) // seen by nobody but the lists of accessibility tools
	r.window.SetContent(container.NewPadded(r.stack))
	r.window.Resize(r.size(1))
	r.native = newPopup(r.window)
	return r
}

// size is that of the window for a number of cards.
func (r *ringCard) size(cards int) fyne.Size {
	return fyne.NewSize(theme.Px(ringWidth), theme.Px(ringHeight)*float32(max(cards, 1)))
}

// set shows one card for each call, and none when the list is empty.
func (r *ringCard) set(list []view.Incoming) {
	list = list[:min(len(list), ringCards)]
	if len(list) == 0 || !r.ready {
		r.leave()
		return
	}
	for len(r.cards) < len(list) {
		r.cards = append(r.cards, widget.NewRingCard())
	}
	for i, in := range list {
		c := r.cards[i]
		c.OnAnswer = func() { r.send(in.Answer.Send) }
		c.OnReject = func() { r.send(in.Reject.Send) }
		c.OnBusy = func() { r.send(in.Busy) }
		c.Set(in)
	}
	if r.shown == len(list) {
		return
	}
	r.stack.Objects = nil
	for _, c := range r.cards[:len(list)] {
		r.stack.Objects = append(r.stack.Objects, c)
	}
	r.stack.Refresh()
	r.shown = len(list)
	size := r.size(len(list))
	r.window.Resize(size)
	px := r.window.Canvas().Scale()
	r.native.show(size.Width*px, theme.Px(ringMargin)*px)
}

// leave takes the window from the screen: the calls were answered, rejected, or given up.
func (r *ringCard) leave() {
	if r.shown > 0 {
		r.shown = 0
		r.native.hide()
	}
}

func (r *ringCard) close() {
	r.native.close()
	r.window.Close()
}

// plainPopup is the popup where nothing better is known, as in Fyne's test driver.
type plainPopup struct{ window fyne.Window }

func (p plainPopup) show(float32, float32) { p.window.Show() }
func (p plainPopup) hide()                 { p.window.Hide() }
func (plainPopup) close()                  {}
