package sip

import (
	"strings"
	"time"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// report tells how the call that they asked for is going. NOTIFYs leave one after the other, since they could overtake
// each other; the latest news wins.
func (c *call) report(code int) {
	r := c.asked
	if r == nil || !r.granted || r.over {
		return
	}
	r.over = code >= 200 // a final answer is the last that is told (RFC 3515 2.4.5)
	if r.silent {
		c.settleReferral(r)
		return
	}
	r.next = code
	if !r.busy {
		c.sendReport(r)
	}
}

// settleReferral lets the next REFER in when everything has been told.
func (c *call) settleReferral(r *referral) {
	if r.over && c.asked == r {
		c.asked = nil
	}
}

// sendReport sends the NOTIFY of the latest news.
func (c *call) sendReport(r *referral) {
	req, a, err := c.request(c.dlg, sip.NOTIFY)
	if err != nil || c.stage >= leaving {
		c.settleReferral(r)
		return
	}
	code := r.next
	r.next, r.busy = 0, true
	// Seconds that are left: a NOTIFY may shorten the subscription and never lengthen it (RFC 6665 4.2.2).
	state := "active;expires=" + itoa(max(1, int(time.Until(r.ends)/c.stack.cfg.Timing.Second)))
	if !r.decided {
		state = "pending" + strings.TrimPrefix(state, "active")
	}
	if code >= 200 {
		state = "terminated;reason=noresource"
	}
	req.AppendHeader(sip.NewHeader("Event", r.event))
	req.AppendHeader(sip.NewHeader("Subscription-State", state))
	setBody(req, fragmentType, []byte("SIP/2.0 "+itoa(code)+" "+message.Phrase(code)+"\r\n"))
	c.send(a, c.dlg, req, func(res *sip.Response, err error) {
		if r.busy && (err != nil || res.StatusCode >= 200) {
			r.busy = false
			c.reported(r, err == nil && res.StatusCode < 300)
		}
	})
}

// reported goes on after a NOTIFY was answered. A far end that does not want them gets no more.
func (c *call) reported(r *referral, ok bool) {
	switch {
	case !ok:
		r.over = true
	case r.next != 0:
		c.sendReport(r)
		return
	}
	c.settleReferral(r)
}
