// Package contacts reads people for the directory from the files that other programs write: CSV with a header row, and
// vCard 3.0 and 4.0 (RFC 2426, RFC 6350). What it reads is untrusted: texts are cleaned, numbers are those that can be
// dialled, and everything has a limit.
package contacts

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"cordboard/cti/dial"
	"cordboard/storage"
)

// MaxFile is the most bytes that a file of people may have.
const MaxFile = 64 << 20

const (
	maxText    = 255 // runes of a field
	maxNumbers = 32  // of a person
)

// Format is how a file is written.
type Format string

// Formats.
const (
	CSV   Format = "csv"
	VCard Format = "vcard"
)

// Read reads a file of people. An empty format is found out. left counts what was left out: entries without a name, and
// numbers that cannot be dialled. The error says what is wrong with the file as a whole.
func Read(text []byte, format Format) (people []storage.Person, left int, err error) {
	text = []byte(strings.TrimPrefix(string(text), "\ufeff")) // as some programs begin UTF-8
	if !utf8.Valid(text) {
		return nil, 0, errors.New("the file is not in UTF-8: save it with that encoding")
	}
	if format == "" {
		format = CSV
		if head := strings.TrimSpace(string(text[:min(len(text), 100)])); strings.HasPrefix(strings.ToUpper(head), "BEGIN:VCARD") {
			format = VCard
		}
	}
	var c collector
	switch format {
	case CSV:
		err = c.readCSV(text)
	case VCard:
		err = c.readCards(string(text))
	default:
		err = errors.New("the format is neither csv nor vcard")
	}
	if err == nil && len(c.people) == 0 {
		err = errors.New("there is nobody with a name in the file")
	}
	return c.people, c.left, err
}

// collector gathers the people of a file.
type collector struct {
	people []storage.Person
	left   int
}

// add takes a person over, unless there is no name to call him by.
func (c *collector) add(p storage.Person) {
	for _, t := range []*string{&p.ID, &p.Name, &p.Company, &p.Department, &p.Job, &p.Street, &p.Note} {
		*t = clean(*t)
	}
	if p.Name == "" {
		p.Name, p.Company = p.Company, ""
	}
	if p.Name == "" {
		c.left++
		return
	}
	p.Numbers = c.numbers(p.Numbers)
	p.Members = c.members(p.Members)
	c.people = append(c.people, p)
}

// numbers keeps those that can be dialled, as they are dialled.
func (c *collector) numbers(all []storage.PersonNumber) []storage.PersonNumber {
	var kept []storage.PersonNumber
	for _, n := range all {
		number, err := dial.Clean(n.Number)
		if err != nil || len(kept) == maxNumbers {
			c.left++
			continue
		}
		kept = append(kept, storage.PersonNumber{Number: number.Text, Kind: clean(n.Kind)})
	}
	return kept
}

func (c *collector) members(all []string) []string {
	var kept []string
	for _, n := range all {
		if number, err := dial.Clean(n); err == nil {
			kept = append(kept, number.Text)
		} else {
			c.left++
		}
	}
	return kept
}

// Clean makes the entries of an administrator what entries of a file are.
func Clean(people []storage.Person) (kept []storage.Person, left int) {
	var c collector
	for _, p := range people {
		c.add(p)
	}
	return c.people, c.left
}

// clean takes out what is no text, and cuts what is too long.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsGraphic(r):
			return r
		}
		return -1
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxText {
		return string(runes[:maxText])
	}
	return text
}
