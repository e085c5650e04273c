package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// askNumber asks for the number that a command needs and that the field does not have (R4). Enter takes it,
// Escape leaves.
func (w *Window) askNumber() {
	entry := widget.NewNumberEntry()
	preview := widget.NewSpans(theme.Small)
	var ask dialog.Dialog
	current := func() view.Preview {
		wish := w.wish
		wish.Number = entry.Text
		return view.Build(w.cfg.Desk.Snapshot(), wish, w.cfg.Now()).Panel.Preview
	}
	place := func() {
		p := current()
		if p.OK {
			ask.Hide()
			w.dial(p.Number)
			w.focusNumber()
		}
	}
	leave := func() { ask.Hide(); w.focusNumber() }
	entry.OnChanged = func(text string) {
		preview.Set(nil)
		if text != "" {
			preview.Set(current().Spans)
		}
	}
	entry.OnSubmitted = func(string) { place() }
	entry.OnKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			leave()
		}
		return e.Name == fyne.KeyEscape
	}
	ok, cancel := widget.NewCommand(lang.Call.String()), widget.NewCommand(lang.Cancel.String())
	ok.Set(view.Command{Label: lang.Call.String(), Key: "Enter", Style: view.StyleGo})
	cancel.Set(view.Command{Label: lang.Cancel.String(), Key: "Esc"})
	ok.OnTap, cancel.OnTap = place, leave
	body := container.NewVBox(entry, preview, container.NewHBox(ok, cancel))
	ask = dialog.NewCustomWithoutButtons(lang.AskNumber.String(), body, w.main)
	ask.Resize(fyne.NewSize(theme.Px(420), theme.Px(190)))
	ask.Show()
	w.main.Canvas().Focus(entry)
}
