package widget

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cordboard/cti"
	"cordboard/ui/view"
)

// rows makes rows of calls a, b, c …; the one with the given index is selected.
func rows(n, selected int) []view.Row {
	out := make([]view.Row, n)
	for i := range out {
		out[i] = view.Row{ID: cti.CallID(rune('a' + i)), Number: strconv.Itoa(i + 1), Party: "Party " + strconv.Itoa(i+1), Sub: "sub", Bars: 4,
			Line: "Desk", State: view.Chip{Word: "Talking", Role: view.Talk}, Time: "0:01", Next: "F3 hold", Selected: i == selected,
			Commands: []view.Command{{Label: "Hold", Key: "F3", Send: cti.Hold{}}, {Label: "Mute", Key: "F4", Reason: "No."}}}
	}
	return out
}

// followed is a table whose selection follows what it asks for, as the window makes it.
func followed(t *testing.T, n int) (*CallTable, *cti.CallID) {
	t.Helper()
	table := NewCallTable()
	show(t, table, 900, 200)
	var at cti.CallID
	table.OnSelect = func(r view.Row) {
		id := r.ID
		at = id
		list := table.Rows()
		for i := range list {
			list[i].Selected = list[i].ID == id
		}
		table.Set(list)
	}
	table.OnMove = table.OnSelect
	table.Set(rows(n, -1))
	return table, &at
}

func TestTableIsWalkedByArrowKeys(t *testing.T) {
	table, at := followed(t, 3)
	var path []cti.CallID
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp} {
		table.TypedKey(key(k))
		path = append(path, *at)
	}
	if !slices.Equal(path, []cti.CallID{"a", "b", "c", "c", "b"}) {
		t.Errorf("the keys led along %q", path)
	}
}

func TestTableStepsOverEndedCalls(t *testing.T) {
	table, at := followed(t, 3)
	list := rows(3, 0)
	list[1].Over = true
	table.Set(list)
	table.Step(1)
	if *at != "c" {
		t.Errorf("the step led to %q, want the next live call", *at)
	}
}

func TestTableScrollsToTheSelectedRow(t *testing.T) {
	table, _ := followed(t, 12)
	for range 12 {
		table.Step(1)
	}
	last := table.rows[11]
	if bottom := last.Position().Y + last.Size().Height - table.scroll.Offset.Y; bottom > table.scroll.Size().Height+0.5 {
		t.Errorf("the selected row ends %v below the top of a view that is %v high", bottom, table.scroll.Size().Height)
	}
}

func TestTableTellsTapsApart(t *testing.T) {
	table, at := followed(t, 2)
	now := time.Unix(0, 0)
	table.Now = func() time.Time { return now }
	connected := 0
	table.OnConnect = func() { connected++ }
	tap := func(id cti.CallID) { test.Tap(table.Row(id).(fyne.Tappable)) }
	tap("a")
	tap("b")
	if *at != "b" || connected != 0 {
		t.Errorf("one tap each: %q selected, connected %d times", *at, connected)
	}
	now = now.Add(time.Second)
	tap("b")
	if connected != 0 {
		t.Error("two slow taps count as a double one")
	}
	now = now.Add(100 * time.Millisecond)
	tap("b")
	if connected != 1 {
		t.Errorf("a double tap connected %d times", connected)
	}
}

func TestTableMenuOpensByMouseAndKey(t *testing.T) {
	table, at := followed(t, 2)
	over := fyne.CurrentApp().Driver().CanvasForObject(table).Overlays()
	test.TapSecondary(table.Row("b").(fyne.SecondaryTappable))
	if *at != "b" || over.Top() == nil {
		t.Fatalf("the right button selected %q and opened %v", *at, over.Top())
	}
	over.Remove(over.Top())
	table.TypedKey(key(desktop.KeyMenu))
	if over.Top() == nil {
		t.Error("the menu key opens no menu")
	}
}

func TestNarrowTableKeepsWhoAndHow(t *testing.T) {
	table, _ := followed(t, 1)
	for _, c := range []struct {
		width float32
		want  []string
	}{
		{1000, []string{"1", "Party 1", "sub", "Desk", "0:01", "F3 hold", "Talking"}},
		{720, []string{"1", "Party 1", "sub", "0:01", "F3 hold", "Talking"}},
		{450, []string{"1", "Party 1", "sub", "0:01", "Talking"}},
		{360, []string{"1", "Party 1", "sub", "Talking"}},
	} {
		table.Resize(fyne.NewSize(c.width, 200))
		if got := texts(table.rows[0]); !slices.Equal(got, c.want) {
			t.Errorf("at %v the row reads %q, want %q", c.width, got, c.want)
		}
	}
}

func TestMutedIsReadInANarrowRow(t *testing.T) {
	table, _ := followed(t, 1)
	list := rows(1, 0)
	list[0].Marks, list[0].State = []view.Chip{{Word: "Muted", Role: view.Wait}}, view.Chip{Word: "On hold", Clock: "1:00:12", Role: view.Wait}
	table.Set(list)
	for _, width := range []float32{360, 720, 1000} {
		table.Resize(fyne.NewSize(width, 200))
		if got := texts(table.rows[0]); !slices.Contains(got, "Muted") || !slices.Contains(got, "On hold 1:00:12") {
			t.Errorf("at %v the row reads %q", width, got)
		}
	}
}

func TestOnlyChangedRowsArePainted(t *testing.T) {
	table, _ := followed(t, 2)
	list := rows(2, -1)
	list[1].Time = "0:02"
	untouched := table.rows[0].ground
	untouched.FillColor = nil // styling the row again would bring its colour back
	table.Set(list)
	if got := table.rows[1].time.full; got != "0:02" {
		t.Errorf("the changed row still says %q", got)
	}
	if untouched.FillColor != nil {
		t.Error("a row without any change was painted again")
	}
}

func TestHistoryTableTakesANumber(t *testing.T) {
	h := NewHistoryTable()
	show(t, h, 800, 200)
	h.Set([]view.PastRow{{Party: "A", Number: "1"}, {Party: "B", Number: "2"}})
	taken := ""
	h.OnTake = func(n string) { taken = n }
	h.Take()
	if taken != "" {
		t.Error("a number was taken although no row is selected")
	}
	h.Step(1)
	h.Step(1)
	h.Step(1)
	h.Take()
	if taken != "2" {
		t.Errorf("taken was %q, want that of the last row", taken)
	}
	test.DoubleTap(doubled{h.rows[0]})
	if taken != "1" {
		t.Errorf("a double tap took %q", taken)
	}
}

// doubled lets the test driver tap a row twice.
type doubled struct{ *pastRow }

func (d doubled) DoubleTapped(e *fyne.PointEvent) { d.Tapped(e); d.Tapped(e) }

func TestContactsHandOutWhoIsTapped(t *testing.T) {
	c := NewContacts()
	show(t, c, 300, 200)
	people := []view.Contact{{Name: "Anna", Number: "2044"}, {Name: "Tan", Number: "2060"}}
	var got view.Contact
	c.OnPick = func(k view.Contact) { got = k }
	if !c.Set(people, "") || c.Set(people, "") {
		t.Error("Set does not tell whether anything changed")
	}
	test.Tap(c.Rows()[1].(fyne.Tappable))
	if got != people[1] {
		t.Errorf("picked was %+v", got)
	}
	c.Set(nil, "Nobody here.")
	if got := texts(c.Rows()[0].(fyne.Widget)); !slices.Equal(got, []string{"Nobody here."}) {
		t.Errorf("an empty list reads %q", got)
	}
}
