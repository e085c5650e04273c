package exchange

import (
	"math/rand/v2"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// invited takes a call of the desk to one of our numbers.
func (x *Exchange) invited(tx *txn.ServerTx) {
	if _, ok := x.authenticate(tx, sip.StatusProxyAuthRequired); !ok {
		return
	}
	req := tx.Request()
	who, found := find(req.Recipient.User)
	switch {
	case x.calls[req.CallID().Value()] != nil:
		tx.Respond(tx.Response(sip.StatusLoopDetected, "")) // the call is up already: it came round in a circle
		return
	case !found:
		tx.Respond(tx.Response(sip.StatusNotFound, ""))
		return
	case who.way == refuses:
		tx.Respond(tx.Response(who.code, ""))
		return
	}
	c, err := x.newCall(req.CallID().Value(), who)
	if err != nil {
		x.log.Error("the practice exchange cannot take a call", "error", err)
		tx.Respond(tx.Response(sip.StatusInternalServerError, ""))
		return
	}
	c.take(tx)
}

// take rings, and answers when it is time.
func (c *call) take(tx *txn.ServerTx) {
	req := tx.Request()
	c.invite, c.from = tx, tx.Source()
	c.localTag = tx.LocalTag()
	c.remoteTag, _ = req.From().Params.Get("tag") // a caller without a tag has the empty one
	c.local, c.remote = req.To().Address, req.From().Address
	c.target = c.remote
	if uri, ok := contactOf(req); ok {
		c.target = uri
	}
	body, session, err := c.firstAnswer(req)
	if err != nil {
		tx.Respond(tx.Response(sip.StatusNotAcceptableHere, ""))
		c.over()
		return
	}
	ringing := tx.Response(sip.StatusRinging, "")
	c.describe(ringing, nil)
	tx.Respond(ringing)
	wait := c.x.cfg.Ring
	switch c.who.way {
	case rings:
		return
	case groups:
		wait *= 2
	}
	c.timer = c.x.after(wait, func() { c.answer(body, session) })
}

// firstAnswer is the description for the 2xx: the answer to the INVITE's offer, or an offer of ours when it had none.
func (c *call) firstAnswer(req *sip.Request) ([]byte, cti.MediaSession, error) {
	if len(req.Body()) > 0 {
		return c.agent.Answer(req.Body(), false)
	}
	body, err := c.agent.Offer(false, true)
	return body, cti.MediaSession{}, err
}

func (c *call) answer(body []byte, session cti.MediaSession) {
	if c.ended || c.up {
		return
	}
	c.up = true
	if c.who.way == groups {
		c.who = members[rand.IntN(len(members))]
	}
	res := c.invite.Response(sip.StatusOK, "")
	res.AppendHeader(c.identity())
	c.describe(res, body)
	c.invite.Respond(res)
	if session.Ready() {
		c.play(session)
	}
}
