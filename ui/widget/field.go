package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// fieldHeight is that of the fields of the panel, in the drawing's pixels.
const fieldHeight = 56

// Select is a field that offers a list: caption, chosen value, arrow. Space or Enter opens the list, the
// arrow keys step through it.
type Select struct {
	fynewidget.BaseWidget
	Keys     Keys
	OnChange func(index int)

	caption string
	options []view.Option
	chosen  int
	focused bool
	box     *canvas.Rectangle
	title   *text
	value   *text
	arrow   *canvas.Image
}

// NewSelect makes a field without options.
func NewSelect(caption string) *Select {
	s := &Select{caption: caption, box: newBox(controlRadius), title: newText(theme.Caption, false),
		value: newText(theme.Body, true), arrow: canvas.NewImageFromResource(nil)}
	s.arrow.FillMode = canvas.ImageFillContain
	s.ExtendBaseWidget(s)
	return s
}

// Set gives the options and the index of the chosen one.
func (s *Select) Set(options []view.Option, chosen int) {
	same := len(options) == len(s.options) && chosen == s.chosen
	for i := 0; same && i < len(options); i++ {
		same = options[i] == s.options[i]
	}
	if !same {
		s.options, s.chosen = options, chosen
		s.Refresh()
	}
}

// Value is the text of the chosen option.
func (s *Select) Value() string {
	if s.chosen < 0 || s.chosen >= len(s.options) {
		return ""
	}
	return s.options[s.chosen].Text
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(s, s.min, s.layout, s.style, s.box, s.title, s.value, s.arrow)
}

func (s *Select) style() {
	paintField(s.box, s.focused)
	s.title.set(s.caption, theme.QuietInk)
	s.value.set(s.Value(), theme.Ink)
	s.arrow.Resource = fynetheme.NewThemedResource(fynetheme.MenuDropDownIcon())
	s.arrow.Hidden = len(s.options) < 2
}

// paintField draws the box of a field; the one with the keyboard has a strong outline.
func paintField(box *canvas.Rectangle, focused bool) {
	paintBox(box, theme.Field, theme.Edge)
	if focused {
		box.StrokeColor, box.StrokeWidth = theme.Color(theme.RingInk), theme.Px(2)
	}
	box.CornerRadius = theme.Px(controlRadius)
}

func (s *Select) min() fyne.Size { return fyne.NewSize(theme.Px(104), theme.Px(fieldHeight)) }

func (s *Select) layout(size fyne.Size) {
	place(s.box, 0, 0, size.Width, size.Height)
	pad, arrow := theme.Px(12), theme.Px(18)
	w := size.Width - 2*pad
	s.title.place(pad, theme.Px(8), w, theme.Px(14))
	s.value.place(pad, theme.Px(24), w-arrow, theme.Px(24))
	place(s.arrow, size.Width-pad-arrow+theme.Px(4), theme.Px(27), arrow, arrow)
}

// Tapped opens the list.
func (s *Select) Tapped(*fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(s)
	if c == nil || len(s.options) < 2 {
		return
	}
	items := make([]*fyne.MenuItem, len(s.options))
	for i, o := range s.options {
		items[i] = fyne.NewMenuItem(o.Text, func() { s.choose(i) })
		items[i].Checked = i == s.chosen
	}
	fynewidget.ShowPopUpMenuAtRelativePosition(fyne.NewMenu("", items...), c, fyne.NewPos(0, s.Size().Height+theme.Px(2)), s)
}

// choose takes another option and tells; beyond either end there is none.
func (s *Select) choose(i int) {
	if i < 0 || i >= len(s.options) || i == s.chosen {
		return
	}
	s.chosen = i
	s.Refresh()
	if s.OnChange != nil {
		s.OnChange(i)
	}
}

// FocusGained implements fyne.Focusable.
func (s *Select) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Select) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *Select) TypedRune(r rune) { s.Keys.forwardRune(r) }

// TypedKey implements fyne.Focusable.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	switch {
	case pressed(e):
		s.Tapped(nil)
	case e.Name == fyne.KeyDown:
		s.choose(s.chosen + 1)
	case e.Name == fyne.KeyUp:
		s.choose(s.chosen - 1)
	default:
		s.Keys.forwardKey(e)
	}
}

// inputTheme draws an entry without box, for the field around it has one, in the size of a number.
type inputTheme struct{ fyne.Theme }

// Color implements fyne.Theme.
func (t inputTheme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	switch n {
	case fynetheme.ColorNameInputBackground, fynetheme.ColorNameInputBorder:
		return color.Transparent
	}
	return theme.Color(n)
}

// Size implements fyne.Theme.
func (t inputTheme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case fynetheme.SizeNameText:
		return theme.Size(theme.Title)
	case fynetheme.SizeNameInputBorder:
		return 0
	case fynetheme.SizeNameInnerPadding:
		return theme.Px(2)
	}
	return theme.Size(n)
}
