package message

import (
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// unbalanced is returned by indexOutsideQuotes for a quoted string without an end.
const unbalanced = -2

// indexOutsideQuotes finds c where it stands outside of quoted strings, -1 when it does not.
func indexOutsideQuotes(s string, c byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && s[i] == c:
			return i
		}
	}
	if quoted {
		return unbalanced
	}
	return -1
}

// splitList cuts a comma-separated header value; commas in quotes and in < > do not count.
func splitList(s string) ([]string, error) {
	var out []string
	quoted, bracket, begin := false, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"' && !bracket:
			quoted = !quoted
		case quoted:
		case c == '<':
			bracket = true
		case c == '>':
			bracket = false
		case c == ',' && !bracket:
			out = append(out, strings.TrimSpace(s[begin:i]))
			begin = i + 1
		}
	}
	if quoted {
		return nil, errOpenQuote
	}
	return append(out, strings.TrimSpace(s[begin:])), nil
}

// parseParams reads "a=b; c ; d = \"e\"". Empty parameters are skipped; a name that is no token is an error.
func parseParams(s string) (sip.HeaderParams, error) {
	var out sip.HeaderParams
	for s = strings.TrimSpace(s); s != ""; {
		end := indexOutsideQuotes(s, ';')
		if end == unbalanced {
			return nil, errOpenQuote
		}
		one := s
		if end >= 0 {
			one, s = s[:end], s[end+1:]
		} else {
			s = ""
		}
		name, value, _ := strings.Cut(one, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if name == "" && value == "" {
			continue
		}
		if !isToken(name) {
			return nil, fmt.Errorf("parameter name %q is malformed", name)
		}
		if !out.Has(name) { // the first one counts, whoever appended a second
			out = append(out, sip.HeaderKV{K: name, V: forSipgo(value)})
		}
	}
	return out, nil
}

// forSipgo keeps quotes as they came, except where sipgo puts them back itself when it writes the value.
func forSipgo(value string) string {
	if len(value) >= 2 && value[0] == '"' && strings.ContainsAny(value, " \t") {
		return strings.Trim(value, `"`)
	}
	return value
}

// isToken is RFC 3261 section 25.1.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alnum && !strings.ContainsRune("-.!%*_+`'~", rune(c)) {
			return false
		}
	}
	return s != ""
}
