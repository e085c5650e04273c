package sip

import (
	"slices"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// soundRefused are the final answers to an offer that the far end cannot use (RFC 3261 21.4.26 and 21.6.4).
var soundRefused = []int{488, 606}

// insist changes a refused INVITE to one of encrypted sound only: SDP has one protocol for each m= line, so a phone that
// talks encrypted only refuses the offer that leaves it the choice. It reports whether a repetition makes sense.
func (c *call) insist(res *sip.Response) bool {
	if !slices.Contains(soundRefused, res.StatusCode) || !c.agent.Insist() {
		return false
	}
	offer, err := c.agent.Offer(false, false)
	if err != nil {
		c.log().Warn("no encrypted offer can be made", "err", err)
		return false
	}
	c.out.invite.SetBody(offer)
	return true
}

// refusal is the end of a call by the far end's final answer. Where the line takes encrypted sound only, that is what
// the far end had to choose from, and the operator learns it.
func (c *call) refusal(res *sip.Response) cti.Ended {
	end := refused(c.id, res)
	if words := lostPickups[res.StatusCode]; c.out.taking && words != "" {
		end.Reason = words
	}
	if slices.Contains(soundRefused, res.StatusCode) && srtp(c.line.config()) == cti.SRTPRequired {
		end.Reason = "The far end did not accept encrypted sound, and this line allows no other."
	}
	return end
}
