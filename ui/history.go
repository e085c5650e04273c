package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// historyFilters are the choices of the filter field, in the order of the HistoryFilter constants.
var historyFilters = []lang.Text{lang.HistoryAll, lang.HistoryMissed, lang.HistoryIn, lang.HistoryOut}

// historyWindow searches the past calls, and plays what was recorded of them. A double tap or Enter on a row takes its number
// over.
type historyWindow struct {
	w      *Window
	win    fyne.Window
	text   *widget.NumberField
	filter *widget.Select
	table  *widget.HistoryTable
	status *widget.Spans
	older  *widget.Command
	newer  *widget.Command
	player *player

	chosen HistoryFilter
	page   int
	asked  int    // counts searches: an answer that a later one has overtaken is dropped
	seen   string // the calls of the desk and their states when the rows were looked up
}

// openHistory shows the window of past calls, or brings it to the front with fresh rows.
func (w *Window) openHistory() {
	if w.history == nil {
		w.history = newHistoryWindow(w)
	}
	w.history.search(0)
	w.history.win.Show()
	w.history.win.RequestFocus()
	w.history.win.Canvas().Focus(w.history.text.Entry)
}

func newHistoryWindow(w *Window) *historyWindow {
	h := &historyWindow{w: w, win: w.app.NewWindow(w.cfg.Title + " · " + lang.History.String()),
		text: widget.NewNumberField(lang.HistorySearch.String()), filter: widget.NewSelect(lang.History.String()),
		table: widget.NewHistoryTable(), status: widget.NewSpans(theme.Small),
		older: widget.NewCommand(), newer: widget.NewCommand(), player: newPlayer(w)}
	h.text.Entry.OnChanged = func(string) { h.search(0) }
	h.text.Entry.OnKey, h.text.Entry.OnShortcut = h.key, h.player.shortcut
	var options []view.Option
	for _, f := range historyFilters {
		options = append(options, view.Option{Key: string(f), Text: f.String()})
	}
	h.filter.Set(options, 0)
	h.filter.OnChange = func(i int) { h.chosen = HistoryFilter(i); h.search(0) }
	h.table.OnTake, h.table.OnPick = h.take, h.pick
	h.older.OnTap = func() { h.search(h.page + 1) }
	h.newer.OnTap = func() { h.search(h.page - 1) }
	h.win.SetPadded(false)
	h.win.SetContent(container.New(&historyLayout{h}, append(h.player.objects(), h.text, h.filter, h.table, h.status, h.newer, h.older)...))
	h.win.Resize(fyne.NewSize(theme.Px(980), theme.Px(640)))
	h.win.SetOnClosed(func() { h.player.end(); w.history = nil })
	h.bindKeys()
	return h
}

// bindKeys lets the keys work wherever the focus is; the search field, which has it at first, hands on what is not its own.
func (h *historyWindow) bindKeys() {
	c := h.win.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { _ = h.key(e) })
	for _, k := range h.player.keys() {
		c.AddShortcut(k.at, func(s fyne.Shortcut) { _ = h.player.shortcut(s) })
	}
	for _, b := range []*widget.Command{h.player.play, h.player.stop, h.player.next, h.older, h.newer} {
		b.Keys.Key = func(e *fyne.KeyEvent) { _ = h.key(e) }
	}
}

// pick turns the player to the selected row, and makes room for it or takes the room back.
func (h *historyWindow) pick(row view.PastRow) {
	before := h.player.shown()
	h.player.open(row)
	if h.player.shown() != before {
		h.win.Content().Refresh()
	}
}

// key moves in the list while the search field has the focus; Escape closes the window.
func (h *historyWindow) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		h.win.Close()
	case fyne.KeyUp:
		h.table.Step(-1)
	case fyne.KeyDown:
		h.table.Step(1)
	case fyne.KeyReturn, fyne.KeyEnter:
		h.table.Take()
	default:
		return false
	}
	return true
}

// take puts the number of a past call into the Number field and goes back to the main window.
func (h *historyWindow) take(number string) {
	h.win.Close()
	h.w.setNumber(number)
	h.w.main.RequestFocus()
}

// search looks a page up in the background.
func (h *historyWindow) search(page int) {
	source := h.w.cfg.History
	if source == nil {
		h.fail(lang.HistoryMissing.String())
		return
	}
	h.asked++
	asked, text, filter := h.asked, h.text.Entry.Text, h.chosen
	var found HistoryPage
	ok := h.w.loop.try(func() (err error) {
		found, err = source.Search(text, filter, page)
		return err
	}, func(err error) {
		switch {
		case asked != h.asked:
		case err != nil:
			h.fail(sentence(err.Error()))
		default:
			h.show(found, page)
		}
	})
	if !ok {
		h.fail(lang.HistoryMissing.String())
	}
}

// follow looks the page up again when a call of the desk has come, changed its state or left the table. Its row is
// written a moment after the desk tells of the call, so the last look, when the ended call leaves, finds it for certain.
func (h *historyWindow) follow(calls []cti.CallView) {
	var now strings.Builder
	for _, c := range calls {
		now.WriteString(string(c.ID) + c.Phase.String())
	}
	if now.String() != h.seen {
		h.seen = now.String()
		h.search(h.page)
	}
}

// fail shows why there are no rows; an empty table alone would read as "no calls".
func (h *historyWindow) fail(why string) {
	h.table.Set(nil)
	h.status.Set([]view.Span{{Text: view.Clean(why), Role: view.Stop}})
}

// show fills in a page that was found.
func (h *historyWindow) show(found HistoryPage, page int) {
	h.page = page
	rows := make([]view.PastRow, len(found.Rows))
	for i, r := range found.Rows {
		rows[i] = view.Past(r.Call, r.LineName, r.Recorded, h.w.cfg.Now())
	}
	if !slices.Equal(rows, h.table.Rows()) { // equal rows keep the selection
		h.table.Set(rows)
	}
	h.status.Set(view.PageStatus(found.Total, page, HistoryPageSize))
	last := (page+1)*HistoryPageSize >= found.Total
	h.older.Set(pageCommand(lang.HistoryOlder, last))
	h.newer.Set(pageCommand(lang.HistoryNewer, page == 0))
}

// pageCommand is a key for turning pages, dimmed with its reason at either end.
func pageCommand(label lang.Text, end bool) view.Command {
	c := view.Command{Label: label.String()}
	if end {
		c.Reason = lang.HistoryEnd.String()
	}
	return c
}

// historyLayout places the parts of the history window.
type historyLayout struct{ h *historyWindow }

// MinSize implements fyne.Layout.
func (*historyLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(460), theme.Px(320))
}

// Layout implements fyne.Layout.
func (l *historyLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	h := l.h
	edge, gap, foot := theme.Px(14), theme.Px(10), theme.Px(34)
	high := h.text.MinSize().Height
	filter := theme.Px(150)
	put(h.text, edge, edge, size.Width-2*edge-filter-gap, high)
	put(h.filter, size.Width-edge-filter, edge, filter, high)
	top := edge + high + gap
	y := size.Height - foot - gap
	bottom := y
	if h.player.shown() {
		bottom -= h.player.layout(edge, y, size.Width-2*edge)
	}
	put(h.table, edge, top, size.Width-2*edge, bottom-top-gap)
	x := size.Width - edge
	for _, c := range []*widget.Command{h.older, h.newer} {
		w := max(c.MinSize().Width, theme.Px(80))
		x -= w
		put(c, x, y, w, foot)
		x -= gap
	}
	put(h.status, edge, y, x-edge, foot)
}
