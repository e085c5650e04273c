// Package widget has the controls of Cordboard's window. They know no desk: models of package view go in by
// Set, and what the operator does comes out by callbacks. All of it belongs to the UI goroutine.
//
// They draw with plain canvas objects instead of composing Fyne's widgets: text of strangers never meets a
// markup parser, a row costs a dozen objects, and only what changed is painted again.
package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Radii of the drawing.
const (
	controlRadius = 8
	cardRadius    = 12
)

// painting is the renderer of all widgets here: a list of objects and three functions.
type painting struct {
	objects []fyne.CanvasObject
	min     func() fyne.Size
	layout  func(fyne.Size)
	style   func() // takes colours and texts from the widget's state
	owner   fyne.Widget
}

func (p *painting) Destroy()                     {}
func (p *painting) MinSize() fyne.Size           { return p.min() }
func (p *painting) Layout(s fyne.Size)           { p.layout(s) }
func (p *painting) Objects() []fyne.CanvasObject { return p.objects }

// Refresh lays out again as well, because a changed text may need another ellipsis.
func (p *painting) Refresh() {
	p.style()
	p.layout(p.owner.Size())
	canvas.Refresh(p.owner)
}

// newPainting styles the objects once, so that the first layout measures the right texts.
func newPainting(owner fyne.Widget, smallest func() fyne.Size, layout func(fyne.Size), style func(), objects ...fyne.CanvasObject) *painting {
	style()
	for i, o := range objects {
		if t, ok := o.(*text); ok {
			objects[i] = t.Text // the painters know Fyne's own types only
		}
	}
	return &painting{objects: objects, min: smallest, layout: layout, style: style, owner: owner}
}

// newBox makes a rectangle with round corners; colours come with style.
func newBox(radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.CornerRadius = theme.Px(radius)
	return r
}

// paintBox gives a rectangle its fill and, when edge is not empty, an outline.
func paintBox(r *canvas.Rectangle, fill, edge fyne.ThemeColorName) {
	r.FillColor, r.StrokeColor, r.StrokeWidth = color.Transparent, color.Transparent, 0
	if fill != "" {
		r.FillColor = theme.Color(fill)
	}
	if edge != "" {
		r.StrokeColor, r.StrokeWidth = theme.Color(edge), theme.Px(1)
	}
}

// place moves and resizes an object.
func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// roleInk and roleGround are the colours of a role.
func roleInk(r view.Role) fyne.ThemeColorName {
	switch r {
	case view.Quiet:
		return theme.QuietInk
	case view.Talk:
		return theme.TalkInk
	case view.Wait:
		return theme.WaitInk
	case view.Ring:
		return theme.RingInk
	case view.Stop:
		return theme.StopInk
	case view.Plain:
	}
	return theme.Ink
}

// roleGround is what the ink of a role stands on.
func roleGround(r view.Role) fyne.ThemeColorName {
	switch r {
	case view.Talk:
		return theme.TalkGround
	case view.Wait:
		return theme.WaitGround
	case view.Ring:
		return theme.RingGround
	case view.Stop:
		return theme.StopGround
	case view.Plain, view.Quiet:
	}
	return theme.HoverGround
}
