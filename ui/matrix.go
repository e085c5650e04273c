package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// matrixPane is the party matrix with its presets: once as a card beside the table, once in a window of its own, where
// there is room for sixteen and more.
type matrixPane struct {
	matrix  *widget.Matrix
	about   *widget.Spans
	presets *widget.Strip
}

// newMatrixPane ties a matrix to the desk; point shows what a cell or a preset stands for.
func (w *Window) newMatrixPane(keys widget.Keys, point func(string)) matrixPane {
	p := matrixPane{widget.NewMatrix(), widget.NewSpans(theme.Small), widget.NewStrip(5)}
	p.matrix.Keys, p.presets.Keys = keys, keys
	p.matrix.OnPoint, p.presets.OnPoint = point, point
	p.matrix.OnSwitch = w.send
	p.matrix.OnCursor = func(id cti.PartyID) {
		w.wish.Cell = id
		w.Draw()
	}
	p.presets.OnPress = w.give
	return p
}

// set shows the matrix and reports whether it takes another height.
func (p matrixPane) set(m view.Matrix) bool {
	p.about.Set([]view.Span{{Text: m.About, Role: view.Quiet}})
	a, b := p.matrix.Set(m), p.presets.Set(m.Presets)
	return a || b
}

// matrixWindow shows the matrix of the selected conference, large.
type matrixWindow struct {
	win   fyne.Window
	pane  matrixPane
	title *widget.Spans
	says  *widget.Spans
}

// openMatrix shows the matrix in a window of its own, or brings that to the front.
func (w *Window) openMatrix() {
	if w.matrix == nil {
		w.matrix = w.newMatrixWindow()
	}
	w.Draw()
	w.matrix.win.Show()
	w.matrix.win.RequestFocus()
	w.matrix.win.Canvas().Focus(w.matrix.pane.matrix)
}

func (w *Window) newMatrixWindow() *matrixWindow {
	m := &matrixWindow{win: w.app.NewWindow(w.cfg.Title + " · " + lang.MatrixKey.String()),
		title: widget.NewSpans(theme.Body), says: widget.NewSpans(theme.Small)}
	keys := widget.Keys{Key: func(e *fyne.KeyEvent) { m.key(w, e) }}
	m.pane = w.newMatrixPane(keys, m.point)
	m.point("")
	m.win.SetPadded(false)
	m.win.SetContent(container.New(&matrixLayout{m}, m.title, m.pane.matrix, m.pane.about, m.pane.presets, m.says))
	m.win.Resize(fyne.NewSize(theme.Px(620), theme.Px(440)))
	m.win.SetOnClosed(func() { w.matrix = nil })
	m.win.Canvas().SetOnTypedKey(keys.Key)
	return m
}

// key closes the window; the keys of the commands mean here what they mean in the main window.
func (m *matrixWindow) key(w *Window, e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape, fyne.KeyF11:
		m.win.Close()
	default:
		_ = w.commandKey(e.Name) // any other key means nothing here
	}
}

// point tells what the cursor or the mouse is on, else how the matrix is worked.
func (m *matrixWindow) point(saying string) {
	span := view.Span{Text: saying, Strong: true}
	if saying == "" {
		span = view.Span{Text: lang.MatrixHelp.String(), Role: view.Quiet}
	}
	m.says.Set([]view.Span{span})
}

// set shows the newest matrix.
func (m *matrixWindow) set(model view.Matrix) {
	m.title.Set([]view.Span{{Text: model.Title, Strong: true}})
	if m.pane.set(model) {
		m.win.Content().Refresh()
	}
}

// matrixLayout places the parts of the matrix window.
type matrixLayout struct{ m *matrixWindow }

// MinSize implements fyne.Layout.
func (*matrixLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(440), theme.Px(300))
}

// Layout implements fyne.Layout.
func (l *matrixLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	m, edge, line := l.m, theme.Px(14), theme.Px(26)
	put(m.title, edge, edge, size.Width-2*edge, line)
	strip := theme.Px(32)
	bottom := size.Height - edge - line - strip
	put(m.pane.matrix, edge, edge+line, size.Width-2*edge, bottom-edge-2*line-theme.Px(6))
	put(m.pane.about, edge, bottom-line, size.Width-2*edge, line)
	put(m.pane.presets, edge, bottom, size.Width-2*edge, strip)
	put(m.says, edge, size.Height-edge-line, size.Width-2*edge, line)
}
