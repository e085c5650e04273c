package ui

import (
	"fyne.io/fyne/v2"

	"cordboard/ui/theme"
)

// cardBleed is what cardStack leaves free around the cards.
const cardBleed = 4

// cardStack puts cards of full width under each other.
type cardStack struct{}

// MinSize implements fyne.Layout.
func (cardStack) MinSize(cards []fyne.CanvasObject) fyne.Size {
	var h, w float32
	for _, c := range cards {
		if !c.Visible() {
			continue
		}
		m := c.MinSize()
		h, w = h+m.Height+theme.Px(12), max(w, m.Width)
	}
	return fyne.NewSize(w+2*theme.Px(cardBleed), h+theme.Px(2*cardBleed-12))
}

// Layout implements fyne.Layout.
func (cardStack) Layout(cards []fyne.CanvasObject, size fyne.Size) {
	bleed := theme.Px(cardBleed)
	y := bleed
	for _, c := range cards {
		if !c.Visible() {
			continue
		}
		h := c.MinSize().Height
		put(c, bleed, y, size.Width-2*bleed, h)
		y += h + theme.Px(12)
	}
}

// pile puts objects of full width under each other; one without height takes no room.
type pile struct{}

// MinSize implements fyne.Layout.
func (pile) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		s = fyne.NewSize(max(s.Width, m.Width), s.Height+m.Height)
	}
	return s
}

// Layout implements fyne.Layout.
func (pile) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		put(o, 0, y, size.Width, o.Size().Height) // a strip of buttons needs its width before it knows its height
		h := o.MinSize().Height
		put(o, 0, y, size.Width, h)
		y += h
	}
}
