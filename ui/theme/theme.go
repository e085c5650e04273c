package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// The four sizes of text, in the theme's terms.
const (
	Caption = fynetheme.SizeNameCaptionText // 11: captions, key caps, hints
	Small   = fyne.ThemeSizeName("cordboard.small")
	Body    = fynetheme.SizeNameText        // 14
	Title   = fynetheme.SizeNameHeadingText // 20: the number, the caller
)

// sizes are at 100 per cent, on a grid of 8 with halves and quarters of it.
var sizes = map[fyne.ThemeSizeName]float32{
	Caption: 11, Small: 12.5, Body: 14, Title: 20,
	fynetheme.SizeNameSubHeadingText:  14,
	fynetheme.SizeNamePadding:         4,
	fynetheme.SizeNameInnerPadding:    8,
	fynetheme.SizeNameInputRadius:     8,
	fynetheme.SizeNameSelectionRadius: 8,
	fynetheme.SizeNameInputBorder:     1,
	fynetheme.SizeNameScrollBar:       10,
	fynetheme.SizeNameScrollBarSmall:  4,
}

// Theme is a Look made real. It is immutable; another look is another Theme.
type Theme struct {
	look    Look
	palette palette
	base    fyne.Theme
}

// New makes the theme of a look.
func New(l Look) *Theme {
	l = l.Clean()
	return &Theme{look: l, palette: palettes[l.Variant], base: fynetheme.DefaultTheme()}
}

// Look returns what the theme was made of, with all values inside their limits.
func (t *Theme) Look() Look { return t.look }

// Color implements fyne.Theme. The variant that the system asks for is ignored: the operator chose one.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.palette.lookup(name); ok {
		return c
	}
	return t.base.Color(name, t.variant())
}

// variant is which of Fyne's own two sets fits where we have no colour of our own.
func (t *Theme) variant() fyne.ThemeVariant {
	if t.look.Variant == Light {
		return fynetheme.VariantLight
	}
	return fynetheme.VariantDark
}

// Font implements fyne.Theme; Noto Sans has figures of one width, so running times do not shiver.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource { return t.base.Font(style) }

// Icon implements fyne.Theme.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return t.base.Icon(name) }

// Size implements fyne.Theme.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	s, ok := sizes[name]
	if !ok {
		s = t.base.Size(name)
	}
	return s * float32(t.look.Scale) / 100
}

// current is the app's theme when it is one of ours, else the default look, as in a test without any.
func current() *Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(*Theme); ok {
			return t
		}
	}
	return fallback
}

var fallback = New(Look{})

// Color returns a colour of the theme in use. UI goroutine only, as all below.
func Color(name fyne.ThemeColorName) color.Color { return current().Color(name, 0) }

// Size returns a size of the theme in use.
func Size(name fyne.ThemeSizeName) float32 { return current().Size(name) }

// Px scales a length of the drawing to the size that the operator has chosen.
func Px(n float32) float32 { return n * float32(current().look.Scale) / 100 }
