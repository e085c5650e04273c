package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// stripHeight is that of a small button, in the drawing's pixels.
const stripHeight = 24

// strip is a row of small buttons, drawn inside another widget's renderer.
type strip struct {
	boxes  []*canvas.Rectangle
	labels []*text
	shown  int
	hidden bool
}

// newStrip makes a strip with room for so many buttons.
func newStrip(most int) *strip {
	s := &strip{}
	for range most {
		s.boxes = append(s.boxes, newBox(6))
		s.labels = append(s.labels, newText(theme.Small, false))
	}
	return s
}

func (s *strip) objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for i := range s.boxes {
		out = append(out, s.boxes[i], s.labels[i].Text)
	}
	return out
}

// set takes labels and colours; a state that is in force is outlined and has the ground of a state.
func (s *strip) set(buttons []view.Command) {
	s.shown = min(len(buttons), len(s.boxes))
	for i := range s.boxes {
		s.boxes[i].Hidden, s.labels[i].Hidden = i >= s.shown, i >= s.shown
		if i >= s.shown {
			s.labels[i].set("", theme.Ink)
			continue
		}
		b := buttons[i]
		fill, edge, ink := theme.CardGround, theme.Edge, theme.Ink
		switch {
		case b.On:
			fill, edge, ink = theme.WaitGround, theme.WaitInk, theme.WaitInk
		case b.Reason != "":
			ink = theme.DimInk
		case b.Style == view.StyleDanger:
			ink = theme.StopInk
		}
		paintBox(s.boxes[i], fill, edge)
		s.boxes[i].CornerRadius = theme.Px(6)
		s.labels[i].set(b.Label, ink)
	}
}

// hide takes all buttons away, or shows those that are set.
func (s *strip) hide(hidden bool) {
	s.hidden = hidden
	for i := range s.boxes {
		s.boxes[i].Hidden, s.labels[i].Hidden = hidden || i >= s.shown, hidden || i >= s.shown
	}
}

// width is what all buttons need in one row.
func (s *strip) width() float32 {
	w := -theme.Px(4)
	for _, l := range s.labels[:s.shown] {
		w += l.width() + theme.Px(14) + theme.Px(4)
	}
	return max(w, 0)
}

// place puts the buttons behind each other, in as many rows as they need up to right, in the middle of a height, and
// returns the height that they took.
func (s *strip) place(x, y, right, h float32) float32 {
	left, high, gap := x, theme.Px(stripHeight), theme.Px(4)
	y += max(h-high, 0) / 2
	top := y
	for i := range s.shown {
		w := s.labels[i].width() + theme.Px(14)
		if x > left && x+w > right {
			x, y = left, y+high+gap
		}
		place(s.boxes[i], x, y, w, high)
		s.labels[i].place(x+theme.Px(7), y, w-theme.Px(14), high)
		x += w + gap
	}
	return y + high - top
}

// at is the index of the button at a place, -1 beside them.
func (s *strip) at(p fyne.Position) int {
	return slices.IndexFunc(s.boxes[:s.shown], func(b *canvas.Rectangle) bool {
		at, size := b.Position(), b.Size()
		return p.X >= at.X && p.Y >= at.Y && p.X < at.X+size.Width && p.Y < at.Y+size.Height
	})
}

// Strip is a widget of small buttons, as the card of a member and the matrix have them. The arrow keys move along them
// while it has the focus.
type Strip struct {
	fynewidget.BaseWidget
	Keys    Keys
	OnPress func(view.Command)
	OnPoint func(saying string)

	model   []view.Command
	strip   *strip
	at      int
	focused bool
}

// NewStrip makes a strip with room for so many buttons.
func NewStrip(most int) *Strip {
	s := &Strip{strip: newStrip(most)}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows other buttons and reports whether it takes another height.
func (s *Strip) Set(buttons []view.Command) bool {
	before := s.MinSize().Height
	s.model = buttons
	s.at = min(s.at, max(len(buttons)-1, 0))
	s.Refresh()
	return s.MinSize().Height != before
}

// CreateRenderer implements fyne.Widget.
func (s *Strip) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(s, s.min, func(size fyne.Size) { s.strip.place(0, 0, size.Width, 0) }, s.style, s.strip.objects()...)
}

func (s *Strip) style() {
	s.strip.set(s.model)
	if s.focused && s.at < s.strip.shown {
		s.strip.boxes[s.at].StrokeColor, s.strip.boxes[s.at].StrokeWidth = theme.Color(theme.RingInk), theme.Px(2)
	}
}

// min has room for as many rows as the buttons need at the present width.
func (s *Strip) min() fyne.Size {
	if s.strip.shown == 0 {
		return fyne.NewSize(0, 0)
	}
	wide := s.Size().Width
	if wide <= 0 {
		wide = theme.Px(240)
	}
	return fyne.NewSize(theme.Px(120), s.strip.place(0, 0, wide, 0)+theme.Px(4))
}

// Tapped presses the button that was hit.
func (s *Strip) Tapped(e *fyne.PointEvent) {
	if i := s.strip.at(e.Position); i >= 0 {
		s.at = i
		s.press()
	}
}

func (s *Strip) press() {
	if s.at >= len(s.model) {
		return
	}
	if c := s.model[s.at]; c.Enabled() && s.OnPress != nil {
		s.OnPress(c)
		return
	}
	s.point()
}

// point tells what the chosen button does.
func (s *Strip) point() {
	if s.OnPoint != nil && s.at < len(s.model) {
		s.OnPoint(s.model[s.at].Saying())
	}
}

// MouseIn implements desktop.Hoverable.
func (s *Strip) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved tells what the button under the mouse does.
func (s *Strip) MouseMoved(e *desktop.MouseEvent) {
	if i := s.strip.at(e.Position); i >= 0 && s.OnPoint != nil {
		s.OnPoint(s.model[i].Saying())
	}
}

// MouseOut implements desktop.Hoverable.
func (s *Strip) MouseOut() {
	if s.OnPoint != nil {
		s.OnPoint("")
	}
}

// FocusGained implements fyne.Focusable.
func (s *Strip) FocusGained() { s.focused = true; s.point(); s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Strip) FocusLost() { s.focused = false; s.MouseOut(); s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *Strip) TypedRune(r rune) { s.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (s *Strip) TypedKey(e *fyne.KeyEvent) {
	switch {
	case pressed(e):
		s.press()
	case e.Name == fyne.KeyLeft || e.Name == fyne.KeyRight:
		step := 1
		if e.Name == fyne.KeyLeft {
			step = -1
		}
		s.at = min(max(s.at+step, 0), max(len(s.model)-1, 0))
		s.point()
		s.Refresh()
	default:
		s.Keys.forwardKey(e)
	}
}
