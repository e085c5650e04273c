package sip

import (
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// caller is who the far end says it is: untrusted text, cleaned for showing.
type caller struct{ Number, Name string }

// callerOf reads the identity of a request: the header that the line believes first, then P-Asserted-Identity,
// Remote-Party-ID, From. Only servers of the line get this far, so an asserted identity is as good as the server is.
func callerOf(m sip.Message, from party, believed cti.IdentityWay) caller {
	if c, ok := asserted(m, believed); ok {
		return c
	}
	return callerFrom(from.Name, from.URI)
}

// believedHeaders lists where an identity is looked for before From.
func believedHeaders(first cti.IdentityWay) []string {
	switch first {
	case cti.IdentityFrom:
		return nil
	case cti.IdentityRPID:
		return []string{"Remote-Party-ID", "P-Asserted-Identity"}
	case cti.IdentityPPI:
		return []string{"P-Preferred-Identity", "P-Asserted-Identity", "Remote-Party-ID"}
	}
	return []string{"P-Asserted-Identity", "Remote-Party-ID"}
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

// asserted reads an identity that the network gave (RFC 3325, and the Remote-Party-ID of Cisco and others), unless it
// is to be kept.
func asserted(m sip.Message, believed cti.IdentityWay) (caller, bool) {
	if private(m) {
		return caller{}, false
	}
	for _, header := range believedHeaders(believed) {
		for _, v := range listOf(m, header) {
			var u sip.Uri
			var p sip.HeaderParams
			name, err := sip.ParseAddressValue(v, &u, &p)
			if err == nil && !strings.EqualFold(p.GetOr("privacy", ""), "full") {
				return callerFrom(name, u), true
			}
		}
	}
	return caller{}, false
}

// renamed reads a From that has changed within a dialog (RFC 4916): an exchange that joined us with somebody else. The
// new address goes into To from now on. Another host alone is a server that hides its network.
func (d *dialog) renamed(req *sip.Request) (caller, bool) {
	from := fromParty(req.From())
	if from.URI.User == "" || from.URI.User == d.remote.URI.User || from.URI.Host == anonymousHost {
		return caller{}, false
	}
	d.remote.Name, d.remote.URI = from.Name, from.URI
	return callerFrom(from.Name, from.URI), true
}

// identified posts a changed identity of the far end, which a request or a 2xx of theirs in the dialog d may bring.
func (c *call) identified(m sip.Message, d *dialog) {
	id, ok := asserted(m, c.line.config().Believed)
	if req, isRequest := m.(*sip.Request); isRequest && !ok && !private(m) {
		id, ok = d.renamed(req)
	}
	if ok && id != c.from {
		c.from = id
		c.post(cti.Identified{Call: c.id, Number: id.Number, Name: id.Name})
	}
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

// shown cleans a line of text of the far end.
func shown(s string) string { return cleaned(s, maxShown) }

// cleaned takes out control characters and what turns the reading direction, and cuts what is too long.
func cleaned(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most])
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
