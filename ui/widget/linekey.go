package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// LineKey is the key of a line: lamp, name and state. Tapping it chooses the line.
type LineKey struct {
	fynewidget.BaseWidget
	Keys    Keys
	OnTap   func()
	OnMenu  func(at fyne.Position) // right mouse button, or the menu key
	OnPoint func(reason string)

	model   view.LineKey
	focused bool
	box     *canvas.Rectangle
	lamp    *canvas.Circle
	name    *text
	state   *text
}

// NewLineKey makes a key without a line; Set gives it one.
func NewLineKey() *LineKey {
	k := &LineKey{box: newBox(controlRadius), lamp: canvas.NewCircle(color.Transparent),
		name: newText(theme.Body, false), state: newText(theme.Body, false)}
	k.ExtendBaseWidget(k)
	return k
}

// Set shows a line.
func (k *LineKey) Set(m view.LineKey) {
	if k.model != m {
		k.model = m
		k.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (k *LineKey) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(k, k.min, k.layout, k.style, k.box, k.lamp, k.name, k.state)
}

func (k *LineKey) style() {
	fill, edge := theme.HoverGround, theme.Edge
	if k.model.Selected {
		fill = theme.RingGround
	}
	if k.model.Selected || k.focused {
		edge = theme.RingInk
	}
	paintBox(k.box, fill, edge)
	k.box.CornerRadius = theme.Px(controlRadius)
	if k.focused || k.model.Selected {
		k.box.StrokeWidth = theme.Px(2)
	}
	ink := theme.Color(roleInk(k.model.Role))
	k.lamp.FillColor, k.lamp.StrokeColor, k.lamp.StrokeWidth = ink, ink, theme.Px(2)
	if k.model.Hollow {
		k.lamp.FillColor = color.Transparent
	}
	k.name.TextStyle.Bold = k.model.Selected
	k.name.set(k.model.Name, theme.Ink)
	k.state.set("· "+k.model.State, theme.QuietInk)
	if k.model.Selected {
		k.state.set("· "+k.model.State, theme.Ink)
	}
}

func (k *LineKey) min() fyne.Size {
	w := theme.Px(12+10+8) + min(k.name.width(), theme.Px(160)) + theme.Px(4) + k.state.width() + theme.Px(14)
	return fyne.NewSize(w, theme.Px(32))
}

func (k *LineKey) layout(s fyne.Size) {
	place(k.box, 0, 0, s.Width, s.Height)
	d := theme.Px(10)
	place(k.lamp, theme.Px(12), (s.Height-d)/2, d, d)
	x := theme.Px(30)
	sw := k.state.width()
	nw := min(k.name.width(), s.Width-x-sw-theme.Px(16))
	k.name.place(x, 0, nw, s.Height)
	k.state.place(x+nw+theme.Px(4), 0, sw, s.Height)
}

// Tapped chooses the line.
func (k *LineKey) Tapped(*fyne.PointEvent) {
	if k.OnTap != nil {
		k.OnTap()
	}
}

// TappedSecondary opens what can be done about the line's calls.
func (k *LineKey) TappedSecondary(e *fyne.PointEvent) {
	if k.OnMenu != nil {
		k.OnMenu(e.AbsolutePosition)
	}
}

// MouseIn says why the line cannot be used.
func (k *LineKey) MouseIn(*desktop.MouseEvent) { k.point(k.model.Why) }

// MouseMoved implements desktop.Hoverable.
func (k *LineKey) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (k *LineKey) MouseOut() { k.point("") }

// FocusGained implements fyne.Focusable.
func (k *LineKey) FocusGained() { k.focused = true; k.point(k.model.Why); k.Refresh() }

// FocusLost implements fyne.Focusable.
func (k *LineKey) FocusLost() { k.focused = false; k.point(""); k.Refresh() }

// TypedRune implements fyne.Focusable.
func (k *LineKey) TypedRune(r rune) { k.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (k *LineKey) TypedKey(e *fyne.KeyEvent) { k.Keys.pressOrMenu(e, k, theme.Px(12)) }

func (k *LineKey) point(why string) {
	if k.OnPoint != nil {
		k.OnPoint(why)
	}
}
