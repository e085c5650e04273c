package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// HistoryTable lists past calls.
type HistoryTable struct {
	fynewidget.BaseWidget
	OnTake func(number string) // double tap or Take: the number is wanted
	OnPick func(view.PastRow)  // another row was selected, or the same one again

	rows     []*pastRow
	selected int
	frame    *canvas.Rectangle
	list     *fyne.Container
	scroll   *container.Scroll
}

// NewHistoryTable makes an empty table.
func NewHistoryTable() *HistoryTable {
	t := &HistoryTable{frame: newBox(cardRadius), list: container.New(stack{}), selected: -1}
	t.scroll = container.NewVScroll(t.list)
	t.ExtendBaseWidget(t)
	return t
}

// Set shows a page and goes to its top.
func (t *HistoryTable) Set(rows []view.PastRow) {
	t.rows, t.list.Objects, t.selected = nil, nil, -1
	for i, m := range rows {
		r := newPastRow(t, i, m)
		t.rows = append(t.rows, r)
		t.list.Objects = append(t.list.Objects, r)
	}
	t.list.Refresh()
	t.scroll.ScrollToTop()
}

// Rows returns what is shown.
func (t *HistoryTable) Rows() []view.PastRow {
	out := make([]view.PastRow, len(t.rows))
	for i, r := range t.rows {
		out[i] = r.model
	}
	return out
}

// Step selects the row that lies n below the selected one.
func (t *HistoryTable) Step(n int) {
	if len(t.rows) > 0 {
		t.pick(min(max(t.selected+n, 0), len(t.rows)-1))
	}
}

// Take hands out the number of the selected row.
func (t *HistoryTable) Take() {
	if t.selected >= 0 && t.OnTake != nil {
		t.OnTake(t.rows[t.selected].model.Number)
	}
}

// pick selects a row and scrolls until it is seen whole.
func (t *HistoryTable) pick(i int) {
	old := t.selected
	t.selected = i
	if old >= 0 {
		t.rows[old].Refresh()
	}
	r := t.rows[i]
	r.Refresh()
	if t.OnPick != nil {
		t.OnPick(r.model) // before the scrolling, for it may take room from the table
	}
	top, bottom := r.Position().Y, r.Position().Y+r.Size().Height
	switch h := t.scroll.Size().Height; {
	case top < t.scroll.Offset.Y:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > t.scroll.Offset.Y+h:
		t.scroll.ScrollToOffset(fyne.NewPos(0, bottom-h))
	}
}

// CreateRenderer implements fyne.Widget.
func (t *HistoryTable) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(t, func() fyne.Size { return fyne.NewSize(theme.Px(300), theme.Px(120)) },
		func(s fyne.Size) {
			inset := theme.Px(6)
			place(t.frame, 0, 0, s.Width, s.Height)
			place(t.scroll, theme.Px(1), inset, s.Width-theme.Px(2), s.Height-2*inset)
		},
		func() { paintBox(t.frame, theme.CardGround, theme.Edge) }, t.frame, t.scroll)
}

// pastRow is one of its rows.
type pastRow struct {
	fynewidget.BaseWidget
	table   *HistoryTable
	index   int
	model   view.PastRow
	hovered bool
	tapped  time.Time

	ground, rule                          *canvas.Rectangle
	when, arrow, party, sub, line, talked *text
	result, record                        *chip
}

func newPastRow(t *HistoryTable, index int, m view.PastRow) *pastRow {
	r := &pastRow{table: t, index: index, model: m, ground: newBox(0), rule: newBox(0), when: newText(theme.Small, false),
		arrow: newText(theme.Body, true), party: newText(theme.Body, true), sub: newText(theme.Small, false),
		line: newText(theme.Small, false), talked: newText(theme.Body, false), result: newChip(), record: newChip()}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *pastRow) CreateRenderer() fyne.WidgetRenderer {
	objects := append([]fyne.CanvasObject{r.ground, r.rule, r.when, r.arrow, r.party, r.sub, r.line, r.talked}, append(r.result.objects(), r.record.objects()...)...)
	return newPainting(r, func() fyne.Size { return fyne.NewSize(theme.Px(200), theme.Px(48)) }, r.layout, r.style, objects...)
}

func (r *pastRow) style() {
	fill := theme.CardGround
	switch {
	case r.table.selected == r.index:
		fill = theme.SelectedGround
	case r.hovered:
		fill = theme.HoverGround
	}
	paintBox(r.ground, fill, "")
	paintBox(r.rule, theme.Edge, "")
	r.when.set(r.model.When, theme.QuietInk)
	r.arrow.set(r.model.Arrow, roleInk(r.model.Result.Role))
	r.party.set(r.model.Party, theme.Ink)
	r.sub.set(r.model.Sub, theme.QuietInk)
	r.line.set(lang.ForLine.With(r.model.Line), theme.QuietInk)
	if r.model.Arrow == "→" {
		r.line.set(lang.Via.With(r.model.Line), theme.QuietInk)
	}
	r.talked.set(r.model.Talked, theme.Ink)
	r.result.set(r.model.Result)
	r.record.set(r.model.Record)
}

func (r *pastRow) layout(s fyne.Size) {
	px := theme.Px
	place(r.ground, 0, 0, s.Width, s.Height)
	place(r.rule, 0, s.Height-px(1), s.Width, px(1))
	right := s.Width - px(70)
	r.talked.place(right, 0, px(60), s.Height)
	right -= px(134)
	took := r.result.place(right, 0, px(126), s.Height)
	r.record.place(right+took+px(6), 0, px(126)-took-px(6), s.Height)
	r.line.Hidden = s.Width < px(640)
	if !r.line.Hidden {
		right -= px(130)
		r.line.place(right, 0, px(120), s.Height)
	}
	r.when.place(px(14), 0, px(112), s.Height)
	r.arrow.place(px(130), 0, px(20), s.Height)
	x := px(154)
	r.party.place(x, px(4), right-x-px(10), px(22))
	r.sub.place(x, px(24), right-x-px(10), px(20))
}

// Tapped selects the row; tapping again at once takes its number.
func (r *pastRow) Tapped(*fyne.PointEvent) {
	now := time.Now()
	double := now.Sub(r.tapped) < doubleTap
	r.tapped = now
	r.table.pick(r.index)
	if double {
		r.table.Take()
	}
}

// MouseIn implements desktop.Hoverable.
func (r *pastRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (r *pastRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *pastRow) MouseOut() { r.hovered = false; r.Refresh() }
