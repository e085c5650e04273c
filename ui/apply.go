package ui

import (
	"fyne.io/fyne/v2"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// apply hands the model to the parts; each repaints itself only when its own piece changed.
func (w *Window) apply() {
	p, m := &w.parts, &w.model
	w.applyLines(m.Lines)
	p.sound.Set(m.Sound)
	p.history.Set(view.Command{Label: lang.History.String(), Send: noCommand{}})
	p.directory.Set(view.Command{Label: lang.Directory.String(), Send: noCommand{}})
	p.more.Set(view.Command{Label: lang.More.String(), Send: noCommand{}})
	w.applyMail()
	p.settings.Set(view.Command{Label: lang.Settings.String(), Send: noCommand{}})
	p.line.Set(m.Panel.Lines, indexOf(m.Panel.Lines, m.Panel.Line))
	p.route.Set(m.Panel.Routes, indexOf(m.Panel.Routes, m.Panel.Route))
	p.show.Set(m.Panel.Shows, m.Panel.Show)
	p.call.Set(view.Command{Label: m.Panel.CallLabel, Key: "Enter", Style: view.StyleGo})
	for i, c := range m.Commands {
		p.commands[i].Set(c)
	}
	w.applyStatus()
	p.table.Set(m.Rows)
	p.notice.Set(m.Notice)
	w.applySide()
	w.applyHealth()
	w.ring.set(m.Incoming)
}

// noCommand stands for what a button of the window does without the desk.
type noCommand struct{ cti.Command }

// applyLines gives each line its key, reusing keys by position.
func (w *Window) applyLines(keys []view.LineKey) {
	p := &w.parts
	for len(p.lines) < len(keys) {
		k := widget.NewLineKey()
		k.Keys, k.OnPoint = widget.Keys{Key: w.typedKey, Rune: w.typedRune}, w.point
		p.lines = append(p.lines, k)
	}
	p.lines = p.lines[:len(keys)]
	var before, after float32
	for _, o := range p.lineBox.Objects {
		before += o.Size().Width
	}
	p.lineBox.Objects = nil
	for i, k := range p.lines {
		k.OnTap = func() { w.chooseLine(keys[i].ID) }
		k.OnMenu = func(at fyne.Position) { w.lineMenu(keys[i].ID, at) }
		k.Set(keys[i])
		p.lineBox.Objects = append(p.lineBox.Objects, k)
		after += k.MinSize().Width
	}
	if before != after { // a word of a state became longer or shorter: the row of keys is laid out again
		w.relayout()
	}
}

// relayout places all parts again, when the number or width of some of them changed.
func (w *Window) relayout() {
	if c := w.main.Content(); c != nil {
		c.Refresh()
	}
}

// applyStatus shows, under the fields, what matters most: why the command that is pointed at cannot be
// given, else the latest refusal, else the preview.
func (w *Window) applyStatus() {
	spans := w.model.Panel.Preview.Spans
	switch {
	case w.pointed != "":
		spans = []view.Span{{Text: w.pointed, Role: view.Wait}}
	case w.said.text != "":
		spans = []view.Span{{Text: "×", Strong: true, Role: view.Stop}, {Text: w.said.text, Strong: true}}
	}
	w.parts.preview.Set(spans)
}

// applyMail shows the voice-mail key once a mailbox has told of itself.
func (w *Window) applyMail() {
	m, key := w.model.Mail, w.parts.mail
	before := key.Visible()
	show(key, m.Shown)
	c := view.Command{Label: m.Text, Plan: m.Press.Plan, Reason: m.Press.Reason}
	if m.Waiting && c.Reason == "" {
		c.Style = view.StyleGo
	}
	wide := key.MinSize().Width
	key.Set(c)
	if before != m.Shown || wide != key.MinSize().Width {
		w.relayout()
	}
}

// applySide fills the cards; they are stacked again only when the height of one of them changed.
func (w *Window) applySide() {
	s, m := &w.parts.side, &w.model
	resized := w.applyLamps()
	s.contactCard.SetTitle(m.Contacts.Title)
	resized = s.contacts.Set(m.Contacts.Contacts, m.Contacts.Hint) || resized
	s.matrixCard.SetTitle(m.Matrix.Title)
	resized = showCard(s.matrixCard, m.Matrix.Conf != "") || resized
	resized = s.matrix.set(m.Matrix) || resized
	s.callCard.SetTitle(m.Card.Title)
	resized = s.member.Set(m.Card.Buttons) || resized
	resized = s.details.Set(m.Card.Details, m.Card.Hint) || resized
	resized = s.delay.Set(m.Card.Delay, lang.DelayIdle.String()) || resized
	s.keypad.Set(m.Card.Keypad)
	if resized {
		s.stack.Refresh()
		s.scroll.Refresh()
	}
}

// showCard shows or hides a card and reports whether that changed anything.
func showCard(c *widget.Card, visible bool) bool {
	changed := c.Visible() != visible
	show(c, visible)
	return changed
}

// applyLamps gives each watched number its key, reusing keys by position, and reports whether there are more or fewer.
func (w *Window) applyLamps() bool {
	s, lamps := &w.parts.side, w.model.Lamps
	resized := showCard(s.lampCard, len(lamps) > 0) || len(s.lamps) != len(lamps)
	for len(s.lamps) < len(lamps) {
		k := widget.NewLampKey()
		k.Keys, k.OnPoint = widget.Keys{Key: w.typedKey, Rune: w.typedRune}, w.point
		k.OnGive = func(l view.Lamp, c view.Command) { w.giveOf(c, l.Number) }
		s.lamps = append(s.lamps, k)
	}
	s.lamps = s.lamps[:len(lamps)]
	if resized {
		s.lampBox.Objects = nil
		for _, k := range s.lamps {
			s.lampBox.Objects = append(s.lampBox.Objects, k)
		}
		s.lampBox.Refresh()
	}
	for i, k := range s.lamps {
		k.Set(lamps[i])
	}
	return resized
}

// applyHealth fills the foot, and makes room when its right corner has become wider.
func (w *Window) applyHealth() {
	left, right := flatten(w.model.Health.Left), flatten(w.model.Health.Right)
	w.parts.health.Set(left)
	w.parts.corner.Set(right)
	if wide := w.parts.corner.Wide(); wide > w.parts.corner.Size().Width+theme.Px(1) {
		w.relayout()
	}
}

// flatten joins the items of the health line with room between them.
func flatten(items [][]view.Span) []view.Span {
	var out []view.Span
	for i, item := range items {
		if i > 0 {
			out = append(out, view.Span{Text: "  "})
		}
		out = append(out, item...)
	}
	return out
}

// indexOf finds the option with a key; the first one stands in for a key that is gone.
func indexOf(options []view.Option, key string) int {
	for i, o := range options {
		if o.Key == key {
			return i
		}
	}
	return 0
}
