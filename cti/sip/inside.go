package sip

import (
	"net/netip"
	"strconv"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// itoa is short for numbers in headers.
func itoa(n int) string { return strconv.Itoa(n) }

// sourceOf is where a request came from.
func sourceOf(tx *txn.ServerTx) netip.Addr { return tx.Source().Addr().Unmap() }

// inside takes a request inside a dialog.
func (c *call) inside(tx *txn.ServerTx) {
	req := tx.Request()
	d := c.dialogOf(tagOf(req.From().Params))
	switch {
	case d == nil || c.stage == gone:
		c.stack.refuse(&c.stack.refused.Outside, string(req.Method), "no such dialog")
		c.answer(tx, 481)
		return
	case !d.fresh(req):
		c.answer(tx, 500) // out of order (RFC 3261 12.2.2)
		return
	}
	switch req.Method {
	case sip.BYE:
		c.byeIn(tx, d)
	case sip.INVITE:
		c.reinvited(tx)
	case sip.UPDATE:
		c.updated(tx, d)
	case sip.PRACK:
		c.answer(tx, c.pracked(req))
	case sip.INFO:
		c.answer(tx, c.info(req))
	case sip.NOTIFY:
		c.answer(tx, c.notified(req, d))
	case sip.OPTIONS:
		c.options(tx)
	case sip.REFER:
		c.referredIn(tx, d)
	default:
		c.answer(tx, 405)
	}
}

// dialogOf finds the dialog with a far end's tag, early forks included.
func (c *call) dialogOf(tag string) *dialog {
	if c.dlg != nil && c.dlg.remote.Tag == tag {
		return c.dlg
	}
	if c.out != nil {
		if l := c.out.legs[tag]; l != nil {
			return l.dlg
		}
	}
	return nil
}

// answer sends a response without a body. A 500 says when to try again, since overlapping requests are what it is for
// (RFC 3261 14.2).
func (c *call) answer(tx *txn.ServerTx, code int) {
	res := tx.Response(code, "")
	if code == 500 {
		res.AppendHeader(sip.NewHeader("Retry-After", "1"))
	}
	if code == 405 {
		res.AppendHeader(sip.NewHeader("Allow", joined(allow)))
	}
	tx.Respond(res)
}

// options answers a test of life inside a dialog like one outside (RFC 3261 11.2).
func (c *call) options(tx *txn.ServerTx) {
	res := tx.Response(200, "")
	res.AppendHeader(sip.NewHeader("Accept", sdpType))
	c.abilities(res)
	tx.Respond(res)
}

// byeIn ends the call; an INVITE of theirs that still rings gets 487 with it (RFC 3261 15.1.2). The domain hears of it
// before the far end does: a far end that calls again at once must find the line free.
func (c *call) byeIn(tx *txn.ServerTx, d *dialog) {
	defer c.answer(tx, 200)
	if d != c.dlg {
		return // one fork of several
	}
	reason := "The far end hung up."
	if hint := hintOf(tx.Request()); hint != "" {
		reason = "The far end hung up (" + hint + ")."
	}
	switch {
	case c.stage == ringing:
		c.refuse(487)
	case c.stage == answering && !c.agent.Pending(): // our answer arrived, only its ACK got lost: the call was up
		c.post(cti.Connected{Call: c.id, Session: c.session})
	}
	c.leave(cti.Ended{Call: c.id, By: cti.SidePeer, Reason: reason, Elsewhere: c.stage == ringing && elsewhere(tx.Request())})
	c.acquit() // no ACK is waited for in a dialog that is over
	if c.in != nil {
		c.in.tx.Settle()
	}
}

// info takes DTMF (application/dtmf-relay of Cisco, application/dtmf); an empty INFO is a test of life (RFC 6086).
func (c *call) info(req *sip.Request) int {
	kind, _ := params(strings.ToLower(value(req, "Content-Type")))
	body := strings.TrimSpace(string(req.Body()))
	switch {
	case body == "":
		return 200
	case kind == "application/dtmf-relay":
		c.digit(relayDigit(body))
	case kind == "application/dtmf":
		c.digit(body)
	default:
		return 415
	}
	return 200
}
