package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cordboard/cti"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Size of the main window when it is opened for the first time, in the drawing's pixels.
const (
	openWidth  = 1320
	openHeight = 860
)

// Window is the operator's main window with everything that belongs to it. Its methods are for the UI
// goroutine unless they say otherwise.
type Window struct {
	app  fyne.App
	cfg  Config
	look theme.Look
	main fyne.Window
	loop *loop

	parts parts
	ring  *ringCard
	keys  map[string]func() // shortcuts by name

	wish    view.Wish
	choices map[cti.LineID]choice
	model   view.Model
	said    said   // the latest refusal
	pointed string // why the command under the mouse or the focus cannot be given
	last    lastKey

	history   *historyWindow
	settings  *settingsWindow
	directory *directoryWindow
	matrix    *matrixWindow
	found     search // of the card beside the table
}

// choice is what the operator chose for a line; it stays preselected for the next call (R15).
type choice struct {
	route    string
	identity int
}

// New builds the window without showing it. Call it from the goroutine that will run the app.
func New(a fyne.App, cfg Config) *Window {
	if cfg.Title == "" {
		cfg.Title = "Cordboard"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	w := &Window{app: a, cfg: cfg, look: cfg.Look.Clean(), choices: map[cti.LineID]choice{}}
	for _, c := range cfg.Contacts {
		w.wish.Contacts = append(w.wish.Contacts, view.Contact(c))
	}
	w.found = search{w: w, show: w.foundPeople}
	a.Settings().SetTheme(theme.New(w.look))
	w.loop = newLoop(cfg.Inline)
	w.ring = newRingCard(a, w.send) // before the main window, which could lose the keyboard to it
	w.ring.ready = cfg.Inline
	w.main = a.NewWindow(cfg.Title)
	w.main.SetMaster()
	w.main.SetPadded(false)
	w.build()
	w.Draw()
	return w
}

// build makes the parts and puts them into the main window.
func (w *Window) build() {
	w.parts = w.newParts()
	w.main.SetContent(container.New(&deskLayout{w}, w.parts.objects()...))
	w.main.Resize(fyne.NewSize(theme.Px(openWidth), theme.Px(openHeight)))
	w.bindKeys()
	w.main.Canvas().Focus(w.parts.number.Entry)
}

// Run shows the window and returns when it was closed. It must be called from main's goroutine.
func (w *Window) Run() {
	w.ring.ready = true
	w.main.SetOnClosed(func() {
		w.loop.stop()
		w.ring.close()
	})
	w.app.Lifecycle().SetOnEnteredForeground(func() { w.loop.aside.Store(false) })
	w.app.Lifecycle().SetOnExitedForeground(func() { w.loop.aside.Store(true) })
	w.loop.start(w.cfg.Desk.Updates(), func() uint64 { return w.cfg.Desk.Snapshot().Seq }, w.Draw)
	w.main.ShowAndRun()
	w.loop.stop()
	if w.history != nil {
		w.history.player.quit()
	}
}

// Raise brings the window to the front. Any goroutine but that of the UI may call it.
func (w *Window) Raise() {
	fyne.Do(func() {
		w.main.Show()
		w.main.RequestFocus()
	})
}

// Close takes the window down and ends Run. Any goroutine but that of the UI may call it.
func (w *Window) Close() { fyne.Do(w.main.Close) }

// Main is the main window itself, for tests and for whoever needs its canvas.
func (w *Window) Main() fyne.Window { return w.main }

// Ring is the window of the card that announces calls.
func (w *Window) Ring() fyne.Window { return w.ring.window }

// Draw shows the newest snapshot. The pump calls it whenever the desk has news and once a second while a
// time runs; whatever the operator does in the window calls it as well.
func (w *Window) Draw() {
	snap := w.cfg.Desk.Snapshot()
	w.wish.Selection = w.wish.Selection.Follow(snap.Calls, snap.Conferences)
	w.wish.Lost = ""
	if link, ok := w.cfg.Desk.(Link); ok {
		w.wish.Lost = link.Lost()
	}
	if line, ok := view.ChosenLine(snap.Lines, w.wish.Line); ok {
		w.recall(line)
	}
	now := w.cfg.Now()
	w.model = view.Build(snap, w.wish, now)
	w.said.forget(now)
	w.apply()
	if w.settings != nil {
		w.settings.lines.follow()
	}
	plays := w.history != nil && w.history.player.tick()
	w.loop.ticking.Store(w.model.Ticking || w.said.text != "" || plays)
	w.loop.counts.Store(w.model.Counting || plays)
	if w.history != nil {
		w.history.follow(snap.Calls)
	}
	if w.directory != nil {
		w.directory.draw()
	}
	if w.matrix != nil {
		w.matrix.set(w.model.Matrix)
	}
}
