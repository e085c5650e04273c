package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
)

// keypadDigits are the keys in reading order, three a row; the keyboard may send A to D as well.
const keypadDigits = "123456789*0#"

// Keypad sends digits in a call, by its keys or, while it has the focus, by the keyboard (R37).
type Keypad struct {
	fynewidget.BaseWidget
	Keys    Keys
	OnDigit func(digit string)
	OnPoint func(reason string)

	reason  string // why no digits can be sent, "" when they can
	focused bool
	hovered int // index of the key under the mouse, -1 for none
	boxes   []*canvas.Rectangle
	labels  []*text
}

// NewKeypad makes a keypad.
func NewKeypad() *Keypad {
	k := &Keypad{hovered: -1}
	for range keypadDigits {
		k.boxes = append(k.boxes, newBox(controlRadius))
		k.labels = append(k.labels, newText(theme.Body, true))
	}
	k.ExtendBaseWidget(k)
	return k
}

// Set says why digits cannot be sent now, or that they can.
func (k *Keypad) Set(reason string) {
	if k.reason != reason {
		k.reason = reason
		k.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (k *Keypad) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for i := range k.boxes {
		objects = append(objects, k.boxes[i], k.labels[i])
	}
	return newPainting(k, func() fyne.Size { return fyne.NewSize(theme.Px(150), 4*theme.Px(36)) }, k.layout, k.style, objects...)
}

// style outlines all keys while the keyboard sends digits, for typed numbers go elsewhere otherwise.
func (k *Keypad) style() {
	ink := theme.Ink
	if k.reason != "" {
		ink = theme.DimInk
	}
	edge := theme.Edge
	if k.focused {
		edge = theme.RingInk
	}
	for i, b := range k.boxes {
		fill := theme.Field
		if i == k.hovered && k.reason == "" {
			fill = theme.HoverGround
		}
		paintBox(b, fill, edge)
		k.labels[i].set(keypadDigits[i:i+1], ink)
	}
}

func (k *Keypad) layout(s fyne.Size) {
	gap := theme.Px(6)
	w, h := (s.Width-2*gap)/3, theme.Px(36)-gap
	for i := range k.boxes {
		x, y := float32(i%3)*(w+gap), float32(i/3)*(h+gap)
		place(k.boxes[i], x, y, w, h)
		lw := k.labels[i].width()
		k.labels[i].place(x+(w-lw)/2, y, lw, h)
	}
}

// keyAt is the index of the key at a place, -1 between them.
func (k *Keypad) keyAt(p fyne.Position) int {
	for i, b := range k.boxes {
		at, size := b.Position(), b.Size()
		if p.X >= at.X && p.Y >= at.Y && p.X < at.X+size.Width && p.Y < at.Y+size.Height {
			return i
		}
	}
	return -1
}

// Tapped sends the digit under the finger.
func (k *Keypad) Tapped(e *fyne.PointEvent) {
	if i := k.keyAt(e.Position); i >= 0 {
		k.send(keypadDigits[i : i+1])
	}
}

// send hands a digit out, or says why it cannot be sent.
func (k *Keypad) send(digit string) {
	switch {
	case k.reason != "":
		k.point(k.reason)
	case k.OnDigit != nil:
		k.OnDigit(digit)
	}
}

func (k *Keypad) point(reason string) {
	if k.OnPoint != nil {
		k.OnPoint(reason)
	}
}

// MouseIn implements desktop.Hoverable.
func (k *Keypad) MouseIn(e *desktop.MouseEvent) { k.point(k.reason); k.MouseMoved(e) }

// MouseMoved lights the key under the mouse.
func (k *Keypad) MouseMoved(e *desktop.MouseEvent) {
	if at := k.keyAt(e.Position); at != k.hovered {
		k.hovered = at
		k.Refresh()
	}
}

// MouseOut implements desktop.Hoverable.
func (k *Keypad) MouseOut() { k.hovered = -1; k.point(""); k.Refresh() }

// FocusGained implements fyne.Focusable.
func (k *Keypad) FocusGained() { k.focused = true; k.point(k.reason); k.Refresh() }

// FocusLost implements fyne.Focusable.
func (k *Keypad) FocusLost() { k.focused = false; k.point(""); k.Refresh() }

// TypedRune sends a digit; anything else goes where typed text belongs.
func (k *Keypad) TypedRune(r rune) {
	if d := strings.ToUpper(string(r)); strings.Contains(keypadDigits+"ABCD", d) {
		k.send(d)
		return
	}
	k.Keys.forwardRune(r)
}

// TypedKey implements fyne.Focusable.
func (k *Keypad) TypedKey(e *fyne.KeyEvent) { k.Keys.forwardKey(e) }
