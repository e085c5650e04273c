package sip

import (
	"fmt"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// diversions are the reasons of RFC 5806 section 4.1 that a desk can have.
var diversions = map[string]bool{"unconditional": true, "user-busy": true, "no-answer": true, "do-not-disturb": true, "deflection": true}

// divert sends a ringing call elsewhere: 302 with the target in Contact (RFC 3261 8.3), and Diversion so that whoever is
// called then sees by whom.
func (c *call) divert(e cti.Redirect) {
	if c.stage != ringing {
		return // the caller was faster: Ended is on its way
	}
	res, err := c.diversion(e)
	if err != nil {
		c.log().Warn("call cannot be sent on", "err", err)
		c.hangUp(480, c.ended(480, fmt.Sprintf("The call could not be sent on: %v.", err)))
		return
	}
	c.in.tx.Respond(res)
	c.leave(c.ended(302, fmt.Sprintf("The call was sent on to %s.", shown(e.Target))))
}

// diversion builds the 302.
func (c *call) diversion(e cti.Redirect) (*sip.Response, error) {
	a, err := c.account()
	if err != nil {
		return nil, err
	}
	target, err := targetURI(e.Target, a.Domain())
	if err != nil {
		return nil, err
	}
	why := e.Why
	if !diversions[why] { // it goes into a header
		why = "unknown"
	}
	// Contact is the target and nobody of ours: the caller's exchange makes a new call of it.
	res := c.in.tx.Response(302, "")
	res.AppendHeader(&sip.ContactHeader{Address: target})
	by := sip.FromHeader{Address: c.aor(a)}
	res.AppendHeader(sip.NewHeader("Diversion", by.Value()+";reason="+why+";counter=1"))
	sip.CopyHeaders("Diversion", c.in.tx.Request(), res) // who sent it on before, below ours
	return res, nil
}
