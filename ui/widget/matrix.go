package widget

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Sizes of the matrix in the drawing's pixels: what a cell has at least and at most, and what the names have.
const (
	cellLeast, cellMost = 20, 56
	cellHigh            = 28
	roomForNames        = 46 // width of a cell from which a column has a name, else its number
)

// Matrix shows who hears whom: listeners are rows, sources columns. A cell is switched by a tap, or by the arrow keys
// and Space.
type Matrix struct {
	fynewidget.BaseWidget
	Keys     Keys
	OnSwitch func(cti.Command)
	OnPoint  func(saying string)
	OnCursor func(listener cti.PartyID) // the cursor went to another row

	model    view.Matrix
	row, col int
	focused  bool
	hint     *text
	rows     []matrixSide
	cols     []matrixSide
	cells    [][]matrixCell
	cursor   *canvas.Rectangle
	holder   *painting
}

// matrixSide is the name of a party with its level, at the left of a row or at the head of a column.
type matrixSide struct {
	name  *text
	level *meter
}

// matrixCell is one ordered pair: a ground and a sign.
type matrixCell struct {
	box  *canvas.Rectangle
	sign *text
}

// NewMatrix makes an empty matrix.
func NewMatrix() *Matrix {
	m := &Matrix{hint: newText(theme.Small, false), cursor: newBox(6)}
	m.ExtendBaseWidget(m)
	return m
}

// Set shows another matrix and reports whether its height changed. The cursor stays in its place.
func (m *Matrix) Set(model view.Matrix) bool {
	if reflect.DeepEqual(m.model, model) {
		return false
	}
	resized := len(m.model.Parties) != len(model.Parties)
	m.model = model
	last := max(len(model.Parties)-1, 0)
	m.row, m.col = min(m.row, last), min(m.col, last)
	if m.focused {
		m.point(m.row, m.col)
	}
	m.Refresh()
	return resized
}

// CreateRenderer implements fyne.Widget.
func (m *Matrix) CreateRenderer() fyne.WidgetRenderer {
	m.holder = &painting{owner: m, min: m.min, layout: m.layout, style: m.style}
	m.style()
	return m.holder
}

// style makes as many sides and cells as there are parties, and reuses those that are there.
func (m *Matrix) style() {
	n := len(m.model.Parties)
	for len(m.rows) < n {
		m.rows = append(m.rows, matrixSide{newText(theme.Small, false), newMeter()})
		m.cols = append(m.cols, matrixSide{newText(theme.Small, false), newMeter()})
		m.cells = append(m.cells, nil)
	}
	m.hint.set(m.model.Hint, theme.QuietInk)
	m.holder.objects = []fyne.CanvasObject{m.hint.Text}
	for i, p := range m.model.Parties {
		m.styleSides(i, p)
		for len(m.cells[i]) < n {
			m.cells[i] = append(m.cells[i], matrixCell{newBox(6), newText(theme.Small, true)})
		}
		for j := range n {
			m.styleCell(m.cells[i][j], m.model.Cells[i][j])
		}
	}
	paintBox(m.cursor, "", theme.RingInk)
	m.cursor.StrokeWidth = theme.Px(2)
	m.cursor.Hidden = !m.focused || n == 0
	m.holder.objects = append(m.holder.objects, m.cursor)
}

func (m *Matrix) styleSides(i int, p view.Party) {
	ink := theme.Ink
	if p.Held {
		ink = theme.QuietInk
	}
	m.rows[i].name.set(p.Name, ink)
	m.cols[i].name.set(p.Name, ink)
	for _, s := range []matrixSide{m.rows[i], m.cols[i]} {
		s.level.style(theme.TalkInk)
		m.holder.objects = append(m.holder.objects, s.name.Text)
		m.holder.objects = append(m.holder.objects, s.level.objects()...)
	}
}

// styleCell gives each state a sign besides its colour.
func (m *Matrix) styleCell(c matrixCell, model view.Cell) {
	role, sign := view.Plain, ""
	switch model.State {
	case view.CellHears:
		role, sign = view.Talk, "✓"
	case view.CellNot:
		role, sign = view.Stop, "×"
	case view.CellMusic:
		role, sign = view.Wait, "♪"
	case view.CellHeld:
		role, sign = view.Wait, "–"
	case view.CellSelf:
	}
	paintBox(c.box, roleGround(role), "")
	c.box.CornerRadius = theme.Px(6)
	c.sign.set(sign, roleInk(role))
	m.holder.objects = append(m.holder.objects, c.box, c.sign.Text)
}

func (m *Matrix) min() fyne.Size {
	n := float32(len(m.model.Parties))
	if n == 0 {
		return fyne.NewSize(theme.Px(120), theme.Px(22))
	}
	return fyne.NewSize(theme.Px(60)+n*theme.Px(cellLeast), theme.Px(34)+n*theme.Px(cellHigh))
}

// grid is where the cells begin and how wide and high each is.
func (m *Matrix) grid(s fyne.Size) (x, y, w, h float32) {
	n := float32(max(len(m.model.Parties), 1))
	x = min(max(s.Width*0.38, theme.Px(80)), theme.Px(190))
	x = max(min(x, s.Width-n*theme.Px(cellLeast)), theme.Px(60))
	w = min((s.Width-x)/n, theme.Px(2*cellMost))
	y = theme.Px(34)
	h = min(max((s.Height-y)/n, theme.Px(cellLeast)), theme.Px(44))
	return x, y, w, h
}

func (m *Matrix) layout(s fyne.Size) {
	n := len(m.model.Parties)
	m.hint.place(0, 0, s.Width, theme.Px(22))
	x, y, w, h := m.grid(s)
	gap := theme.Px(2)
	for i, p := range m.model.Parties {
		rowY, colX := y+float32(i)*h, x+float32(i)*w
		m.rows[i].name.place(0, rowY, x-theme.Px(32), h-gap)
		m.rows[i].level.place(x-theme.Px(26), rowY, theme.Px(20), h-gap, p.Level)
		m.cols[i].name.full = p.Name
		if w < theme.Px(roomForNames) {
			m.cols[i].name.full = p.Short
		}
		name := m.cols[i].name
		nw := min(name.width(), w-gap)
		name.place(colX+(w-gap-nw)/2, 0, nw, theme.Px(22))
		m.cols[i].level.place(colX+gap, theme.Px(22), w-3*gap, theme.Px(8), p.Level)
		for j := range n {
			c := m.cells[i][j]
			cx := x + float32(j)*w
			place(c.box, cx, rowY, w-gap, h-gap)
			sw := c.sign.width()
			c.sign.place(cx+(w-gap-sw)/2, rowY, sw, h-gap)
		}
	}
	place(m.cursor, x+float32(m.col)*w, y+float32(m.row)*h, w-gap, h-gap)
}

// cellAt is the pair at a place of the matrix.
func (m *Matrix) cellAt(p fyne.Position) (row, col int, ok bool) {
	x, y, w, h := m.grid(m.Size())
	row, col = int((p.Y-y)/h), int((p.X-x)/w)
	n := len(m.model.Parties)
	return row, col, p.X >= x && p.Y >= y && row < n && col < n
}

// Tapped switches the cell that was hit.
func (m *Matrix) Tapped(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(m); c != nil {
		c.Focus(m)
	}
	if row, col, ok := m.cellAt(e.Position); ok {
		m.move(row, col)
		m.toggle()
	}
}

// move puts the cursor onto a cell and tells what it stands for.
func (m *Matrix) move(row, col int) {
	last := len(m.model.Parties) - 1
	if last < 0 {
		return
	}
	before := m.row
	m.row, m.col = min(max(row, 0), last), min(max(col, 0), last)
	m.point(m.row, m.col)
	m.Refresh()
	if m.row != before && m.OnCursor != nil {
		m.OnCursor(m.model.Parties[m.row].ID)
	}
}

// toggle switches the cell under the cursor.
func (m *Matrix) toggle() {
	if len(m.model.Cells) == 0 {
		return
	}
	if c := m.model.Cells[m.row][m.col]; c.Send != nil && m.OnSwitch != nil {
		m.OnSwitch(c.Send)
	}
}

// point tells what a cell stands for.
func (m *Matrix) point(row, col int) {
	if m.OnPoint != nil && row < len(m.model.Cells) {
		m.OnPoint(m.model.Cells[row][col].Says)
	}
}

// MouseIn implements desktop.Hoverable.
func (m *Matrix) MouseIn(e *desktop.MouseEvent) { m.MouseMoved(e) }

// MouseMoved tells what the cell under the mouse stands for.
func (m *Matrix) MouseMoved(e *desktop.MouseEvent) {
	if row, col, ok := m.cellAt(e.Position); ok {
		m.point(row, col)
	}
}

// MouseOut implements desktop.Hoverable.
func (m *Matrix) MouseOut() {
	if m.OnPoint != nil {
		m.OnPoint("")
	}
}

// FocusGained implements fyne.Focusable.
func (m *Matrix) FocusGained() {
	m.focused = true
	m.Refresh()
	if m.OnCursor != nil && m.row < len(m.model.Parties) {
		m.OnCursor(m.model.Parties[m.row].ID)
	}
}

// FocusLost implements fyne.Focusable.
func (m *Matrix) FocusLost() { m.focused = false; m.MouseOut(); m.Refresh() }

// TypedRune implements fyne.Focusable.
func (m *Matrix) TypedRune(r rune) { m.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (m *Matrix) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		m.move(m.row-1, m.col)
	case fyne.KeyDown:
		m.move(m.row+1, m.col)
	case fyne.KeyLeft:
		m.move(m.row, m.col-1)
	case fyne.KeyRight:
		m.move(m.row, m.col+1)
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		m.toggle()
	default:
		m.Keys.forwardKey(e)
	}
}
