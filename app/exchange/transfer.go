package exchange

import (
	"net/url"
	"strings"

	"cordboard/cti/sip/message"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// The package of RFC 3515.
const (
	referEvent   = "refer"
	fragmentType = "message/sipfrag;version=2.0"
)

// abilities says what phones here can do, but for the one that hides it.
func (c *call) abilities(m interface{ AppendHeader(sip.Header) }) {
	if c.who.way != stubborn {
		m.AppendHeader(sip.NewHeader("Allow", strings.Join(methods, ", ")))
		m.AppendHeader(sip.NewHeader("Supported", "replaces"))
	}
}

// referred takes the desk's wish that whoever is heard here calls somebody else (RFC 3515).
func (c *call) referred(tx *txn.ServerTx) {
	target, replaces, ok := referTo(value(tx.Request(), "Refer-To"))
	switch {
	case c.who.way == stubborn:
		tx.Respond(tx.Response(sip.StatusMethodNotAllowed, ""))
		return
	case !ok:
		tx.Respond(tx.Response(sip.StatusBadRequest, ""))
		return
	case !c.up:
		tx.Respond(tx.Response(sip.StatusGlobalDecline, ""))
		return
	}
	res := tx.Response(sip.StatusAccepted, "")
	c.describe(res, nil)
	tx.Respond(res)
	c.report(sip.StatusTrying)
	if replaces != "" {
		c.joins(replaces)
		return
	}
	c.goesTo(target)
}

// referTo reads a Refer-To: a number of ours, and the call to be replaced there, if any.
func referTo(v string) (number, replaces string, ok bool) {
	var uri sip.Uri
	params := sip.NewParams()
	if _, err := sip.ParseAddressValue(v, &uri, &params); err != nil || uri.User == "" {
		return "", "", false
	}
	for _, h := range uri.Headers {
		if strings.EqualFold(h.K, "Replaces") {
			r, err := url.PathUnescape(h.V)
			return uri.User, r, err == nil
		}
	}
	number, err := url.PathUnescape(uri.User)
	return number, "", err == nil
}

// report tells how the call that the desk asked for is going. A final answer ends the subscription.
func (c *call) report(code int) {
	if c.ended || code >= 200 && c.who.way == silent {
		return
	}
	state := "active;expires=60"
	if code >= 200 {
		state = "terminated;reason=noresource"
	}
	body := sip.NewResponse(code, message.Phrase(code)).StartLine() + "\r\n"
	c.x.notify(&c.dialog, referEvent, state, fragmentType, body)
}

// joins takes the place of another call here: its phone hangs up at the desk, and the two talk to each other.
func (c *call) joins(replaces string) {
	place, code := c.x.replaced(replaces)
	if code != 0 {
		c.report(code)
		return
	}
	c.report(sip.StatusOK)
	if place.ends != nil {
		place.ends.hangUp()
	}
}

// goesTo calls a number, and tells how that goes.
func (c *call) goesTo(number string) {
	if _, user := c.x.accounts[number]; user {
		c.goesToDesk(number)
		return
	}
	who, found := find(number)
	switch {
	case !found:
		c.report(sip.StatusNotFound)
	case who.way == forwards:
		c.goesTo(who.onward)
	case who.way == refuses:
		c.report(who.code)
	case who.way == confers:
		c.x.room.enter(c.who)
		c.report(sip.StatusOK)
	case who.way == rings:
		c.report(sip.StatusRinging)
		c.timer = c.x.after(c.x.cfg.Patience, func() { c.report(sip.StatusTemporarilyUnavailable) })
	default:
		c.report(sip.StatusRinging)
		c.timer = c.x.after(c.x.cfg.Ring, func() { c.report(sip.StatusOK) })
	}
}

// goesToDesk is a transfer to another line of the desk, which really rings.
func (c *call) goesToDesk(user string) {
	next, err := c.x.callAs(c.who, user)
	if err != nil {
		c.report(sip.StatusTemporarilyUnavailable)
		return
	}
	next.asked = c
}
