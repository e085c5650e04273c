package sip

import (
	"errors"
	"strings"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// referNews takes a NOTIFY about a REFER of ours: sipfrag with the latest answer of the target (RFC 3515 2.4.5).
func (c *call) referNews(req *sip.Request, id string) int {
	r := c.referOf(id)
	if r == nil {
		c.stack.refuse(&c.stack.refused.Notifies, "NOTIFY", "no REFER was sent")
		return 481
	}
	f, err := fragmentOf(req)
	state, p := params(strings.ToLower(value(req, "Subscription-State")))
	if err != nil {
		c.stack.refuse(&c.stack.refused.Notifies, "NOTIFY", err.Error())
		if errors.Is(err, errFragmentType) {
			return 415
		}
		return 400
	}
	// It may come before the answer to the REFER, and proves that it was accepted (RFC 6665 4.1.2.4). The domain hears of
	// the acceptance first, so that a transfer never seems to go backwards.
	c.referAccepted(r, 202, false)
	over := state == "terminated" || f.code >= 200
	if r.isNews(f.code, over) {
		c.post(cti.Referring{Call: c.id, Code: f.code, Over: over, Note: f.meaning(over, p["reason"])})
	}
	// A final answer without "terminated" ends the news as well, since many phones forget the word.
	r.over = r.over || over
	if state == "terminated" {
		c.forgetRefer(r)
	}
	return 200
}

// referOf finds the REFER that a NOTIFY is about. One that has no answer yet may be meant by any later CSeq, since a
// challenge takes a new one; without an id it is the oldest.
func (c *call) referOf(id string) *referring {
	for _, r := range c.refers {
		waiting := r.sent && r.cseq == 0
		if r.sent && id == "" || r.cseq != 0 && id == itoa(int(r.cseq)) || waiting && number(id) >= int(r.first) {
			return r
		}
	}
	return nil
}

// isNews reports whether the domain has not heard it yet. Provisional news are bounded: the journal keeps each of them.
func (r *referring) isNews(code int, over bool) bool {
	if r.over || !over && (code == r.code || code == 0 || r.news == maxNews) {
		return false
	}
	r.code = code
	r.news++
	return true
}
