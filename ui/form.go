package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// form edits a T by its fields.
type form[T any] struct{ fields []*field[T] }

// load shows a T.
func (f *form[T]) load(from *T) {
	for _, field := range f.fields {
		field.load(from)
		field.blame(nil)
	}
}

// store takes all fields over and complains at those that are wrong. It returns the input of the first of them,
// nil when all are right.
func (f *form[T]) store(to *T) (wrong fyne.CanvasObject) {
	for _, field := range f.fields {
		err := field.store(to)
		field.blame(err)
		if err != nil && wrong == nil {
			wrong = field.input
		}
	}
	return wrong
}

// sheet puts the fields below each other, with their labels at the left.
func (f *form[T]) sheet() fyne.CanvasObject {
	sheet := container.New(sheetLayout{})
	for _, field := range f.fields {
		sheet.Add(caption(field.label, theme.Body))
		sheet.Add(container.NewVBox(field.input, field.fault))
	}
	return sheet
}

// row puts the fields side by side with captions over them, wide ones and complaints below, where there is room for a
// sentence.
func (f *form[T]) row() fyne.CanvasObject {
	narrow := container.New(layout.NewGridLayout(f.narrow()))
	box := container.NewVBox(narrow)
	for _, field := range f.fields {
		place := narrow
		if field.wide {
			place = box
		}
		place.Add(container.NewVBox(caption(field.label, theme.Small), field.input))
	}
	for _, field := range f.fields {
		box.Add(field.fault)
	}
	return box
}

// narrow is the number of fields that stand side by side.
func (f *form[T]) narrow() int {
	n := 0
	for _, field := range f.fields {
		if !field.wide {
			n++
		}
	}
	return n
}

// caption is the name of a field.
func caption(label lang.Text, size fyne.ThemeSizeName) *widget.Spans {
	c := widget.NewSpans(size)
	c.Set([]view.Span{{Text: label.String(), Role: view.Quiet}})
	return c
}

// wheel lies over a page and turns the mouse wheel over to its scroll. Entries would keep it, for they can scroll
// sideways. It takes nothing else, so clicks reach what is below.
type wheel struct {
	fynewidget.BaseWidget
	scroll *container.Scroll
}

// scrollable puts a page into a scroll that the wheel moves wherever it is turned.
func scrollable(page fyne.CanvasObject) *container.Scroll {
	w := &wheel{}
	w.ExtendBaseWidget(w)
	w.scroll = container.NewVScroll(container.NewStack(page, w))
	return w.scroll
}

// CreateRenderer implements fyne.Widget.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return fynewidget.NewSimpleRenderer(container.NewWithoutLayout())
}

// Scrolled implements fyne.Scrollable.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) { w.scroll.Scrolled(e) }

// sheetLayout has labels at the left and what they name at the right; all sheets of a window line up.
type sheetLayout struct{}

// Widths of a sheet, in the drawing's pixels.
const (
	sheetLabel = 132
	sheetInput = 240 // at least
)

// MinSize implements fyne.Layout.
func (sheetLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(theme.Px(sheetLabel+sheetInput), 0)
	for i := 1; i < len(objects); i += 2 {
		size.Height += objects[i].MinSize().Height + theme.Px(6)
	}
	return size
}

// Layout implements fyne.Layout: a label stands beside the input, not beside the complaint below it.
func (sheetLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for i := 1; i < len(objects); i += 2 {
		high := objects[i].MinSize().Height
		put(objects[i-1], 0, y, theme.Px(sheetLabel-8), theme.Px(36))
		put(objects[i], theme.Px(sheetLabel), y, size.Width-theme.Px(sheetLabel), high)
		y += high + theme.Px(6)
	}
}

// rows edits a list of T, each by a form in a row of its own.
type rows[T any] struct {
	add, remove lang.Text // what the buttons say
	fresh       func() *form[T]
	changed     func() // a row came or went: whoever placed the rows places them again

	forms []*form[T]
	box   *fyne.Container
}

// load shows a list.
func (r *rows[T]) load(list []T) {
	r.forms = nil
	for _, t := range list {
		f := r.fresh()
		f.load(&t)
		r.forms = append(r.forms, f)
	}
	r.place()
}

// store reads the list; wrong is the input of the first field that is.
func (r *rows[T]) store() (list []T, wrong fyne.CanvasObject) {
	for _, f := range r.forms {
		var t T
		if at := f.store(&t); wrong == nil {
			wrong = at
		}
		list = append(list, t)
	}
	return list, wrong
}

// place builds the rows, each with a button that takes it away, and the one that adds another.
func (r *rows[T]) place() {
	r.box.Objects = nil
	for _, f := range r.forms {
		remove := fynewidget.NewButton(r.remove.String(), func() {
			r.forms = slices.DeleteFunc(r.forms, func(have *form[T]) bool { return have == f })
			r.place()
		})
		remove.Importance = fynewidget.LowImportance
		r.box.Add(f.row())
		r.box.Add(container.NewHBox(layout.NewSpacer(), remove))
	}
	add := fynewidget.NewButton(r.add.String(), func() {
		r.forms = append(r.forms, r.fresh())
		r.place()
	})
	r.box.Add(container.NewHBox(add))
	r.changed()
}
