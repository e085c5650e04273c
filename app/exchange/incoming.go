package exchange

import (
	"math/rand/v2"
	"strings"

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
	plan, code := x.answerer(req)
	switch {
	case x.calls[req.CallID().Value()] != nil:
		tx.Respond(tx.Response(sip.StatusLoopDetected, "")) // the call is up already: it came round in a circle
		return
	case code != 0:
		tx.Respond(x.refusal(tx, plan.who, code))
		return
	}
	c, err := x.newCall(req.CallID().Value(), plan.who)
	if err != nil {
		x.log.Error("the practice exchange cannot take a call", "error", err)
		tx.Respond(tx.Response(sip.StatusInternalServerError, ""))
		return
	}
	c.take(tx, plan)
}

// reception is what becomes of a call of the desk.
type reception struct {
	who  person
	now  bool  // answered without ringing: it takes a place that is there
	ends *call // whose place it takes
}

// answerer finds who answers an INVITE; the code refuses it unless it is 0.
func (x *Exchange) answerer(req *sip.Request) (reception, int) {
	if v := value(req, "Replaces"); v != "" {
		return x.replaced(v)
	}
	if number, picks := strings.CutPrefix(req.Recipient.User, pickupCode); picks {
		return x.pickedUp(number)
	}
	who, found := find(req.Recipient.User)
	switch {
	case !found:
		return reception{}, sip.StatusNotFound
	case who.way == forwards:
		return reception{who: who}, sip.StatusMovedTemporarily
	case who.way == refuses:
		return reception{who: who}, who.code
	}
	return reception{who: who}, 0
}

// refusal is the answer of somebody who does not take a call, or sends it on.
func (x *Exchange) refusal(tx *txn.ServerTx, who person, code int) *sip.Response {
	res := tx.Response(code, "")
	if code == sip.StatusMovedTemporarily {
		res.AppendHeader(&sip.ContactHeader{Address: x.uri(who.onward)})
	}
	return res
}

// take rings, and answers when it is time. What takes the place of a call that is up does not ring (RFC 3891 section 3).
func (c *call) take(tx *txn.ServerTx, plan reception) {
	c.invite, c.dialog = tx, taken(tx)
	body, session, err := c.firstAnswer(tx.Request())
	if err != nil {
		tx.Respond(tx.Response(sip.StatusNotAcceptableHere, ""))
		c.over()
		return
	}
	if plan.now {
		c.answer(body, session)
		if plan.ends != nil {
			plan.ends.hangUp()
		}
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
	if user := c.remote.User; c.who.way == stores {
		delete(c.x.fresh, user) // the message is heard
	}
	if session.Ready() {
		c.play(session)
	}
}
