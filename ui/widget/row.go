package widget

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// rowHeight is that of a row of the call table, in the drawing's pixels.
const rowHeight = 57

// rowChips is how many words a row has room for: its state, and what is true besides.
const rowChips = 4

// doubleTap is the longest pause between the taps of a double one. Fyne's own detection would delay every
// single tap by as much, and a selection must follow the finger.
const doubleTap = 400 * time.Millisecond

// callRow is a row of the call table.
type callRow struct {
	fynewidget.BaseWidget
	table *CallTable

	model   view.Row
	hovered bool
	target  bool // another row is being dragged onto it
	tapped  time.Time
	with    fyne.KeyModifier // held while the mouse went down

	ground, bar, rule, tieDown, tieIn    *canvas.Rectangle
	number, party, sub, line, time, next *text
	chips                                [rowChips]*chip
	quality                              *bars
	level                                *meter
	strip                                *strip
}

func newCallRow(t *CallTable) *callRow {
	r := &callRow{
		table: t, ground: newBox(0), bar: newBox(0), rule: newBox(0), tieDown: newBox(0), tieIn: newBox(0),
		number: newText(theme.Body, false), party: newText(theme.Body, true), sub: newText(theme.Small, false),
		line: newText(theme.Body, false), time: newText(theme.Body, false), next: newText(theme.Small, false),
		quality: newBars(), level: newMeter(), strip: newStrip(6),
	}
	for i := range r.chips {
		r.chips[i] = newChip()
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
	objects := []fyne.CanvasObject{r.ground, r.rule, r.bar, r.tieDown, r.tieIn, r.number, r.party, r.sub, r.line, r.time, r.next}
	for _, c := range r.chips {
		objects = append(objects, c.objects()...)
	}
	objects = append(objects, r.quality.objects()...)
	objects = append(objects, r.level.objects()...)
	objects = append(objects, r.strip.objects()...)
	return newPainting(r, func() fyne.Size { return fyne.NewSize(theme.Px(200), theme.Px(rowHeight)) }, r.layout, r.style, objects...)
}

func (r *callRow) style() {
	r.styleGround()
	ink := theme.Ink
	if r.model.Over {
		ink = theme.QuietInk
	}
	r.number.set(r.model.Number, ink)
	r.party.set(r.model.Party, ink)
	r.sub.set(r.model.Sub, subInk(r.model.SubRole))
	r.line.set(r.model.Line, ink)
	r.time.set(r.model.Time, ink)
	r.next.set(r.model.Next, theme.QuietInk)
	r.chips[0].set(r.model.State)
	for i := range r.chips[1:] {
		var mark view.Chip
		if i < len(r.model.Marks) {
			mark = r.model.Marks[i]
		}
		r.chips[i+1].set(mark)
	}
	r.quality.set(r.model.Bars)
	r.level.style(theme.TalkInk)
	r.strip.set(r.model.Buttons)
}

// styleGround tells by ground and outline what is selected, marked, pointed at, and dropped onto.
func (r *callRow) styleGround() {
	fill, edge := theme.CardGround, fyne.ThemeColorName("")
	switch {
	case r.model.Selected, r.model.Marked:
		fill = theme.SelectedGround
	case r.hovered, r.model.Whole():
		fill = theme.HoverGround
	}
	if r.target || r.model.Marked {
		edge = theme.RingInk
	}
	paintBox(r.ground, fill, edge)
	paintBox(r.rule, theme.Edge, "")
	paintBox(r.bar, theme.RingInk, "")
	paintBox(r.tieDown, theme.QuietInk, "")
	paintBox(r.tieIn, theme.QuietInk, "")
	r.bar.Hidden = !r.model.Selected
	r.tieDown.Hidden, r.tieIn.Hidden = !r.model.Tied, !r.model.Tied
}

// subInk keeps a plain second line quiet.
func subInk(role view.Role) fyne.ThemeColorName {
	if role == view.Plain {
		return theme.QuietInk
	}
	return roleInk(role)
}

// layout puts each piece into its column, name above number.
func (r *callRow) layout(s fyne.Size) {
	c := columnsFor(s.Width)
	place(r.ground, 0, 0, s.Width, s.Height)
	place(r.rule, 0, s.Height-theme.Px(1), s.Width, theme.Px(1))
	place(r.bar, 0, 0, theme.Px(4), s.Height)
	indent := theme.Px(16) * float32(r.model.Indent)
	place(r.tieDown, c.party.x+theme.Px(2), 0, theme.Px(1), s.Height/2)
	place(r.tieIn, c.party.x+theme.Px(2), s.Height/2, theme.Px(9), theme.Px(1))
	r.placeNumber(c, s.Height)
	half := theme.Px(22)
	top := (s.Height - 2*theme.Px(20)) / 2
	if r.model.Sub == "" {
		r.party.place(c.party.x+indent, 0, c.party.w-indent, s.Height)
	} else {
		r.party.place(c.party.x+indent, top-theme.Px(1), c.party.w-indent, half)
	}
	r.sub.place(c.party.x+indent, top+theme.Px(19), c.party.w-indent, theme.Px(20))
	r.line.place(c.line.x, 0, c.line.w, s.Height)
	r.time.place(c.time.x, 0, c.time.w, s.Height)
	r.quality.place(c.quality.x, 0, s.Height)
	r.next.place(c.next.x, 0, c.next.w, s.Height)
	r.hideColumns(c)
	r.placeChips(r.placeStrip(c, s), s.Height)
}

// placeNumber puts the meter of a member under its number.
func (r *callRow) placeNumber(c columns, h float32) {
	member := r.model.Member()
	for _, o := range r.level.objects() {
		o.(*canvas.Rectangle).Hidden = !member
	}
	if !member {
		r.number.place(c.number.x, 0, c.number.w, h)
		return
	}
	r.number.place(c.number.x, theme.Px(10), c.number.w, h/2-theme.Px(6))
	r.level.place(c.number.x, h/2+theme.Px(4), c.number.w, theme.Px(8), r.model.Level)
}

// placeStrip puts the buttons of a member at the right, in place of the columns that a member needs least, and returns
// what is left for its state. A narrow table has no buttons: there are the card, the menu and the keys.
func (r *callRow) placeStrip(c columns, s fyne.Size) column {
	room := r.model.Buttons != nil && c.next.w > 0
	r.strip.hide(!room)
	for _, k := range r.chips {
		k.box.Hidden, k.word.Hidden = k.word.full == "", k.word.full == ""
	}
	if !room {
		return c.state
	}
	for _, t := range []*text{r.time, r.next} {
		t.Hidden = true
	}
	for _, b := range r.quality.boxes {
		b.Hidden = true
	}
	for _, k := range r.chips[1 : 1+min(r.model.Told, rowChips-1)] {
		k.box.Hidden, k.word.Hidden = true, true
	}
	x := s.Width - theme.Px(10) - r.strip.width()
	r.strip.place(x, 0, s.Width, s.Height)
	return column{c.state.x, x - c.state.x - theme.Px(6)}
}

// placeChips puts the words beside each other, or, where that is too wide, in two rows: a muted microphone and a
// recording must never go unseen.
func (r *callRow) placeChips(c column, h float32) {
	var need float32
	shown := 0
	gap := theme.Px(6)
	for _, k := range r.chips {
		if !k.box.Hidden {
			need += k.width() + gap
			shown++
		}
	}
	x, y, high := c.x, float32(0), h
	for i, k := range r.chips {
		if k.box.Hidden {
			continue
		}
		if need-gap > c.w && shown > 1 {
			high = h/2 - theme.Px(4)
			y = theme.Px(4)
			if i > 0 {
				y = h / 2
			}
			if i == 1 {
				x = c.x
			}
		}
		x += k.place(x, y, max(c.x+c.w-x, 0), high) + gap
	}
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

// MouseDown implements desktop.Mouseable: it remembers the keys that go with the tap that follows.
func (r *callRow) MouseDown(e *desktop.MouseEvent) { r.with = e.Modifier }

// MouseUp implements desktop.Mouseable.
func (r *callRow) MouseUp(*desktop.MouseEvent) {}

// Tapped selects the row, or gives the command of the button that was hit; tapping again at once connects. With Ctrl it
// marks the row besides, with Shift all rows up to it (R54).
func (r *callRow) Tapped(e *fyne.PointEvent) {
	with := r.with
	r.with = 0
	if e != nil && !r.strip.hidden {
		if i := r.strip.at(e.Position); i >= 0 {
			r.table.press(r.model.Buttons[i])
			return
		}
	}
	switch {
	case with&fyne.KeyModifierControl != 0:
		r.table.mark(r.model)
		return
	case with&fyne.KeyModifierShift != 0:
		r.table.markTo(r)
		return
	}
	now := r.table.now()
	double := now.Sub(r.tapped) < doubleTap
	r.tapped = now
	r.table.pick(r.model)
	if double && r.table.OnConnect != nil {
		r.tapped = time.Time{}
		r.table.OnConnect()
	}
}

// TappedSecondary selects the row and opens its menu (R7). Rows that are marked stay so, for the menu may join them.
func (r *callRow) TappedSecondary(e *fyne.PointEvent) {
	if !r.model.Marked && !r.model.Selected {
		r.table.pick(r.model)
	}
	r.table.openMenu(e.AbsolutePosition)
}

// Dragged implements fyne.Draggable: the row under the mouse shows that it would be joined.
func (r *callRow) Dragged(e *fyne.DragEvent) { r.table.dragOver(r, e.Position.Y+r.Position().Y) }

// DragEnd implements fyne.Draggable.
func (r *callRow) DragEnd() { r.table.drop(r) }

// MouseIn implements desktop.Hoverable.
func (r *callRow) MouseIn(e *desktop.MouseEvent) { r.hovered = true; r.MouseMoved(e); r.Refresh() }

// MouseMoved says what the button under the mouse does, or why it cannot.
func (r *callRow) MouseMoved(e *desktop.MouseEvent) {
	if r.strip.hidden {
		return
	}
	if i := r.strip.at(e.Position); i >= 0 {
		r.table.point(r.model.Buttons[i].Saying())
		return
	}
	r.table.point("")
}

// MouseOut implements desktop.Hoverable.
func (r *callRow) MouseOut() { r.hovered = false; r.table.point(""); r.Refresh() }
