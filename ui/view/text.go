package view

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// nameLimit is the longest piece of foreign text that is handed to the toolkit, in runes.
const nameLimit = 120

// Clean makes text of strangers fit to be shown in one line: no control characters, no overrides of the
// writing direction and no invisible characters that could disguise a name (Unicode TR 36), no line breaks,
// and not endless.
func Clean(s string) string {
	var b strings.Builder
	runes := 0
	space := false
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			continue
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = b.Len() > 0
			continue
		}
		if runes++; runes > nameLimit {
			return b.String() + "…"
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Clock writes a duration as m:ss, from an hour on as h:mm:ss. Negative durations, which come from clocks
// that were set, count as zero.
func Clock(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// since is the running time from a moment that may be unknown.
func since(from, now time.Time) string {
	if from.IsZero() {
		return ""
	}
	return Clock(now.Sub(from))
}

// firstOf returns the first text that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// joined puts the pieces that are not empty behind each other with a middle dot between.
func joined(pieces ...string) string {
	var kept []string
	for _, p := range pieces {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}
