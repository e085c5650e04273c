package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordboard/ui/view"
)

// keyRest is how long a function key must rest before it counts again. A key that is held down repeats, and
// since the selection moves on when a call ends, it would end one call after the other.
const keyRest = 700 * time.Millisecond

// lastKey is the function key that was pressed last.
type lastKey struct {
	name fyne.KeyName
	at   time.Time
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
	bind(fyne.KeyUp, alt, func() { w.parts.table.Step(-1) })
	bind(fyne.KeyDown, alt, func() { w.parts.table.Step(1) })
	for i := range 9 {
		bind(fyne.KeyName(rune('1'+i)), ctrl, func() { w.chooseLineAt(i) })
	}
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
		w.setNumber("")
		w.said = said{}
		w.Draw()
	case fyne.KeyUp:
		w.parts.table.Step(-1)
	case fyne.KeyDown:
		w.parts.table.Step(1)
	case desktop.KeyMenu:
		w.parts.table.OpenMenu()
	default:
		return w.commandKey(e.Name)
	}
	return true
}

// commandKey gives the command that has a key and reports whether any has it. The bar as drawn decides, so a
// key always does what is printed beside it.
func (w *Window) commandKey(name fyne.KeyName) bool {
	for i, c := range w.model.Commands {
		if fyne.KeyName(c.Key) == name {
			if !w.held(name) {
				w.pressCommand(i)
			}
			return true
		}
	}
	return false
}

// pressCommand gives a command, or says why it cannot be given.
func (w *Window) pressCommand(i int) {
	c := w.parts.commands[i].Model()
	if c.Enabled() {
		w.send(c.Send)
		return
	}
	w.say(c.Reason)
}

// held reports whether a key still repeats from its last press.
func (w *Window) held(name fyne.KeyName) bool {
	now := w.cfg.Now()
	repeat := w.last.name == name && now.Sub(w.last.at) < keyRest
	w.last = lastKey{name, now}
	return repeat && name != fyne.KeyName(view.KeyMute) // mute is pressed twice on purpose
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
