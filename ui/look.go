package ui

import (
	"fmt"
	"strconv"
	"strings"

	"cordboard/ui/theme"
)

// SetLook changes theme and size of all windows at once.
func (w *Window) SetLook(l theme.Look) {
	w.look = l.Clean()
	w.app.Settings().SetTheme(theme.New(w.look))
	p := &w.parts
	p.ground.FillColor = theme.Color(theme.Ground)
	p.panel.FillColor, p.panel.StrokeColor = theme.Color(theme.CardGround), theme.Color(theme.Edge)
	p.panel.StrokeWidth, p.panel.CornerRadius = theme.Px(1), theme.Px(12)
	w.main.Content().Refresh()
	w.Draw()
}

// percent writes a scale as the settings list it.
func percent(scale int) string { return fmt.Sprintf("%d %%", scale) }

// scaleOf reads it back; 0, which counts as 100, when it is no number.
func scaleOf(label string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(label, " %"))
	if err != nil {
		return 0
	}
	return n
}
