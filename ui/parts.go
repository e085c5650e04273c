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

	lines     []*widget.LineKey
	lineBox   *fyne.Container
	sound     *widget.SoundKey
	mail      *widget.Command
	directory *widget.Command
	history   *widget.Command
	settings  *widget.Command

	line     *widget.Select
	number   *widget.NumberField
	route    *widget.Select
	show     *widget.Select
	call     *widget.Command
	preview  *widget.Spans
	commands []*widget.Command
	more     *widget.Command // for those that have no room

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
	member   *widget.Strip // what can be done with the selected member alone
	matrix   matrixPane
	lamps    []*widget.LampKey
	lampBox  *fyne.Container

	lampCard, contactCard, matrixCard, callCard, keypadCard, delayCard *widget.Card
}

// newParts makes the controls and ties their callbacks to the window.
func (w *Window) newParts() parts {
	keys := widget.Keys{Key: w.typedKey, Rune: w.typedRune}
	p := parts{
		ground: canvas.NewRectangle(theme.Color(theme.Ground)), panel: canvas.NewRectangle(theme.Color(theme.CardGround)),
		lineBox: container.NewWithoutLayout(), sound: widget.NewSoundKey(),
		history: widget.NewCommand(), settings: widget.NewCommand(),
		mail: widget.NewCommand(), directory: widget.NewCommand(), more: widget.NewCommand(lang.More.String()),
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
	for _, c := range []*widget.Command{p.call, p.mail, p.directory, p.history, p.settings, p.more} {
		c.Keys, c.OnPoint = keys, w.point
	}
	p.call.Tall, p.call.OnTap = true, w.call
	p.history.OnTap, p.settings.OnTap = w.openHistory, w.openSettings
	p.sound.OnTap, p.directory.OnTap, p.mail.OnTap = w.openSettings, w.openDirectory, w.callVoiceMail
	p.more.OnTap = w.openMore
	w.bindPanel(p)
	w.bindTable(p.table, keys)
	return p
}

// newCommands makes the command bar in the order of view.Model.Commands, each wide enough for all its labels.
func (w *Window) newCommands(keys widget.Keys) []*widget.Command {
	bar := []struct {
		key    view.Key
		labels []lang.Text
	}{
		{cti.KeyConnect, []lang.Text{lang.Connect, lang.Answer, lang.JoinIn}}, {cti.KeyHold, []lang.Text{lang.Hold}},
		{cti.KeyMute, []lang.Text{lang.Mute, lang.Unmute}}, {cti.KeyHangUp, []lang.Text{lang.HangUp, lang.Reject}},
		{cti.KeyTransfer, []lang.Text{lang.Transfer, lang.TakeBack}}, {cti.KeyConsult, []lang.Text{lang.Consult, lang.Swap}},
		{cti.KeyTransfer, []lang.Text{lang.Confirm}}, {cti.KeyAbort, []lang.Text{lang.Abort}}, {cti.KeyPickup, []lang.Text{lang.PickUp}},
		{cti.KeyConference, []lang.Text{lang.Conference, lang.JoinCalls}}, {cti.KeyLeave, []lang.Text{lang.Leave}},
		{cti.KeyEndAll, []lang.Text{lang.EndAll, lang.TakeBack}},
		{cti.KeyRecord, []lang.Text{lang.Record, lang.PauseRecord, lang.GoOnRecord}}, {cti.KeyStop, []lang.Text{lang.StopRecord}},
	}
	out := make([]*widget.Command, len(bar))
	for i, place := range bar {
		var all []string
		for _, t := range place.labels {
			all = append(all, t.String())
		}
		c := widget.NewCommand(all...)
		c.Room, c.Dot = place.key, place.key == cti.KeyRecord
		c.Keys, c.OnPoint = keys, w.point
		c.OnTap = func() { w.give(c.Model()) }
		out[i] = c
	}
	return out
}

// openMore lists all commands, for a window that is too narrow for a button each.
func (w *Window) openMore() {
	at := w.app.Driver().AbsolutePositionForObject(w.parts.more)
	widget.ShowMenu(w.main.Canvas(), at.AddXY(0, w.parts.more.Size().Height), w.model.Menu, w.give)
}

// newSide makes the cards on the right. Those that are needed now and then start folded.
func (w *Window) newSide(keys widget.Keys) side {
	s := side{contacts: widget.NewContacts(), details: widget.NewDetails(), delay: widget.NewDetails(), keypad: widget.NewKeypad(),
		member: widget.NewStrip(8), matrix: w.newMatrixPane(keys, w.point), lampBox: container.New(widget.LampGrid{})}
	s.contacts.OnPick = func(c view.Contact) { w.setNumber(c.Number) }
	s.keypad.Keys, s.keypad.OnPoint = keys, w.point
	s.member.Keys, s.member.OnPoint, s.member.OnPress = keys, w.point, w.give
	s.keypad.OnDigit = func(d string) { w.send(cti.SendDTMF{Call: w.wish.Selection.Call, Digits: d}) }
	s.lampCard, s.contactCard = widget.NewCard(s.lampBox), widget.NewCard(s.contacts)
	s.matrixCard = widget.NewCard(container.New(&pile{}, s.matrix.matrix, s.matrix.about, s.matrix.presets))
	s.callCard = widget.NewCard(container.New(&pile{}, s.member, s.details))
	s.keypadCard, s.delayCard = widget.NewCard(s.keypad), widget.NewCard(s.delay)
	s.lampCard.SetTitle(lang.CardLamps.String())
	s.keypadCard.SetTitle(lang.CardKeypad.String())
	s.delayCard.SetTitle(lang.CardDelay.String())
	s.keypadCard.Fold(true) // Ctrl+D unfolds it
	s.delayCard.Fold(true)
	s.stack = container.New(&cardStack{}, s.cards()...)
	s.scroll = container.NewVScroll(s.stack)
	for _, c := range s.cards() {
		c.(*widget.Card).OnFold = s.stack.Refresh
	}
	return s
}

// cards are all cards, in the order in which they stand under each other.
func (s *side) cards() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.matrixCard, s.lampCard, s.contactCard, s.callCard, s.keypadCard, s.delayCard}
}

// bindPanel ties the fields to the choices for the next call.
func (w *Window) bindPanel(p parts) {
	p.line.OnChange = func(i int) { w.chooseLine(cti.LineID(w.model.Panel.Lines[i].Key)) }
	p.route.OnChange = func(i int) { w.chooseRoute(w.model.Panel.Routes[i].Key) }
	p.show.OnChange = w.ChooseIdentity
	p.number.Entry.OnChanged = w.typed
	p.number.Entry.OnSubmitted = func(string) { w.call() }
	p.number.Entry.OnKey = w.usedKey
	p.number.Entry.OnShortcut = w.usedShortcut
}

// bindTable ties the table to the selection and to the same commands as the bar (R7).
func (w *Window) bindTable(t *widget.CallTable, keys widget.Keys) {
	t.Keys, t.Now = keys, w.cfg.Now
	t.OnSelect, t.OnMove, t.OnMark, t.OnDrop = w.selectRow, w.moveTo, w.markRow, w.join
	t.OnCommand, t.OnPoint = w.give, w.point
	t.OnConnect = func() { w.parts.commands[0].Tapped(nil) }
}

// objects lists all parts in the order of drawing, which is also that of the Tab key.
func (p *parts) objects() []fyne.CanvasObject {
	list := []fyne.CanvasObject{p.ground, p.panel, p.number, p.call}
	for _, c := range p.commands {
		list = append(list, c)
	}
	return append(list, p.more, p.table, p.side.scroll, p.notice, p.preview, p.line, p.route, p.show, p.lineBox,
		p.sound, p.mail, p.directory, p.history, p.settings, p.health, p.corner)
}
