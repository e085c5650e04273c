package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Spans is a line of text in pieces, as the preview and the health line are. What does not fit is cut off
// with an ellipsis at the right, so that the most important belongs to the left.
type Spans struct {
	fynewidget.BaseWidget
	size   fyne.ThemeSizeName
	spans  []view.Span
	pieces []*text
	holder *painting
}

// NewSpans makes an empty line in the given size of text.
func NewSpans(size fyne.ThemeSizeName) *Spans {
	s := &Spans{size: size}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows other pieces.
func (s *Spans) Set(spans []view.Span) {
	if slices.Equal(s.spans, spans) {
		return
	}
	s.spans = spans
	s.Refresh()
}

// Text is the whole line as it reads.
func (s *Spans) Text() string {
	out := ""
	for i, sp := range s.spans {
		if i > 0 {
			out += " "
		}
		out += sp.Text
	}
	return out
}

// CreateRenderer implements fyne.Widget.
func (s *Spans) CreateRenderer() fyne.WidgetRenderer {
	s.holder = &painting{owner: s, min: s.min, layout: s.layout, style: s.style}
	s.style()
	return s.holder
}

func (s *Spans) style() {
	for len(s.pieces) < len(s.spans) {
		s.pieces = append(s.pieces, newText(s.size, false))
	}
	s.pieces = s.pieces[:len(s.spans)]
	s.holder.objects = nil
	for i, sp := range s.spans {
		s.pieces[i].TextStyle.Bold = sp.Strong
		s.pieces[i].set(sp.Text, roleInk(sp.Role))
		s.holder.objects = append(s.holder.objects, s.pieces[i].Text)
	}
}

func (s *Spans) min() fyne.Size { return fyne.NewSize(theme.Px(40), theme.Px(22)) }

// Wide is the width that the whole line needs.
func (s *Spans) Wide() float32 {
	var w float32
	for _, p := range s.pieces {
		w += p.width() + s.gap()
	}
	return w
}

func (s *Spans) gap() float32 { return theme.Px(5) }

func (s *Spans) layout(size fyne.Size) {
	x := float32(0)
	for _, p := range s.pieces {
		p.place(x, 0, max(size.Width-x, 0), size.Height)
		x += p.width() + s.gap()
	}
}
