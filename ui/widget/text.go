package widget

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordboard/ui/theme"
)

// text is one line of plain text that ends in an ellipsis where it does not fit.
type text struct {
	*canvas.Text
	full string
	size fyne.ThemeSizeName
}

// newText makes an empty text in one of the theme's sizes.
func newText(size fyne.ThemeSizeName, bold bool) *text {
	t := &text{Text: canvas.NewText("", nil), size: size}
	t.TextStyle.Bold = bold
	return t
}

// set takes text and colour; the text shows its full length until the next place.
func (t *text) set(s string, ink fyne.ThemeColorName) {
	t.full, t.Text.Text = s, s
	t.Color = theme.Color(ink)
	t.TextSize = theme.Size(t.size)
}

// width is what the full text needs.
func (t *text) width() float32 { return t.measure(t.full) }

// height is that of a line, the same for every text of the size so that baselines agree.
func (t *text) height() float32 {
	return fyne.MeasureText("M", t.TextSize, t.TextStyle).Height
}

// measure is the width of any text in this style; Fyne keeps what it has measured.
func (t *text) measure(s string) float32 {
	if s == "" {
		return 0
	}
	return fyne.MeasureText(s, t.TextSize, t.TextStyle).Width
}

// place puts the text in the middle of a strip that is h high, and shortens it to w.
func (t *text) place(x, y, w, h float32) {
	t.Text.Text = t.shortened(w)
	line := t.height()
	t.Move(fyne.NewPos(x, y+(h-line)/2))
	t.Resize(fyne.NewSize(max(w, 0), line))
}

// shortened cuts whole runes off the end until the rest and an ellipsis fit.
func (t *text) shortened(w float32) string {
	if t.width() <= w+0.5 {
		return t.full
	}
	runes := []rune(t.full)
	n := sort.Search(len(runes), func(n int) bool { return t.measure(string(runes[:n+1])+"…") > w })
	if n == 0 {
		return ""
	}
	return string(runes[:n]) + "…"
}
