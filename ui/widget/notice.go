package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Notice is a band with a sentence that the operator must see.
type Notice struct {
	fynewidget.BaseWidget
	model view.Notice
	box   *canvas.Rectangle
	words *text
}

// NewNotice makes a hidden band.
func NewNotice() *Notice {
	n := &Notice{box: newBox(controlRadius), words: newText(theme.Small, true)}
	n.ExtendBaseWidget(n)
	n.Hide()
	return n
}

// Set shows a sentence; an empty one hides the band.
func (n *Notice) Set(m view.Notice) {
	if n.model == m {
		return
	}
	n.model = m
	if m.Text == "" {
		n.Hide()
		return
	}
	n.Refresh()
	n.Show()
}

// CreateRenderer implements fyne.Widget.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(n, func() fyne.Size { return fyne.NewSize(theme.Px(100), theme.Px(34)) }, n.layout, n.style, n.box, n.words)
}

func (n *Notice) style() {
	paintBox(n.box, roleGround(n.model.Role), roleInk(n.model.Role))
	n.box.CornerRadius = theme.Px(controlRadius)
	n.words.set(n.model.Text, roleInk(n.model.Role))
}

func (n *Notice) layout(s fyne.Size) {
	place(n.box, 0, 0, s.Width, s.Height)
	n.words.place(theme.Px(12), 0, s.Width-theme.Px(24), s.Height)
}
