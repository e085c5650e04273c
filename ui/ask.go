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

// askWindow asks for what a command needs and the Number field does not have: a number or a name (R4), and, where the
// rules in force want it, which way it goes out and what the other side sees (R14, R16). Enter takes it, Escape leaves.
type askWindow struct {
	w       *Window
	command view.Command
	entry   *widget.NumberEntry
	preview *widget.Spans
	people  *widget.People
	route   *widget.Select
	show    *widget.Select
	dialog  dialog.Dialog
	search  search
	stepped bool // the arrow keys chose a line: it counts, not what is typed
}

// ask opens it for a command. What is typed already stands in it.
func (w *Window) ask(c view.Command) {
	a := &askWindow{w: w, command: c, entry: widget.NewNumberEntry(), preview: widget.NewSpans(theme.Small),
		people: widget.NewPeople(), route: widget.NewSelect(lang.Route.String()), show: widget.NewSelect(lang.ShowAs.String())}
	a.search = search{w: w, show: a.found}
	a.entry.OnChanged = func(string) { a.typed() }
	a.entry.OnSubmitted = func(string) { a.take() }
	a.entry.OnKey = a.key
	a.people.OnPick = func(r view.PersonRow) { a.entry.SetText(r.Number) }
	a.people.OnGive = func(r view.PersonRow, _ view.Command) { a.entry.SetText(r.Number); a.take() }
	a.route.OnChange = func(i int) { w.chooseRoute(w.model.Panel.Routes[i].Key); a.typed() }
	a.show.OnChange = func(i int) { w.ChooseIdentity(i); a.typed() }
	a.dialog = dialog.NewCustomWithoutButtons(c.Ask.Title(), a.body(), w.main)
	a.dialog.Resize(a.size())
	a.dialog.Show()
	a.entry.SetText(w.wish.Number)
	a.typed()
	w.main.Canvas().Focus(a.entry)
}

// body puts the parts under each other; the directory is there when there is one, the choices when they are asked for.
func (a *askWindow) body() fyne.CanvasObject {
	ok, cancel := widget.NewCommand(a.command.Label), widget.NewCommand(lang.Cancel.String())
	ok.Set(view.Command{Label: a.command.Label, Key: "Enter", Style: view.StyleGo})
	cancel.Set(view.Command{Label: lang.Cancel.String(), Key: "Esc"})
	ok.OnTap, cancel.OnTap = a.take, a.leave
	top := container.NewVBox(a.entry, a.preview)
	if a.w.asksIdentity(a.command) {
		p := a.w.model.Panel
		a.route.Set(p.Routes, indexOf(p.Routes, p.Route))
		a.show.Set(p.Shows, p.Show)
		top.Add(container.NewGridWithColumns(2, a.route, a.show))
	}
	foot := container.NewHBox(ok, cancel)
	if a.w.cfg.Directory == nil {
		return container.NewVBox(top, foot)
	}
	return container.NewBorder(top, foot, nil, nil, a.people)
}

// size fits into the smallest window.
func (a *askWindow) size() fyne.Size {
	high := theme.Px(190)
	if a.w.cfg.Directory != nil {
		high = theme.Px(440)
	}
	if a.w.asksIdentity(a.command) {
		high += theme.Px(70)
	}
	room := a.w.main.Canvas().Size()
	return fyne.NewSize(min(theme.Px(520), room.Width-theme.Px(20)), min(high, room.Height-theme.Px(20)))
}

// current is the preview of what stands in the entry.
func (a *askWindow) current() view.Preview {
	wish := a.w.wish
	wish.Number = a.entry.Text
	return view.Build(a.w.cfg.Desk.Snapshot(), wish, a.w.cfg.Now()).Panel.Preview
}

// typed looks the directory up and shows the preview.
func (a *askWindow) typed() {
	a.stepped = false
	a.people.Top()
	a.search.ask(a.entry.Text)
	a.tell()
}

// tell shows what Enter would do: with the number that stands there, else with the chosen line of the directory.
func (a *askWindow) tell() {
	p := a.current()
	r, listed := a.people.Chosen()
	switch {
	case a.entry.Text == "" && !a.stepped:
		a.preview.Set(nil)
	case listed && (a.stepped || !p.OK):
		a.preview.Set([]view.Span{{Text: "✓", Strong: true, Role: view.Talk}, {Text: r.Name, Strong: true}, {Text: r.Number}})
	default:
		a.preview.Set(p.Spans)
	}
}

// found lists who fits.
func (a *askWindow) found(people []view.Person, err error) {
	if err != nil {
		a.preview.Set([]view.Span{{Text: view.Clean(sentence(err.Error())), Role: view.Stop}})
		return
	}
	rows := view.People(a.w.cfg.Desk.Snapshot(), a.w.wish, people, a.w.cfg.Now())
	for i := range rows {
		rows[i].Commands = nil // here there is but one thing to do with them
	}
	a.people.Set(rows)
	a.tell()
}

// take gives the command to what stands in the entry, or, when that is no number, to the chosen line of the directory.
func (a *askWindow) take() {
	number := ""
	p := a.current()
	r, listed := a.people.Chosen()
	switch {
	case listed && (a.stepped || !p.OK && a.entry.Text != ""):
		number = r.Number
	case p.OK:
		number = p.Number
	}
	if number == "" {
		return
	}
	a.dialog.Hide()
	a.w.focusNumber()
	a.w.giveTo(a.command, number)
}

func (a *askWindow) leave() {
	a.dialog.Hide()
	a.w.focusNumber()
}

// key moves in the directory while the entry has the focus.
func (a *askWindow) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		a.leave()
	case fyne.KeyUp, fyne.KeyDown:
		step := 1
		if e.Name == fyne.KeyUp {
			step = -1
		}
		a.people.Step(step)
		a.stepped = true
		a.tell()
	default:
		return false
	}
	return true
}
