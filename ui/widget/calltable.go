package widget

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// CallTable is the table of calls. A row is selected by mouse, by the arrow keys, or by whoever sets the
// models; the right mouse button or the menu key opens the commands of the selected row.
type CallTable struct {
	fynewidget.BaseWidget
	Keys      Keys
	OnSelect  func(view.Row)           // by hand: this row and no other
	OnMove    func(view.Row)           // by the arrow keys: rows that are marked stay so
	OnMark    func(view.Row)           // selected besides, or not any more
	OnDrop    func(moved, on view.Row) // one row was dragged onto another
	OnConnect func()                   // double tap, or Enter while the table has the focus
	OnCommand func(view.Command)       // chosen from the menu, or a button of a row
	OnPoint   func(saying string)      // a button of a row is pointed at
	Now       func() time.Time         // tells double taps; time.Now when nil

	rows    []*callRow
	over    *callRow // while another row is dragged: the one below the mouse
	focused bool
	frame   *canvas.Rectangle
	rule    *canvas.Rectangle
	heads   []*text
	list    *fyne.Container
	scroll  *container.Scroll
	empty   *text
	hint    *text
}

// NewCallTable makes an empty table.
func NewCallTable() *CallTable {
	t := &CallTable{frame: newBox(cardRadius), rule: newBox(0), empty: newText(theme.Body, true), hint: newText(theme.Small, false)}
	t.list = container.New(stack{})
	t.scroll = container.NewVScroll(t.list)
	for range 7 {
		t.heads = append(t.heads, newText(theme.Caption, false))
	}
	t.ExtendBaseWidget(t)
	return t
}

// Set shows the rows. Rows keep their widgets by position, and only rows that changed are painted.
func (t *CallTable) Set(rows []view.Row) {
	resized := len(rows) != len(t.rows)
	for len(t.rows) < len(rows) {
		t.rows = append(t.rows, newCallRow(t))
	}
	t.rows = t.rows[:len(rows)]
	for i, r := range rows {
		t.rows[i].set(r)
	}
	if resized {
		t.list.Objects = nil
		for _, r := range t.rows {
			t.list.Objects = append(t.list.Objects, r)
		}
		t.list.Refresh()
		t.Refresh()
	}
}

// Rows returns what is shown.
func (t *CallTable) Rows() []view.Row {
	out := make([]view.Row, len(t.rows))
	for i, r := range t.rows {
		out[i] = r.model
	}
	return out
}

// Row is the canvas object of a call's row, nil when it is not in the table.
func (t *CallTable) Row(id cti.CallID) fyne.CanvasObject {
	for _, r := range t.rows {
		if r.model.ID == id {
			return r
		}
	}
	return nil
}

// Step selects the next row below (n is 1) or above (-1) that has a live call. Rows of calls that are over
// count only when there is no other.
func (t *CallTable) Step(n int) {
	at := t.selected()
	if at < 0 && n < 0 {
		at = len(t.rows)
	}
	for i := at + n; i >= 0 && i < len(t.rows); i += n {
		if !t.rows[i].model.Over || t.allOver() {
			if t.OnMove != nil {
				t.OnMove(t.rows[i].model)
			}
			t.reveal(i)
			return
		}
	}
}

// MarkAndStep marks the selected row and goes to the next, for marking by keys alone (R54).
func (t *CallTable) MarkAndStep() {
	if i := t.selected(); i >= 0 {
		t.mark(t.rows[i].model)
		t.Step(1)
	}
}

// allOver reports whether no row has a live call.
func (t *CallTable) allOver() bool {
	for _, r := range t.rows {
		if !r.model.Over {
			return false
		}
	}
	return true
}

// selected is the index of the selected row, -1 when there is none.
func (t *CallTable) selected() int {
	for i, r := range t.rows {
		if r.model.Selected {
			return i
		}
	}
	return -1
}

// reveal scrolls until a row is seen whole.
func (t *CallTable) reveal(i int) {
	h := theme.Px(rowHeight)
	top, bottom := float32(i)*h, float32(i+1)*h
	switch view := t.scroll.Size().Height; {
	case top < t.scroll.Offset.Y:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > t.scroll.Offset.Y+view:
		t.scroll.ScrollToOffset(fyne.NewPos(0, bottom-view))
	}
}

// pick asks for a selection; the table shows it once the models say so, for the window decides.
func (t *CallTable) pick(r view.Row) {
	if t.OnSelect != nil {
		t.OnSelect(r)
	}
}

func (t *CallTable) mark(r view.Row) {
	if t.OnMark != nil && r.ID != "" {
		t.OnMark(r)
	}
}

// markTo marks all rows from the selected one to another.
func (t *CallTable) markTo(to *callRow) {
	from, end := t.selected(), slices.Index(t.rows, to)
	if from < 0 {
		t.pick(to.model)
		return
	}
	step := 1
	if end < from {
		step = -1
	}
	for i := from + step; i != end+step; i += step {
		if next := t.rows[i].model; !next.Marked {
			t.mark(next)
		}
	}
}

// press gives the command of a row's button, or says why it cannot be given.
func (t *CallTable) press(c view.Command) {
	if !c.Enabled() {
		t.point(c.Saying())
		return
	}
	if t.OnCommand != nil {
		t.OnCommand(c)
	}
}

func (t *CallTable) point(saying string) {
	if t.OnPoint != nil {
		t.OnPoint(saying)
	}
}

// dragOver shows which row a dragged one would be joined with; y counts from the top of the rows.
func (t *CallTable) dragOver(dragged *callRow, y float32) {
	var over *callRow
	for _, r := range t.rows {
		if top := r.Position().Y; r != dragged && y >= top && y < top+r.Size().Height {
			over = r
		}
	}
	if over == t.over {
		return
	}
	for r, is := range map[*callRow]bool{t.over: false, over: true} {
		if r != nil {
			r.target = is
			r.Refresh()
		}
	}
	t.over = over
}

// drop ends the dragging of a row.
func (t *CallTable) drop(dragged *callRow) {
	over := t.over
	t.dragOver(dragged, -1)
	if over != nil && t.OnDrop != nil {
		t.OnDrop(dragged.model, over.model)
	}
}

func (t *CallTable) now() time.Time {
	if t.Now != nil {
		return t.Now()
	}
	return time.Now()
}

// openMenu shows the commands of the selected row; one that is not possible is dimmed.
func (t *CallTable) openMenu(at fyne.Position) {
	c := fyne.CurrentApp().Driver().CanvasForObject(t)
	i := t.selected()
	if c == nil || i < 0 {
		return
	}
	ShowMenu(c, at, t.rows[i].model.Commands, t.OnCommand)
}

// CreateRenderer implements fyne.Widget.
func (t *CallTable) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{t.frame, t.scroll, t.rule, t.empty, t.hint}
	for _, h := range t.heads {
		objects = append(objects, h)
	}
	return newPainting(t, t.min, t.layout, t.style, objects...)
}

func (t *CallTable) style() {
	paintBox(t.frame, theme.CardGround, theme.Edge)
	t.frame.CornerRadius = theme.Px(cardRadius)
	if t.focused {
		t.frame.StrokeColor, t.frame.StrokeWidth = theme.Color(theme.RingInk), theme.Px(2)
	}
	paintBox(t.rule, theme.Edge, "")
	names := []string{"#", lang.ColParty.String(), lang.Line.String(), lang.ColState.String(), lang.ColTime.String(),
		lang.ColQuality.String(), lang.ColNext.String()}
	for i, h := range t.heads {
		h.set(names[i], theme.QuietInk)
	}
	t.empty.set(lang.NoCalls.String(), theme.QuietInk)
	t.hint.set(lang.NoCallsHint.String(), theme.QuietInk)
	t.empty.Hidden, t.hint.Hidden = len(t.rows) > 0, len(t.rows) > 0
}

func (t *CallTable) min() fyne.Size {
	return fyne.NewSize(theme.Px(300), theme.Px(30+2*rowHeight))
}

func (t *CallTable) layout(s fyne.Size) {
	edge, head := theme.Px(1), theme.Px(30)
	place(t.frame, 0, 0, s.Width, s.Height)
	c := columnsFor(s.Width - 2*edge)
	for i, col := range []column{c.number, c.party, c.line, c.state, c.time, c.quality, c.next} {
		t.heads[i].place(col.x+edge, 0, col.w, head)
		t.heads[i].Hidden = col.w == 0
	}
	place(t.rule, edge, head, s.Width-2*edge, edge)
	place(t.scroll, edge, head+edge, s.Width-2*edge, max(s.Height-head-theme.Px(cardRadius)/2, 0))
	w := min(t.empty.width(), s.Width)
	t.empty.place((s.Width-w)/2, s.Height/2-theme.Px(22), w, theme.Px(22))
	w = min(t.hint.width(), s.Width-theme.Px(24))
	t.hint.place((s.Width-w)/2, s.Height/2, w, theme.Px(20))
}

// Tapped gives the table the focus when it is hit beside its rows.
func (t *CallTable) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
		c.Focus(t)
	}
}

// FocusGained implements fyne.Focusable.
func (t *CallTable) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost implements fyne.Focusable.
func (t *CallTable) FocusLost() { t.focused = false; t.Refresh() }

// TypedRune implements fyne.Focusable.
func (t *CallTable) TypedRune(r rune) { t.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (t *CallTable) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		t.Step(-1)
	case fyne.KeyDown:
		t.Step(1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if t.OnConnect != nil {
			t.OnConnect()
		}
	case desktop.KeyMenu:
		t.OpenMenu()
	case fyne.KeyInsert, fyne.KeySpace:
		t.MarkAndStep()
	default:
		t.Keys.forwardKey(e)
	}
}

// OpenMenu shows the menu of the selected row beside it, for the keyboard.
func (t *CallTable) OpenMenu() {
	if i := t.selected(); i >= 0 {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t.rows[i])
		t.openMenu(at.AddXY(theme.Px(40), theme.Px(rowHeight)*0.7))
	}
}
