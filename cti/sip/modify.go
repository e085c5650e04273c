package sip

import (
	"errors"
	"math/rand/v2"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// modification is what changes a session that is up: our wishes, and the one offer that can be under way.
type modification struct {
	want    bool // the operator's hold, whatever is agreed on
	asked   bool // HoldSettled is owed
	move    bool // our address or Contact is another one
	refresh bool // the session timer wants a re-INVITE
	busy    bool // an offer of ours is under way
	offered bool // an offer of ours in a 2xx waits for the ACK
	retry   *time.Timer
	resume  bool   // the first re-INVITE after a restart: Recovered or Ended is owed
	digits  string // that still have to leave by INFO
}

// stop ends the wait for another try.
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

// settleHold gives the verdict that is owed for SetHold, once per wish.
func (c *call) settleHold(ok bool, note string) {
	if c.mod.asked {
		c.mod.asked = false
		c.post(cti.HoldSettled{Call: c.id, On: c.mod.want, OK: ok, Note: note})
	}
}

// renegotiate sends what is wished and not agreed on yet, one offer at a time (RFC 3261 14.1).
func (c *call) renegotiate() {
	defer c.sendRefers()
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
	c.mod.busy, c.mod.move, c.mod.refresh = true, false, false
	change := &change{hold: hold}
	change.ex = c.send(a, c.dlg, req, func(res *sip.Response, err error) {
		switch {
		case err == nil && res.StatusCode < 200:
		case err == nil && res.StatusCode < 300:
			c.reaccepted(change, res)
		case !change.done:
			change.done = true
			c.refusedChange(res, err)
		}
	})
}

// change is one re-INVITE of ours.
type change struct {
	ex   *account.Exchange
	hold bool // what it asks for
	done bool // it has its final answer
	ack  *sip.Request
}

// reaccepted takes the 2xx of our re-INVITE; repeated ones only get their ACK again.
func (c *call) reaccepted(ch *change, res *sip.Response) {
	first := !ch.done
	ch.done = true
	if first {
		c.heard(c.dlg, res)
		ch.ack = c.makeAck(c.dlg, ch.ex.Request())
	}
	if a, err := c.account(); err == nil && ch.ack != nil {
		a.SendAck(ch.ack.Clone(), account.Options{})
	}
	if !first {
		return
	}
	c.mod.busy = false
	if c.stage == up {
		c.applyAnswer(res, ch.hold)
	}
}

// applyAnswer makes the answer to our offer the session. An unusable one leaves the session as it was.
func (c *call) applyAnswer(res *sip.Response, hold bool) {
	if _, err := c.agent.Complete(description(res), hold); err != nil {
		c.agent.Withdraw()
		c.log().Info("answer to re-INVITE of no use", "err", err)
		if c.mod.resume {
			c.hangUp(0, c.ended(488, sentences[488]+"."))
			return
		}
		c.settleHold(false, "The far end answered without a usable description of the sound.")
	}
	c.agreedTimer(res, true)
	c.identified(res, c.dlg) // a transfer inside the exchange shows only there
	c.told()
	c.renegotiate()
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
			c.log().Warn("no port at the new address", "err", err)
			return
		}
		c.agent.Move(local, port)
	}
	c.mod.move = true
	c.renegotiate()
}
