package widget

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// rowHeight is that of a row of the call table, in the drawing's pixels.
const rowHeight = 57

// doubleTap is the longest pause between the taps of a double one. Fyne's own detection would delay every
// single tap by as much, and a selection must follow the finger.
const doubleTap = 400 * time.Millisecond

// callRow is a row of the call table.
type callRow struct {
	fynewidget.BaseWidget
	table *CallTable

	model   view.Row
	hovered bool
	tapped  time.Time

	ground, bar, rule                    *canvas.Rectangle
	number, party, sub, line, time, next *text
	state, muted                         *chip
	quality                              *bars
}

func newCallRow(t *CallTable) *callRow {
	r := &callRow{
		table: t, ground: newBox(0), bar: newBox(0), rule: newBox(0),
		number: newText(theme.Body, false), party: newText(theme.Body, true), sub: newText(theme.Small, false),
		line: newText(theme.Body, false), time: newText(theme.Body, false), next: newText(theme.Small, false),
		state: newChip(), muted: newChip(), quality: newBars(),
	}
	r.ExtendBaseWidget(r)
	return r
}

// set shows another state of the row; the same one paints nothing.
func (r *callRow) set(m view.Row) {
	if !reflect.DeepEqual(r.model, m) {
		r.model = m
		r.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (r *callRow) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{r.ground, r.rule, r.bar, r.number, r.party, r.sub, r.line, r.time, r.next}
	objects = append(objects, r.state.objects()...)
	objects = append(objects, r.muted.objects()...)
	objects = append(objects, r.quality.objects()...)
	return newPainting(r, func() fyne.Size { return fyne.NewSize(theme.Px(200), theme.Px(rowHeight)) }, r.layout, r.style, objects...)
}

func (r *callRow) style() {
	fill := theme.CardGround
	switch {
	case r.model.Selected:
		fill = theme.SelectedGround
	case r.hovered:
		fill = theme.HoverGround
	}
	paintBox(r.ground, fill, "")
	paintBox(r.rule, theme.Edge, "")
	paintBox(r.bar, theme.RingInk, "")
	r.bar.Hidden = !r.model.Selected
	ink := theme.Ink
	if r.model.Over {
		ink = theme.QuietInk
	}
	r.number.set(r.model.Number, ink)
	r.party.set(r.model.Party, ink)
	r.sub.set(r.model.Sub, theme.QuietInk)
	r.line.set(r.model.Line, ink)
	r.time.set(r.model.Time, ink)
	r.next.set(r.model.Next, theme.QuietInk)
	r.state.set(r.model.State)
	mute := view.Chip{}
	if r.model.Muted {
		mute = view.Chip{Word: lang.Muted.String(), Role: view.Wait}
	}
	r.muted.set(mute)
	r.quality.set(r.model.Bars)
}

// layout puts each piece into its column, name above number.
func (r *callRow) layout(s fyne.Size) {
	c := columnsFor(s.Width)
	place(r.ground, 0, 0, s.Width, s.Height)
	place(r.rule, 0, s.Height-theme.Px(1), s.Width, theme.Px(1))
	place(r.bar, 0, 0, theme.Px(4), s.Height)
	r.number.place(c.number.x, 0, c.number.w, s.Height)
	indent := theme.Px(16) * float32(r.model.Indent)
	half := theme.Px(22)
	top := (s.Height - 2*theme.Px(20)) / 2
	if r.model.Sub == "" {
		r.party.place(c.party.x+indent, 0, c.party.w-indent, s.Height)
	} else {
		r.party.place(c.party.x+indent, top-theme.Px(1), c.party.w-indent, half)
	}
	r.sub.place(c.party.x+indent, top+theme.Px(19), c.party.w-indent, theme.Px(20))
	r.line.place(c.line.x, 0, c.line.w, s.Height)
	r.placeChips(c.state, s.Height)
	r.time.place(c.time.x, 0, c.time.w, s.Height)
	r.quality.place(c.quality.x, 0, s.Height)
	r.next.place(c.next.x, 0, c.next.w, s.Height)
	r.hideColumns(c)
}

// placeChips puts the chips beside each other, or, where that is too wide, one above the other: a muted
// microphone must never go unseen.
func (r *callRow) placeChips(c column, h float32) {
	gap := theme.Px(6)
	if r.model.Muted && r.state.width()+gap+r.muted.width() > c.w {
		r.state.place(c.x, theme.Px(4), c.w, h/2-theme.Px(4))
		r.muted.place(c.x, h/2, c.w, h/2-theme.Px(4))
		return
	}
	took := r.state.place(c.x, 0, c.w, h)
	r.muted.place(c.x+took+gap, 0, c.w-took-gap, h)
}

// hideColumns takes away what a narrow table has no room for.
func (r *callRow) hideColumns(c columns) {
	r.line.Hidden = c.line.w == 0
	r.time.Hidden = c.time.w == 0
	r.next.Hidden = c.next.w == 0
	for _, b := range r.quality.boxes {
		b.Hidden = c.quality.w == 0 || r.model.Bars == view.UnknownQuality
	}
}

// Tapped selects the row; tapping again at once connects it.
func (r *callRow) Tapped(*fyne.PointEvent) {
	now := r.table.now()
	double := now.Sub(r.tapped) < doubleTap
	r.tapped = now
	r.table.pick(r.model.ID)
	if double && r.table.OnConnect != nil {
		r.tapped = time.Time{}
		r.table.OnConnect()
	}
}

// TappedSecondary selects the row and opens its menu (R7).
func (r *callRow) TappedSecondary(e *fyne.PointEvent) {
	r.table.pick(r.model.ID)
	r.table.openMenu(e.AbsolutePosition)
}

// MouseIn implements desktop.Hoverable.
func (r *callRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (r *callRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *callRow) MouseOut() { r.hovered = false; r.Refresh() }
