package watch

import (
	"encoding/xml"
	"slices"
	"strings"

	"cordboard/cti"
)

// The package of RFC 3856.
const (
	presenceEvent = "presence"
	presenceType  = "application/pidf+xml"
)

// pidf is a presence document (RFC 3863) with the activities of RFC 4480.
type pidf struct {
	Notes  []string     `xml:"note"`
	Tuples []pidfTuple  `xml:"tuple"`
	People []pidfPerson `xml:"person"`
}

type pidfTuple struct {
	Basic      string       `xml:"status>basic"`
	Activities []activities `xml:"status>activities"` // of early drafts
	Notes      []string     `xml:"note"`
}

type pidfPerson struct {
	Activities []activities `xml:"activities"`
	Notes      []string     `xml:"note"`
}

// activities are empty elements whose names say it: away, meeting, on-the-phone …
type activities struct {
	List []struct{ XMLName xml.Name } `xml:",any"`
}

// absent are the activities in which people do not want to be called.
var absent = map[string]bool{
	"away": true, "appointment": true, "holiday": true, "in-transit": true, "meal": true, "meeting": true, "performance": true,
	"permanent-absence": true, "presentation": true, "sleeping": true, "travel": true, "vacation": true, "worship": true,
	"busy": true, "do-not-disturb": true, "dnd": true, "breakfast": true, "dinner": true,
}

// presence is what somebody has said of himself.
type presence struct {
	known  bool
	away   bool
	phones bool // on the phone
	note   string
}

// take replaces everything by a document: there are no partial ones, since we do not accept them. Somebody with several
// devices is away when none of them can be reached.
func (p *presence) take(body []byte) (complete bool, err error) {
	var doc pidf
	if err := unmarshal(body, &doc); err != nil {
		return false, err
	}
	next := presence{known: true, away: len(doc.Tuples) > 0}
	notes := doc.Notes
	for _, t := range doc.Tuples {
		if word(t.Basic) != "closed" {
			next.away = false // can be reached somewhere
		}
	}
	for _, t := range doc.Tuples {
		next.does(t.Activities)
		notes = append(notes, t.Notes...)
	}
	for _, person := range doc.People {
		next.does(person.Activities)
		notes = append(person.Notes, notes...)
	}
	for _, n := range slices.Backward(notes) {
		if n = strings.TrimSpace(n); n != "" {
			next.note = n
		}
	}
	*p = next
	return true, nil
}

// does takes activities. What somebody wrote himself goes before their names.
func (p *presence) does(list []activities) {
	for _, a := range list {
		for _, e := range a.List {
			name := e.XMLName.Local
			p.away = p.away || absent[name]
			p.phones = p.phones || name == "on-the-phone"
			if p.note == "" && absent[name] {
				p.note = strings.ReplaceAll(name, "-", " ")
			}
		}
	}
}

// light adds what is known of the person: a phone that is in use says more than its owner's word.
func (p *presence) light(l *cti.Lamp) {
	l.Note = p.note
	if l.State != cti.LampFree && l.State != cti.LampUnknown {
		return
	}
	switch {
	case p.away:
		l.State = cti.LampAway
	case p.phones:
		l.State = cti.LampBusy
	default:
		l.State = cti.LampFree
	}
}
