package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
)

// Track shows the place in a recording as a bar; a click goes to another place.
type Track struct {
	fynewidget.BaseWidget
	OnSeek func(part float32) // from 0 to 1

	part         float32
	ground, done *canvas.Rectangle
}

// NewTrack makes a bar at its beginning.
func NewTrack() *Track {
	t := &Track{ground: newBox(4), done: newBox(4)}
	t.ExtendBaseWidget(t)
	return t
}

// Set shows another place, from 0 to 1.
func (t *Track) Set(part float32) {
	if t.part != part {
		t.part = part
		t.Refresh()
	}
}

// Part returns the place that is shown.
func (t *Track) Part() float32 { return t.part }

// CreateRenderer implements fyne.Widget.
func (t *Track) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(t, func() fyne.Size { return fyne.NewSize(theme.Px(60), theme.Px(34)) }, t.layout, func() {
		paintBox(t.ground, theme.HoverGround, theme.Edge)
		paintBox(t.done, theme.TalkInk, "")
	}, t.ground, t.done)
}

// trackHeight is that of the bar, in the drawing's pixels; what can be clicked is as high as the buttons beside it.
const trackHeight = 8

func (t *Track) layout(s fyne.Size) {
	high := theme.Px(trackHeight)
	y := (s.Height - high) / 2
	place(t.ground, 0, y, s.Width, high)
	place(t.done, 0, y, s.Width*t.part, high)
}

// Tapped goes to the place that was hit.
func (t *Track) Tapped(e *fyne.PointEvent) {
	if w := t.Size().Width; w > 0 && t.OnSeek != nil {
		t.OnSeek(min(max(e.Position.X/w, 0), 1))
	}
}
