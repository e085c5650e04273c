package message

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// nameAddr is a name-addr or addr-spec with what precedes the header parameters (RFC 3261 section 25.1).
type nameAddr struct {
	display string // raw, as sipgo keeps it: what stands between the quotes, escapes included
	uri     sip.Uri
}

var (
	errOpenQuote   = errors.New("a quoted string has no end")
	errOpenBracket = errors.New("an address in < has no >")
	errDisplay     = errors.New("a display name needs quotes")
	errAddrSpec    = errors.New("an address is malformed")
)

// parseAddress reads one From, To, Contact or Route value. White space around ; and = is allowed, parameter names are
// put in lower case: sipgo's own reader loses the tag in both cases.
func parseAddress(s string) (nameAddr, sip.HeaderParams, error) {
	var a nameAddr
	s = strings.TrimSpace(s)
	if s == "*" {
		a.uri = sip.Uri{Host: "*", Wildcard: true}
		return a, nil, nil
	}
	spec, rest, err := cutAddress(s, &a.display)
	if err != nil {
		return a, nil, err
	}
	if strings.ContainsAny(spec, " \t") {
		return a, nil, errAddrSpec
	}
	if err := ParseURI(spec, &a.uri); err != nil {
		return a, nil, err
	}
	params, err := parseParams(rest)
	return a, params, err
}

// cutAddress finds the address and gives it with what follows.
func cutAddress(s string, display *string) (spec, rest string, err error) {
	open := indexOutsideQuotes(s, '<')
	if open == unbalanced {
		return "", "", errOpenQuote
	}
	if open < 0 {
		spec, rest, _ = strings.Cut(s, ";")
		if strings.ContainsAny(spec, "?,") { // section 20.10: then < and > are required
			return "", "", errAddrSpec
		}
		return strings.TrimSpace(spec), rest, nil
	}
	if *display, err = displayOf(strings.TrimSpace(s[:open])); err != nil {
		return "", "", err
	}
	spec, rest, ok := strings.Cut(s[open+1:], ">")
	if !ok {
		return "", "", errOpenBracket
	}
	rest = strings.TrimSpace(rest)
	if rest != "" && rest[0] != ';' {
		return "", "", fmt.Errorf("unexpected text after an address: %q", rest)
	}
	return spec, strings.TrimPrefix(rest, ";"), nil
}

// displayOf takes the quotes off. Unquoted names should be tokens; other letters (UTF-8) are common and harmless,
// but a comma or semicolon makes the value ambiguous.
func displayOf(s string) (string, error) {
	if s == "" || s[0] != '"' {
		if strings.ContainsAny(s, `",;>`) {
			return "", errDisplay
		}
		return s, nil
	}
	if len(s) < 2 || s[len(s)-1] != '"' || !wellQuoted(s[1:len(s)-1]) {
		return "", errDisplay
	}
	return s[1 : len(s)-1], nil
}

// wellQuoted reports whether s may stand between quotes: no bare quote and no backslash at the end.
func wellQuoted(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return false
		case '\\':
			i++
			if i == len(s) {
				return false
			}
		}
	}
	return true
}

// ParseURI reads a URI and puts the names of its parameters in lower case. Any scheme is accepted.
func ParseURI(s string, uri *sip.Uri) error {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || !isScheme(scheme) {
		return fmt.Errorf("%w: %q", errAddrSpec, s)
	}
	if !strings.EqualFold(scheme, "sip") && !strings.EqualFold(scheme, "sips") {
		return parseForeign(scheme, rest, uri)
	}
	if strings.ContainsAny(s, "<>\" \t") {
		return fmt.Errorf("%w: %q", errAddrSpec, s)
	}
	if err := sip.ParseUri(s, uri); err != nil {
		return fmt.Errorf("%w: %w", errAddrSpec, err)
	}
	if uri.Host == "" || uri.Port < 0 || uri.Port > 65535 {
		return fmt.Errorf("%w: no host or port in %q", errAddrSpec, s)
	}
	for i := range uri.UriParams {
		uri.UriParams[i].K = strings.ToLower(uri.UriParams[i].K)
	}
	return nil
}

// parseForeign keeps the text of other schemes (tel, isbn, soap.beep) as it is.
func parseForeign(scheme, rest string, uri *sip.Uri) error {
	// sipgo refuses schemes with a dot; such URIs are only ever echoed or refused with 416.
	plain := strings.NewReplacer(".", "x", "+", "x", "-", "x").Replace(scheme)
	if err := sip.ParseUri(plain+":"+rest, uri); err != nil {
		return fmt.Errorf("%w: %w", errAddrSpec, err)
	}
	uri.Scheme = strings.ToLower(scheme)
	return nil
}

// isScheme is RFC 3986 section 3.1.
func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(s[i]))) {
			return false
		}
	}
	return s != ""
}

// ParseRoutes reads the addresses of a list header like Service-Route or Path.
func ParseRoutes(value string) ([]sip.Uri, error) {
	list, err := splitList(value)
	if err != nil {
		return nil, err
	}
	var out []sip.Uri
	for _, one := range list {
		a, _, err := parseAddress(one)
		if err != nil {
			return nil, err
		}
		out = append(out, a.uri)
	}
	return out, nil
}
