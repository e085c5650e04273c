package sip

import (
	"fmt"

	"cordboard/cti"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// identify writes who calls, the way that the line's settings name (RFC 3323, RFC 3325). The digest user stays the
// line's: who pays and who is shown are two things.
func identify(req *sip.Request, aor sip.Uri, id cti.Identity, way cti.IdentityWay) error {
	if !safe(id.Name) || !safe(id.Number) {
		return fmt.Errorf("caller ID %q: %w", id.Name+" "+id.Number, errText)
	}
	chosen := *aor.Clone()
	if id.Number != "" {
		chosen.User = userPart(id.Number)
	}
	from := req.From()
	switch {
	case id.Anonymous:
		from.DisplayName = "Anonymous"
		from.Address = sip.Uri{Scheme: "sip", User: "anonymous", Host: anonymousHost}
		req.AppendHeader(sip.NewHeader("Privacy", "id"))
		hideContact(req)
	case way == cti.IdentityFrom || way == "":
		from.Address = chosen
		if id.Name != "" {
			from.DisplayName = message.Quote(id.Name)
		}
	default:
		from.Address = aor // the chosen one goes into the header of the line's choice
	}
	if id != (cti.Identity{}) {
		req.AppendHeader(identityHeader(way, id, chosen))
	}
	return nil
}

// anonymousHost is in the From of a call without caller ID (RFC 3323 section 4.1.1.3).
const anonymousHost = "anonymous.invalid"

// identityHeader names the chosen caller to the line's servers, for an anonymous call too: they have to know, and
// Privacy tells them to keep it. P-Preferred-Identity is what a telephone may send (RFC 3325 section 9.2).
func identityHeader(way cti.IdentityWay, id cti.Identity, uri sip.Uri) sip.Header {
	address := (&sip.FromHeader{DisplayName: message.Quote(id.Name), Address: uri}).Value()
	switch way {
	case cti.IdentityPAI:
		return sip.NewHeader("P-Asserted-Identity", address)
	case cti.IdentityRPID:
		privacy := "off"
		if id.Anonymous {
			privacy = "full"
		}
		return sip.NewHeader("Remote-Party-ID", address+";party=calling;screen=no;privacy="+privacy)
	}
	return sip.NewHeader("P-Preferred-Identity", address)
}

// hideContact takes the number out of Contact, unless it is a GRUU, which means nothing without its user part.
func hideContact(req *sip.Request) {
	if c := req.Contact(); c != nil && !c.Address.UriParams.Has("gr") {
		hidden := c.Clone()
		hidden.Address.User = "anonymous"
		req.ReplaceHeader(hidden)
	}
}

// anonymous reports whether we called without a number: later requests must not tell it either.
func (d *dialog) anonymous() bool { return d.local.URI.Host == anonymousHost }
