package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// lineForms is the list of lines with the form of the chosen one. What few lines need is folded away under More.
type lineForms struct {
	s      *settingsWindow
	list   *fynewidget.Select
	ids    []cti.LineID   // of the list; the last, empty one is the new line
	config cti.LineConfig // as it was before editing
	added  bool           // the new line was saved and will turn up in the list

	password     *fynewidget.Entry
	first, more  *form[cti.LineConfig]
	rules        *form[cti.LineConfig]
	routes       *rows[cti.Route]
	identities   *rows[cti.Identity]
	save, remove *fynewidget.Button

	fold   *fynewidget.Button
	folded *fyne.Container // what the button shows and hides
	page   *fyne.Container
	scroll *container.Scroll
}

func newLineForms(s *settingsWindow) *lineForms {
	f := &lineForms{s: s, list: fynewidget.NewSelect(nil, nil), password: fynewidget.NewPasswordEntry(), more: moreFields(), rules: ruleFields()}
	f.password.Scroll = fyne.ScrollHorizontalOnly
	f.first = firstFields(f.password)
	f.routes = &rows[cti.Route]{add: lang.SetAddRoute, remove: lang.SetDropRoute, fresh: routeFields, changed: f.place, box: container.NewVBox()}
	f.identities = &rows[cti.Identity]{add: lang.SetAddIdentity, remove: lang.SetDropIdentity, fresh: identityFields, changed: f.place, box: container.NewVBox()}
	f.save = fynewidget.NewButton(lang.SetSave.String(), f.saveLine)
	f.save.Importance = fynewidget.HighImportance
	f.remove = fynewidget.NewButton(lang.SetRemove.String(), f.removeLine)
	f.fold = fynewidget.NewButton(lang.SetMore.String(), func() { f.unfold(!f.folded.Visible()) })
	f.fold.Alignment, f.fold.Importance = fynewidget.ButtonAlignLeading, fynewidget.LowImportance
	f.folded = container.NewVBox(f.more.sheet(), caption(lang.SetRoutes, theme.Body), f.routes.box,
		caption(lang.SetIdentities, theme.Body), f.identities.box, caption(lang.SetRules, theme.Body), f.rules.sheet())
	f.page = container.NewVBox(f.first.sheet(), f.fold, f.folded)
	f.scroll = scrollable(f.page)
	f.unfold(false)
	f.list.OnChanged = func(string) {
		f.s.tell("", view.Quiet)
		f.load(f.list.SelectedIndex())
	}
	f.follow()
	return f
}

// object is the tab's content.
func (f *lineForms) object() fyne.CanvasObject {
	return container.NewPadded(container.NewBorder(f.list, container.NewHBox(f.save, f.remove), nil, nil, container.NewPadded(f.scroll)))
}

// unfold shows or hides what stands under More.
func (f *lineForms) unfold(open bool) {
	show(f.folded, open)
	f.fold.SetIcon(fynetheme.MenuExpandIcon())
	if open {
		f.fold.SetIcon(fynetheme.MenuDropDownIcon())
	}
	f.place()
}

// place lays the page out again after something came or went.
func (f *lineForms) place() {
	if f.scroll != nil {
		f.page.Refresh()
		f.scroll.Refresh()
	}
}

// listed are the lines of the newest snapshot with their labels, which all differ; the last is the new line.
func (f *lineForms) listed() (ids []cti.LineID, labels []string) {
	for _, l := range f.s.w.cfg.Desk.Snapshot().Lines {
		label := view.Clean(l.Name) + " · " + l.Registration.State.String()
		if slices.Contains(labels, label) {
			label += " · " + string(l.ID)
		}
		ids, labels = append(ids, l.ID), append(labels, label)
	}
	return append(ids, ""), append(labels, lang.SetNew.String())
}

// follow lists the lines of the newest snapshot. The form keeps what is being typed, unless its line is gone.
func (f *lineForms) follow() {
	ids, labels := f.listed()
	if slices.Equal(ids, f.ids) && slices.Equal(labels, f.list.Options) {
		return
	}
	start := f.ids == nil
	at := slices.Index(ids, f.config.ID)
	if came := slices.IndexFunc(ids, func(id cti.LineID) bool { return !slices.Contains(f.ids, id) }); f.added && came >= 0 {
		at, f.config.ID, f.added = came, "", false
	}
	f.ids, f.list.Options = ids, labels
	if gone := at < 0; start || gone {
		at = 0
	}
	f.list.Selected = labels[at]
	f.list.Refresh()
	if start || ids[at] != f.config.ID {
		f.load(at)
	}
}

// load fills the form with the line at a place of the list.
func (f *lineForms) load(i int) {
	if i < 0 || i >= len(f.ids) {
		return
	}
	f.config, f.added = cti.LineConfig{Transport: cti.UDP}, false
	for _, l := range f.s.w.cfg.Desk.Snapshot().Lines {
		if l.ID == f.ids[i] {
			f.config = l.Config
		}
	}
	c := f.config
	f.first.load(&c)
	f.more.load(&c)
	f.rules.load(&c)
	f.routes.load(c.Routes)
	f.identities.load(c.Identity)
	f.password.SetPlaceHolder("")
	if c.ID != "" {
		f.password.SetPlaceHolder(lang.SetKept.String())
	}
	f.lock(c)
}

// lock greys out what cannot be changed.
func (f *lineForms) lock(c cti.LineConfig) {
	f.save.Enable()
	f.remove.Enable()
	switch {
	case c.Practice:
		f.s.tell(lang.SetPractice.String(), view.Wait)
		f.save.Disable()
		f.remove.Disable()
	case c.ID == "":
		f.remove.Disable()
	}
}

// read takes the form over into a line. It returns the first input that is wrong, unfolded, and nil when all are right.
func (f *lineForms) read(c *cti.LineConfig) fyne.CanvasObject {
	list := []fyne.CanvasObject{f.first.store(c), f.more.store(c), nil, nil, f.rules.store(c)}
	c.Routes, list[2] = f.routes.store()
	c.Identity, list[3] = f.identities.store()
	for i, o := range list {
		if o != nil {
			f.unfold(f.folded.Visible() || i > 0)
			return o
		}
	}
	return nil
}

// saveLine sends the form to the desk, or shows what is wrong with it.
func (f *lineForms) saveLine() {
	c := f.config
	if wrong := f.read(&c); wrong != nil {
		f.s.tell(lang.SetNotSaved.String(), view.Stop)
		f.showInput(wrong)
		return
	}
	var password *string
	if text := f.password.Text; text != "" {
		password = &text
	}
	f.s.save(func(t Settings) error { return t.SaveLine(c, password) }, func() { f.saved(c) })
}

// saved keeps the form as it is, without the password, unless another line was chosen meanwhile.
func (f *lineForms) saved(c cti.LineConfig) {
	if f.config.ID != c.ID {
		return
	}
	f.config, f.added = c, c.ID == ""
	f.password.SetText("")
	f.follow()
}

// showInput brings an input into view and gives it the keyboard.
func (f *lineForms) showInput(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(f.scroll.Content).Y
	f.scroll.ScrollToOffset(fyne.NewPos(0, max(top-theme.Px(48), 0)))
	if input, ok := o.(fyne.Focusable); ok {
		f.s.win.Canvas().Focus(input)
	}
}

// removeLine takes the chosen line away; calls on it go on, so nothing needs to be asked.
func (f *lineForms) removeLine() {
	id := f.config.ID
	f.s.save(func(t Settings) error { return t.RemoveLine(id) }, f.follow)
}
