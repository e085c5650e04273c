// Package lang holds every text that the window says by itself, so that another language is one more catalog.
//
// A Text is its own English wording, in the manner of gettext: code stays readable, and a catalog that lacks
// an entry falls back to English. Sentences that come from the desk (refusals, reasons) are not translated here.
package lang

import (
	"fmt"
	"sync/atomic"
)

// Text is a wording of the window; its value is the English text, with fmt verbs where With fills something in.
type Text string

// Catalog translates texts into one language; the verbs of a translation must match those of its Text.
type Catalog map[Text]string

var catalogs = map[string]Catalog{"en": nil}

var current atomic.Pointer[Catalog]

// Use switches to the language with the given tag (BCP 47, only the primary subtag is looked at).
// Any goroutine may call it; windows show the new language with their next drawing.
func Use(tag string) error {
	c, ok := catalogs[tag]
	if !ok {
		return fmt.Errorf("there is no translation for the language %q", tag)
	}
	current.Store(&c)
	return nil
}

// String returns the text in the current language.
func (t Text) String() string {
	if c := current.Load(); c != nil {
		if s, ok := (*c)[t]; ok {
			return s
		}
	}
	return string(t)
}

// With fills the text's verbs in, in the current language.
func (t Text) With(args ...any) string { return fmt.Sprintf(t.String(), args...) }
