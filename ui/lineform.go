package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/view"
)

// lineForms is the list of lines with the form of the chosen one.
type lineForms struct {
	s      *settingsWindow
	list   *fynewidget.Select
	ids    []cti.LineID // of the list; the last, empty one is the new line
	config cti.LineConfig

	name, user, password, server, authUser, domain, outbound, display *fynewidget.Entry
	transport, srtp                                                   *fynewidget.Select
	save, remove                                                      *fynewidget.Button
}

// The choices of the form, in the order shown.
var (
	transports = []string{string(cti.UDP), string(cti.TCP), string(cti.TLS)}
	policies   = []cti.SRTPPolicy{"", cti.SRTPOff, cti.SRTPOptional, cti.SRTPRequired}
)

// policyLabels names the policies; the empty one follows the transport.
func policyLabels() []string {
	labels := []string{lang.SetByTransport.String()}
	for _, p := range policies[1:] {
		labels = append(labels, string(p))
	}
	return labels
}

func newLineForms(s *settingsWindow) *lineForms {
	f := &lineForms{s: s, list: fynewidget.NewSelect(nil, nil), transport: fynewidget.NewSelect(transports, nil), srtp: fynewidget.NewSelect(policyLabels(), nil)}
	for _, e := range []**fynewidget.Entry{&f.name, &f.user, &f.server, &f.authUser, &f.domain, &f.outbound, &f.display} {
		*e = fynewidget.NewEntry()
		(*e).Scroll = fyne.ScrollHorizontalOnly // at odd scales a bar for half a pixel would show
	}
	f.password = fynewidget.NewPasswordEntry()
	f.password.Scroll = fyne.ScrollHorizontalOnly
	f.server.PlaceHolder = lang.SetServerHint.String()
	for _, e := range []*fynewidget.Entry{f.authUser, f.domain, f.outbound, f.display} {
		e.PlaceHolder = lang.SetOptional.String()
	}
	f.save = fynewidget.NewButton(lang.SetSave.String(), f.saveLine)
	f.save.Importance = fynewidget.HighImportance
	f.remove = fynewidget.NewButton(lang.SetRemove.String(), f.removeLine)
	f.list.OnChanged = func(string) { f.load(f.list.SelectedIndex()) }
	f.reload("")
	return f
}

// object is the tab's content.
func (f *lineForms) object() fyne.CanvasObject {
	form := fynewidget.NewForm()
	for _, item := range []struct {
		label lang.Text
		field fyne.CanvasObject
	}{
		{lang.SetName, f.name}, {lang.SetUser, f.user}, {lang.SetPassword, f.password}, {lang.SetServer, f.server},
		{lang.SetTransport, f.transport}, {lang.SetAuthUser, f.authUser}, {lang.SetDomain, f.domain},
		{lang.SetOutbound, f.outbound}, {lang.SetDisplay, f.display}, {lang.SetSRTP, f.srtp},
	} {
		form.Append(item.label.String(), item.field)
	}
	buttons := container.NewHBox(f.save, f.remove)
	return container.NewPadded(container.NewBorder(f.list, buttons, nil, nil, container.NewVScroll(form)))
}

// reload lists the lines of the newest snapshot and chooses one of them.
func (f *lineForms) reload(chosen cti.LineID) {
	f.ids = nil
	var labels []string
	at := 0
	for i, l := range f.s.w.cfg.Desk.Snapshot().Lines {
		f.ids = append(f.ids, l.ID)
		labels = append(labels, view.Clean(l.Name)+" · "+l.Registration.State.String())
		if l.ID == chosen {
			at = i
		}
	}
	f.ids = append(f.ids, "")
	f.list.Options = append(labels, lang.SetNew.String())
	f.list.SetSelectedIndex(at)
}

// load fills the form with the line at a place of the list.
func (f *lineForms) load(i int) {
	if i < 0 || i >= len(f.ids) {
		return
	}
	f.config = cti.LineConfig{Transport: cti.UDP}
	for _, l := range f.s.w.cfg.Desk.Snapshot().Lines {
		if l.ID == f.ids[i] {
			f.config = l.Config
		}
	}
	c := f.config
	for e, text := range map[*fynewidget.Entry]string{f.name: c.Name, f.user: c.User, f.server: c.Server, f.authUser: c.AuthUser,
		f.domain: c.Domain, f.outbound: c.Outbound, f.display: c.Display, f.password: ""} {
		e.SetText(text)
	}
	f.password.SetPlaceHolder("")
	if c.ID != "" {
		f.password.SetPlaceHolder(lang.SetKept.String())
	}
	transport := c.Transport
	if transport == "" {
		transport = cti.UDP
	}
	f.transport.SetSelected(string(transport))
	f.srtp.SetSelectedIndex(max(slices.Index(policies, c.SRTP), 0))
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

// saveLine sends the form to the desk. Fields that the form does not have keep their values.
func (f *lineForms) saveLine() {
	c := f.config
	c.Name, c.User, c.Server = trimmed(f.name), trimmed(f.user), trimmed(f.server)
	c.AuthUser, c.Domain = trimmed(f.authUser), trimmed(f.domain)
	c.Outbound, c.Display = trimmed(f.outbound), trimmed(f.display)
	c.Transport, c.SRTP = cti.Transport(f.transport.Selected), policies[max(f.srtp.SelectedIndex(), 0)]
	if c.Name == "" || c.User == "" {
		f.s.tell(lang.SetNeedName.String(), view.Stop)
		return
	}
	var password *string
	if text := f.password.Text; text != "" {
		password = &text
	}
	f.s.save(func(t Settings) error { return t.SaveLine(c, password) }, func() { f.reload(c.ID) })
}

// removeLine takes the chosen line away; calls on it go on, so nothing needs to be asked.
func (f *lineForms) removeLine() {
	id := f.config.ID
	f.s.save(func(t Settings) error { return t.RemoveLine(id) }, func() { f.reload("") })
}

// trimmed is what an entry says without the blanks that come with pasting.
func trimmed(e *fynewidget.Entry) string { return strings.TrimSpace(e.Text) }
