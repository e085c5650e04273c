package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// search looks the directory up while somebody types; an answer that a later question has overtaken is dropped.
type search struct {
	w     *Window
	show  func([]view.Person, error)
	asked int
}

// ask looks a text up in the background. Without a directory nothing happens.
func (s *search) ask(text string) {
	source := s.w.cfg.Directory
	if source == nil {
		return
	}
	s.asked++
	asked := s.asked
	var found []view.Person
	s.w.loop.try(func() (err error) {
		found, err = source.Find(text)
		return err
	}, func(err error) {
		if asked == s.asked {
			s.show(found, err)
		}
	})
}

// directoryWindow finds people, groups and queues, and does with them what is possible now: the keys of the main window
// act on the row that is selected there, with the chosen number as their target.
type directoryWindow struct {
	w       *Window
	win     fyne.Window
	text    *widget.NumberField
	people  *widget.People
	status  *widget.Spans
	refresh *widget.Command
	star    *widget.Command
	search  search
	found   []view.Person
}

// openDirectory shows the directory, or brings it to the front.
func (w *Window) openDirectory() {
	if w.directory == nil {
		w.directory = newDirectoryWindow(w)
	}
	d := w.directory
	d.search.ask(d.text.Entry.Text)
	d.win.Show()
	d.win.RequestFocus()
	d.win.Canvas().Focus(d.text.Entry)
}

func newDirectoryWindow(w *Window) *directoryWindow {
	d := &directoryWindow{w: w, win: w.app.NewWindow(w.cfg.Title + " · " + lang.Directory.String()),
		text: widget.NewNumberField(lang.DirectoryIs.String()), people: widget.NewPeople(), status: widget.NewSpans(theme.Small),
		refresh: widget.NewCommand(), star: widget.NewCommand(lang.Favourite.String(), lang.NoFavourite.String())}
	d.search = search{w: w, show: d.show}
	d.text.Entry.OnChanged = func(text string) { d.people.Top(); d.search.ask(text) }
	d.text.Entry.OnKey = d.key
	d.text.Entry.OnShortcut = d.shortcut
	d.people.OnGive = d.give
	d.people.OnPick = func(view.PersonRow) { d.draw() }
	d.refresh.Set(view.Command{Label: lang.Refresh.String(), Key: "Ctrl+R", Send: noCommand{}})
	d.refresh.OnTap = d.reload
	d.star.OnTap = d.toggleStar
	if w.cfg.Directory == nil {
		d.status.Set([]view.Span{{Text: lang.DirectoryNone.String(), Role: view.Stop}})
	}
	d.win.SetPadded(false)
	d.win.SetContent(container.New(&directoryLayout{d}, d.text, d.people, d.status, d.star, d.refresh))
	d.win.Resize(fyne.NewSize(theme.Px(720), theme.Px(600)))
	d.win.SetOnClosed(func() { w.directory = nil })
	d.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { _ = d.key(e) })
	return d
}

// key moves in the list while the search field has the focus, and gives the command of a key to the chosen line.
func (d *directoryWindow) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		d.win.Close()
	case fyne.KeyUp:
		d.people.Step(-1)
		d.draw()
	case fyne.KeyDown:
		d.people.Step(1)
		d.draw()
	case fyne.KeyReturn, fyne.KeyEnter:
		d.giveKey("Enter")
	default:
		if len(e.Name) < 2 || e.Name[0] != 'F' {
			return false
		}
		d.giveKey(view.Key(e.Name))
	}
	return true
}

// shortcut knows Refresh, and the favourite.
func (d *directoryWindow) shortcut(s fyne.Shortcut) bool {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierControl {
		return false
	}
	switch c.KeyName {
	case fyne.KeyR:
		d.reload()
	case fyne.KeyB:
		d.toggleStar()
	default:
		return false
	}
	return true
}

// giveKey gives the command with a key to the chosen line. A key that is not offered there says so: nothing happens
// behind the operator's back (R24).
func (d *directoryWindow) giveKey(key view.Key) {
	r, ok := d.people.Chosen()
	if !ok {
		return
	}
	for _, c := range r.Commands {
		if c.Key == key {
			d.give(r, c)
			return
		}
	}
	d.status.Set([]view.Span{{Text: lang.NotNow.String(), Role: view.Wait}, {Text: r.State.Text(), Role: view.Quiet}})
}

// give carries a command out and goes back to the main window, where its row appears.
func (d *directoryWindow) give(r view.PersonRow, c view.Command) {
	d.win.Close()
	d.w.main.RequestFocus()
	d.w.giveOf(c, r.Number)
}

// reload fetches the directory and what is known of the numbers again (R27).
func (d *directoryWindow) reload() {
	source := d.w.cfg.Directory
	if source == nil {
		return
	}
	text := d.text.Entry.Text
	d.w.loop.try(source.Refresh, func(err error) {
		if err != nil {
			d.fail(err)
			return
		}
		d.search.ask(text)
	})
}

// toggleStar makes the chosen person a favourite, or an ordinary entry again.
func (d *directoryWindow) toggleStar() {
	r, ok := d.people.Chosen()
	if source := d.w.cfg.Directory; ok && source != nil {
		d.w.loop.try(func() error { return source.SetFavourite(r.ID, !r.Star) }, func(err error) {
			if err != nil {
				d.fail(err)
				return
			}
			d.search.ask(d.text.Entry.Text)
		})
	}
}

// show keeps what was found and draws it.
func (d *directoryWindow) show(people []view.Person, err error) {
	if err != nil {
		d.fail(err)
		return
	}
	d.found = people
	d.status.Set(view.DirectoryStatus(len(people), DirectoryMost))
	d.draw()
}

func (d *directoryWindow) fail(err error) {
	d.found = nil
	d.people.Set(nil)
	d.status.Set([]view.Span{{Text: view.Clean(sentence(err.Error())), Role: view.Stop}})
}

// draw shows what was found in the light of the newest snapshot: lamps and what can be done change by themselves.
func (d *directoryWindow) draw() {
	d.people.Set(view.People(d.w.cfg.Desk.Snapshot(), d.w.wish, d.found, d.w.cfg.Now()))
	star := view.Command{Label: lang.Favourite.String(), Key: "Ctrl+B", Send: noCommand{}}
	if r, ok := d.people.Chosen(); ok && r.Star {
		star.Label = lang.NoFavourite.String()
	}
	d.star.Set(star)
}

// directoryLayout places the parts of the directory.
type directoryLayout struct{ d *directoryWindow }

// MinSize implements fyne.Layout.
func (*directoryLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(420), theme.Px(300))
}

// Layout implements fyne.Layout.
func (l *directoryLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	d := l.d
	edge, gap, foot := theme.Px(14), theme.Px(10), theme.Px(34)
	high := d.text.MinSize().Height
	put(d.text, edge, edge, size.Width-2*edge, high)
	top := edge + high + gap
	put(d.people, edge, top, size.Width-2*edge, size.Height-top-foot-2*gap)
	y, x := size.Height-foot-gap, size.Width-edge
	for _, c := range []*widget.Command{d.refresh, d.star} {
		w := c.MinSize().Width
		x -= w
		put(c, x, y, w, foot)
		x -= gap
	}
	put(d.status, edge, y, x-edge, foot)
}

// callVoiceMail calls the mailbox that has something new.
func (w *Window) callVoiceMail() {
	if c := w.model.Mail.Press; c.Enabled() {
		w.send(view.Complete(c.Send, mailTarget(c.Send)))
		return
	}
	w.say(w.model.Mail.Press.Saying())
}

// mailTarget keeps line and number of the mailbox, whatever is chosen in the panel.
func mailTarget(c cti.Command) view.Target {
	d, _ := c.(cti.Dial)
	return view.Target{Line: d.Line, Number: d.Number}
}
