package ui_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/theme"
	"cordboard/ui/uitest"
	"cordboard/ui/uitest/script"
	"cordboard/ui/widget"
)

// archive is a history of numbered calls.
type archive struct {
	calls int
	err   error
	asked []string
}

func (a *archive) Search(text string, f ui.HistoryFilter, page int) (ui.HistoryPage, error) {
	a.asked = append(a.asked, fmt.Sprint(text, f, page))
	var p ui.HistoryPage
	for i := page * ui.HistoryPageSize; i < min(a.calls, (page+1)*ui.HistoryPageSize); i++ {
		p.Rows = append(p.Rows, ui.HistoryRow{LineName: "Desk 2001", Call: cti.Call{
			ID: cti.CallID(fmt.Sprint(i)), Direction: cti.Incoming, Number: fmt.Sprint("+4930", i), Name: fmt.Sprint("Caller ", i),
			Created: script.Start.Add(-time.Hour), End: cti.End{Result: cti.ResultMissed, Reason: "The caller gave up."}}})
	}
	p.Total = a.calls
	return p, a.err
}

// newest is the window that was opened last.
func newest(t *testing.T) fyne.Window {
	t.Helper()
	all := fyne.CurrentApp().Driver().AllWindows()
	return all[len(all)-1]
}

func reads(w fyne.Window) string { return strings.Join(uitest.Texts(w.Content()), "\n") }

func TestHistoryIsSearchedAndCalledBack(t *testing.T) {
	a := &archive{calls: 70}
	o := uitest.Sit(t, quiet(), ui.Config{History: a})
	o.Chord(ctrl, fyne.KeyH)
	w := newest(t)
	if got := reads(w); !strings.Contains(got, "Caller 0") || !strings.Contains(got, "Page 1 of 2") || !strings.Contains(got, "Today 13:00") {
		t.Errorf("the history reads\n%s", got)
	}
	test.Type(w.Canvas().Focused(), "Maria")
	if last := a.asked[len(a.asked)-1]; !strings.HasPrefix(last, "Maria") {
		t.Errorf("typing a name searched %q", last)
	}
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn} {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
	}
	o.Sees("+49301")
	o.Press(fyne.KeyReturn)
	if got := dialled(t, o).Number; got != "+49301" {
		t.Errorf("calling back dialled %q", got)
	}
}

// A call that ends while the history is open is there at the latest when its row leaves the table.
func TestOpenHistoryFollowsTheCalls(t *testing.T) {
	a := &archive{calls: 3}
	d := quiet()
	o := uitest.Sit(t, d, ui.Config{History: a})
	o.Chord(ctrl, fyne.KeyH)
	w := newest(t)
	id := d.Ring("desk", "4711", "Maria")
	d.Happen(cti.Ended{Call: id, Reason: "The caller gave up."})
	a.calls = 4
	o.Look()
	if got := reads(w); !strings.Contains(got, "Caller 3") {
		t.Errorf("the history still reads\n%s", got)
	}
	searches := len(a.asked)
	o.Look()
	if len(a.asked) != searches {
		t.Error("the history is searched again though nothing happened")
	}
}

func TestHistorySaysWhenItCannotBeRead(t *testing.T) {
	o := uitest.Sit(t, quiet(), ui.Config{History: &archive{err: errors.New("the file is damaged")}})
	o.Click("History")
	if got := reads(newest(t)); !strings.Contains(got, "The file is damaged") {
		t.Errorf("the history reads\n%s", got)
	}
	o = sit(t, quiet())
	o.Click("History")
	if got := reads(newest(t)); !strings.Contains(got, "The history is not available") {
		t.Errorf("without any history the window reads\n%s", got)
	}
}

// clerk writes down what the settings window asks for.
type clerk struct {
	line     cti.LineConfig
	password *string
	removed  cti.LineID
	sound    [3]string
	look     theme.Look
	shown    map[cti.LineID]string
	err      error
}

func (c *clerk) SaveLine(l cti.LineConfig, p *string) error { c.line, c.password = l, p; return c.err }
func (c *clerk) RemoveLine(id cti.LineID) error             { c.removed = id; return c.err }
func (c *clerk) SetSound(m, s, r string) error              { c.sound = [3]string{m, s, r}; return c.err }
func (c *clerk) SaveLook(l theme.Look) error                { c.look = l; return c.err }
func (c *clerk) SaveIdentity(id cti.LineID, shown string) error {
	c.shown = map[cti.LineID]string{id: shown}
	return c.err
}

// under lists the objects of a kind under another, in the order of drawing.
func under[T fyne.CanvasObject](root fyne.CanvasObject) []T {
	var out []T
	uitest.Walk(root, func(o fyne.CanvasObject) {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	})
	return out
}

func press(t *testing.T, w fyne.Window, label string) {
	t.Helper()
	for _, b := range under[*fynewidget.Button](w.Content()) {
		if b.Text == label {
			test.Tap(b)
			return
		}
	}
	t.Fatalf("there is no button %q", label)
}

func TestLineIsChangedAddedAndRemoved(t *testing.T) {
	c := &clerk{}
	o := uitest.Sit(t, quiet(), ui.Config{Settings: c})
	o.Chord(ctrl, fyne.KeyComma)
	w := newest(t)
	fields := under[*fynewidget.Entry](w.Content())
	fields[0].SetText(" Front desk ")
	press(t, w, "Save")
	if c.line.Name != "Front desk" || c.line.ID != "desk" || len(c.line.Routes) != 2 || c.password != nil {
		t.Errorf("saved was %+v with password %v", c.line, c.password)
	}
	fields[2].SetText("secret")
	press(t, w, "Save")
	if c.password == nil || *c.password != "secret" {
		t.Error("the password was not saved")
	}
	if fields[2].Text != "" {
		t.Error("the password stays in the form")
	}
	press(t, w, "Remove")
	if c.removed != "desk" {
		t.Errorf("removed was %q", c.removed)
	}
	for _, s := range under[*fynewidget.Select](w.Content()) {
		if slices.Contains(s.Options, "New line") {
			s.SetSelected("New line")
		}
	}
	press(t, w, "Save")
	if got := reads(w); !strings.Contains(got, "A line needs a name.") {
		t.Errorf("an empty line was not refused:\n%s", got)
	}
	fields[0].SetText("Third")
	fields[1].SetText("2003")
	press(t, w, "Save")
	if c.line.ID != "" || c.line.User != "2003" || c.line.Transport != cti.UDP {
		t.Errorf("added was %+v", c.line)
	}
	c.err = errors.New("the desk does not answer")
	press(t, w, "Save")
	if got := reads(w); !strings.Contains(got, "The desk does not answer") {
		t.Errorf("the refusal is not shown:\n%s", got)
	}
}

func TestLookFollowsAtOnce(t *testing.T) {
	c := &clerk{}
	o := uitest.Sit(t, quiet(), ui.Config{Settings: c})
	dark := theme.Color(theme.Ground)
	o.Window.SetLook(theme.Look{Variant: theme.Light, Scale: 150})
	ground := under[*canvas.Rectangle](o.Window.Main().Content())[0].FillColor
	if ground == dark || ground != theme.Color(theme.Ground) {
		t.Errorf("the window stands on %v after the change from dark to light", ground)
	}
	if size := under[*canvas.Text](o.Window.Main().Content())[0].TextSize; size < 16 {
		t.Errorf("at 150 %% the smallest text has %v points", size)
	}
}

func TestSoundIsChosenByName(t *testing.T) {
	c := &clerk{}
	o := uitest.Sit(t, script.Busy(), ui.Config{Settings: c})
	o.Click("Settings")
	w := newest(t)
	tabs := uitest.Tabs(w.Content())
	tabs.SelectIndex(1)
	selects := under[*fynewidget.Select](w.Content())
	selects[0].SetSelected("Built-in microphone")
	if want := [3]string{"Built-in microphone", "Jabra Link 380", "Built-in speakers"}; c.sound != want {
		t.Errorf("chosen was %q, want %q", c.sound, want)
	}
	selects[2].SetSelected("none")
	if c.sound[2] != "none" {
		t.Errorf("no ringer was chosen as %q", c.sound[2])
	}
	tabs.SelectIndex(2)
	under[*fynewidget.Select](w.Content())[0].SetSelected("High contrast")
	if c.look.Variant != theme.Contrast {
		t.Errorf("chosen was %+v", c.look)
	}
}

func TestGoldens(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": {Width: 1320, Height: 860}, "small": {Width: 1024, Height: 640}, "third": {Width: 480, Height: 860}} {
		o := sit(t, script.Busy())
		o.Type("+1 201 553 2447")
		o.Window.Main().Resize(size)
		o.Look()
		o.Window.Main().Canvas().Unfocus() // a cursor blinks
		test.AssertRendersToMarkup(t, name+".xml", o.Window.Main().Canvas())
	}
	o := sit(t, script.Busy())
	test.AssertRendersToMarkup(t, "ring.xml", o.Window.Ring().Canvas())
	o = atWork(t, script.Meeting())
	o.Window.Main().Resize(fyne.NewSize(1320, 1100))
	o.Click("Supplier GmbH")
	o.Window.Main().Canvas().Unfocus()
	test.AssertRendersToMarkup(t, "meeting.xml", o.Window.Main().Canvas())
}

// Nothing may lie over something else or outside of the window, in any size that the window can have.
func TestPartsStayInsideAndApart(t *testing.T) {
	for _, scale := range []int{80, 100, 150} {
		o := uitest.Sit(t, script.Busy(), ui.Config{Contacts: script.People, Look: theme.Look{Scale: scale}})
		f := float32(scale) / 100
		o.Desk.Watch() // a mailbox takes room at the top
		for _, size := range []fyne.Size{{Width: 440, Height: 560}, {Width: 700, Height: 600}, {Width: 820, Height: 640}, {Width: 1920, Height: 1000}} {
			o.Window.Main().Resize(fyne.NewSize(size.Width*f, size.Height*f))
			o.Look()
			checkApart(t, o, size)
		}
	}
}

// The narrowest window has the commands that are needed most in two rows, with labels and keys whole, and More for the
// others.
func TestCommandsShareTwoRowsWhenNarrow(t *testing.T) {
	o := sit(t, script.Busy())
	o.Window.Main().Resize(fyne.NewSize(440, 560))
	o.Look()
	rows := map[float32]int{}
	for _, c := range under[*widget.Command](o.Window.Main().Content()) {
		if key := c.Model().Key; len(key) == 2 && key[0] == 'F' {
			rows[c.Position().Y]++
		}
	}
	if len(rows) != 2 {
		t.Errorf("the commands stand at %v", rows)
	}
	o.Sees("Connect", "Hold", "Mute", "Hang up", "F5", "Transfer", "Consult", "Conference", "More").SeesNot("Pick up")
	o.Click("More").Sees("Pick up   F9", "End for all   Ctrl+F5")
}

func checkApart(t *testing.T, o *uitest.Operator, size fyne.Size) {
	t.Helper()
	content := o.Window.Main().Content().(*fyne.Container)
	var parts []fyne.CanvasObject
	for _, p := range content.Objects {
		_, box := p.(*canvas.Rectangle)
		_, group := p.(*fyne.Container)
		if p.Visible() && !box && !group {
			parts = append(parts, p)
		}
	}
	for i, a := range parts {
		if a.Position().X < 0 || a.Position().X+a.Size().Width > content.Size().Width+1 || a.Position().Y+a.Size().Height > content.Size().Height+1 {
			t.Errorf("at %v %T reaches out of the window", size, a)
		}
		for _, b := range parts[i+1:] {
			if overlap(a, b) {
				t.Errorf("at %v %T %v%v lies over %T %v%v", size, a, a.Position(), a.Size(), b, b.Position(), b.Size())
			}
		}
	}
}

func overlap(a, b fyne.CanvasObject) bool {
	const slack = 7 // the cards' scroll reaches that far into the gap
	return a.Position().X+slack < b.Position().X+b.Size().Width && b.Position().X+slack < a.Position().X+a.Size().Width &&
		a.Position().Y+slack < b.Position().Y+b.Size().Height && b.Position().Y+slack < a.Position().Y+a.Size().Height
}
