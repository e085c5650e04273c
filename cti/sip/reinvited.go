package sip

import (
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// reinvited answers a re-INVITE (RFC 3261 14.2).
func (c *call) reinvited(tx *txn.ServerTx) {
	switch {
	case c.stage != up:
		c.answer(tx, 500) // our own 2xx has no ACK yet, or the end is near
		return
	case c.mod.busy || c.mod.offered:
		c.answer(tx, 491)
		return
	case c.tooShort(tx.Request()):
		c.turnDown(tx, 422, "")
		return
	}
	body, err := c.reanswer(description(tx.Request()))
	if err != nil {
		code, warning := unacceptable(err)
		c.turnDown(tx, code, warning)
		return
	}
	c.agreeTo(tx, body)
}

// turnDown refuses a change of the session, and says why or what would be accepted.
func (c *call) turnDown(tx *txn.ServerTx, code int, warning string) {
	res := tx.Response(code, "")
	c.explain(res, code, warning)
	tx.Respond(res)
}

// reanswer answers an offer, or makes one for a re-INVITE without. Our own hold stands whatever they ask for.
func (c *call) reanswer(offer []byte) ([]byte, error) {
	if offer == nil {
		body, err := c.agent.Offer(c.mod.want, true)
		c.mod.offered = err == nil
		return body, err
	}
	body, _, err := c.agent.Answer(offer, c.mod.want)
	return body, err
}

// agreeTo sends the 200 of a change that they asked for.
func (c *call) agreeTo(tx *txn.ServerTx, body []byte) {
	res := tx.Response(200, "")
	c.contact(res)
	c.abilities(res)
	c.grantTimer(tx.Request(), res)
	setBody(res, sdpType, body)
	tx.Respond(res)
	c.heard(c.dlg, tx.Request())
	c.identified(tx.Request(), c.dlg)
	c.told()
	c.renegotiate()
}

// reacked takes the ACK of a re-INVITE, with the answer when we made the offer.
func (c *call) reacked(_ *txn.ServerTx, ack *sip.Request) {
	if !c.mod.offered || c.stage != up {
		return
	}
	c.mod.offered = false
	if _, err := c.agent.Complete(description(ack), c.mod.want); err != nil {
		c.agent.Withdraw()
		c.log().Info("answer in ACK of no use", "err", err)
	}
	c.told()
	c.renegotiate()
}

// updated answers an UPDATE: with a description it is an offer, without one it refreshes timer, target and identity
// (RFC 3311). In an early dialog we take no new offer.
func (c *call) updated(tx *txn.ServerTx, d *dialog) {
	offer := description(tx.Request())
	switch {
	case c.tooShort(tx.Request()):
		c.turnDown(tx, 422, "")
		return
	case offer != nil && (c.mod.busy || c.mod.offered):
		c.answer(tx, 491)
		return
	case offer != nil && c.stage != up:
		c.answer(tx, 500)
		return
	case offer == nil:
		c.refreshed(tx, d)
		return
	}
	body, err := c.reanswer(offer)
	if err != nil {
		code, warning := unacceptable(err)
		c.turnDown(tx, code, warning)
		return
	}
	c.agreeTo(tx, body)
}

// refreshed answers an UPDATE without a description. It says nothing about the session, so nothing of it changes.
func (c *call) refreshed(tx *txn.ServerTx, d *dialog) {
	res := tx.Response(200, "")
	c.contact(res)
	c.abilities(res)
	if c.stage == up {
		c.grantTimer(tx.Request(), res)
	}
	tx.Respond(res)
	c.heard(d, tx.Request())
	c.identified(tx.Request(), d)
}
