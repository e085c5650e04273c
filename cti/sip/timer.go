package sip

import (
	"fmt"
	"time"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// maxExpires bounds a session interval that a far end asks for, in seconds.
const maxExpires = 7 * 24 * 3600

// sessionTimer is the session timer of RFC 4028. Intervals are in seconds.
type sessionTimer struct {
	asked    int  // Session-Expires of our INVITE
	interval int  // agreed on; 0: the session does not expire
	ours     bool // we refresh, else they do
	expiry   *time.Timer
	half     *time.Timer
}

// stop stops both clocks; a firing that is already on its way finds the call in another stage.
func (t *sessionTimer) stop() {
	if t.expiry != nil {
		t.expiry.Stop()
	}
	if t.half != nil {
		t.half.Stop()
	}
}

// askTimer asks for a session timer in the first INVITE.
func (c *call) askTimer(req *sip.Request) {
	t := c.stack.cfg.Timing
	c.timer.asked = t.Expires
	req.AppendHeader(sip.NewHeader("Session-Expires", itoa(t.Expires)))
	req.AppendHeader(sip.NewHeader("Min-SE", itoa(t.MinSE)))
}

// askRefresh repeats what was agreed on in a request that refreshes; who refreshes stays who it was.
func (c *call) askRefresh(req *sip.Request) {
	if c.timer.interval == 0 {
		return
	}
	who := "uas"
	if c.timer.ours {
		who = "uac"
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", fmt.Sprintf("%d;refresher=%s", c.timer.interval, who)))
	req.AppendHeader(sip.NewHeader("Min-SE", itoa(c.stack.cfg.Timing.MinSE)))
}

// agreedTimer takes the timer from a 2xx to our request. Without Session-Expires the session does not expire.
func (c *call) agreedTimer(res *sip.Response, armed bool) {
	v, p := params(value(res, "Session-Expires"))
	c.timer.interval, c.timer.ours = min(number(v), maxExpires), p["refresher"] != "uas"
	if armed {
		c.armTimer()
	}
}

// tooShort reports whether a request asks for a shorter interval than we take, from somebody who understands 422.
func (c *call) tooShort(req *sip.Request) bool {
	n := number(value(req, "Session-Expires"))
	return n > 0 && n < c.stack.cfg.Timing.MinSE && hasOption(req, "Supported", "timer")
}

// grantTimer answers the wish of a request in its 2xx (RFC 4028 9): the caller's choice of who refreshes, else the
// caller when it can, else we, since then only a proxy asked.
func (c *call) grantTimer(req *sip.Request, res *sip.Response) {
	v, p := params(value(req, "Session-Expires"))
	c.timer.interval = min(number(v), maxExpires)
	if c.timer.interval == 0 {
		c.timer.stop()
		return
	}
	can := hasOption(req, "Supported", "timer")
	c.timer.ours = p["refresher"] == "uas" || !can
	who := "uac"
	if c.timer.ours {
		who = "uas"
	}
	res.AppendHeader(sip.NewHeader("Session-Expires", fmt.Sprintf("%d;refresher=%s", c.timer.interval, who)))
	if can {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	}
	c.armTimer()
}

// armTimer starts both clocks: ours to refresh at half the interval, and the one that ends a session that nobody
// refreshed, a little before it expires (RFC 4028 10).
func (c *call) armTimer() {
	c.timer.stop()
	n := c.timer.interval
	if n == 0 {
		return
	}
	if c.timer.ours {
		c.timer.half = c.after(c.seconds(n)/2, c.refreshSession)
	}
	c.timer.expiry = c.after(c.seconds(n)-min(c.seconds(32), c.seconds(n)/3), func() {
		if c.stage == up && c.timer.interval == n {
			c.hangUp(0, c.ended(408, "The far end has not refreshed the call in time."))
		}
	})
}

// refreshSession refreshes by UPDATE to those that allow it, else by re-INVITE: a peer that ignores UPDATE would
// drop the call later.
func (c *call) refreshSession() {
	switch {
	case c.stage != up || c.mod.busy:
		return // a re-INVITE under way refreshes as well
	case !c.dlg.allows[sip.UPDATE]:
		c.mod.refresh = true
		c.renegotiate()
		return
	}
	req, a, err := c.request(c.dlg, sip.UPDATE)
	if err != nil {
		c.log().Warn("session not refreshed", "err", err)
		return
	}
	c.abilities(req)
	c.askRefresh(req)
	done := false
	c.send(a, c.dlg, req, func(res *sip.Response, err error) {
		if done || err == nil && res.StatusCode < 200 {
			return
		}
		done = true
		if c.stage == up {
			c.sessionRefreshed(res, err)
		}
	})
}

// sessionRefreshed takes the answer to our UPDATE. What it does not settle, the expiry does.
func (c *call) sessionRefreshed(res *sip.Response, err error) {
	code, reason := 0, ""
	if err != nil {
		code, reason = failure(err)
	} else {
		code, reason = res.StatusCode, sentence(res)
	}
	switch {
	case code < 300:
		c.heard(c.dlg, res)
		c.agreedTimer(res, true)
	case code == 481 || code == 408:
		c.hangUp(0, cti.Ended{Call: c.id, By: cti.SidePeer, Code: code, Reason: reason})
	case code == 422 && c.longerRefresh(res):
		c.refreshSession()
	case code == 491:
		c.timer.half = c.after(c.glare(), c.refreshSession)
	case code == 405 || code == 501:
		delete(c.dlg.allows, sip.UPDATE)
		c.refreshSession()
	}
}

// longerRefresh raises the interval to what a 422 asks for.
func (c *call) longerRefresh(res *sip.Response) bool {
	n := number(value(res, "Min-SE"))
	if n <= c.timer.interval || n > maxExpires {
		return false
	}
	c.timer.interval = n
	return true
}
