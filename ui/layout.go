package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"cordboard/ui/theme"
)

// Widths of the window, in the drawing's pixels, below which it arranges itself differently.
const (
	roomForSide   = 820  // the cards stand beside the table, else below it
	roomForFields = 700  // all fields of the panel stand in one row, else in two
	roomForWide   = 1160 // fields and cards have their full width
	roomForCards  = 300  // height: the cards stand below the table, else they are left out
)

// deskLayout places the parts of the main window. Panel and table never move while it is open: nothing here
// depends on calls, only on the size of the window and the number of lines.
type deskLayout struct{ w *Window }

// MinSize implements fyne.Layout: a third of a wide screen, half its height.
func (*deskLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(440), theme.Px(560))
}

// Layout implements fyne.Layout.
func (l *deskLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	p := &l.w.parts
	put(p.ground, 0, 0, size.Width, size.Height)
	edge, gap, foot := theme.Px(14), theme.Px(12), theme.Px(32)
	a := area{x: edge, y: theme.Px(10), w: size.Width - 2*edge, h: size.Height - theme.Px(10) - foot}
	a = a.below(l.top(a) + theme.Px(10))
	a = a.below(l.panel(a) + gap)
	l.body(a, gap)
	l.foot(area{edge, size.Height - foot, size.Width - 2*edge, foot})
}

// area is a part of the window.
type area struct{ x, y, w, h float32 }

// below is what is left under a strip of the given height.
func (a area) below(h float32) area { return area{a.x, a.y + h, a.w, a.h - h} }

// put places an object; a length below nothing counts as nothing.
func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
}

// top places line keys at the left and what the desk has at the right, and returns the height.
func (l *deskLayout) top(a area) float32 {
	p := &l.w.parts
	high, gap := theme.Px(32), theme.Px(8)
	right := a.x + a.w
	for _, c := range []fyne.CanvasObject{p.settings, p.history, p.directory, p.mail} {
		if !c.Visible() {
			continue
		}
		w := c.MinSize().Width
		right -= w
		put(c, right, a.y, w, high)
		right -= gap
	}
	sound := theme.Px(230)
	if a.w < theme.Px(roomForWide) {
		sound = theme.Px(190)
	}
	sound = min(sound, right-a.x)
	right -= sound
	put(p.sound, right, a.y, sound, high)
	keys := make([]fyne.CanvasObject, len(p.lines))
	var need float32
	for i, k := range p.lines {
		keys[i] = k
		need += k.MinSize().Width + gap
	}
	put(p.lineBox, 0, 0, 0, 0)
	if a.x+need <= right {
		flow(keys, area{a.x, a.y, right - a.x, high}, gap)
		return high
	}
	if len(keys) == 0 {
		return high
	}
	return high + gap + flow(keys, area{a.x, a.y + high + gap, a.w, high}, gap)
}

// flow puts objects behind each other, in as many rows as they need, and returns the height of all rows.
func flow(objects []fyne.CanvasObject, a area, gap float32) float32 {
	x, y, high := a.x, a.y, float32(0)
	for _, o := range objects {
		m := o.MinSize()
		w := min(m.Width, a.w)
		if x > a.x && x+w > a.x+a.w {
			x, y = a.x, y+high+gap
		}
		put(o, x, y, w, m.Height)
		x, high = x+w+gap, max(high, m.Height)
	}
	return y - a.y + high
}

// panel places fields, preview and command bar, and returns the height.
func (l *deskLayout) panel(a area) float32 {
	p := &l.w.parts
	pad := theme.Px(12)
	in := area{a.x + pad, a.y + pad, a.w - 2*pad, a.h}
	in = in.below(l.fields(in))
	put(p.preview, in.x+theme.Px(2), in.y+theme.Px(4), in.w, theme.Px(24))
	in = in.below(theme.Px(36))
	bottom := in.y + l.bar(in)
	high := bottom + pad - a.y
	put(p.panel, a.x, a.y, a.w, high)
	return high
}

// commandAir is how much narrower than it likes a command can be without its label being cut, in the drawing's pixels.
const commandAir = 12

// narrowBar are the commands that a narrow window has beside the four of the first row; More has the others.
var narrowBar = []int{4, 5, 9}

// bar places the commands, groups apart, and returns the height.
func (l *deskLayout) bar(a area) float32 {
	p := &l.w.parts
	narrow := a.w < theme.Px(roomForFields)
	for i, c := range p.commands {
		show(c, !narrow || i < 4 || slices.Contains(narrowBar, i))
	}
	show(p.more, narrow)
	if !narrow {
		return l.groups(a)
	}
	var first, second []fyne.CanvasObject
	for i, c := range p.commands {
		switch {
		case i < 4:
			first = append(first, c)
		case slices.Contains(narrowBar, i):
			second = append(second, c)
		}
	}
	gap := theme.Px(6)
	high := squeeze(first, a, gap) + gap
	return high + squeeze(append(second, p.more), a.below(high), gap)
}

// groups places the commands behind each other with room between the groups, which stay whole, and less air in them
// where that saves a row.
func (l *deskLayout) groups(a area) float32 {
	gap, apart := theme.Px(6), theme.Px(14)
	x, y, high := a.x, a.y, float32(0)
	for _, g := range l.commandGroups() {
		need := -gap
		for _, c := range g {
			need += c.MinSize().Width + gap
		}
		if x > a.x && x+need > a.x+a.w {
			x, y = a.x, y+high+gap
		}
		high = max(high, squeeze(g, area{x, y, a.x + a.w - x, a.h}, gap))
		x += need + apart
	}
	return y - a.y + high
}

// commandGroups are the commands of the bar by what they have to do with each other.
func (l *deskLayout) commandGroups() [][]fyne.CanvasObject {
	var groups [][]fyne.CanvasObject
	for i, c := range l.w.parts.commands {
		if i == 0 || c.Model().First {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], c)
	}
	return groups
}

// squeeze places objects in one row, with less air in them where that makes them fit, else in several rows.
func squeeze(list []fyne.CanvasObject, a area, gap float32) float32 {
	need := -gap
	for _, c := range list {
		need += c.MinSize().Width + gap
	}
	less := max(need-a.w, 0) / float32(len(list))
	if less > theme.Px(commandAir) {
		return flow(list, a, gap)
	}
	x, high := a.x, float32(0)
	for _, c := range list {
		m := c.MinSize()
		put(c, x, a.y, m.Width-less, m.Height)
		x, high = x+m.Width-less+gap, max(high, m.Height)
	}
	return high
}

// fields places the fields of the panel and returns the height of their rows.
func (l *deskLayout) fields(a area) float32 {
	p := &l.w.parts
	gap, high := theme.Px(10), p.number.MinSize().Height
	call := theme.Px(110)
	if a.w < theme.Px(roomForFields) {
		put(p.number, a.x, a.y, a.w-call-gap, high)
		put(p.call, a.x+a.w-call, a.y, call, high)
		third := (a.w - 2*gap) / 3
		for i, s := range []fyne.CanvasObject{p.line, p.route, p.show} {
			put(s, a.x+float32(i)*(third+gap), a.y+high+theme.Px(8), third, high)
		}
		return 2*high + theme.Px(8)
	}
	line, route, show := theme.Px(190), theme.Px(170), theme.Px(200)
	if a.w < theme.Px(roomForWide) {
		line, route, show = theme.Px(150), theme.Px(130), theme.Px(160)
	}
	number := a.w - line - route - show - call - 4*gap
	x := a.x
	for _, f := range []struct {
		o fyne.CanvasObject
		w float32
	}{{p.line, line}, {p.number, number}, {p.route, route}, {p.show, show}, {p.call, call}} {
		put(f.o, x, a.y, f.w, high)
		x += f.w + gap
	}
	return high
}

// body shares the rest out between the table and the cards.
func (l *deskLayout) body(a area, gap float32) {
	p := &l.w.parts
	table, cards := a, a
	room := a.w >= theme.Px(roomForSide) || a.h >= theme.Px(roomForCards)
	show(p.side.scroll, room)
	switch {
	case !room: // the table comes first
	case a.w < theme.Px(roomForSide):
		table.h = (a.h - gap) * 0.6
		cards.y, cards.h = a.y+table.h+gap, a.h-gap-table.h
	default:
		side := theme.Px(300)
		if a.w < theme.Px(roomForWide) {
			side = theme.Px(264)
		}
		table.w = a.w - side - gap
		cards.x, cards.w = a.x+table.w+gap, side
	}
	put(p.table, table.x, table.y, table.w, table.h)
	// The cards keep bleed away from the edge of the scroll, which would cut their outlines.
	bleed := theme.Px(cardBleed)
	put(p.side.scroll, cards.x-bleed, cards.y-bleed, cards.w+2*bleed, cards.h+2*bleed)
	inset, band := theme.Px(10), p.notice.MinSize().Height
	put(p.notice, table.x+inset, table.y+table.h-band-inset, table.w-2*inset, band)
}

// show hides or shows an object unless it is already so, for each change repaints.
func show(o fyne.CanvasObject, visible bool) {
	switch {
	case visible == o.Visible():
	case visible:
		o.Show()
	default:
		o.Hide()
	}
}

// foot places the line of health, whose right corner is never cut.
func (l *deskLayout) foot(a area) {
	p := &l.w.parts
	corner := min(p.corner.Wide(), a.w/2)
	put(p.corner, a.x+a.w-corner, a.y, corner, a.h)
	put(p.health, a.x+theme.Px(2), a.y, a.w-corner-theme.Px(16), a.h)
}
