package sip

import (
	"errors"
	"net/netip"
	"runtime"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/sdp"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// maxCalls bounds the calls of the whole stack; the domain's own limits are lower.
const maxCalls = 200

// incoming is an INVITE of theirs that makes a call.
type incoming struct {
	tx    *txn.ServerTx
	offer []byte // nil: the offer goes into our 2xx (RFC 3261 13.3.1)
	rel   *reliable
	owed  bool // our 2xx waits for its ACK
}

// request takes every request of the line on the layer's goroutine.
func (l *line) request(tx *txn.ServerTx) {
	req := tx.Request()
	if tag := tagOf(req.To().Params); tag != "" {
		c := l.stack.find(req.CallID().Value(), tag)
		if c == nil && req.Method == sip.NOTIFY {
			l.news(tx)
			return
		}
		if c == nil {
			l.stack.refuse(&l.stack.refused.Outside, string(req.Method), "no such dialog")
			tx.Respond(tx.Response(481, ""))
			return
		}
		c.watch(tx)
		c.do(func() { c.inside(tx) })
		return
	}
	switch req.Method {
	case sip.INVITE:
		l.offered(tx)
	case sip.NOTIFY:
		l.news(tx)
	default:
		tx.Respond(tx.Response(l.outside(req.Method), ""))
	}
}

// outside answers requests that belong to no dialog. A REFER from nowhere never makes us dial.
func (l *line) outside(m sip.RequestMethod) int {
	if m == sip.REFER {
		l.stack.refuse(&l.stack.refused.Referrals, "REFER", "outside of a call")
		return 403
	}
	return 481
}

// offered makes the call of a new INVITE.
func (l *line) offered(tx *txn.ServerTx) {
	s := l.stack
	c := newCall(s, l, cti.NewCallID())
	c.dir, c.stage, c.in = cti.Incoming, ringing, &incoming{tx: tx}
	busy := len(s.live()) >= maxCalls || l.gone()
	s.mu.Lock()
	full := s.closed || busy
	if !full {
		s.calls[c.id] = c
	}
	s.mu.Unlock()
	if full {
		c.queue.Close()
		tx.Respond(tx.Response(480, ""))
		return
	}
	c.watch(tx)
	c.do(c.ring)
}

// watch lets the transaction of an INVITE tell the call's goroutine what becomes of it.
func (c *call) watch(tx *txn.ServerTx) {
	if tx.Request().Method != sip.INVITE {
		return
	}
	tx.Watch(txn.ServerWatch{
		Cancel: func(cancel *sip.Request) { c.do(func() { c.cancelled(tx, cancel) }) },
		Ack:    func(ack *sip.Request) { c.do(func() { c.acked(tx, ack) }) },
		End:    func(err error) { c.do(func() { c.unacked(tx, err) }) },
	})
}

// ring checks an INVITE, answers 180 and tells the domain.
func (c *call) ring() {
	req := c.in.tx.Request()
	c.dlg = taken(req, c.in.tx.LocalTag())
	c.meet(c.dlg)
	if code, warning := c.examine(req); code != 0 {
		res := c.in.tx.Response(code, "")
		c.explain(res, code, warning)
		c.log().Info("call refused", "code", code, "why", warning)
		c.in.tx.Respond(res)
		c.leave(c.ended(code, "The call did not fit."))
		return
	}
	if r, found, _ := replacesOf(req); found {
		c.replace(r)
		return
	}
	c.offer(req)
	runtime.Gosched() // the domain goes first, on this core: it may want to answer at once
	c.keep()
	c.alert(req)
}

// offer tells the domain of a call that may ring.
func (c *call) offer(req *sip.Request) {
	cfg := c.line.config()
	c.known = true
	c.from = callerOf(req, c.dlg.remote, cfg.Believed)
	auto, beep := c.line.autoAnswered(req, c.from)
	c.post(cti.Offered{
		Call: c.id, Line: cfg.ID, Number: c.from.Number, Name: c.from.Name,
		Called: called(req, cfg.User), Via: via(req), Auto: auto, Beep: beep, Context: c.contextOf(req),
	})
	c.learn(c.dlg)
}

// alert answers 180, reliably only to callers that require it.
func (c *call) alert(req *sip.Request) {
	res := c.in.tx.Response(180, "")
	c.contact(res)
	c.abilities(res)
	if hasOption(req, "Require", "100rel") {
		c.sendReliably(res)
		return
	}
	c.in.tx.Respond(res)
}

// examine returns the code that refuses an INVITE, 0 for one that may ring. The offer is tried on a copy.
func (c *call) examine(req *sip.Request) (int, string) {
	if _, _, err := replacesOf(req); err != nil {
		c.stack.refuse(&c.stack.refused.Replaces, "Replaces", err.Error())
		return 400, ""
	}
	if c.tooShort(req) {
		return 422, ""
	}
	if err := c.prepare(sourceOf(c.in.tx), sdp.Memory{}, nil); err != nil {
		c.log().Warn("call cannot be taken", "err", err)
		return 500, ""
	}
	c.in.offer = description(req)
	if c.in.offer == nil {
		return 0, ""
	}
	_, _, err := c.agent.Clone().Answer(c.in.offer, false)
	return unacceptable(err)
}

// unacceptable is the answer to an offer that cannot be used (RFC 3261 21.4.26, warning codes of 20.43).
func unacceptable(err error) (int, string) {
	switch {
	case err == nil:
		return 0, ""
	case errors.Is(err, sdp.ErrInsecure):
		return 488, `399 cordboard "Encrypted media required"`
	case errors.Is(err, sdp.ErrNoMedia):
		return 488, `305 cordboard "Incompatible media format"`
	}
	return 400, `399 cordboard "Session description not readable"`
}

// explain adds what makes a refusal useful to the caller's side: why, or what would be accepted.
func (c *call) explain(res *sip.Response, code int, warning string) {
	if warning != "" {
		res.AppendHeader(sip.NewHeader("Warning", warning))
	}
	if code == 422 {
		res.AppendHeader(sip.NewHeader("Min-SE", itoa(c.stack.cfg.Timing.MinSE)))
	}
}

// accept answers 200; the call is up with its ACK.
func (c *call) accept() {
	if c.stage != ringing {
		return // the caller was faster: Ended is on its way
	}
	body, err := c.accepting()
	if err != nil {
		c.log().Warn("call cannot be answered", "err", err)
		c.hangUp(488, c.ended(488, sentences[488]+"."))
		return
	}
	c.answerWith(body)
}

// answerWith sends our 2xx; it is owed an ACK from then on.
func (c *call) answerWith(body []byte) {
	res := c.in.tx.Response(200, "")
	c.contact(res)
	c.abilities(res)
	c.grantTimer(c.in.tx.Request(), res)
	setBody(res, sdpType, body)
	c.stage = answering
	c.in.owed = true
	c.owe()
	c.in.tx.Respond(res)
	c.keep()
}

// accepting makes the session description of our 200: an answer, or the offer of a call without one.
func (c *call) accepting() (body []byte, err error) {
	if c.in.offer == nil {
		return c.agent.Offer(c.mod.want, true)
	}
	body, c.session, err = c.agent.Answer(c.in.offer, c.mod.want)
	return body, err
}

// refuse answers an INVITE with a final code.
func (c *call) refuse(code int) {
	if code < 300 {
		code = 480
	}
	c.in.tx.Respond(c.in.tx.Response(code, ""))
}

// cancelled: the caller gave up; the layer has answered already.
func (c *call) cancelled(tx *txn.ServerTx, cancel *sip.Request) {
	if c.in == nil || tx != c.in.tx || c.stage != ringing {
		return
	}
	if elsewhere(cancel) {
		c.leave(cti.Ended{Call: c.id, By: cti.SidePeer, Code: 487, Reason: "Another phone took the call.", Elsewhere: true})
		return
	}
	c.leave(cti.Ended{Call: c.id, By: cti.SidePeer, Code: 487, Reason: "The caller hung up before an answer."})
}

// acked takes the ACK of our 2xx. For a call that is being ended it is the moment at which BYE is allowed.
func (c *call) acked(tx *txn.ServerTx, ack *sip.Request) {
	if c.in == nil || tx != c.in.tx {
		c.reacked(tx, ack)
		return
	}
	if !c.in.owed {
		return
	}
	if c.stage == answering {
		c.confirm(ack)
	} else {
		c.bye(c.dlg, "")
	}
	c.acquit()
}

// acquit: the ACK came, or never will.
func (c *call) acquit() {
	if c.in != nil && c.in.owed {
		c.in.owed = false
		c.pay()
	}
}

// confirm makes an answered call a call that is up.
func (c *call) confirm(ack *sip.Request) {
	if c.agent.Pending() {
		s, err := c.agent.Complete(description(ack), c.mod.want)
		if err != nil {
			c.log().Info("ACK without usable answer", "err", err)
			c.stage = up
			c.hangUp(0, c.ended(488, sentences[488]+"."))
			return
		}
		c.session = s
	}
	c.stage = up
	c.peerHeld = c.agent.HeldByPeer()
	c.post(cti.Connected{Call: c.id, Session: c.session})
	if c.peerHeld {
		c.post(cti.SessionChanged{Call: c.id, Session: c.session, HeldByPeer: true})
	}
	c.keep()
	c.renegotiate()
}

// unacked: the transaction of an INVITE failed. A dialog without its ACK is ended by BYE (RFC 3261 13.3.1.4).
func (c *call) unacked(tx *txn.ServerTx, err error) {
	if c.in == nil || tx != c.in.tx {
		c.mod.offered = false
		if c.stage == up && errors.Is(err, txn.ErrNoAck) {
			c.hangUp(0, c.ended(408, "The far end never confirmed a change of the call."))
		}
		return
	}
	if c.stage == ringing {
		c.leave(cti.Ended{Call: c.id, By: cti.SidePeer, Code: 408, Reason: "The caller is not there any more."})
		return
	}
	if c.in.owed {
		c.bye(c.dlg, "")
		c.leave(c.ended(408, "The caller never confirmed the answer."))
		c.acquit()
	}
}

// ended is an end by our own doing.
func (c *call) ended(code int, reason string) cti.Ended {
	return cti.Ended{Call: c.id, By: cti.SideUs, Code: code, Reason: reason}
}

// contact adds our Contact to an answer that makes or refreshes a dialog.
func (c *call) contact(m contacted) {
	if a, err := c.account(); err == nil {
		m.AppendHeader(a.Contact())
		c.reachable(m)
	}
}

// contacted is a message that carries our Contact.
type contacted interface {
	headed
	Contact() *sip.ContactHeader
	ReplaceHeader(sip.Header)
}

// reachable puts an address into a Contact that says 0.0.0.0: a line without registrar may listen on all addresses,
// and which one the far end can reach is known only with the call.
func (c *call) reachable(m contacted) {
	h := m.Contact()
	if h == nil || !c.local.IsValid() {
		return
	}
	if at, err := netip.ParseAddr(strings.Trim(h.Address.Host, "[]")); err == nil && at.IsUnspecified() {
		known := h.Clone()
		known.Address.Host = c.local.String()
		m.ReplaceHeader(known)
	}
}
