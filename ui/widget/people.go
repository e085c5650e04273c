package widget

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// People lists what a search of the directory found: a line for each number (R21).
type People struct {
	fynewidget.BaseWidget
	OnPick func(view.PersonRow)               // a line was tapped
	OnGive func(view.PersonRow, view.Command) // a button of the chosen line was pressed

	rows   []*personRow
	chosen int
	frame  *canvas.Rectangle
	list   *fyne.Container
	scroll *container.Scroll
}

// NewPeople makes an empty list.
func NewPeople() *People {
	p := &People{frame: newBox(cardRadius), list: container.New(stack{})}
	p.scroll = container.NewVScroll(p.list)
	p.ExtendBaseWidget(p)
	return p
}

// Set shows other lines. The chosen one stays in its place.
func (p *People) Set(rows []view.PersonRow) {
	resized := len(rows) != len(p.rows)
	for len(p.rows) < len(rows) {
		p.rows = append(p.rows, newPersonRow(p, len(p.rows)))
	}
	p.rows = p.rows[:len(rows)]
	p.chosen = min(p.chosen, max(len(rows)-1, 0))
	p.list.Objects = nil
	for i, m := range rows {
		p.rows[i].set(m)
		p.list.Objects = append(p.list.Objects, p.rows[i])
	}
	if resized {
		p.list.Refresh()
		p.Refresh()
	}
}

// Top chooses the first line again, for a new search.
func (p *People) Top() {
	p.choose(0)
	p.scroll.ScrollToTop()
}

// Chosen is the line that keys act on.
func (p *People) Chosen() (view.PersonRow, bool) {
	if p.chosen >= len(p.rows) {
		return view.PersonRow{}, false
	}
	return p.rows[p.chosen].model, true
}

// Step chooses the line that lies n below.
func (p *People) Step(n int) {
	if len(p.rows) == 0 {
		return
	}
	p.choose(min(max(p.chosen+n, 0), len(p.rows)-1))
	r := p.rows[p.chosen]
	top, bottom, high := r.Position().Y, r.Position().Y+r.Size().Height, p.scroll.Size().Height
	switch {
	case top < p.scroll.Offset.Y:
		p.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > p.scroll.Offset.Y+high:
		p.scroll.ScrollToOffset(fyne.NewPos(0, bottom-high))
	}
}

func (p *People) choose(i int) {
	old := p.chosen
	p.chosen = i
	for _, at := range []int{old, i} {
		if at < len(p.rows) {
			p.rows[at].Refresh()
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (p *People) CreateRenderer() fyne.WidgetRenderer {
	return newPainting(p, func() fyne.Size { return fyne.NewSize(theme.Px(280), theme.Px(120)) },
		func(s fyne.Size) {
			inset := theme.Px(6)
			place(p.frame, 0, 0, s.Width, s.Height)
			place(p.scroll, theme.Px(1), inset, s.Width-theme.Px(2), s.Height-2*inset)
		},
		func() {
			paintBox(p.frame, theme.CardGround, theme.Edge)
			p.frame.CornerRadius = theme.Px(cardRadius)
		}, p.frame, p.scroll)
}

// personRow is one line: lamp, name, number, state, and the buttons of what can be done while it is the chosen one.
type personRow struct {
	fynewidget.BaseWidget
	people  *People
	index   int
	model   view.PersonRow
	hovered bool

	ground, bar, rule        *canvas.Rectangle
	star, name, number, note *text
	state                    *chip
	strip                    *strip
}

func newPersonRow(p *People, index int) *personRow {
	r := &personRow{people: p, index: index, ground: newBox(0), bar: newBox(0), rule: newBox(0), star: newText(theme.Body, false),
		name: newText(theme.Body, true), number: newText(theme.Body, false), note: newText(theme.Small, false),
		state: newChip(), strip: newStrip(6)}
	r.ExtendBaseWidget(r)
	return r
}

func (r *personRow) set(m view.PersonRow) {
	if !reflect.DeepEqual(r.model, m) {
		r.model = m
		r.Refresh()
	}
}

func (r *personRow) chosen() bool { return r.people.chosen == r.index }

// CreateRenderer implements fyne.Widget.
func (r *personRow) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{r.ground, r.rule, r.bar, r.star, r.name, r.number, r.note}
	objects = append(append(objects, r.state.objects()...), r.strip.objects()...)
	return newPainting(r, func() fyne.Size { return fyne.NewSize(theme.Px(200), theme.Px(52)) }, r.layout, r.style, objects...)
}

func (r *personRow) style() {
	fill := theme.CardGround
	switch {
	case r.chosen():
		fill = theme.SelectedGround
	case r.hovered:
		fill = theme.HoverGround
	}
	paintBox(r.ground, fill, "")
	paintBox(r.rule, theme.Edge, "")
	paintBox(r.bar, theme.RingInk, "")
	r.bar.Hidden = !r.chosen()
	name, star := r.model.Name, ""
	if r.model.More {
		name = ""
	}
	if r.model.Star && !r.model.More {
		star = "★"
	}
	r.star.set(star, theme.WaitInk)
	r.name.set(name, theme.Ink)
	kind := ""
	if r.model.Kind != "" {
		kind = "  " + r.model.Kind
	}
	r.number.set(r.model.Number+kind, theme.Ink)
	note := r.model.Note
	if r.model.Hint != "" {
		note = r.model.Hint
	}
	r.note.set(note, theme.QuietInk)
	r.state.set(r.model.State)
	r.strip.set(keyed(r.model.Commands))
}

// keyed writes the key of each command behind its label, for small buttons have no other place for it.
func keyed(commands []view.Command) []view.Command {
	out := slices.Clone(commands)
	for i, c := range out {
		if c.Key != "" {
			out[i].Label = c.Label + " " + string(c.Key)
		}
	}
	return out
}

func (r *personRow) layout(s fyne.Size) {
	px := theme.Px
	place(r.ground, 0, 0, s.Width, s.Height)
	place(r.rule, 0, s.Height-px(1), s.Width, px(1))
	place(r.bar, 0, 0, px(4), s.Height)
	right := s.Width - px(12)
	r.star.place(px(12), 0, px(18), s.Height/2)
	left := px(32)
	wide := right - left
	sw := min(r.state.width(), wide/3)
	r.state.place(right-sw, px(2), sw, s.Height/2)
	name := min(r.name.width(), (wide-sw)/2)
	r.name.place(left, px(3), name, px(24))
	at := left
	if name > 0 {
		at += name + px(12)
	}
	r.number.place(at, px(3), right-sw-px(8)-at, px(24))
	buttons := r.chosen() && r.strip.shown > 0
	r.strip.hide(!buttons)
	noteRight := right
	if buttons {
		noteRight = max(right-r.strip.width(), left)
		r.strip.place(noteRight, px(25), right+px(40), px(stripHeight))
		noteRight -= px(8)
	}
	r.note.place(left, px(26), max(noteRight-left, 0), px(20))
}

// Tapped chooses the line, or presses the button that was hit.
func (r *personRow) Tapped(e *fyne.PointEvent) {
	if !r.strip.hidden && e != nil {
		if i := r.strip.at(e.Position); i >= 0 {
			r.people.OnGive(r.model, r.model.Commands[i])
			return
		}
	}
	r.people.choose(r.index)
	if r.people.OnPick != nil {
		r.people.OnPick(r.model)
	}
}

// TappedSecondary chooses the line and offers all that is possible.
func (r *personRow) TappedSecondary(e *fyne.PointEvent) {
	r.people.choose(r.index)
	if c := fyne.CurrentApp().Driver().CanvasForObject(r); c != nil && len(r.model.Commands) > 0 {
		ShowMenu(c, e.AbsolutePosition, r.model.Commands, func(cmd view.Command) { r.people.OnGive(r.model, cmd) })
	}
}

// MouseIn implements desktop.Hoverable.
func (r *personRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (r *personRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *personRow) MouseOut() { r.hovered = false; r.Refresh() }
