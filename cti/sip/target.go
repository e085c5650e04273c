package sip

import (
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

var errText = errors.New("it holds characters that cannot be sent")

// safe reports whether text may go into a header: no line breaks or other control characters.
func safe(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// targetURI makes the Request-URI of what was dialled: a whole SIP address, or a number at the line's domain.
func targetURI(target, domain string) (sip.Uri, error) {
	if !safe(target) || strings.ContainsAny(target, " <>\"") || target == "" {
		return sip.Uri{}, fmt.Errorf("%q cannot be dialled: %w", target, errText)
	}
	lower := strings.ToLower(target)
	switch {
	case strings.HasPrefix(lower, "sip:"), strings.HasPrefix(lower, "sips:"):
		return addressURI(target)
	case strings.Contains(target, "@"):
		return addressURI("sip:" + target)
	case domain == "":
		return sip.Uri{}, fmt.Errorf("%q needs a domain and the line has none", target)
	}
	u, err := addressURI("sip:x@" + domain)
	if err != nil {
		return u, err
	}
	u.User = userPart(target)
	if strings.HasPrefix(target, "+") {
		u.UriParams = append(u.UriParams, sip.HeaderKV{K: "user", V: "phone"})
	}
	return u, nil
}

// addressURI parses a SIP address that somebody typed. Headers in it ("?Replaces=") are left out: a link must not
// write headers of the INVITE.
func addressURI(s string) (sip.Uri, error) {
	u, err := parseURI(s)
	if err != nil {
		return u, err
	}
	if u.Host == "" || strings.ContainsAny(u.Host, "/\\,;") {
		return u, fmt.Errorf("%q names no host", s)
	}
	u.Headers = nil
	u.User = strings.ReplaceAll(u.User, "#", "%23")
	return u, nil
}

// userPart escapes what the grammar of a user part does not allow, such as # (RFC 3261 25.1); * and + stay.
func userPart(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte("-_.!~*'()&=+$,;?/", c) >= 0 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// ours are the headers that make a request what it is; a route must not write them.
var ours = []string{"Via", "From", "To", "Call-Id", "Cseq", "Contact", "Max-Forwards", "Content-Length", "Content-Type", "Route", "Record-Route", "Authorization", "Proxy-Authorization", "Require", "Supported", "Allow", "Session-Expires", "Min-Se"}

// addHeaders adds the headers of a route in the order of their names.
func addHeaders(req *sip.Request, headers map[string]string) error {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !token(name) || !safe(headers[name]) || slices.Contains(ours, textproto.CanonicalMIMEHeaderKey(name)) {
			return fmt.Errorf("the route's header %q cannot be sent", name)
		}
		req.AppendHeader(sip.NewHeader(name, headers[name]))
	}
	return nil
}

// token reports whether s is a token of RFC 3261 25.1, as header names are.
func token(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		alnum := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		return !alnum && !strings.ContainsRune("-.!%*_+`'~", r)
	})
}
