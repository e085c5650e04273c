package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
)

// Card is a titled box that folds to its title when that is tapped.
type Card struct {
	fynewidget.BaseWidget
	OnFold func() // after folding or unfolding: whoever placed the card places it again

	title  string
	body   fyne.CanvasObject
	folded bool
	box    *canvas.Rectangle
	head   *text
	arrow  *canvas.Image
}

// NewCard makes an unfolded card around a body.
func NewCard(body fyne.CanvasObject) *Card {
	c := &Card{body: body, box: newBox(cardRadius), head: newText(theme.Small, true), arrow: canvas.NewImageFromResource(nil)}
	c.arrow.FillMode = canvas.ImageFillContain
	c.ExtendBaseWidget(c)
	return c
}

// SetTitle changes the title.
func (c *Card) SetTitle(s string) {
	if c.title != s {
		c.title = s
		c.Refresh()
	}
}

// Fold folds or unfolds the card.
func (c *Card) Fold(folded bool) {
	if c.folded == folded {
		return
	}
	c.folded = folded
	c.Refresh()
	if c.OnFold != nil {
		c.OnFold()
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(c, c.min, c.layout, c.style, c.box, c.head, c.arrow, c.body)
}

func (c *Card) style() {
	paintBox(c.box, theme.CardGround, theme.Edge)
	c.box.CornerRadius = theme.Px(cardRadius)
	c.head.set(c.title, theme.QuietInk)
	icon := fynetheme.MenuExpandIcon()
	if !c.folded {
		icon = fynetheme.MenuDropDownIcon()
	}
	c.arrow.Resource = fynetheme.NewColoredResource(icon, theme.QuietInk)
	if c.folded {
		c.body.Hide()
	} else {
		c.body.Show()
	}
}

func (c *Card) min() fyne.Size {
	head := theme.Px(38)
	if c.folded {
		return fyne.NewSize(theme.Px(160), head)
	}
	m := c.body.MinSize()
	return fyne.NewSize(max(m.Width+theme.Px(24), theme.Px(160)), head+m.Height+theme.Px(10))
}

func (c *Card) layout(s fyne.Size) {
	pad, head, arrow := theme.Px(12), theme.Px(38), theme.Px(16)
	place(c.box, 0, 0, s.Width, s.Height)
	c.head.place(pad, 0, s.Width-2*pad-arrow, head)
	place(c.arrow, s.Width-pad-arrow, (head-arrow)/2, arrow, arrow)
	place(c.body, pad, head, s.Width-2*pad, max(s.Height-head-theme.Px(10), 0))
}

// Tapped folds or unfolds the card.
func (c *Card) Tapped(*fyne.PointEvent) { c.Fold(!c.folded) }
