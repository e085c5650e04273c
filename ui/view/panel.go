package view

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cordboard/cti"
	"cordboard/cti/dial"
	"cordboard/ui/lang"
)

// Option is one choice of a field.
type Option struct {
	Key  string // what the window keeps as the choice
	Text string
}

// Panel is the state of the fields Line, Route and Show as, of the Call button, and the preview under them.
type Panel struct {
	Lines     []Option
	Line      string // key of the chosen one
	Routes    []Option
	Route     string
	Shows     []Option
	Show      int // index in Shows: 0 is the line's own identity
	Preview   Preview
	CallLabel string
}

// Preview is what a call to the typed number would do, before it is made.
type Preview struct {
	OK     bool
	Empty  bool // nothing is typed
	Spans  []Span
	Number string // what to dial, as to be sent with cti.Dial
}

// PanelOf makes the panel for the chosen line.
func PanelOf(s *cti.Snapshot, line cti.LineView, w Wish) Panel {
	p := Panel{Line: string(line.ID), CallLabel: lang.Call.String()}
	for _, l := range s.Lines {
		p.Lines = append(p.Lines, Option{string(l.ID), lineName(l)})
	}
	for _, r := range line.Config.Routes {
		p.Routes = append(p.Routes, Option{r.Name, Clean(r.Name)})
	}
	if len(p.Routes) == 0 {
		p.Routes = []Option{{"", lang.Direct.String()}}
	}
	route := ChosenRoute(line, w.Route)
	p.Route = route.Name
	id := ChosenIdentity(s, line, route, w.Identity)
	p.Shows, p.Show = shows(s, line, route, id)
	p.Preview = previewOf(s, cti.Dial{Line: line.ID, Route: route.Name, Identity: id}, w)
	return p
}

// ChosenRoute finds the line's route with the wanted name, else its first; the zero route when it has none.
func ChosenRoute(line cti.LineView, want string) cti.Route {
	for _, r := range line.Config.Routes {
		if r.Name == want {
			return r
		}
	}
	if len(line.Config.Routes) > 0 {
		return line.Config.Routes[0]
	}
	return cti.Route{}
}

// shows lists the caller IDs that the route may show and the profile allows (R14, R17), with the index of the chosen one.
// The key of each is its place in the line's own list, from 1.
func shows(s *cti.Snapshot, line cti.LineView, route cti.Route, chosen cti.Identity) (list []Option, at int) {
	for i, id := range cti.Identities(line.Config, route, s.Profile) {
		text := identityText(id)
		if id == (cti.Identity{}) {
			text = firstOf(Clean(s.Preview(cti.Dial{Line: line.ID, Route: route.Name}).ShowAs), lang.LineIdentity.String())
		}
		if id == chosen {
			at = i
		}
		list = append(list, Option{strconv.Itoa(slices.Index(line.Config.Identity, id) + 1), text})
	}
	if len(list) == 0 {
		list = []Option{{"0", lang.LineIdentity.String()}}
	}
	return list, at
}

// ChosenIdentity is the identity with the wanted place (from 1), as far as it may be shown on the route; the zero
// identity is the line's own.
func ChosenIdentity(s *cti.Snapshot, line cti.LineView, route cti.Route, want int) cti.Identity {
	if want < 1 || want > len(line.Config.Identity) {
		return cti.Identity{}
	}
	id := line.Config.Identity[want-1]
	if !slices.Contains(cti.Identities(line.Config, route, s.Profile), id) {
		return cti.Identity{}
	}
	return id
}

// identityText is a caller ID as the operator chooses it.
func identityText(id cti.Identity) string {
	if id.Anonymous {
		return lang.Anonymous.String()
	}
	return dial.Identity{Name: Clean(id.Name), Number: Clean(id.Number)}.String()
}

// IdentityKey tells one caller ID of a line from another when it is kept; that of the line's own is empty.
func IdentityKey(id cti.Identity) string { return identityText(id) }

// previewOf tells what a call would do, or why it cannot be made, by the very rules that the desk applies.
func previewOf(s *cti.Snapshot, in cti.Dial, w Wish) Preview {
	text, who := target(w)
	if strings.TrimSpace(text) == "" {
		return Preview{Empty: true, Spans: []Span{{Text: lang.TypeNumber.String(), Role: Quiet}}}
	}
	in.Number = text
	d := s.Preview(in)
	switch {
	case w.Lost != "":
		return refusal(lang.DeskLostCall.String())
	case !d.OK:
		return refusal(Clean(d.Why))
	}
	return Preview{OK: true, Number: text, Spans: previewSpans(d, who)}
}

// target is what would be dialled for the typed text, and whom that is. A name that fits exactly one contact
// stands for its number; the preview shows both before anything is dialled.
func target(w Wish) (number, who string) {
	if strings.ContainsFunc(w.Number, unicode.IsDigit) || strings.Contains(w.Number, "@") {
		return w.Number, contactName(w.Contacts, dial.Typed(w.Number))
	}
	card := ContactsOf(w.Contacts, w.Number, false)
	if strings.TrimSpace(w.Number) != "" && len(card.Contacts) == 1 {
		return card.Contacts[0].Number, card.Contacts[0].Name
	}
	return w.Number, ""
}

// contactName finds whose number was typed.
func contactName(contacts []Contact, number string) string {
	for _, c := range contacts {
		if c.Number == number {
			return c.Name
		}
	}
	return ""
}

// refusal is a preview that says why nothing would be dialled.
func refusal(why string) Preview {
	return Preview{Spans: []Span{{Text: "×", Strong: true, Role: Stop}, {Text: why}}}
}

// previewSpans tells number, length, line, route and caller ID, the number as it goes out first.
func previewSpans(d dial.Preview, who string) []Span {
	quiet := func(s string) Span { return Span{Text: s, Role: Quiet} }
	strong := func(s string) Span { return Span{Text: s, Strong: true} }
	spans := []Span{{Text: "✓", Strong: true, Role: Talk}}
	if who != "" {
		spans = append(spans, strong(Clean(who)))
	}
	spans = append(spans, strong(Clean(firstOf(d.Target, d.Number))), quiet("·"), quiet(measure(d)), quiet("·"),
		quiet(lang.By.String()), strong(d.Line))
	if d.Route != "" {
		spans = append(spans, quiet("→"), strong(Clean(d.Route)))
	}
	if d.ShowAs != "" {
		spans = append(spans, quiet("·"), quiet(lang.TheySee.String()), strong(Clean(d.ShowAs)))
	}
	if d.Note != "" {
		spans = append(spans, quiet("·"), Span{Text: Clean(d.Note), Role: Wait})
	}
	return spans
}

// measure is the length of the number with the name of its format (R10, R11).
func measure(d dial.Preview) string {
	switch {
	case d.Format == dial.FormatAddress:
		return lang.Address.String()
	case d.Digits == 1:
		return lang.OneDigit.String()
	}
	return lang.Digits.With(d.Digits) + " (" + string(d.Format) + ")"
}
