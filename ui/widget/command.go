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

// Command is a button with its key printed on it. When pointed at or focused it says through OnPoint why it cannot be
// used, which dims it, or what it will do where that is not plain.
type Command struct {
	fynewidget.BaseWidget
	Keys    Keys
	OnTap   func()
	OnPoint func(saying string) // "" when no longer pointed at
	Tall    bool                // as high as a field of the panel
	Room    view.Key            // a key that it may have: there is always room for it
	Dot     bool                // it may have the red dot of a recording: there is always room for it

	model    view.Command
	widest   []string // labels that it may have; its width fits all of them
	hovered  bool
	focused  bool
	box      *canvas.Rectangle
	label    *text
	keyLabel *text
	dot      *canvas.Circle // of a recording
}

// NewCommand makes a button that is wide enough for all labels it will ever have, so that the bar never moves.
func NewCommand(labels ...string) *Command {
	c := &Command{widest: labels, box: newBox(controlRadius), label: newText(theme.Body, false), keyLabel: newText(theme.Caption, false),
		dot: canvas.NewCircle(color.Transparent)}
	c.ExtendBaseWidget(c)
	return c
}

// Set shows another state of the command; nothing is painted when it is the same.
func (c *Command) Set(m view.Command) {
	same := c.model.Label == m.Label && c.model.Key == m.Key && c.model.Style == m.Style && c.model.Reason == m.Reason
	c.model = m // what it sends may have changed
	if same {
		return
	}
	if c.hovered || c.focused {
		c.point(true)
	}
	c.Refresh()
}

// Model returns what was set last.
func (c *Command) Model() view.Command { return c.model }

// CreateRenderer implements fyne.Widget.
func (c *Command) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(c, c.min, c.layout, c.style, c.box, c.label, c.keyLabel, c.dot)
}

// style dims what cannot be used before anything else: a dimmed command has no colour of its own.
func (c *Command) style() {
	fill, edge, ink := theme.CardGround, theme.Edge, theme.Ink
	keyInk := theme.QuietInk
	switch {
	case c.model.Reason != "":
		ink, keyInk = theme.DimInk, theme.DimInk
	case c.model.Style == view.StyleGo:
		fill, edge, ink, keyInk = theme.TalkInk, theme.TalkInk, theme.GoInk, theme.GoInk
	case c.model.Style == view.StyleDanger:
		edge, ink, keyInk = theme.StopInk, theme.StopInk, theme.StopInk
	}
	if c.hovered && c.model.Reason == "" && c.model.Style != view.StyleGo {
		fill = theme.HoverGround
	}
	if c.focused {
		edge = theme.RingInk
	}
	paintBox(c.box, fill, edge)
	if c.focused {
		c.box.StrokeWidth = theme.Px(2)
	}
	c.box.CornerRadius = theme.Px(controlRadius)
	c.label.TextStyle.Bold = c.model.Style == view.StyleGo && c.model.Reason == ""
	c.label.set(c.model.Label, ink)
	c.keyLabel.set(string(c.model.Key), keyInk)
	c.dot.Hidden = c.model.Style != view.StyleRecord
	c.dot.FillColor = theme.Color(theme.StopInk)
	if c.model.Reason != "" {
		c.dot.FillColor = theme.Color(theme.DimInk)
	}
}

// dotRoom is what the red dot of a recording takes before the label, in the drawing's pixels.
const dotRoom = 16

// min is wide enough for every label in bold and for its key, so that neither a new label nor a new style moves the bar.
func (c *Command) min() fyne.Size {
	var w float32
	for _, l := range append(c.widest, c.model.Label) {
		w = max(w, fyne.MeasureText(l, theme.Size(theme.Body), fyne.TextStyle{Bold: true}).Width)
	}
	w += theme.Px(24)
	if key := max(c.keyLabel.width(), c.keyLabel.measure(string(c.Room))); key > 0 {
		w += key + theme.Px(8)
	}
	if c.Dot {
		w += theme.Px(dotRoom)
	}
	if c.Tall {
		return fyne.NewSize(w, theme.Px(fieldHeight))
	}
	return fyne.NewSize(w, theme.Px(34))
}

// layout puts label and key cap side by side in the middle.
func (c *Command) layout(s fyne.Size) {
	place(c.box, 0, 0, s.Width, s.Height)
	kw := c.keyLabel.width()
	gap := float32(0)
	if kw > 0 {
		gap = theme.Px(8)
	}
	dot := float32(0)
	if !c.dot.Hidden {
		dot = theme.Px(dotRoom)
	}
	lw := min(c.label.width(), s.Width-kw-gap-dot-theme.Px(12))
	x := (s.Width - lw - gap - kw - dot) / 2
	place(c.dot, x, (s.Height-theme.Px(10))/2, theme.Px(10), theme.Px(10))
	x += dot
	c.label.place(x, 0, lw, s.Height)
	c.keyLabel.place(x+lw+gap, 0, kw, s.Height)
}

// Tapped gives the command, or shows again why it cannot be given.
func (c *Command) Tapped(*fyne.PointEvent) {
	if c.model.Reason != "" {
		c.point(true)
		return
	}
	if c.OnTap != nil {
		c.OnTap()
	}
}

// MouseIn implements desktop.Hoverable.
func (c *Command) MouseIn(*desktop.MouseEvent) { c.hovered = true; c.point(true); c.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (c *Command) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *Command) MouseOut() { c.hovered = false; c.point(false); c.Refresh() }

// FocusGained implements fyne.Focusable.
func (c *Command) FocusGained() { c.focused = true; c.point(true); c.Refresh() }

// FocusLost implements fyne.Focusable.
func (c *Command) FocusLost() { c.focused = false; c.point(false); c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *Command) TypedRune(r rune) { c.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (c *Command) TypedKey(e *fyne.KeyEvent) {
	if pressed(e) {
		c.Tapped(nil)
		return
	}
	c.Keys.forwardKey(e)
}

// point tells whoever listens why the command cannot be given, or that it is no longer asked about.
func (c *Command) point(at bool) {
	if c.OnPoint == nil {
		return
	}
	if at {
		c.OnPoint(c.model.Saying())
	} else {
		c.OnPoint("")
	}
}
