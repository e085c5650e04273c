package sip

import (
	"fmt"
	"net/netip"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// referring is a REFER of ours and the subscription that it makes (RFC 3515).
type referring struct {
	to, by   string // values of Refer-To and Referred-By
	ex       *account.Exchange
	sent     bool
	answered bool
	first    uint32 // CSeq of the first try; a challenge takes another one
	cseq     uint32 // of the one that was answered: it names the subscription (RFC 3515 2.4.6)
	tries    int
	accepted bool // its acceptance was posted
	code     int  // latest one posted of the target
	news     int
	over     bool // the target's final answer was posted
}

// Bounds of what one call holds.
const (
	maxRefers = 8  // whose news is still taken
	maxNews   = 64 // provisional news of one REFER
	maxTries  = 3  // of a REFER that met a change of the session
)

// refer asks the far end to call somebody. The route's proxy stays out of it: the far end goes its own way. No BYE is
// sent here, whatever comes back: whether the customer is in good hands is for the domain to say.
func (c *call) refer(e cti.Refer) {
	switch {
	case c.stage != up:
		c.notReferred(481, "The call is not connected.")
	case e.Replaces == "":
		c.referTo(e, sip.Uri{}, "")
	default:
		other := c.stack.call(e.Replaces)
		asked := other != nil && other.do(func() {
			to, replaces := other.replacement()
			c.do(func() { c.referTo(e, to, replaces) })
		})
		if !asked {
			c.notReferred(481, "The consulted call is not there any more.")
		}
	}
}

// replacement is how somebody else takes this call over: whom to call, and the Replaces of that INVITE as its
// receiver sees the dialog (RFC 3891 section 3). Empty when there is no confirmed dialog: others cannot be replaced.
func (c *call) replacement() (to sip.Uri, replaces string) {
	if c.stage != up {
		return sip.Uri{}, ""
	}
	return c.reach(c.dlg), replacing{callID: c.dlg.callID, toTag: c.dlg.remote.Tag, fromTag: c.dlg.local.Tag}.String()
}

// reach is the address at which others get to the far end of a dialog: its Contact or GRUU. An exchange in the middle
// has a Contact of its own that leads nowhere else, so its number at our domain is taken.
func (c *call) reach(d *dialog) sip.Uri {
	contact := *d.target.Clone()
	a, err := c.account()
	if err != nil || contact.UriParams.Has("gr") {
		return contact
	}
	if host, _ := netip.ParseAddr(strings.Trim(contact.Host, "[]")); c.domestic(contact) || host.IsValid() && host == a.Server().Addr.Addr() {
		return *d.remote.URI.Clone()
	}
	return contact
}

// referTo queues the REFER. With Replaces the target is the far end of another call of ours.
func (c *call) referTo(e cti.Refer, uri sip.Uri, replaces string) {
	var to string
	by, err := c.referrer(e.Identity)
	if err == nil {
		to, err = c.referValue(e, uri, replaces)
	}
	switch {
	case c.stage != up:
		c.notReferred(481, "The call is not connected.")
	case e.Replaces != "" && replaces == "":
		c.notReferred(481, "The consulted call is not connected.")
	case err != nil:
		c.notReferred(0, fmt.Sprintf("The transfer cannot be asked for: %v.", err))
	default:
		if len(c.refers) == maxRefers { // far ends that never end a subscription must not keep the operator from the next try
			c.refers = c.refers[1:]
		}
		c.refers = append(c.refers, &referring{to: to, by: by})
		c.sendRefers()
	}
}

// notReferred says that no REFER was sent.
func (c *call) notReferred(code int, note string) {
	c.post(cti.Referring{Call: c.id, Code: code, OfRefer: true, Over: true, Note: note})
}

// referValue is Refer-To: the target in angle brackets, Replaces and attached data as headers of its URI. The brackets
// are there always, since without them the parameters of the URI would be taken for those of the header.
func (c *call) referValue(e cti.Refer, to sip.Uri, replaces string) (string, error) {
	a, err := c.account()
	if err != nil {
		return "", err
	}
	if e.Replaces == "" {
		if to, err = targetURI(e.Target, a.Domain()); err != nil {
			return "", err
		}
	}
	to.Headers = nil
	uri := to.String()
	if !safe(uri) || strings.ContainsAny(uri, " <>\"?") { // a far end's Contact is text of a stranger
		return "", fmt.Errorf("%q: %w", shown(uri), errText)
	}
	var headers []string
	if replaces != "" {
		headers = append(headers, "Replaces="+escapeHeader(replaces))
	}
	name, v, err := encodeContext(c.line.config(), e.Context)
	if v != "" {
		headers = append(headers, name+"="+escapeHeader(v))
	}
	if len(headers) > 0 {
		uri += "?" + strings.Join(headers, "&")
	}
	return "<" + uri + ">", err
}

// referrer is Referred-By (RFC 3892): the identity that was chosen, else as the far end knows us. The target may see
// it, and so may the far end: an anonymous call stays one.
func (c *call) referrer(id cti.Identity) (string, error) {
	if !safe(id.Name) || !safe(id.Number) {
		return "", fmt.Errorf("caller ID %q: %w", id.Name+" "+id.Number, errText)
	}
	by := sip.FromHeader{DisplayName: message.Quote(id.Name), Address: *c.dlg.local.URI.Clone()}
	switch {
	case c.dlg.anonymous():
		by.DisplayName = ""
	case id.Anonymous:
		by = sip.FromHeader{DisplayName: "Anonymous", Address: sip.Uri{Scheme: "sip", User: "anonymous", Host: anonymousHost}}
	case id.Number != "":
		by.Address.User = userPart(id.Number)
	}
	return by.Value(), nil
}

// escapeHeader escapes a header value for a URI: everything but unreserved characters (RFC 3261 25.1, hvalue).
func escapeHeader(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte("-_.!~*'()", c) >= 0 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// sendRefers sends what waits. A REFER that meets a change of the session is refused by many far ends, and a transfer
// begins with one: the hold. So it leaves when the answer to that has come.
func (c *call) sendRefers() {
	if c.stage != up || c.mod.busy || c.mod.offered {
		return
	}
	for _, r := range c.refers {
		if !r.sent {
			c.sendRefer(r)
		}
	}
}

// sendRefer sends one REFER.
func (c *call) sendRefer(r *referring) {
	r.sent, r.answered = true, false
	r.tries++
	req, a, err := c.request(c.dlg, sip.REFER)
	if err != nil {
		c.forgetRefer(r)
		c.notReferred(503, fmt.Sprintf("The transfer cannot be asked for: %v.", err))
		return
	}
	req.AppendHeader(sip.NewHeader("Refer-To", r.to))
	req.AppendHeader(sip.NewHeader("Referred-By", r.by))
	c.abilities(req)
	r.first = req.CSeq().SeqNo
	r.ex = c.send(a, c.dlg, req, func(res *sip.Response, err error) {
		if !r.answered && (err != nil || res.StatusCode >= 200) {
			r.answered = true
			c.referAnswered(r, res, err)
		}
	})
}

// referAnswered takes the answer to a REFER. Not even 481 ends the call: some exchanges say it of the REFER alone, and
// a dialog that is gone shows at the next change of the session.
func (c *call) referAnswered(r *referring, res *sip.Response, err error) {
	switch {
	case err != nil:
		code, _ := failure(err)
		c.forgetRefer(r)
		c.notReferred(code, "The far end did not answer the transfer.")
	case res.StatusCode < 300:
		r.cseq = r.ex.Request().CSeq().SeqNo
		c.referAccepted(r, res.StatusCode, strings.EqualFold(value(res, "Refer-Sub"), "false"))
	case r.tries < maxTries && (res.StatusCode == 491 || res.StatusCode == 500 && value(res, "Retry-After") != ""):
		r.sent = false
		c.after(c.glare(), c.sendRefers)
	default:
		c.forgetRefer(r)
		cannot, note := refusedRefer(res)
		c.post(cti.Referring{Call: c.id, Code: res.StatusCode, OfRefer: true, Over: true, Cannot: cannot, Note: note})
	}
}

// referAccepted posts the acceptance once: a NOTIFY may have come before the answer. Refer-Sub: false means that there
// will be none at all (RFC 4488).
func (c *call) referAccepted(r *referring, code int, silent bool) {
	if !r.accepted {
		r.accepted = true
		c.post(cti.Referring{Call: c.id, Code: code, OfRefer: true, Over: silent, NoNews: silent})
	}
	if silent {
		c.forgetRefer(r)
	}
}

// forgetRefer ends a subscription.
func (c *call) forgetRefer(r *referring) {
	for i, other := range c.refers {
		if other == r {
			c.refers = append(c.refers[:i:i], c.refers[i+1:]...)
			return
		}
	}
}

// refusedRefer says what a refusal of REFER means, and whether the far end takes none at all.
func refusedRefer(res *sip.Response) (cannot bool, note string) {
	hint := hintOf(res)
	switch code := res.StatusCode; {
	case code == 405, code == 420, code == 501, code == 403 && hint == "":
		return true, "The far end takes no transfers."
	case code < 400:
		return false, "The far end sends the transfer elsewhere, which is not followed."
	case code == 403, code == 603:
		note = "The far end refused the transfer"
	default:
		return false, sentence(res)
	}
	if hint != "" {
		note += " (" + hint + ")"
	}
	return false, note + "."
}
