package sip

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// acknowledge sends the PRACK of a reliable provisional answer (RFC 3262), per leg: forks count on their own. It
// reports whether the answer is new; a repeated one is not, its PRACK repeats itself.
func (c *call) acknowledge(l *leg, res *sip.Response) bool {
	rseq := uint32(number(value(res, "RSeq")))
	if rseq == 0 || !hasOption(res, "Require", "100rel") {
		return true
	}
	if l.rseq != 0 && rseq != l.rseq+1 {
		return false
	}
	l.rseq = rseq
	req, a, err := c.request(l.dlg, sip.PRACK)
	if err != nil {
		return false
	}
	cseq := res.CSeq()
	req.AppendHeader(sip.NewHeader("RAck", fmt.Sprintf("%d %d %s", rseq, cseq.SeqNo, cseq.MethodName)))
	c.send(a, l.dlg, req, func(res *sip.Response, err error) {
		if err != nil || res.StatusCode >= 300 { // the far end repeats its answer and gives up by itself
			c.log().Info("PRACK without success", "err", err)
		}
	})
	return true
}

// reliable is a provisional answer of ours that is repeated until its PRACK.
type reliable struct {
	res   *sip.Response
	rseq  int
	wait  time.Duration
	spent time.Duration
	timer *time.Timer
}

// sendReliably sends a provisional answer to a caller that requires 100rel.
func (c *call) sendReliably(res *sip.Response) {
	res.AppendHeader(sip.NewHeader("Require", "100rel"))
	res.AppendHeader(sip.NewHeader("RSeq", "1"))
	c.in.rel = &reliable{res: res, rseq: 1, wait: c.stack.cfg.Timing.Account.Timers.T1}
	c.repeatReliable(c.in.rel)
}

// repeatReliable repeats with doubling waits; without PRACK for 64*T1 the INVITE is refused (RFC 3262 3).
func (c *call) repeatReliable(r *reliable) {
	if c.stage != ringing || c.in.rel != r {
		return
	}
	if r.spent >= 64*c.stack.cfg.Timing.Account.Timers.T1 {
		c.hangUp(504, c.ended(504, "The caller does not follow the rules of reliable answers."))
		return
	}
	c.in.tx.Respond(r.res.Clone())
	r.timer = c.after(r.wait, func() { c.repeatReliable(r) })
	r.spent += r.wait
	r.wait *= 2
}

// pracked takes a PRACK: 481 when it does not belong to what we sent.
func (c *call) pracked(req *sip.Request) int {
	f := strings.Fields(value(req, "RAck"))
	if c.in == nil || c.in.rel == nil || len(f) != 3 {
		return 481
	}
	rseq, err := strconv.Atoi(f[0])
	invite := c.in.tx.Request().CSeq().SeqNo
	if err != nil || rseq != c.in.rel.rseq || f[1] != strconv.Itoa(int(invite)) {
		return 481
	}
	c.in.rel.timer.Stop()
	c.in.rel = nil
	return 200
}
