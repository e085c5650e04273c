package ui

import "fyne.io/fyne/v2"

// Window is the operator's main window with everything that belongs to it. Its methods are for the UI
// goroutine unless they say otherwise.
type Window struct {
	app  fyne.App
	cfg  Config
	main fyne.Window
}

// New builds the window without showing it. Call it from the goroutine that will run the app.
func New(a fyne.App, cfg Config) *Window {
	w := &Window{app: a, cfg: cfg}
	w.main = a.NewWindow(cfg.Title)
	return w
}

// Run shows the window and returns when it was closed. It must be called from main's goroutine.
func (w *Window) Run() { w.main.ShowAndRun() }

// Raise brings the window to the front. Any goroutine may call it.
func (w *Window) Raise() { fyne.Do(w.main.RequestFocus) }

// Close takes the window down, and ends Run. Any goroutine may call it.
func (w *Window) Close() { fyne.Do(w.main.Close) }
