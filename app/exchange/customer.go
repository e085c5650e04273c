package exchange

import (
	"crypto/rand"
	"fmt"
	"time"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// planCustomer lets the customer call after a quiet time d, never when it is negative. A call that is planned already
// is put off.
func (x *Exchange) planCustomer(d time.Duration) {
	x.stopCustomer()
	if d < 0 || x.cfg.Customer < 0 || x.closed {
		return
	}
	var timer *time.Timer
	timer = x.after(d, func() {
		if x.customer == timer && !x.closed {
			x.customer = nil
			x.customerCalls()
		}
	})
	x.customer = timer
}

func (x *Exchange) stopCustomer() {
	if x.customer != nil {
		x.customer.Stop()
		x.customer = nil
	}
}

// customerCalls calls when nothing else goes on; otherwise the end of what goes on plans the next time.
func (x *Exchange) customerCalls() {
	if len(x.calls) > 0 {
		return
	}
	if err := x.callIn(""); err != nil {
		x.log.Debug("the customer did not call", "error", err)
	}
}

// callIn lets the customer ring at a registered user.
func (x *Exchange) callIn(user string) error {
	c, err := x.callAs(customer, user)
	if err == nil {
		x.lastUser = c.remote.User
	}
	return err
}

// callAs lets somebody ring at a registered user.
func (x *Exchange) callAs(who person, user string) (*call, error) {
	name, b, ok := x.reach(user)
	if !ok {
		return nil, fmt.Errorf("cannot call %q: %w", user, ErrNotRegistered)
	}
	c, err := x.newCall(rand.Text()+"@practice", who)
	if err != nil {
		return nil, err
	}
	offer, err := c.agent.Offer(false, false)
	if err != nil {
		c.over()
		return nil, fmt.Errorf("cannot call %q: %w", user, err)
	}
	c.from, c.target = b.source, b.contact
	c.local, c.remote = x.uri(who.Number.Number), x.uri(name)
	c.localTag = rand.Text()
	invite := c.request(sip.INVITE)
	invite.From().DisplayName = message.Quote(who.Name)
	c.describe(invite, offer)
	c.dialed = x.layer.Request(invite, c.way(), func(res *sip.Response, err error) {
		x.post(func() { c.hear(res, err) })
	})
	c.timer = x.after(x.cfg.Patience, c.giveUp)
	return c, nil
}

func (c *call) giveUp() {
	if !c.up && !c.ended {
		c.dialed.Cancel() // hear gets the 487 that ends the call, or the 200 that crossed
	}
}

// hear takes what becomes of an INVITE of ours.
func (c *call) hear(res *sip.Response, err error) {
	switch {
	case err != nil:
		if !c.up {
			c.x.log.Info("the desk did not answer a call", "error", err)
			c.tell(sip.StatusRequestTimeout)
			c.over()
		}
	case res.StatusCode < 200:
		c.tell(res.StatusCode)
	case res.StatusCode < 300:
		c.tell(sip.StatusOK)
		c.accepted(res)
	default:
		c.refused(res)
	}
}

// refused ends a call that the desk does not take. One that it sends on to a registered user rings there, for a few hops.
func (c *call) refused(res *sip.Response) {
	c.x.log.Info("a call was refused", "code", res.StatusCode)
	c.over()
	uri, ok := contactOf(res)
	if res.StatusCode >= 400 || !ok || c.hops >= maxHops || c.x.accounts[uri.User].User == "" {
		c.tell(res.StatusCode)
		return
	}
	next, err := c.x.callAs(c.who, uri.User)
	if err != nil {
		c.tell(sip.StatusTemporarilyUnavailable)
		return
	}
	next.asked, next.hops = c.asked, c.hops+1
}

// maxHops bounds how often the desk may send a call on.
const maxHops = 3

// tell lets whoever was asked for this call know how it goes.
func (c *call) tell(code int) {
	if c.asked != nil && !c.up {
		c.asked.report(code)
	}
}

// accepted acknowledges a 2xx, each time it comes, and starts to talk at the first.
func (c *call) accepted(res *sip.Response) {
	tag, _ := res.To().Params.Get("tag") // no tag is the empty tag
	if !c.up {
		c.remoteTag = tag
		if uri, ok := contactOf(res); ok {
			c.target = uri
		}
	}
	if tag != c.remoteTag {
		return // the desk does not fork
	}
	ack := c.request(sip.ACK)
	ack.CSeq().SeqNo = inviteCSeq // whatever followed
	c.x.layer.Send(ack, c.way())
	if c.up {
		return
	}
	c.up = true
	if c.ended { // it crossed our hanging up
		c.ended = false
		c.hangUp()
		return
	}
	c.timer.Stop()
	session, err := c.agent.Complete(res.Body(), false)
	if err != nil {
		c.x.log.Info("the practice exchange cannot use an answer", "error", err)
		c.hangUp()
		return
	}
	c.play(session)
}
