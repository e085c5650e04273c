// Package uitest lets a test sit in the operator's chair: Operator types, presses and clicks in the real
// window on a scripted desk, and reads what it says. No display is needed.
package uitest

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/uitest/script"
)

// Operator sits in front of a window.
type Operator struct {
	t      testing.TB
	Window *ui.Window
	Desk   *script.Desk
}

// Sit opens the window on a desk. What cfg leaves empty comes from the desk; work is done at once.
func Sit(t testing.TB, d *script.Desk, cfg ui.Config) *Operator {
	t.Helper()
	a := test.NewTempApp(t)
	cfg.Desk, cfg.Now, cfg.Inline = d, d.Now, true
	w := ui.New(a, cfg)
	w.Main().Show()
	return &Operator{t: t, Window: w, Desk: d}
}

// Look draws the newest state of the desk, as the pump does in the product.
func (o *Operator) Look() *Operator {
	o.Window.Draw()
	return o
}

func (o *Operator) canvas() fyne.Canvas { return o.Window.Main().Canvas() }

// Type types text into whatever has the focus.
func (o *Operator) Type(text string) *Operator {
	for _, r := range text {
		if f := o.canvas().Focused(); f != nil {
			f.TypedRune(r)
		} else if on := o.canvas().OnTypedRune(); on != nil {
			on(r)
		}
	}
	return o
}

// Press presses a key such as "F2", "Return" or "Down".
func (o *Operator) Press(key fyne.KeyName) *Operator {
	o.Look()
	e := &fyne.KeyEvent{Name: key}
	if f := o.canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else if on := o.canvas().OnTypedKey(); on != nil {
		on(e)
	}
	return o.Look()
}

// Chord presses a key together with Ctrl or Alt, by the way that the driver takes: the focused control
// first when it knows shortcuts, else the window.
func (o *Operator) Chord(mod fyne.KeyModifier, key fyne.KeyName) *Operator {
	s := &desktop.CustomShortcut{KeyName: key, Modifier: mod}
	if f, ok := o.canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
	} else if c, ok := o.canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
	return o.Look()
}

// Paste pastes text into the focused control.
func (o *Operator) Paste(text string) *Operator {
	board := test.NewClipboard()
	board.SetContent(text)
	if f, ok := o.canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
	}
	return o
}

// Click clicks whatever shows a text, in the topmost menu or dialog or else in the main window.
func (o *Operator) Click(text string) *Operator {
	o.t.Helper()
	t, ok := find[fyne.Tappable](o.top(), text)
	if !ok {
		o.t.Fatalf("there is nothing to click that says %q in:\n%s", text, o.Reads())
	}
	t.Tapped(&fyne.PointEvent{Position: fyne.NewPos(4, 4)})
	return o.Look()
}

// ClickIn clicks the small button that says a text in the row that says another.
func (o *Operator) ClickIn(row, button string) *Operator {
	o.t.Helper()
	r, ok := find[fyne.Tappable](o.Window.Main().Content(), row)
	if !ok {
		o.t.Fatalf("no row says %q in:\n%s", row, o.Reads())
	}
	for _, c := range children(r.(fyne.CanvasObject)) {
		if t, ok := c.(*canvas.Text); ok && t.Visible() && t.Text == button {
			r.Tapped(&fyne.PointEvent{Position: t.Position().AddXY(2, 2)})
			return o.Look()
		}
	}
	o.t.Fatalf("the row of %q has no button %q", row, button)
	return o
}

// ClickRing clicks a button of the card that announces a call.
func (o *Operator) ClickRing(text string) *Operator {
	o.t.Helper()
	t, ok := find[fyne.Tappable](o.Window.Ring().Content(), text)
	if !ok {
		o.t.Fatalf("the ringing card has no %q", text)
	}
	t.Tapped(&fyne.PointEvent{})
	return o.Look()
}

// RightClick opens the menu of the row that shows a text.
func (o *Operator) RightClick(text string) *Operator {
	o.t.Helper()
	s, ok := find[fyne.SecondaryTappable](o.Window.Main().Content(), text)
	if !ok {
		o.t.Fatalf("no row says %q in:\n%s", text, o.Reads())
	}
	s.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(200, 300)})
	return o.Look()
}

// Point moves the mouse onto whatever shows a text.
func (o *Operator) Point(text string) *Operator {
	o.t.Helper()
	h, ok := find[desktop.Hoverable](o.top(), text)
	if !ok {
		o.t.Fatalf("there is nothing to point at that says %q", text)
	}
	h.MouseIn(&desktop.MouseEvent{})
	return o
}

// top is the topmost menu or dialog, else the window's content.
func (o *Operator) top() fyne.CanvasObject {
	if over := o.canvas().Overlays().Top(); over != nil {
		return over
	}
	return o.Window.Main().Content()
}

// Reads is everything that the window says at the moment, a line for each text.
func (o *Operator) Reads() string {
	o.Look()
	text := strings.Join(Texts(o.Window.Main().Content()), "\n")
	if over := o.canvas().Overlays().Top(); over != nil {
		text += "\n" + strings.Join(Texts(over), "\n")
	}
	return text
}

// Sees fails the test unless the window says all of the texts.
func (o *Operator) Sees(texts ...string) *Operator {
	o.t.Helper()
	all := o.Reads()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			o.t.Errorf("the window does not say %q, but:\n%s", text, all)
		}
	}
	return o
}

// SeesNot fails the test when the window says one of the texts.
func (o *Operator) SeesNot(texts ...string) *Operator {
	o.t.Helper()
	all := o.Reads()
	for _, text := range texts {
		if strings.Contains(all, text) {
			o.t.Errorf("the window says %q:\n%s", text, all)
		}
	}
	return o
}

// Last is the command that was sent last; the test fails when none was.
func (o *Operator) Last() cti.Command {
	o.t.Helper()
	sent := o.Desk.Sent()
	if len(sent) == 0 {
		o.t.Fatal("no command was sent")
	}
	return sent[len(sent)-1]
}

// Texts lists all visible texts under an object, in the order of drawing.
func Texts(root fyne.CanvasObject) []string {
	var out []string
	walk(root, nil, func(o fyne.CanvasObject, _ []fyne.CanvasObject) bool {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			out = append(out, t.Text)
		}
		return false
	})
	return out
}

// find returns the innermost object of kind T that shows a text.
func find[T any](root fyne.CanvasObject, text string) (found T, ok bool) {
	walk(root, nil, func(o fyne.CanvasObject, parents []fyne.CanvasObject) bool {
		t, isText := o.(*canvas.Text)
		if !isText || t.Text != text {
			return false
		}
		for i := len(parents) - 1; i >= 0 && !ok; i-- {
			found, ok = parents[i].(T)
		}
		return ok
	})
	return found, ok
}

// walk visits visible objects depth first until visit returns true.
func walk(o fyne.CanvasObject, parents []fyne.CanvasObject, visit func(fyne.CanvasObject, []fyne.CanvasObject) bool) bool {
	if o == nil || !o.Visible() {
		return false
	}
	if visit(o, parents) {
		return true
	}
	parents = append(parents, o)
	for _, c := range children(o) {
		if walk(c, parents, visit) {
			return true
		}
	}
	return false
}

// children are the objects that the driver would draw for an object.
func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// Walk visits all visible objects under another, in the order of drawing.
func Walk(root fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	walk(root, nil, func(o fyne.CanvasObject, _ []fyne.CanvasObject) bool {
		visit(o)
		return false
	})
}

// Tabs finds the tabs under an object, nil when there are none.
func Tabs(root fyne.CanvasObject) (tabs *container.AppTabs) {
	Walk(root, func(o fyne.CanvasObject) {
		if t, ok := o.(*container.AppTabs); ok && tabs == nil {
			tabs = t
		}
	})
	return tabs
}
