package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Details lists names with their values, or a hint when there are none.
type Details struct {
	fynewidget.BaseWidget
	list   []view.Detail
	hint   string
	names  []*text
	values []*text
	note   *text
	holder *painting
}

// NewDetails makes an empty list.
func NewDetails() *Details {
	d := &Details{note: newText(theme.Small, false)}
	d.ExtendBaseWidget(d)
	return d
}

// Set shows other details and reports whether the height changed.
func (d *Details) Set(list []view.Detail, hint string) bool {
	if slices.Equal(d.list, list) && d.hint == hint {
		return false
	}
	resized := len(d.list) != len(list)
	d.list, d.hint = list, hint
	d.Refresh()
	return resized
}

// CreateRenderer implements fyne.Widget.
func (d *Details) CreateRenderer() fyne.WidgetRenderer {
	d.holder = &painting{owner: d, min: d.min, layout: d.layout, style: d.style}
	d.style()
	return d.holder
}

// style makes as many lines as there are details and reuses those it has.
func (d *Details) style() {
	for len(d.names) < len(d.list) {
		d.names = append(d.names, newText(theme.Small, false))
		d.values = append(d.values, newText(theme.Small, false))
	}
	d.names, d.values = d.names[:len(d.list)], d.values[:len(d.list)]
	d.note.set(d.hint, theme.QuietInk)
	d.holder.objects = []fyne.CanvasObject{d.note.Text}
	for i, item := range d.list {
		d.names[i].set(item.Name, theme.QuietInk)
		d.values[i].set(item.Value, theme.Ink)
		d.holder.objects = append(d.holder.objects, d.names[i].Text, d.values[i].Text)
	}
}

func (d *Details) min() fyne.Size {
	return fyne.NewSize(theme.Px(150), theme.Px(22)*float32(max(len(d.list), 1)))
}

func (d *Details) layout(s fyne.Size) {
	line := theme.Px(22)
	split := theme.Px(112)
	d.note.place(0, 0, s.Width, line)
	d.note.Hidden = len(d.list) > 0
	for i := range d.names {
		y := float32(i) * line
		d.names[i].place(0, y, split-theme.Px(8), line)
		d.values[i].place(split, y, s.Width-split, line)
	}
}
