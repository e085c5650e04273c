package contacts

import (
	"errors"
	"fmt"
	"strings"

	"cordboard/storage"
)

// readCards reads vCards. Lines that begin with a blank go on the line before (RFC 6350 section 3.2).
func (c *collector) readCards(text string) error {
	text = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "").Replace(text)
	var card *storage.Person
	for line := range strings.Lines(text) {
		name, params, value, ok := property(strings.TrimRight(line, "\r\n"))
		switch {
		case !ok:
		case name == "BEGIN":
			card = &storage.Person{}
		case card == nil:
			return errors.New("the file has something before BEGIN:VCARD")
		case name == "END":
			if len(c.people) >= storage.MaxPeople {
				return fmt.Errorf("the file has more than %d people", storage.MaxPeople)
			}
			c.add(*card)
			card = nil
		default:
			fillIn(card, name, params, value)
		}
	}
	if card != nil {
		return errors.New("the file ends within a vCard")
	}
	return nil
}

// property takes a line apart: group.NAME;PARAM=x,y;PARAM=z:value. Names and parameters come in upper case.
func property(line string) (name, params, value string, ok bool) {
	quoted := false
	colon := strings.IndexFunc(line, func(r rune) bool {
		quoted = quoted != (r == '"')
		return r == ':' && !quoted
	})
	if colon < 0 {
		return "", "", "", false
	}
	name, params, _ = strings.Cut(strings.ToUpper(line[:colon]), ";")
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		name = name[dot+1:]
	}
	return name, params, line[colon+1:], true
}

// fillIn takes over what a telephone desk needs to know.
func fillIn(p *storage.Person, name, params, value string) {
	switch name {
	case "UID":
		p.ID = value
	case "KIND":
		p.Kind = kindOf(value)
	case "FN":
		p.Name = plain(value)
	case "N":
		if p.Name == "" { // vCard 2.1 has no FN
			family, rest, _ := strings.Cut(value, ";")
			given, _, _ := strings.Cut(rest, ";")
			p.Name = plain(given) + " " + plain(family)
		}
	case "ORG":
		company, department, _ := strings.Cut(value, ";")
		p.Company, p.Department = plain(company), plain(strings.ReplaceAll(department, ";", " "))
	case "TITLE", "ROLE":
		p.Job = plain(value)
	case "NOTE":
		p.Note = plain(value)
	case "ADR":
		p.Street = plain(strings.ReplaceAll(value, ";", " "))
	case "TEL":
		number, _, _ := strings.Cut(value, ";ext=") // dialled as a whole only in RFC 3966 notation, which few write
		p.Numbers = append(p.Numbers, storage.PersonNumber{Number: number, Kind: telKind(params)})
	case "IMPP":
		if strings.HasPrefix(strings.ToLower(value), "sip:") {
			p.Numbers = append(p.Numbers, storage.PersonNumber{Number: value, Kind: telKind(params)})
		}
	}
}

// telKind is the word for the TYPE of a number. The more special word wins: a number can be of type work and cell.
func telKind(params string) string {
	for _, k := range []struct{ typ, kind string }{
		{"FAX", "fax"}, {"CELL", "mobile"}, {"PAGER", "pager"}, {"HOME", "private"}, {"WORK", "business"},
	} {
		if strings.Contains(params, k.typ) {
			return k.kind
		}
	}
	return ""
}

// plain undoes the escapes of a text (RFC 6350 section 3.4).
func plain(value string) string {
	return strings.NewReplacer(`\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(value)
}
