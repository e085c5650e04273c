package widget

import "fyne.io/fyne/v2"

// stack puts objects of full width under each other without a gap.
type stack struct{}

// MinSize implements fyne.Layout.
func (stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		m := o.MinSize()
		s = fyne.NewSize(max(s.Width, m.Width), s.Height+m.Height)
	}
	return s
}

// Layout implements fyne.Layout.
func (stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		h := o.MinSize().Height
		place(o, 0, y, size.Width, h)
		y += h
	}
}
