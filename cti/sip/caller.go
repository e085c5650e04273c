package sip

import (
	"strings"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// caller is who the far end says it is: untrusted text, cleaned for showing.
type caller struct{ Number, Name string }

// callerOf reads the identity of a request or answer: P-Asserted-Identity before Remote-Party-ID before From.
// Only servers of the line get this far, so the asserted identity is as good as the line's server is.
func callerOf(m sip.Message, from party) caller {
	if c, ok := asserted(m); ok && !private(m) {
		return c
	}
	return callerFrom(from.Name, from.URI)
}

// private reports whether the caller asked the network to hide who it is (RFC 3323, 3325): an identity that came
// through all the same is not shown.
func private(m sip.Message) bool {
	for _, v := range strings.FieldsFunc(value(m, "Privacy"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		if v == "id" || v == "user" {
			return true
		}
	}
	return false
}

// asserted reads an identity that the network gave (RFC 3325, and the Remote-Party-ID of Cisco and others).
func asserted(m sip.Message) (caller, bool) {
	for _, header := range []string{"P-Asserted-Identity", "Remote-Party-ID"} {
		for _, v := range listOf(m, header) {
			var u sip.Uri
			name, err := sip.ParseAddressValue(v, &u, new(sip.HeaderParams))
			if err == nil {
				return callerFrom(name, u), true
			}
		}
	}
	return caller{}, false
}

// callerFrom takes a display name as it was on the wire, escapes included.
func callerFrom(name string, u sip.Uri) caller {
	return caller{Number: numberOf(u), Name: shown(message.Unquote(name))}
}

// numberOf is what the operator sees and dials back: the user part, the whole address for one without.
func numberOf(u sip.Uri) string {
	user := u.User
	if u.Raw() != "" { // tel:+7495…;ext=5
		user, _, _ = strings.Cut(u.Raw(), ";")
	}
	user, _, _ = strings.Cut(user, ";") // number parameters inside a user part
	if user == "" {
		user = u.Host
	}
	return shown(unescape(user))
}

// unescape undoes %HH; what is no valid escape stays.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0 {
			b.WriteByte(byte(hex(s[i+1])<<4 | hex(s[i+2])))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// hex is the value of a hexadecimal digit, -1 for anything else.
func hex(c byte) int { return strings.IndexByte("0123456789abcdef", c|0x20) }

// maxShown bounds text of the far end that goes to the screen, in characters.
const maxShown = 80

// shown cleans text of the far end: no control characters, nothing that turns the reading direction, and not too long.
func shown(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxShown {
		s = string(runes[:maxShown])
	}
	return strings.TrimSpace(s)
}

// via reads who sent a call on: the first Diversion (RFC 5806), else the last but one History-Info (RFC 7044).
func via(m sip.Message) string {
	if d := listOf(m, "Diversion"); len(d) > 0 {
		return addressNumber(d[0])
	}
	if h := listOf(m, "History-Info"); len(h) > 1 {
		return addressNumber(h[len(h)-2])
	}
	return ""
}

// addressNumber is "number name" of an address header, "" for one that cannot be read.
func addressNumber(v string) string {
	var u sip.Uri
	name, err := sip.ParseAddressValue(v, &u, new(sip.HeaderParams))
	if err != nil {
		return ""
	}
	if name = shown(message.Unquote(name)); name != "" {
		return numberOf(u) + " " + name
	}
	return numberOf(u)
}

// called is the number that was called when it is not the line's own: the script of a queue hangs on it.
func called(req *sip.Request, user string) string {
	n := numberOf(req.To().Address)
	if n == user || n == req.To().Address.Host {
		return ""
	}
	return n
}
