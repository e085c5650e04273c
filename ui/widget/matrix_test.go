package widget

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"

	"cordboard/cti"
	"cordboard/ui/view"
)

// crowd is a matrix of so many parties in which everybody hears everybody.
func crowd(n int) view.Matrix {
	m := view.Matrix{Conf: "k"}
	for i := range n {
		m.Parties = append(m.Parties, view.Party{ID: cti.PartyID(strconv.Itoa(i)), Name: "Party number " + strconv.Itoa(i), Short: strconv.Itoa(i)})
	}
	for l := range n {
		row := make([]view.Cell, n)
		for s := range n {
			if l != s {
				row[s] = view.Cell{State: view.CellHears, Send: cti.Hear{Listener: m.Parties[l].ID, Source: m.Parties[s].ID}}
			}
		}
		m.Cells = append(m.Cells, row)
	}
	return m
}

// From two parties to sixteen, in every width that the window can have: the cells lie side by side inside of the
// matrix, each sign is whole, and a tap on it hits its own pair.
func TestMatrixFitsAnyNumberOfParties(t *testing.T) {
	for _, n := range []int{2, 4, 9, 16} {
		for _, width := range []float32{412, 592, 1292} {
			m := NewMatrix()
			m.Set(crowd(n))
			show(t, m, width, 460)
			var got cti.Command
			m.OnSwitch = func(c cti.Command) { got = c }
			for l := range n {
				for s := range n {
					c := m.cells[l][s]
					right, bottom := c.box.Position().X+c.box.Size().Width, c.box.Position().Y+c.box.Size().Height
					if right > width || bottom > 461 || c.box.Size().Width < 16 || c.box.Size().Height < 16 {
						t.Fatalf("%d parties at %v: cell %d,%d lies at %v with %v", n, width, l, s, c.box.Position(), c.box.Size())
					}
					if l != s && c.sign.Text.Text != "✓" {
						t.Fatalf("%d parties at %v: the sign of cell %d,%d reads %q", n, width, l, s, c.sign.Text.Text)
					}
					got = nil
					m.Tapped(&fyne.PointEvent{Position: c.box.Position().AddXY(c.box.Size().Width/2, c.box.Size().Height/2)})
					if l != s && got != (cti.Hear{Listener: m.model.Parties[l].ID, Source: m.model.Parties[s].ID}) {
						t.Fatalf("%d parties at %v: a tap on cell %d,%d sent %+v", n, width, l, s, got)
					}
				}
			}
		}
	}
}
