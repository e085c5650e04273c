package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Keys is where a focused control sends what it has no use for, so that the window's keys work everywhere
// and typed text always ends up in the Number field.
type Keys struct {
	Key  func(*fyne.KeyEvent)
	Rune func(rune)
}

// forwardKey hands on a key that the control has no use for.
func (k Keys) forwardKey(e *fyne.KeyEvent) {
	if k.Key != nil {
		k.Key(e)
	}
}

// forwardRune hands on typed text.
func (k Keys) forwardRune(r rune) {
	if k.Rune != nil && r != ' ' { // a space presses the focused control
		k.Rune(r)
	}
}

// pressed reports whether a key presses the focused control.
func pressed(e *fyne.KeyEvent) bool {
	return e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter
}

// menued is a control that can be pressed and has a menu.
type menued interface {
	fyne.CanvasObject
	fyne.Tappable
	fyne.SecondaryTappable
}

// pressOrMenu is what a key does to a focused control with a menu, which opens so far in from its left edge.
func (k Keys) pressOrMenu(e *fyne.KeyEvent, o menued, in float32) {
	switch {
	case pressed(e):
		o.Tapped(nil)
	case e.Name == desktop.KeyMenu:
		o.TappedSecondary(below(o, in))
	default:
		k.forwardKey(e)
	}
}

// below is where the menu key opens the menu of a control: under it, a little in from its left edge, as a click there would.
func below(o fyne.CanvasObject, in float32) *fyne.PointEvent {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	return &fyne.PointEvent{AbsolutePosition: at.AddXY(in, o.Size().Height)}
}
