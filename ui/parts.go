package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// parts are the controls of the main window, in no particular place; deskLayout knows where they belong.
type parts struct {
	ground, panel *canvas.Rectangle

	lines    []*widget.LineKey
	lineBox  *fyne.Container
	sound    *widget.SoundKey
	history  *widget.Command
	settings *widget.Command

	line     *widget.Select
	number   *widget.NumberField
	route    *widget.Select
	show     *widget.Select
	call     *widget.Command
	preview  *widget.Spans
	commands []*widget.Command

	table  *widget.CallTable
	notice *widget.Notice
	side   side
	health *widget.Spans
	corner *widget.Spans
}

// side are the cards on the right.
type side struct {
	scroll   *container.Scroll
	stack    *fyne.Container
	contacts *widget.Contacts
	details  *widget.Details
	delay    *widget.Details
	keypad   *widget.Keypad

	contactCard, callCard, keypadCard, delayCard *widget.Card
}

// newParts makes the controls and ties their callbacks to the window.
func (w *Window) newParts() parts {
	keys := widget.Keys{Key: w.typedKey, Rune: w.typedRune}
	p := parts{
		ground: canvas.NewRectangle(theme.Color(theme.Ground)), panel: canvas.NewRectangle(theme.Color(theme.CardGround)),
		lineBox: container.NewWithoutLayout(), sound: widget.NewSoundKey(),
		history: widget.NewCommand(), settings: widget.NewCommand(),
		line: widget.NewSelect(lang.Line.String()), number: widget.NewNumberField(lang.Number.String()),
		route: widget.NewSelect(lang.Route.String()), show: widget.NewSelect(lang.ShowAs.String()),
		call: widget.NewCommand(lang.Call.String()), preview: widget.NewSpans(theme.Small),
		table: widget.NewCallTable(), notice: widget.NewNotice(),
		health: widget.NewSpans(theme.Caption), corner: widget.NewSpans(theme.Caption),
	}
	p.panel.StrokeColor, p.panel.StrokeWidth = theme.Color(theme.Edge), theme.Px(1)
	p.panel.CornerRadius = theme.Px(12)
	p.commands = w.newCommands(keys)
	p.side = w.newSide(keys)
	for _, s := range []*widget.Select{p.line, p.route, p.show} {
		s.Keys = keys
	}
	for _, c := range []*widget.Command{p.call, p.history, p.settings} {
		c.Keys, c.OnPoint = keys, w.point
	}
	p.call.Tall, p.call.OnTap = true, w.call
	p.history.OnTap, p.settings.OnTap = w.openHistory, w.openSettings
	p.sound.OnTap = w.openSettings
	w.bindPanel(p)
	w.bindTable(p.table, keys)
	return p
}

// newCommands makes the command bar in the order of view.Commands, each wide enough for all its labels.
func (w *Window) newCommands(keys widget.Keys) []*widget.Command {
	labels := [][]string{
		{lang.Connect.String(), lang.Answer.String()},
		{lang.Hold.String()},
		{lang.Mute.String(), lang.Unmute.String()},
		{lang.HangUp.String(), lang.Reject.String()},
	}
	out := make([]*widget.Command, len(labels))
	for i := range labels {
		c := widget.NewCommand(labels[i]...)
		c.Keys, c.OnPoint = keys, w.point
		c.OnTap = func() { w.send(c.Model().Send) }
		out[i] = c
	}
	return out
}

// newSide makes the cards on the right. Those that are needed now and then start folded.
func (w *Window) newSide(keys widget.Keys) side {
	s := side{contacts: widget.NewContacts(), details: widget.NewDetails(), delay: widget.NewDetails(), keypad: widget.NewKeypad()}
	s.contacts.OnPick = func(c view.Contact) { w.setNumber(c.Number) }
	s.keypad.Keys, s.keypad.OnPoint = keys, w.point
	s.keypad.OnDigit = func(d string) { w.send(cti.SendDTMF{Call: w.wish.Selection.Call, Digits: d}) }
	s.contactCard, s.callCard = widget.NewCard(s.contacts), widget.NewCard(s.details)
	s.keypadCard, s.delayCard = widget.NewCard(s.keypad), widget.NewCard(s.delay)
	s.keypadCard.SetTitle(lang.CardKeypad.String())
	s.delayCard.SetTitle(lang.CardDelay.String())
	s.keypadCard.Fold(true) // Ctrl+D unfolds it
	s.delayCard.Fold(true)
	s.stack = container.New(&cardStack{}, s.contactCard, s.callCard, s.keypadCard, s.delayCard)
	s.scroll = container.NewVScroll(s.stack)
	for _, c := range []*widget.Card{s.contactCard, s.callCard, s.keypadCard, s.delayCard} {
		c.OnFold = s.stack.Refresh
	}
	return s
}

// bindPanel ties the fields to the choices for the next call.
func (w *Window) bindPanel(p parts) {
	p.line.OnChange = func(i int) { w.chooseLine(cti.LineID(w.model.Panel.Lines[i].Key)) }
	p.route.OnChange = func(i int) { w.chooseRoute(w.model.Panel.Routes[i].Key) }
	p.show.OnChange = w.chooseIdentity
	p.number.Entry.OnChanged = w.typed
	p.number.Entry.OnSubmitted = func(string) { w.call() }
	p.number.Entry.OnKey = w.usedKey
	p.number.Entry.OnShortcut = w.usedShortcut
}

// bindTable ties the table to the selection and to the same commands as the bar (R7).
func (w *Window) bindTable(t *widget.CallTable, keys widget.Keys) {
	t.Keys, t.Now = keys, w.cfg.Now
	t.OnSelect = w.selectCall
	t.OnCommand = func(c view.Command) { w.send(c.Send) }
	t.OnConnect = func() { w.parts.commands[0].Tapped(nil) }
}

// objects lists all parts in the order of drawing, which is also that of the Tab key.
func (p *parts) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{p.ground, p.panel, p.number, p.call}
	for _, c := range p.commands {
		list = append(list, c)
	}
	return append(list, p.table, p.side.scroll, p.notice, p.preview, p.line, p.route, p.show, p.lineBox,
		p.sound, p.history, p.settings, p.health, p.corner)
}
