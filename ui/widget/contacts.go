package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Contacts lists people to call; a tap takes one over.
type Contacts struct {
	fynewidget.BaseWidget
	OnPick func(view.Contact)

	list []view.Contact
	hint string
	box  *fyne.Container
	note *Details
}

// NewContacts makes an empty list.
func NewContacts() *Contacts {
	c := &Contacts{box: container.New(stack{}), note: NewDetails()}
	c.ExtendBaseWidget(c)
	return c
}

// Set shows other people and reports whether it changed anything.
func (c *Contacts) Set(list []view.Contact, hint string) bool {
	if slices.Equal(c.list, list) && c.hint == hint {
		return false
	}
	c.list, c.hint = slices.Clone(list), hint
	c.box.Objects = nil
	for _, k := range list {
		c.box.Objects = append(c.box.Objects, newContactRow(k, func() {
			if c.OnPick != nil {
				c.OnPick(k)
			}
		}))
	}
	if len(list) == 0 {
		c.note.Set(nil, hint)
		c.box.Objects = append(c.box.Objects, c.note)
	}
	c.box.Refresh()
	return true
}

// Rows are the canvas objects of the people, in their order.
func (c *Contacts) Rows() []fyne.CanvasObject { return c.box.Objects }

// CreateRenderer implements fyne.Widget.
func (c *Contacts) CreateRenderer() fyne.WidgetRenderer { return fynewidget.NewSimpleRenderer(c.box) }

// contactRow is one of them: name, and at the right the number.
type contactRow struct {
	fynewidget.BaseWidget
	contact      view.Contact
	onTap        func()
	hovered      bool
	ground       *canvas.Rectangle
	name, number *text
	note         *text
}

func newContactRow(k view.Contact, onTap func()) *contactRow {
	r := &contactRow{contact: k, onTap: onTap, ground: newBox(6), name: newText(theme.Body, false),
		number: newText(theme.Small, false), note: newText(theme.Small, false)}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *contactRow) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(r, func() fyne.Size { return fyne.NewSize(theme.Px(140), theme.Px(28)) }, r.layout, r.style,
		r.ground, r.name, r.note, r.number)
}

func (r *contactRow) style() {
	fill := theme.CardGround
	if r.hovered {
		fill = theme.HoverGround
	}
	paintBox(r.ground, fill, "")
	r.name.set(r.contact.Name, theme.Ink)
	r.note.set(r.contact.Note, theme.QuietInk)
	r.number.set(r.contact.Number, theme.QuietInk)
}

func (r *contactRow) layout(s fyne.Size) {
	place(r.ground, -theme.Px(6), 0, s.Width+theme.Px(12), s.Height)
	nw := min(r.number.width(), s.Width/2)
	r.number.place(s.Width-nw, 0, nw, s.Height)
	left := s.Width - nw - theme.Px(12)
	w := min(r.name.width(), left)
	r.name.place(0, 0, w, s.Height)
	r.note.place(w+theme.Px(8), 0, max(left-w-theme.Px(8), 0), s.Height)
}

// Tapped takes the contact over.
func (r *contactRow) Tapped(*fyne.PointEvent) { r.onTap() }

// MouseIn implements desktop.Hoverable.
func (r *contactRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (r *contactRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *contactRow) MouseOut() { r.hovered = false; r.Refresh() }
