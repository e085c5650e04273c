package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"cordboard/cti"
)

// PersonKind says what an entry of the directory is.
type PersonKind string

// Kinds of entries. Groups and queues have members, whose lamps say how many of them are free (R25).
const (
	KindPerson PersonKind = "person" // when empty
	KindGroup  PersonKind = "group"
	KindQueue  PersonKind = "queue"
)

// PersonNumber is one number of a person, as it is dialled.
type PersonNumber struct {
	Number string `json:"number" toml:"number"`
	Kind   string `json:"kind,omitempty" toml:"kind,omitempty"` // business, mobile, private ...
}

// Person is an entry of the directory: a person, a group or a queue.
type Person struct {
	ID         string         `json:"id" toml:"id,omitempty"` // unique within its source; made from name and number when empty
	Kind       PersonKind     `json:"kind,omitempty" toml:"kind,omitempty"`
	Name       string         `json:"name" toml:"name"`
	Company    string         `json:"company,omitempty" toml:"company,omitempty"`
	Department string         `json:"department,omitempty" toml:"department,omitempty"`
	Job        string         `json:"job,omitempty" toml:"job,omitempty"`
	Street     string         `json:"street,omitempty" toml:"street,omitempty"`
	Note       string         `json:"note,omitempty" toml:"note,omitempty"`
	Numbers    []PersonNumber `json:"numbers,omitempty" toml:"numbers,omitempty"` // of a group: its own
	Members    []string       `json:"members,omitempty" toml:"members,omitempty"` // numbers of a group's members
	Watch      bool           `json:"watch,omitempty" toml:"watch,omitempty"`     // lamps of the numbers and members are shown
	Line       cti.LineID     `json:"line,omitempty" toml:"line,omitempty"`       // that watches them; the first one when empty
	SignOn     bool           `json:"sign_on,omitempty" toml:"sign_on,omitempty"` // offered only where single sign-on is enabled (R28)

	Source    string `json:"source,omitempty" toml:"-"`
	Favourite bool   `json:"favourite,omitempty" toml:"-"`
}

// Group reports whether others stand behind the entry.
func (p Person) Group() bool { return p.Kind == KindGroup || p.Kind == KindQueue }

// fullID is the ID in the whole directory: two sources may know the same one.
func (p Person) fullID(source string) string {
	if p.ID != "" {
		return source + "/" + p.ID
	}
	text := []string{p.Name, p.Company}
	if len(p.Numbers) > 0 {
		text = append(text, p.Numbers[0].Number)
	}
	sum := sha256.Sum256([]byte(strings.Join(text, "\x00")))
	return source + "/" + hex.EncodeToString(sum[:8])
}

// keyDigits is how many of the last digits find a number. What is before them depends on who writes it down: +49 30, 030, 0049 30.
const keyDigits = 7

// digitsOf reduces a number to what all notations have in common: its digits without leading zeros and plus. An address
// stays what it is, in lower case.
func digitsOf(number string) string {
	if strings.Contains(number, "@") {
		return strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(number), "sips:"), "sip:")
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '*' || r == '#' {
			return r
		}
		return -1
	}, number)
	return strings.TrimLeft(digits, "0")
}

// keyOf is what a number is looked up by; numbers that are the same have the same key.
func keyOf(number string) string {
	digits := digitsOf(number)
	if strings.Contains(digits, "@") {
		return digits
	}
	return digits[max(0, len(digits)-keyDigits):]
}

// sameNumber reports whether two numbers of the same key reach the same phone: one may have a country or area code that the
// other leaves out. Short ones are extensions, which are their own keys.
func sameNumber(a, b string) bool {
	a, b = digitsOf(a), digitsOf(b)
	return strings.HasSuffix(a, b) || strings.HasSuffix(b, a)
}
