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

// LampKey is the key of a watched number: lamp, name and state. A tap does what its state allows, the right mouse
// button offers all that is possible.
type LampKey struct {
	fynewidget.BaseWidget
	Keys    Keys
	OnGive  func(view.Lamp, view.Command)
	OnPoint func(saying string)

	model            view.Lamp
	focused, hovered bool
	box              *canvas.Rectangle
	lamp             *canvas.Circle
	square           *canvas.Rectangle
	name, state      *text
}

// NewLampKey makes a key without a number; Set gives it one.
func NewLampKey() *LampKey {
	k := &LampKey{box: newBox(controlRadius), lamp: canvas.NewCircle(color.Transparent), square: newBox(2),
		name: newText(theme.Small, true), state: newText(theme.Caption, false)}
	k.ExtendBaseWidget(k)
	return k
}

// Set shows a watched number.
func (k *LampKey) Set(m view.Lamp) {
	same := k.model.Name == m.Name && k.model.State == m.State && k.model.Note == m.Note
	k.model = m // what a press sends may have changed
	if !same {
		k.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (k *LampKey) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(k, func() fyne.Size { return fyne.NewSize(theme.Px(124), theme.Px(42)) }, k.layout, k.style,
		k.box, k.lamp, k.square, k.name, k.state)
}

// style draws a round lamp for who can be called, a ring for who is not known, and a square for who is taken.
func (k *LampKey) style() {
	fill, edge := theme.CardGround, theme.Edge
	if k.hovered {
		fill = theme.HoverGround
	}
	if k.model.State.Role == view.Ring {
		fill = theme.RingGround
	}
	if k.focused {
		edge = theme.RingInk
	}
	paintBox(k.box, fill, edge)
	k.box.CornerRadius = theme.Px(controlRadius)
	ink := theme.Color(roleInk(k.model.State.Role))
	k.lamp.FillColor, k.lamp.StrokeColor, k.lamp.StrokeWidth = ink, ink, theme.Px(2)
	if !k.model.Known {
		k.lamp.FillColor = color.Transparent
	}
	k.square.FillColor = ink
	taken := k.model.State.Role == view.Stop || k.model.State.Role == view.Wait
	k.lamp.Hidden, k.square.Hidden = taken, !taken
	k.name.set(k.model.Name, theme.Ink)
	k.state.set(k.model.State.Text(), roleInk(k.model.State.Role))
}

func (k *LampKey) layout(s fyne.Size) {
	place(k.box, 0, 0, s.Width, s.Height)
	d := theme.Px(10)
	place(k.lamp, theme.Px(10), theme.Px(9), d, d)
	place(k.square, theme.Px(10), theme.Px(9), d, d)
	k.name.place(theme.Px(26), theme.Px(2), s.Width-theme.Px(32), theme.Px(22))
	k.state.place(theme.Px(26), theme.Px(21), s.Width-theme.Px(32), theme.Px(18))
}

// Tapped does what the state of the number allows at once.
func (k *LampKey) Tapped(*fyne.PointEvent) {
	if k.model.Press.Enabled() && k.OnGive != nil {
		k.OnGive(k.model, k.model.Press)
		return
	}
	k.point(true)
}

// TappedSecondary offers all that is possible with the number.
func (k *LampKey) TappedSecondary(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(k); c != nil && len(k.model.Menu) > 0 {
		ShowMenu(c, e.AbsolutePosition, k.model.Menu, func(cmd view.Command) { k.OnGive(k.model, cmd) })
	}
}

// MouseIn implements desktop.Hoverable.
func (k *LampKey) MouseIn(*desktop.MouseEvent) { k.hovered = true; k.point(true); k.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (k *LampKey) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (k *LampKey) MouseOut() { k.hovered = false; k.point(false); k.Refresh() }

// FocusGained implements fyne.Focusable.
func (k *LampKey) FocusGained() { k.focused = true; k.point(true); k.Refresh() }

// FocusLost implements fyne.Focusable.
func (k *LampKey) FocusLost() { k.focused = false; k.point(false); k.Refresh() }

// TypedRune implements fyne.Focusable.
func (k *LampKey) TypedRune(r rune) { k.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (k *LampKey) TypedKey(e *fyne.KeyEvent) { k.Keys.pressOrMenu(e, k, theme.Px(20)) }

// point tells who the caller is and what a press does, or why it does nothing.
func (k *LampKey) point(at bool) {
	switch {
	case k.OnPoint == nil:
	case !at:
		k.OnPoint("")
	case k.model.Note != "":
		k.OnPoint(k.model.Note + " · " + k.model.Press.Saying())
	default:
		k.OnPoint(k.model.Press.Saying())
	}
}

// LampGrid places keys of equal width side by side, in as many rows as they need.
type LampGrid struct{}

// MinSize implements fyne.Layout; it counts with two keys in a row.
func (LampGrid) MinSize(keys []fyne.CanvasObject) fyne.Size {
	rows := (len(keys) + 1) / 2
	return fyne.NewSize(theme.Px(2*124+6), max(float32(rows)*theme.Px(48)-theme.Px(6), 0))
}

// Layout implements fyne.Layout.
func (LampGrid) Layout(keys []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Px(6)
	columns := max(int((size.Width+gap)/theme.Px(124+6)), 1)
	w := (size.Width - gap*float32(columns-1)) / float32(columns)
	for i, k := range keys {
		place(k, float32(i%columns)*(w+gap), float32(i/columns)*theme.Px(48), w, theme.Px(42))
	}
}
