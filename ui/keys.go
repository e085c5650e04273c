package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordboard/cti"
	"cordboard/ui/view"
)

// keyRest is how long a function key must rest before it counts again. A key that is held down repeats, and
// since the selection moves on when a call ends, it would end one call after the other.
const keyRest = 700 * time.Millisecond

// lastKey is the function key that was pressed last.
type lastKey struct {
	key view.Key
	at  time.Time
}

// bindKeys makes the window's keys known to its canvas, for when nothing has the focus, and keeps the
// shortcuts for the Number field, which would swallow them.
func (w *Window) bindKeys() {
	c := w.main.Canvas()
	c.SetOnTypedKey(w.typedKey)
	c.SetOnTypedRune(w.typedRune)
	w.keys = map[string]func(){}
	bind := func(key fyne.KeyName, mod fyne.KeyModifier, do func()) {
		s := &desktop.CustomShortcut{KeyName: key, Modifier: mod}
		w.keys[s.ShortcutName()] = do
		c.AddShortcut(s, func(fyne.Shortcut) { do() })
	}
	const ctrl, alt = fyne.KeyModifierControl, fyne.KeyModifierAlt
	bind(fyne.KeyH, ctrl, w.openHistory)
	bind(fyne.KeyComma, ctrl, w.openSettings)
	bind(fyne.KeyL, ctrl, w.focusNumber)
	bind(fyne.KeyD, ctrl, w.focusKeypad)
	bind(fyne.KeyF, ctrl, w.openDirectory)
	bind(fyne.KeyUp, alt, func() { w.parts.table.Step(-1) })
	bind(fyne.KeyDown, alt, func() { w.parts.table.Step(1) })
	for _, c := range chords {
		bind(c.name, c.mod, func() { w.pressKey(c.key) })
	}
	for i := range 9 {
		bind(fyne.KeyName(rune('1'+i)), ctrl, func() { w.chooseLineAt(i) })
	}
}

// chords are the keys of commands that are pressed together with another.
var chords = []struct {
	name fyne.KeyName
	mod  fyne.KeyModifier
	key  view.Key
}{
	{fyne.KeyF5, fyne.KeyModifierControl, cti.KeyEndAll}, {fyne.KeyF7, fyne.KeyModifierControl, cti.KeyAbort},
	{fyne.KeyF8, fyne.KeyModifierControl, cti.KeySplit}, {fyne.KeyF12, fyne.KeyModifierControl, cti.KeyStop},
	{fyne.KeyM, fyne.KeyModifierAlt, view.KeySilent}, {fyne.KeyD, fyne.KeyModifierAlt, view.KeyDeaf},
	{fyne.KeyU, fyne.KeyModifierAlt, view.KeyMusic}, {fyne.KeyPageUp, fyne.KeyModifierAlt, view.KeyLouder},
	{fyne.KeyPageDown, fyne.KeyModifierAlt, view.KeySofter},
}

// usedShortcut does what a shortcut stands for and reports whether it is one of the window's.
func (w *Window) usedShortcut(s fyne.Shortcut) bool {
	do, ok := w.keys[s.ShortcutName()]
	if ok {
		do()
	}
	return ok
}

// typedKey takes the keys that the focused control has no use for.
func (w *Window) typedKey(e *fyne.KeyEvent) { _ = w.usedKey(e) }

// usedKey does what a key stands for in the whole window and reports whether it stands for anything.
func (w *Window) usedKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		w.escape()
	case fyne.KeyUp:
		w.parts.table.Step(-1)
	case fyne.KeyDown:
		w.parts.table.Step(1)
	case desktop.KeyMenu:
		w.parts.table.OpenMenu()
	case fyne.KeyInsert:
		w.parts.table.MarkAndStep()
	case fyne.KeyF11:
		w.openMatrix()
	default:
		return w.commandKey(e.Name)
	}
	return true
}

// escape clears what is typed and marked. While nothing is, it refuses what a far end asks for.
func (w *Window) escape() {
	if w.wish.Number == "" && w.giveFirst(cti.KeyDecline) {
		return
	}
	w.wish.Selection.Also = nil
	w.setNumber("")
	w.said = said{}
	w.Draw()
}

// commandKey gives the command that has a key and reports whether any has it.
func (w *Window) commandKey(name fyne.KeyName) bool {
	if !strings.HasPrefix(string(name), "F") || len(name) < 2 {
		return false
	}
	return w.pressKey(view.Key(name))
}

// pressKey gives the command that has a key, or says why it cannot be given. The menu as drawn decides, so a key always
// does what is printed beside it.
func (w *Window) pressKey(key view.Key) bool {
	for _, c := range w.model.Menu {
		if c.Key == key {
			if !w.held(key) {
				w.give(c)
			}
			return true
		}
	}
	return false
}

// held reports whether a key still repeats from its last press.
func (w *Window) held(key view.Key) bool {
	now := w.cfg.Now()
	repeat := w.last.key == key && now.Sub(w.last.at) < keyRest
	w.last = lastKey{key, now}
	return repeat && key != view.KeyMute && key != view.KeyLouder && key != view.KeySofter // pressed again on purpose
}

// typedRune takes text that was typed outside of the Number field; it belongs there.
func (w *Window) typedRune(r rune) {
	w.focusNumber()
	w.parts.number.Entry.TypedRune(r)
}

// focusNumber puts the keyboard into the Number field.
func (w *Window) focusNumber() { w.main.Canvas().Focus(w.parts.number.Entry) }

// focusKeypad unfolds the keypad, brings it into view and gives it the keyboard.
func (w *Window) focusKeypad() {
	s := &w.parts.side
	s.keypadCard.Fold(false)
	s.scroll.ScrollToOffset(s.keypadCard.Position())
	w.main.Canvas().Focus(s.keypad)
}

// chooseLineAt takes the line with the given place among the keys, if there is one.
func (w *Window) chooseLineAt(i int) {
	if i < len(w.model.Lines) {
		w.chooseLine(w.model.Lines[i].ID)
	}
}
