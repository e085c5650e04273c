package widget

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cordboard/cti"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

func TestCommandIsGivenByMouseSpaceAndEnter(t *testing.T) {
	c := NewCommand("Hold")
	show(t, c, 120, 40)
	c.Set(view.Command{Label: "Hold", Key: "F3", Send: cti.Hold{Call: "a"}})
	given := 0
	c.OnTap = func() { given++ }
	test.Tap(c)
	c.TypedKey(key(fyne.KeySpace))
	c.TypedKey(key(fyne.KeyReturn))
	if given != 3 {
		t.Errorf("three ways gave it %d times", given)
	}
	if got := texts(c); !slices.Equal(got, []string{"Hold", "F3"}) {
		t.Errorf("it reads %q", got)
	}
}

func TestDimmedCommandOnlySaysWhy(t *testing.T) {
	c := NewCommand("Hold")
	show(t, c, 120, 40)
	c.Set(view.Command{Label: "Hold", Key: "F3", Reason: "Not connected."})
	said, given := "", false
	c.OnTap = func() { given = true }
	c.OnPoint = func(s string) { said = s }
	test.Tap(c)
	if given || said != "Not connected." {
		t.Errorf("a tap gave it: %v, and said %q", given, said)
	}
	c.MouseOut()
	if said != "" {
		t.Errorf("after the mouse has left it says %q", said)
	}
	c.FocusGained()
	if said != "Not connected." {
		t.Errorf("with the focus it says %q", said)
	}
	c.Set(view.Command{Label: "Hold", Key: "F3"})
	if said != "" {
		t.Errorf("once it is possible it still says %q", said)
	}
}

func TestCommandKeepsItsWidth(t *testing.T) {
	c := NewCommand("Mute", "Unmute")
	show(t, c, 200, 40)
	c.Set(view.Command{Label: "Mute", Key: "F4"})
	before := c.MinSize()
	c.Set(view.Command{Label: "Unmute", Key: "F4", Style: view.StyleGo})
	if after := c.MinSize(); after != before {
		t.Errorf("its size goes from %v to %v with its label", before, after)
	}
}

func TestFocusedControlsHandOnWhatTheyDoNotUse(t *testing.T) {
	type control interface {
		fyne.CanvasObject
		fyne.Focusable
	}
	var got []string
	keys := Keys{
		Key:  func(e *fyne.KeyEvent) { got = append(got, string(e.Name)) },
		Rune: func(r rune) { got = append(got, string(r)) },
	}
	cmd, line, sel, table, pad := NewCommand("A"), NewLineKey(), NewSelect("Line"), NewCallTable(), NewKeypad()
	cmd.Keys, line.Keys, sel.Keys, table.Keys, pad.Keys = keys, keys, keys, keys, keys
	for _, c := range []control{cmd, line, sel, table, pad} {
		show(t, c, 300, 200)
		got = nil
		c.TypedKey(key(fyne.KeyF5))
		c.TypedRune('x')
		c.TypedRune(' ')
		if !slices.Equal(got, []string{"F5", "x"}) {
			t.Errorf("%T handed on %q, want F5 and x", c, got)
		}
	}
}

func TestLineKeySaysNameStateAndWhyNot(t *testing.T) {
	k := NewLineKey()
	show(t, k, 260, 40)
	k.Set(view.LineKey{ID: "a", Name: "Desk", State: "not registered", Why: "Wrong password.", Role: view.Stop, Hollow: true})
	if got := texts(k); !slices.Equal(got, []string{"Desk", "· not registered"}) {
		t.Errorf("it reads %q", got)
	}
	said, chosen := "", false
	k.OnPoint, k.OnTap = func(s string) { said = s }, func() { chosen = true }
	k.MouseIn(mouse(1, 1))
	if said != "Wrong password." {
		t.Errorf("pointed at it says %q", said)
	}
	k.TypedKey(key(fyne.KeySpace))
	if !chosen {
		t.Error("space does not choose the line")
	}
}

func TestSelectStepsByKeys(t *testing.T) {
	s := NewSelect("Route")
	show(t, s, 200, 60)
	s.Set([]view.Option{{Key: "a", Text: "Trunk A"}, {Key: "b", Text: "Mobile"}}, 0)
	var chosen []int
	s.OnChange = func(i int) { chosen = append(chosen, i) }
	for _, k := range []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp} {
		s.TypedKey(key(k))
	}
	if !slices.Equal(chosen, []int{1, 0}) || s.Value() != "Trunk A" {
		t.Errorf("the keys chose %v and ended at %q", chosen, s.Value())
	}
}

func TestLongTextEndsInAnEllipsis(t *testing.T) {
	c := newText(theme.Body, false)
	test.NewTempApp(t)
	c.set(strings.Repeat("Wolfeschlegelstein ", 20), theme.Ink)
	c.place(0, 0, 100, 20)
	if !strings.HasSuffix(c.Text.Text, "…") || c.measure(c.Text.Text) > 100 {
		t.Errorf("%q is %v wide, want at most 100 with an ellipsis", c.Text.Text, c.measure(c.Text.Text))
	}
	c.place(0, 0, 5000, 20)
	if c.Text.Text != c.full {
		t.Error("with room enough it is still shortened")
	}
	c.place(0, 0, 2, 20)
	if c.Text.Text != "" {
		t.Errorf("without any room it says %q", c.Text.Text)
	}
}

func TestNumberEntryHandsOnKeysAndShortcuts(t *testing.T) {
	f := NewNumberField("Number")
	w := show(t, f, 300, 60)
	var used []fyne.KeyName
	f.Entry.OnKey = func(e *fyne.KeyEvent) bool { used = append(used, e.Name); return e.Name == fyne.KeyF3 }
	shortcut := ""
	f.Entry.OnShortcut = func(s fyne.Shortcut) bool { shortcut = s.ShortcutName(); return true }
	f.Tapped(nil)
	if w.Canvas().Focused() != f.Entry {
		t.Fatal("a tap beside the entry does not put the cursor into it")
	}
	test.Type(f.Entry, "20")
	f.Entry.TypedRune('\u202e')
	f.Entry.TypedKey(key(fyne.KeyF3))
	f.Entry.TypedKey(key(fyne.KeyBackspace))
	f.Entry.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyH, Modifier: fyne.KeyModifierControl})
	if f.Entry.Text != "2" || !slices.Equal(used, []fyne.KeyName{fyne.KeyF3, fyne.KeyBackspace}) || shortcut == "" {
		t.Errorf("text %q, keys %q, shortcut %q", f.Entry.Text, used, shortcut)
	}
}

func TestKeypad(t *testing.T) {
	k := NewKeypad()
	show(t, k, 180, 150)
	var sent []string
	said := ""
	k.OnDigit, k.OnPoint = func(d string) { sent = append(sent, d) }, func(s string) { said = s }
	k.Tapped(&fyne.PointEvent{Position: fyne.NewPos(170, 125)})
	k.TypedRune('a')
	k.TypedRune('7')
	if !slices.Equal(sent, []string{"#", "A", "7"}) {
		t.Errorf("sent were %q", sent)
	}
	k.Set("Not connected.")
	k.TypedRune('1')
	if len(sent) != 3 || said != "Not connected." {
		t.Errorf("while it cannot, it sent %q and said %q", sent, said)
	}
}

func TestCardFolds(t *testing.T) {
	body := NewDetails()
	body.Set([]view.Detail{{Name: "Number", Value: "2044"}}, "")
	c := NewCard(body)
	show(t, c, 200, 200)
	open, told := c.MinSize().Height, 0
	c.OnFold = func() { told++ }
	test.Tap(c)
	if body.Visible() || c.MinSize().Height >= open || told != 1 {
		t.Errorf("folded: body visible %v, height %v of %v, told %d times", body.Visible(), c.MinSize().Height, open, told)
	}
	test.Tap(c)
	if !body.Visible() || c.MinSize().Height != open {
		t.Error("unfolding does not bring the body back")
	}
}

func TestNoticeHidesWithoutWords(t *testing.T) {
	n := NewNotice()
	show(t, n, 300, 40)
	n.Set(view.Notice{Text: "The desk is away.", Role: view.Stop})
	if !n.Visible() || !slices.Equal(texts(n), []string{"The desk is away."}) {
		t.Errorf("visible %v, reads %q", n.Visible(), texts(n))
	}
	n.Set(view.Notice{})
	if n.Visible() {
		t.Error("an empty notice stays")
	}
}

func TestSoundKeyMovesItsBar(t *testing.T) {
	k := NewSoundKey()
	show(t, k, 200, 40)
	k.Set(view.Sound{Name: "Jabra", Level: 0.25})
	quarter := k.level.fill.Size().Width
	k.Set(view.Sound{Name: "Jabra", Level: 1})
	if full := k.level.fill.Size().Width; full != 4*quarter || quarter <= 0 {
		t.Errorf("a quarter is %v wide, the whole %v", quarter, full)
	}
}

func TestRingCardHasNoKeys(t *testing.T) {
	r := NewRingCard()
	show(t, r, 360, 140)
	r.Set(view.Incoming{Call: "a", Who: "Maria", Number: "+34", Line: "Incoming call for Desk", Via: "via queue",
		Answer: view.Command{Label: "Answer", Key: "F2", Send: cti.Answer{Call: "a"}}, Reject: view.Command{Label: "Reject", Key: "F5", Send: cti.Hangup{Call: "a"}}})
	if got := texts(r); !slices.Equal(got, []string{"Incoming call for Desk", "Maria", "+34 · via queue"}) {
		t.Errorf("it reads %q", got)
	}
	if r.answer.Model().Key != "" {
		t.Error("the card prints a key although it never has the keyboard")
	}
	answered := false
	r.OnAnswer = func() { answered = true }
	test.Tap(r.answer)
	if !answered {
		t.Error("its button does nothing")
	}
}
