package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// chip is a word on a ground of its role's colour, drawn inside another widget's renderer.
type chip struct {
	box  *canvas.Rectangle
	word *text
}

func newChip() *chip { return &chip{box: newBox(6), word: newText(theme.Small, true)} }

func (c *chip) objects() []fyne.CanvasObject { return []fyne.CanvasObject{c.box, c.word.Text} }

// set hides the chip when there is nothing to say.
func (c *chip) set(m view.Chip) {
	paintBox(c.box, roleGround(m.Role), "")
	c.box.CornerRadius = theme.Px(6)
	c.word.set(m.Text(), roleInk(m.Role))
	c.box.Hidden, c.word.Hidden = m.Word == "", m.Word == ""
}

// width is what the chip needs to be read whole.
func (c *chip) width() float32 { return c.word.width() + 2*theme.Px(8) }

// place puts the chip in the middle of a strip and returns the width that it took.
func (c *chip) place(x, y, w, h float32) float32 {
	pad, high := theme.Px(8), theme.Px(22)
	width := min(c.width(), w)
	place(c.box, x, y+(h-high)/2, width, high)
	c.word.place(x+pad, y, width-2*pad, h)
	return width
}

// bars are the four bars of a call's quality, drawn inside another widget's renderer.
type bars struct{ boxes [4]*canvas.Rectangle }

func newBars() *bars {
	var b bars
	for i := range b.boxes {
		b.boxes[i] = newBox(1)
	}
	return &b
}

func (b *bars) objects() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(b.boxes))
	for i, r := range b.boxes {
		out[i] = r
	}
	return out
}

// set fills n bars; with an unknown quality none is shown at all.
func (b *bars) set(n int) {
	ink := theme.TalkInk
	switch {
	case n <= 1:
		ink = theme.StopInk
	case n == 2:
		ink = theme.WaitInk
	}
	for i, r := range b.boxes {
		fill := theme.Edge
		if i < n {
			fill = ink
		}
		paintBox(r, fill, "")
		r.Hidden = n == view.UnknownQuality
	}
}

// place puts the bars on a common ground line in the middle of a strip.
func (b *bars) place(x, y, h float32) {
	for i, r := range b.boxes {
		high := theme.Px(float32(5 + 3*i))
		bottom := y + (h+theme.Px(14))/2
		place(r, x+theme.Px(float32(7*i)), bottom-high, theme.Px(5), high)
	}
}

// meter shows a level between 0 and 1, drawn inside another widget's renderer.
type meter struct{ track, fill *canvas.Rectangle }

func newMeter() *meter { return &meter{newBox(2), newBox(2)} }

func (m *meter) objects() []fyne.CanvasObject { return []fyne.CanvasObject{m.track, m.fill} }

// style takes the colours; the track is always seen, so that an empty meter reads as silence.
func (m *meter) style(ink fyne.ThemeColorName) {
	paintBox(m.track, theme.Edge, "")
	paintBox(m.fill, ink, "")
}

// place puts the meter in the middle of a strip, filled as far as the level.
func (m *meter) place(x, y, w, h, level float32) {
	high := theme.Px(4)
	place(m.track, x, y+(h-high)/2, w, high)
	place(m.fill, x, y+(h-high)/2, w*min(max(level, 0), 1), high)
	m.fill.Hidden = level <= 0
}
