package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// RingCard announces one incoming call: who, for which line, via what, and what can be done.
type RingCard struct {
	fynewidget.BaseWidget
	OnAnswer, OnReject, OnBusy func()

	model                view.Incoming
	box, bar             *canvas.Rectangle
	line, who, number    *text
	answer, reject, busy *Command
}

// NewRingCard makes a card without a call.
func NewRingCard() *RingCard {
	r := &RingCard{box: newBox(cardRadius), bar: newBox(2), line: newText(theme.Caption, true), who: newText(theme.Title, true),
		number: newText(theme.Small, false), answer: NewCommand(), reject: NewCommand(), busy: NewCommand()}
	r.answer.OnTap = func() { r.OnAnswer() }
	r.reject.OnTap = func() { r.OnReject() }
	r.busy.OnTap = func() { r.OnBusy() }
	r.ExtendBaseWidget(r)
	return r
}

// Set shows a call.
func (r *RingCard) Set(m view.Incoming) {
	same := r.model.Call == m.Call && r.model.Who == m.Who && r.model.Number == m.Number && r.model.Via == m.Via &&
		r.model.Line == m.Line && r.model.Holds == m.Holds && r.model.Answer.Reason == m.Answer.Reason
	r.model = m
	if same {
		return
	}
	answer, reject := m.Answer, m.Reject
	answer.Key, reject.Key = "", "" // the card has no keyboard
	r.answer.Set(answer)
	r.reject.Set(reject)
	r.busy.Set(view.Command{Label: lang.Busy.String(), Reason: reject.Reason})
	r.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *RingCard) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(r, func() fyne.Size { return fyne.NewSize(theme.Px(320), theme.Px(136)) }, r.layout, r.style,
		r.box, r.bar, r.line, r.who, r.number, r.answer, r.reject, r.busy)
}

func (r *RingCard) style() {
	paintBox(r.box, theme.CardGround, theme.RingInk)
	paintBox(r.bar, theme.RingInk, "")
	r.box.CornerRadius = theme.Px(cardRadius)
	r.line.set(r.model.Line, theme.RingInk)
	r.who.set(r.model.Who, theme.Ink)
	sub := r.model.Number
	if r.model.Via != "" {
		if sub != "" {
			sub += " · "
		}
		sub += r.model.Via
	}
	r.number.set(sub, theme.QuietInk)
}

func (r *RingCard) layout(s fyne.Size) {
	place(r.box, 0, 0, s.Width, s.Height)
	pad := theme.Px(16)
	place(r.bar, theme.Px(6), pad, theme.Px(4), s.Height-2*pad)
	w := s.Width - 2*pad
	r.line.place(pad, theme.Px(10), w, theme.Px(18))
	r.who.place(pad, theme.Px(27), w, theme.Px(30))
	r.number.place(pad, theme.Px(56), w, theme.Px(20))
	x, y := pad, s.Height-theme.Px(34)-theme.Px(12)
	for _, c := range []*Command{r.answer, r.reject, r.busy} {
		m := c.MinSize()
		place(c, x, y, m.Width, m.Height)
		x += m.Width + theme.Px(8)
	}
}
