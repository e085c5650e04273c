package sip

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// referral is a REFER of theirs, and the subscription that it makes for them (RFC 3515). One at a time.
type referral struct {
	tx      *txn.ServerTx
	wish    wish
	event   string // value of Event in our NOTIFYs
	silent  bool   // Refer-Sub: false, they want no NOTIFY (RFC 4488)
	decided bool
	granted bool      // 202 was sent
	ends    time.Time // of the subscription

	next int  // to be told when the NOTIFY under way is answered
	busy bool // a NOTIFY is under way
	over bool
}

// wish is what the INVITE that follows a REFER takes from it. It does not change.
type wish struct {
	target   string // number or address
	by       string // value of Referred-By
	replaces string // value of Replaces, "" for none
	require  bool   // whoever is called has to understand Replaces
	context  string // value of the line's header for attached data, "" for none
}

// Times of a referral. A request has to be answered within half a minute, but people need longer.
const (
	referralLife = 180 // seconds that we tell how it goes
	askTime      = 16  // times T1 until the REFER is answered, though nobody has decided yet
	maxTarget    = 255 // characters of an address
)

var (
	errReferTo = errors.New("there is not one Refer-To that can be read")
	errScheme  = errors.New("the scheme of Refer-To cannot be called")
)

// referredIn takes a REFER inside a call. It never makes us dial by itself.
func (c *call) referredIn(tx *txn.ServerTx, d *dialog) {
	req := tx.Request()
	w, err := wishOf(req, d.remote, contextHeader(c.line.config()))
	switch {
	case d != c.dlg || c.stage != up:
		c.answer(tx, 603)
		return
	case err != nil:
		c.stack.refuse(&c.stack.refused.Referrals, "REFER", err.Error())
		code := 400
		if errors.Is(err, errScheme) {
			code = 416
		}
		c.answer(tx, code)
		return
	case c.asked != nil: // an operator can think about one thing at a time, and a far end must not pile them up
		c.answer(tx, 491)
		return
	}
	r := &referral{tx: tx, wish: w, silent: strings.EqualFold(value(req, "Refer-Sub"), "false"), event: "refer"}
	if c.referred > 0 { // the first one needs no id, and some far ends do not understand it there
		r.event += ";id=" + strconv.Itoa(int(req.CSeq().SeqNo))
	}
	c.referred++
	// No answer yet: what it is depends on the line's rule or on the operator, and the answer must not say yes before.
	c.asked = r
	c.setWish(w)
	c.post(cti.Referred{Call: c.id, Referral: cti.Referral{Target: w.target, By: byOf(w.by)}})
	c.after(askTime*c.stack.cfg.Timing.Account.Timers.T1, func() { c.grant(r, 100) })
}

// wishOf reads a REFER (RFC 3515 section 2.4.2). Of the headers in Refer-To only Replaces and the line's own header for
// attached data count: a far end must not write our INVITE.
func wishOf(req *sip.Request, from party, context string) (wish, error) {
	list := req.GetHeaders("Refer-To")
	if len(list) != 1 || len(req.GetHeaders("Referred-By")) > 1 {
		return wish{}, errReferTo
	}
	var u sip.Uri
	var p sip.HeaderParams
	if _, err := sip.ParseAddressValue(list[0].Value(), &u, &p); err != nil {
		return wish{}, errReferTo
	}
	target, err := callable(u)
	if err != nil {
		return wish{}, err
	}
	by := sip.FromHeader{Address: *from.URI.Clone()} // some far ends leave Referred-By out
	w := wish{target: target, by: by.Value()}
	// The value is copied as it came: it may be signed (RFC 3893), and it was parsed, so it cannot leave its header.
	if h := req.ReferredBy(); h != nil {
		w.by = h.Value()
	}
	return w, w.headers(u.Headers, context)
}

// callable is what is dialled for an address in Refer-To. A tel: address is a number to be dialled by the rules of the
// line; other requests than INVITE (;method=) are things that a telephone has no business to send for strangers.
func callable(u sip.Uri) (string, error) {
	u.Headers = nil
	target := u.String()
	switch scheme := strings.ToLower(u.Scheme); {
	case scheme == "tel":
		target = numberOf(u)
	case scheme != "sip" && scheme != "sips":
		return "", errScheme
	}
	method := u.UriParams.GetOr("method", "INVITE")
	if _, err := targetURI(target, "domain.invalid"); err != nil || len(target) > maxTarget || !strings.EqualFold(method, "INVITE") {
		return "", errReferTo
	}
	return target, nil
}

// headers takes what counts of the headers in Refer-To.
func (w *wish) headers(list sip.HeaderParams, context string) error {
	for _, kv := range list {
		v, err := url.PathUnescape(kv.V)
		if err != nil || !safe(v) {
			return errReferTo
		}
		switch {
		case strings.EqualFold(kv.K, "Replaces"):
			r, err := parseReplaces(v)
			if err != nil || w.replaces != "" {
				return errReferTo
			}
			w.replaces = r.String()
		case strings.EqualFold(kv.K, "Require"):
			w.require = strings.EqualFold(v, "replaces")
		case strings.EqualFold(kv.K, context):
			if _, err := decodeContext(context, v); err == nil {
				w.context = v
			}
		}
	}
	return nil
}

// byOf is who referred us, for people.
func byOf(value string) string {
	var u sip.Uri
	name, err := sip.ParseAddressValue(value, &u, new(sip.HeaderParams))
	if err != nil {
		return ""
	}
	if name = shown(message.Unquote(name)); name != "" {
		return name
	}
	return numberOf(u)
}

// setWish keeps what the INVITE of another call will take from here.
func (c *call) setWish(w wish) {
	c.mu.Lock()
	c.wish = w
	c.mu.Unlock()
}

// addReferral writes what a REFER in another call wants into the INVITE that follows it (RFC 3892, RFC 3891).
func (c *call) addReferral(req *sip.Request, from cti.CallID) error {
	other := c.stack.call(from)
	if other == nil {
		return errors.New("the call that wanted this one is not there any more")
	}
	other.mu.Lock() // not by its goroutine: the INVITE must not wait for what that call is doing
	w := other.wish
	other.mu.Unlock()
	req.AppendHeader(sip.NewHeader("Referred-By", w.by))
	if w.replaces != "" {
		req.AppendHeader(sip.NewHeader("Replaces", w.replaces))
	}
	if w.require {
		req.AppendHeader(sip.NewHeader("Require", "replaces"))
	}
	if name := contextHeader(c.line.config()); w.context != "" && len(req.GetHeaders(name)) == 0 {
		req.AppendHeader(sip.NewHeader(name, w.context))
	}
	return nil
}

// answerReferral is the operator's or the line's decision. A second one about the same REFER does nothing.
func (c *call) answerReferral(e cti.AnswerReferral) {
	r := c.asked
	if r == nil || r.decided {
		return
	}
	r.decided = true
	code := e.Code
	if code < 300 {
		code = 603
	}
	switch {
	case e.Accept && r.granted:
		c.report(100)
	case e.Accept:
		c.grant(r, 100)
	case r.granted: // the request was answered while nobody had decided: the subscription says no
		c.report(code)
	default:
		c.answer(r.tx, code)
		c.asked = nil
	}
}

// grant answers 202 and sends the first NOTIFY at once, as RFC 3515 2.4.4 wants it. 202 says that the request was
// understood, not that it is followed, so the timer of an undecided REFER comes here too: its NOTIFY says pending.
func (c *call) grant(r *referral, code int) {
	if c.asked != r || r.granted || c.stage != up {
		return
	}
	r.granted = true
	r.ends = time.Now().Add(c.seconds(referralLife))
	res := r.tx.Response(202, "")
	c.contact(res)
	c.abilities(res)
	if r.silent {
		res.AppendHeader(sip.NewHeader("Refer-Sub", "false"))
	}
	r.tx.Respond(res)
	c.report(code)
}

// dropReferral answers a REFER that nobody has decided on when the call ends (RFC 3261 15.1.2).
func (c *call) dropReferral() {
	if c.asked != nil && !c.asked.granted {
		c.answer(c.asked.tx, 487)
	}
	c.asked = nil
}
