package widget

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti/dial"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// NumberEntry is an entry that keeps for itself only what edits text. Fyne's own entry swallows function keys
// and every shortcut; this one hands them on. Pasted text is cleaned as a number (R13).
type NumberEntry struct {
	fynewidget.Entry
	OnKey      func(*fyne.KeyEvent) bool // true when used
	OnShortcut func(fyne.Shortcut) bool  // true when used
	OnFocus    func(focused bool)
}

// NewNumberEntry makes an empty entry.
func NewNumberEntry() *NumberEntry {
	e := &NumberEntry{}
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey implements fyne.Focusable.
func (e *NumberEntry) TypedKey(k *fyne.KeyEvent) {
	if e.OnKey != nil && e.OnKey(k) {
		return
	}
	e.Entry.TypedKey(k)
}

// TypedRune drops what cannot be seen, in case an input method sends it.
func (e *NumberEntry) TypedRune(r rune) {
	if unicode.IsPrint(r) {
		e.Entry.TypedRune(r)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (e *NumberEntry) TypedShortcut(s fyne.Shortcut) {
	if p, ok := s.(*fyne.ShortcutPaste); ok {
		s = &fyne.ShortcutPaste{Clipboard: cleanClipboard{p.Clipboard}}
	}
	if _, ok := s.(*desktop.CustomShortcut); ok && e.OnShortcut != nil && e.OnShortcut(s) {
		return
	}
	e.Entry.TypedShortcut(s)
}

// FocusGained implements fyne.Focusable.
func (e *NumberEntry) FocusGained() {
	e.Entry.FocusGained()
	if e.OnFocus != nil {
		e.OnFocus(true)
	}
}

// FocusLost implements fyne.Focusable.
func (e *NumberEntry) FocusLost() {
	e.Entry.FocusLost()
	if e.OnFocus != nil {
		e.OnFocus(false)
	}
}

// cleanClipboard cleans what is read from a clipboard.
type cleanClipboard struct{ fyne.Clipboard }

// Content implements fyne.Clipboard.
func (c cleanClipboard) Content() string { return Pasted(c.Clipboard.Content()) }

// Pasted is what a pasted text leaves in the field: a number keeps its digits and + # * : only, an address
// stays whole, and text without any digit is a name to look up.
func Pasted(s string) string {
	s = view.Clean(s)
	if !strings.ContainsFunc(s, unicode.IsDigit) {
		return s
	}
	return dial.Typed(s)
}

// NumberField is the Number field of the panel: caption and a large entry in one box.
type NumberField struct {
	fynewidget.BaseWidget
	Entry *NumberEntry

	caption string
	focused bool
	box     *canvas.Rectangle
	title   *text
	input   *container.ThemeOverride
}

// NewNumberField makes the field with its caption.
func NewNumberField(caption string) *NumberField {
	f := &NumberField{Entry: NewNumberEntry(), caption: caption, box: newBox(controlRadius), title: newText(theme.Caption, false)}
	f.Entry.TextStyle.Bold = true
	f.input = container.NewThemeOverride(f.Entry, inputTheme{fynetheme.DefaultTheme()})
	f.Entry.OnFocus = func(on bool) { f.focused = on; f.Refresh() }
	f.ExtendBaseWidget(f)
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *NumberField) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(f, f.min, f.layout, f.style, f.box, f.title, f.input)
}

func (f *NumberField) style() {
	paintField(f.box, f.focused)
	f.title.set(f.caption, theme.QuietInk)
}

func (f *NumberField) min() fyne.Size { return fyne.NewSize(theme.Px(180), theme.Px(fieldHeight)) }

func (f *NumberField) layout(s fyne.Size) {
	place(f.box, 0, 0, s.Width, s.Height)
	pad := theme.Px(12)
	f.title.place(pad, theme.Px(6), s.Width-2*pad, theme.Px(14))
	h := f.input.MinSize().Height
	place(f.input, pad-theme.Px(2), s.Height-h-theme.Px(3), s.Width-2*pad+theme.Px(4), h)
}

// Tapped puts the cursor into the entry wherever the field is hit.
func (f *NumberField) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
		c.Focus(f.Entry)
	}
}
