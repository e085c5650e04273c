package cti

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of attached data (R29): what fits into one header without making an INVITE too long for a datagram.
const (
	MaxContext      = 16  // pairs
	MaxContextBytes = 768 // of all keys and values together
)

// badContext says why data cannot be attached to a call. Keys and values are shown to people and travel in a header, so
// they hold nothing that cannot be seen.
func badContext(data map[string]string) string {
	size := 0
	for key, value := range data {
		size += len(key) + len(value)
		switch {
		case key == "":
			return "Attached data needs a name for every value."
		case hidden(key) || hidden(value):
			return "Attached data has a character in it that cannot be shown."
		}
	}
	if len(data) > MaxContext || size > MaxContextBytes {
		return "This is too much data to attach to a call."
	}
	return ""
}

// hidden reports whether text has something in it that is no sign or blank.
func hidden(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
