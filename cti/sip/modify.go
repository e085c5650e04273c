package sip

import (
	"errors"
	"math/rand/v2"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/sdp"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// modification is what changes a session that is up: our wishes, and the one offer that can be under way.
type modification struct {
	want    bool // the operator's hold, whatever is agreed on
	asked   bool // HoldSettled is owed
	move    bool // our address or Contact is another one
	refresh bool // the session timer wants a re-INVITE
	remote  bool // held by NOTIFY Event: hold
	busy    bool // an offer of ours is under way
	offered bool // an offer of ours in a 2xx waits for the ACK
	retry   *time.Timer
	resume  bool   // the first re-INVITE after a restart: Recovered or Ended is owed
	digits  string // that still have to leave by INFO
	ack     *sip.Request
}

func (m *modification) stop() {
	if m.retry != nil {
		m.retry.Stop()
	}
}

// setHold is the operator's wish; the latest one counts.
func (c *call) setHold(on bool) {
	c.mod.want, c.mod.asked = on, true
	if c.stage >= leaving {
		c.settleHold(false, "The call is over.")
		return
	}
	c.renegotiate()
}

func (c *call) settleHold(ok bool, note string) {
	if c.mod.asked {
		c.mod.asked = false
		c.post(cti.HoldSettled{Call: c.id, On: c.mod.want, OK: ok, Note: note})
	}
}

// renegotiate sends what is wished and not agreed on yet, one offer at a time (RFC 3261 14.1).
func (c *call) renegotiate() {
	if c.stage != up || c.mod.busy || c.mod.offered || c.mod.retry != nil {
		return
	}
	if c.mod.want == c.agent.Held() {
		c.settleHold(true, "")
	}
	if c.mod.asked || c.mod.move || c.mod.refresh || c.mod.resume {
		c.reinvite()
	}
}

// reinvite sends an offer with the present wish.
func (c *call) reinvite() {
	hold := c.mod.want
	offer, err := c.agent.Offer(hold, false)
	if err != nil {
		c.settleHold(false, err.Error())
		return
	}
	req, a, err := c.request(c.dlg, sip.INVITE)
	if err != nil {
		c.agent.Withdraw()
		c.settleHold(false, err.Error())
		return
	}
	c.abilities(req)
	c.askRefresh(req)
	setBody(req, sdpType, offer)
	c.mod.busy, c.mod.move, c.mod.refresh, c.mod.ack = true, false, false, nil
	var ex *account.Exchange
	done := false
	ex = c.send(a, c.dlg, req, func(res *sip.Response, err error) {
		switch {
		case err == nil && res.StatusCode < 200:
		case err == nil && res.StatusCode < 300:
			c.reaccepted(ex, res, hold, &done)
		case !done:
			done = true
			c.refusedChange(res, err)
		}
	})
}

// reaccepted takes the 2xx of our re-INVITE; repeated ones only get their ACK again.
func (c *call) reaccepted(ex *account.Exchange, res *sip.Response, hold bool, done *bool) {
	if !*done {
		c.dlg.refresh(res)
		c.mod.ack = c.makeAck(c.dlg, ex.Request())
	}
	if a, err := c.account(); err == nil && c.mod.ack != nil {
		a.SendAck(c.mod.ack.Clone(), account.Options{})
	}
	if *done {
		return
	}
	*done = true
	c.mod.busy = false
	if c.stage != up {
		return
	}
	if _, err := c.agent.Complete(description(res), hold); err != nil {
		c.agent.Withdraw()
		c.log.Info("answer to re-INVITE of no use", "err", err)
		if c.mod.resume {
			c.hangUp(0, c.ended(488, sentences[488]+"."))
			return
		}
		c.settleHold(false, "The far end answered without a usable description of the sound.")
	}
	c.agreedTimer(res, true)
	c.identifiedBy(res)
	c.told()
	c.renegotiate()
}

func (c *call) identifiedBy(res *sip.Response) {
	if id, ok := asserted(res); ok && id != c.from {
		c.from = id
		c.post(cti.Identified{Call: c.id, Number: id.Number, Name: id.Name})
	}
}

// told posts the session when it differs from the last one posted.
func (c *call) told() {
	s, held := c.agent.Session(), c.agent.HeldByPeer()
	switch {
	case c.mod.resume:
		c.mod.resume = false
		c.post(cti.Recovered{Call: c.id, Session: s, HeldByPeer: held})
	case s.Version != c.session.Version || held != c.peerHeld:
		c.post(cti.SessionChanged{Call: c.id, Session: s, HeldByPeer: held})
	default:
		return
	}
	c.session, c.peerHeld = s, held
	c.keep()
}

// refusedChange: a re-INVITE that fails leaves the session as it was; only 481 and 408 say that there is no dialog any more
// (RFC 3261 14.1, 12.2.1.2; RFC 5057).
func (c *call) refusedChange(res *sip.Response, err error) {
	c.mod.busy = false
	c.agent.Withdraw()
	if c.stage != up {
		return
	}
	code, reason := 0, ""
	if err != nil {
		code, reason = failure(err)
		if errors.Is(err, txn.ErrClosed) { // a new socket: it is sent again from there
			c.mod.move = true
			c.retryAfter(c.seconds(1))
			return
		}
	} else {
		code, reason = res.StatusCode, sentence(res)
	}
	switch {
	case code == 481 || code == 408 || c.mod.resume:
		c.hangUp(0, cti.Ended{Call: c.id, By: cti.SidePeer, Code: code, Reason: reason})
	case code == 491:
		c.retryAfter(c.glare())
	case code == 422 && c.longerRefresh(res):
		c.mod.refresh = true
		c.renegotiate()
	case code == 500 && number(value(res, "Retry-After")) > 0:
		c.retryAfter(c.seconds(min(number(value(res, "Retry-After")), 10)))
	default:
		c.settleHold(false, reason)
		c.renegotiate()
	}
}

// glare is the wait after 491: long for the side that made the Call-ID, so that the other one goes first.
func (c *call) glare() time.Duration {
	second := c.stack.cfg.Timing.Second
	if c.dir == cti.Outgoing {
		return second*21/10 + rand.N(second*19/10)
	}
	return rand.N(2 * second)
}

// retryAfter sends what is still wished after a while; what is wished by then counts.
func (c *call) retryAfter(d time.Duration) {
	c.mod.refresh = true
	c.mod.stop()
	c.mod.retry = c.after(d, func() {
		c.mod.retry = nil
		c.renegotiate()
	})
}

// moved offers our new address to the far end (a network change).
func (c *call) moved() {
	if c.stage != up {
		return
	}
	a, err := c.account()
	if err != nil {
		return
	}
	local := localAddr(a, c.session.Remote.Addr())
	if local.IsValid() && local != c.session.Local.Addr() {
		port, err := c.stack.cfg.Ports.Reserve(c.id, local)
		if err != nil {
			c.log.Warn("no port at the new address", "err", err)
			return
		}
		c.agent.Move(local, port)
	}
	c.mod.move = true
	c.renegotiate()
}

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
		res := tx.Response(422, "")
		c.explain(res, 422, "")
		tx.Respond(res)
		return
	}
	body, err := c.reanswer(description(tx.Request()))
	if err != nil {
		code, warning := unacceptable(err)
		res := tx.Response(code, "")
		c.explain(res, code, warning)
		tx.Respond(res)
		return
	}
	c.agreeTo(tx, body)
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
	c.dlg.refresh(tx.Request())
	c.identified(tx.Request())
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
		if !errors.Is(err, sdp.ErrMalformed) {
			c.log.Info("answer in ACK of no use", "err", err)
		}
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
		res := tx.Response(422, "")
		c.explain(res, 422, "")
		tx.Respond(res)
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
		res := tx.Response(code, "")
		c.explain(res, code, warning)
		tx.Respond(res)
		return
	}
	c.agreeTo(tx, body)
}

func (c *call) refreshed(tx *txn.ServerTx, d *dialog) {
	res := tx.Response(200, "")
	c.contact(res)
	c.abilities(res)
	if c.stage == up {
		c.grantTimer(tx.Request(), res)
	}
	tx.Respond(res)
	d.refresh(tx.Request())
	c.identified(tx.Request())
}
