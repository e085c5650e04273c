package dial

import (
	"fmt"
	"strings"
)

// Line is what the preview needs to know of a line.
type Line struct {
	Name        string
	Why         string   // why no call can be placed on it now; empty when one can
	AddressOnly bool     // it has no server of its own, so that a bare number leads nowhere
	Default     Identity // what the callee sees when no identity is chosen
}

// Route is a way out of a line (R8).
type Route struct {
	Name   string
	Prefix string // put before the number
	Strip  int    // digits taken off the front first; a leading + goes with the first of them

	Rewrite []Rewrite // the first one that fits is applied before Strip and Prefix
}

// Identity is the caller ID that the callee sees (R14).
type Identity struct {
	Name      string
	Number    string
	Anonymous bool
}

// String is the caller ID for people: "Acme Support +49301234", or "Anonymous" (R17).
func (id Identity) String() string {
	if id.Anonymous {
		return "Anonymous"
	}
	return strings.TrimSpace(id.Name + " " + id.Number)
}

// Preview is what a call would do before it is made: the line under the Number field.
type Preview struct {
	OK     bool   `json:"ok"`
	Why    string `json:"why,omitempty"`  // one sentence, when not OK
	Note   string `json:"note,omitempty"` // something that the operator should know although the call can be made
	Number string `json:"number"`         // cleaned, before the route
	Digits int    `json:"digits"`
	Format Format `json:"format,omitempty"`
	Line   string `json:"line,omitempty"`
	Route  string `json:"route,omitempty"`
	Target string `json:"target,omitempty"`  // what goes into the Request-URI: digits, or a whole SIP address
	ShowAs string `json:"show_as,omitempty"` // what the callee sees
}

// Make works the preview out. The zero Identity stands for the line's own, the zero Route for none.
// Cheap enough for every keystroke; any goroutine may call it.
func Make(text string, line Line, route Route, id Identity) Preview {
	n, err := Clean(text)
	p := Preview{Number: n.Text, Digits: n.Digits, Format: n.Format, Line: line.Name, Route: route.Name}
	if id == (Identity{}) {
		id = line.Default
	}
	p.ShowAs = id.String()
	if n.Ext != "" {
		p.Note = "extension " + n.Ext + " is not dialled, send it as DTMF"
	}
	if err == nil {
		p.Target, err = Target(n, route)
	}
	switch {
	case err != nil:
		p.Why = Sentence(err)
	case line.Why != "":
		p.Why = line.Why
	case line.AddressOnly && n.Format != FormatAddress:
		p.Why = line.Name + " has no server: type a SIP address such as sip:anna@192.0.2.7."
	default:
		p.OK = true
	}
	return p
}

// Target is what goes into the Request-URI for a cleaned number by a route. An address passes
// unchanged: prefixes and digits to strip belong to numbers.
func Target(n Number, route Route) (string, error) {
	if n.Format == FormatAddress {
		return n.Text, nil
	}
	number, err := rewrite(n.Text, route)
	if err != nil {
		return "", err
	}
	rest, err := strip(number, route)
	if err != nil {
		return "", err
	}
	return keepDialable(route.Prefix) + rest, nil
}

// strip takes the route's count of digits off the front.
func strip(text string, route Route) (string, error) {
	for range max(route.Strip, 0) {
		i := strings.IndexAny(text, "0123456789")
		if i < 0 {
			break
		}
		text = text[i+1:]
	}
	if !strings.ContainsAny(text, "0123456789") {
		return "", fmt.Errorf("route %s takes %d digits off, which leaves nothing to dial", route.Name, route.Strip)
	}
	return text, nil
}

// Sentence makes the words of an error one sentence for people, as under the Number field.
func Sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
