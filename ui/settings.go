package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// settingsWindow has the lines, the sound devices and the looks on three tabs. It shows what was set when it
// was opened; what is saved comes back by the next snapshot.
type settingsWindow struct {
	w      *Window
	win    fyne.Window
	tabs   *container.AppTabs
	lines  *lineForms
	status *widget.Spans
	ground *canvas.Rectangle
}

// openSettings shows the settings, or brings them to the front.
func (w *Window) openSettings() {
	if w.settings == nil {
		w.settings = newSettingsWindow(w)
	}
	w.settings.win.Show()
	w.settings.win.RequestFocus()
}

func newSettingsWindow(w *Window) *settingsWindow {
	s := &settingsWindow{w: w, win: w.app.NewWindow(w.cfg.Title + " · " + lang.Settings.String()), status: widget.NewSpans(theme.Small)}
	s.lines = newLineForms(s)
	s.tabs = container.NewAppTabs(
		container.NewTabItem(lang.SetLines.String(), s.lines.object()),
		container.NewTabItem(lang.SetSound.String(), s.soundForm()),
		container.NewTabItem(lang.SetLook.String(), s.lookForm()),
	)
	s.ground = canvas.NewRectangle(theme.Color(theme.CardGround))
	s.win.SetContent(container.NewStack(s.ground, container.NewPadded(container.NewBorder(nil, s.status, nil, nil, s.tabs))))
	s.win.Resize(fyne.NewSize(theme.Px(720), theme.Px(600)))
	s.win.SetOnClosed(func() { w.settings = nil })
	s.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			s.win.Close()
		}
	})
	if w.cfg.Settings == nil {
		s.tell(lang.SetReadOnly.String(), view.Wait)
	}
	return s
}

// tell shows a sentence at the foot of the window.
func (s *settingsWindow) tell(text string, role view.Role) {
	s.status.Set([]view.Span{{Text: view.Clean(text), Role: role}})
}

// save carries a change out in the background and shows how it went.
func (s *settingsWindow) save(change func(Settings) error, saved func()) {
	target := s.w.cfg.Settings
	if target == nil {
		s.tell(lang.SetReadOnly.String(), view.Wait)
		return
	}
	s.tell(lang.SetSaving.String(), view.Quiet)
	ok := s.w.loop.try(func() error { return change(target) }, func(err error) {
		if err != nil {
			s.tell(sentence(err.Error()), view.Stop)
			return
		}
		s.tell(lang.SetSaved.String(), view.Talk)
		saved()
	})
	if !ok {
		s.tell(lang.DeskLostCall.String(), view.Stop)
	}
}

// noSound is how Settings.SetSound is told to use no device at all.
const noSound = "none"

// soundForm chooses the devices by their names; each choice is carried out at once.
func (s *settingsWindow) soundForm() fyne.CanvasObject {
	sound := s.w.cfg.Desk.Snapshot().Sound
	mic, speaker, ringer := sound.Mic.Name, sound.Speaker.Name, sound.Ringer.Name
	set := func() {
		s.save(func(t Settings) error { return t.SetSound(mic, speaker, ringer) }, func() {})
	}
	form := fynewidget.NewForm(
		fynewidget.NewFormItem(lang.SetMic.String(), deviceSelect(sound.Inputs, &mic, set)),
		fynewidget.NewFormItem(lang.SetSpeaker.String(), deviceSelect(sound.Outputs, &speaker, set)),
		fynewidget.NewFormItem(lang.SetRinger.String(), deviceSelect(sound.Outputs, &ringer, set)),
	)
	return container.NewPadded(form)
}

// deviceSelect offers the devices present, the system's default, none, and the one in use even when it is
// not plugged in at the moment.
func deviceSelect(present []string, value *string, set func()) *fynewidget.Select {
	keys := append([]string{"", noSound}, present...)
	known := false
	for _, k := range keys {
		known = known || k == *value
	}
	if !known {
		keys = append(keys, *value)
	}
	labels := make([]string, len(keys))
	chosen := 0
	for i, k := range keys {
		labels[i] = deviceLabel(k)
		if k == *value {
			chosen = i
		}
	}
	sel := fynewidget.NewSelect(labels, nil)
	sel.SetSelectedIndex(chosen)
	sel.OnChanged = func(string) {
		*value = keys[sel.SelectedIndex()]
		set()
	}
	return sel
}

// deviceLabel is how a device is offered; names come from outside like those of callers.
func deviceLabel(key string) string {
	switch key {
	case "":
		return lang.DefaultDevice.String()
	case noSound:
		return lang.NoDevice.String()
	}
	return view.Clean(key)
}

// scales are the sizes that the settings offer, in per cent.
var scales = []string{"80 %", "90 %", "100 %", "110 %", "125 %", "150 %", "175 %", "200 %"}

// lookForm chooses theme and size; the window follows at once.
func (s *settingsWindow) lookForm() fyne.CanvasObject {
	names := map[theme.Variant]lang.Text{theme.Dark: lang.ThemeDark, theme.Light: lang.ThemeLight, theme.Contrast: lang.ThemeContrast}
	var labels []string
	chosen := 0
	for i, v := range theme.Variants {
		labels = append(labels, names[v].String())
		if v == s.w.look.Variant {
			chosen = i
		}
	}
	variant := fynewidget.NewSelect(labels, nil)
	variant.SetSelectedIndex(chosen)
	variant.OnChanged = func(string) {
		look := s.w.look
		look.Variant = theme.Variants[variant.SelectedIndex()]
		s.setLook(look)
	}
	size := fynewidget.NewSelect(scales, nil)
	size.SetSelected(percent(s.w.look.Scale))
	size.OnChanged = func(label string) {
		look := s.w.look
		look.Scale = scaleOf(label)
		s.setLook(look)
	}
	return container.NewPadded(fynewidget.NewForm(
		fynewidget.NewFormItem(lang.SetTheme.String(), variant), fynewidget.NewFormItem(lang.SetSize.String(), size)))
}

// setLook shows the new look before it is kept, so that it can be judged even when keeping it fails.
func (s *settingsWindow) setLook(l theme.Look) {
	s.w.SetLook(l)
	s.ground.FillColor = theme.Color(theme.CardGround)
	s.ground.Refresh()
	s.save(func(t Settings) error { return t.SaveLook(l) }, func() {})
}
