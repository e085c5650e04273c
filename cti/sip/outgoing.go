package sip

import (
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/sdp"

	"github.com/emiago/sipgo/sip"
)

// outgoing is an INVITE of ours that makes a call.
type outgoing struct {
	invite *sip.Request // as it was made, to repeat it for a redirection or a longer session interval
	proxy  string
	taking bool // a call that rings elsewhere (RFC 3891)
	ex     *account.Exchange
	cseq   *atomic.Uint32
	round  int             // grows with each INVITE; answers to earlier ones are late
	final  bool            // the present INVITE has its final answer
	legs   map[string]*leg // early and confirmed dialogs by To tag (forks)

	answers  []*sip.Response // 2xx that wait for their ACK
	kept     int             // dialogs in the latest DialogKept, plus one; 0: none was posted
	contacts []sip.Uri       // further targets of a redirection
	hops     int
}

// leg is one fork of an INVITE: a dialog with its own answer to the one offer.
type leg struct {
	dlg   *dialog
	agent *sdp.Agent // has the answer of this leg; nil before one came
	ack   *sip.Request
	rseq  uint32 // last reliable provisional answer (RFC 3262)
}

// maxLegs bounds the early dialogs of one INVITE; a 2xx of a further fork is still acknowledged and ended.
const maxLegs = 32

// dial starts an outgoing call.
func (c *call) dial(e cti.Invite) {
	c.dir, c.known, c.stage = cti.Outgoing, true, calling
	req, err := c.firstInvite(e)
	if err != nil {
		c.fail(0, err)
		return
	}
	c.out = &outgoing{invite: req, proxy: e.Proxy, taking: e.Take != nil, cseq: new(atomic.Uint32), legs: map[string]*leg{}}
	c.invite(req.Recipient)
}

// firstInvite builds the INVITE as the route, the identity and the line want it. Nothing is on the wire yet: any text
// that cannot be sent ends the call here.
func (c *call) firstInvite(e cti.Invite) (*sip.Request, error) {
	a, err := c.account()
	if err != nil {
		return nil, err
	}
	target := e.Target
	if e.Take != nil {
		target = e.Take.Target
	}
	uri, err := targetURI(target, a.Domain())
	if err != nil {
		return nil, err
	}
	if err := c.prepare(peerOf(e.Line, uri), sdp.Memory{}, nil); err != nil {
		return nil, err
	}
	offer, err := c.agent.Offer(false, false)
	if err != nil {
		return nil, err
	}
	req := a.NewRequest(sip.INVITE, uri)
	c.reachable(req)
	if err := c.dress(req, a, e); err != nil {
		return nil, err
	}
	c.abilities(req)
	c.askTimer(req)
	setBody(req, sdpType, offer)
	return req, nil
}

// dress writes who calls, what the route adds, and what the call carries or takes.
func (c *call) dress(req *sip.Request, a *account.Account, e cti.Invite) error {
	if err := identify(req, c.aor(a), e.Identity, e.Line.Shown); err != nil {
		return err
	}
	if err := addHeaders(req, e.Headers); err != nil {
		return err
	}
	if err := addContext(req, e.Line, e.Context); err != nil {
		return err
	}
	if e.Take != nil {
		return takeCall(req, *e.Take)
	}
	if e.Referred != "" {
		return c.addReferral(req, e.Referred)
	}
	return nil
}

// aor is the line's address of record, with an address that means something for a line that listens on all.
func (c *call) aor(a *account.Account) sip.Uri {
	u := a.AOR()
	if at, err := netip.ParseAddr(u.Host); err == nil && at.IsUnspecified() {
		u.Host = c.local.String()
	}
	return u
}

// peerOf is the address that a call without a server goes to straight away; invalid when a server carries it.
func peerOf(cfg cti.LineConfig, uri sip.Uri) netip.Addr {
	if cfg.Server != "" || cfg.Outbound != "" {
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(uri.Host) // a name is the zero Addr, as documented
	return a
}

// headed is a message that headers can be added to.
type headed interface{ AppendHeader(sip.Header) }

// abilities writes what the stack can do.
func (c *call) abilities(m headed) {
	m.AppendHeader(sip.NewHeader("Allow", joined(allow)))
	m.AppendHeader(sip.NewHeader("Supported", joined(supported)))
	m.AppendHeader(sip.NewHeader("Allow-Events", "talk, hold")) // Genesys looks for it in the 180
}

// invite sends the INVITE to a target, with a new CSeq and branch each time.
func (c *call) invite(target sip.Uri) {
	a, err := c.account()
	if err != nil {
		c.fail(0, err)
		return
	}
	o := c.out
	req := o.invite.Clone()
	req.Recipient = target
	req.CSeq().SeqNo = o.cseq.Add(1)
	o.final, o.kept = false, 0
	o.round++
	round := o.round
	c.owe()
	c.stack.index(req.CallID().Value(), tagOf(req.From().Params), c)
	o.ex = a.Send(req, account.Options{Proxy: o.proxy, NextCSeq: func() uint32 { return o.cseq.Add(1) }},
		c.on(func(res *sip.Response, err error) {
			if round == o.round {
				c.invited(res, err)
			}
		}))
}

// ackPause is how long a 2xx waits for its ACK. Simple far ends send a burst of messages (two answers of a fork, the
// answers to CANCEL and INVITE) and cannot take anything before the last one has left; an ACK after 0.1 ms gets lost
// there, and with it the call. Nobody hears 2 ms.
const ackPause = 2 * time.Millisecond

// invited takes what becomes of our INVITE.
func (c *call) invited(res *sip.Response, err error) {
	switch {
	case err != nil:
		c.inviteFailed(err)
	case res.StatusCode < 200:
		c.progress(res)
	case res.StatusCode < 300:
		c.out.answers = append(c.out.answers, res)
		c.after(ackPause, c.nextAnswer)
	default:
		c.inviteRefused(res)
	}
}

// nextAnswer takes the oldest 2xx that waits: timers may fire in any order, and the first answer has to win.
func (c *call) nextAnswer() {
	res := c.out.answers[0]
	c.out.answers = c.out.answers[1:]
	c.accepted(res)
}

// inviteFailed takes the end of an INVITE without a final answer.
func (c *call) inviteFailed(err error) {
	if c.out.final {
		return // the end of the time in which 2xx can come again
	}
	c.out.final = true
	code, reason := failure(err)
	c.leave(cti.Ended{Call: c.id, Code: code, Reason: reason})
	c.pay()
}

// legOf returns the fork that an answer belongs to, nil for an answer without To tag.
func (c *call) legOf(res *sip.Response) *leg {
	tag := tagOf(res.To().Params)
	if tag == "" && res.StatusCode < 200 {
		return nil
	}
	l := c.out.legs[tag]
	if l == nil && res.StatusCode < 200 && len(c.out.legs) >= maxLegs {
		return nil
	}
	if l == nil {
		l = &leg{dlg: dialed(c.out.invite, res, c.out.cseq)}
		c.out.legs[tag] = l
		c.meet(l.dlg)
	}
	return l
}

// progress takes a provisional answer. An answer to our offer in it, reliable or not, opens early media: some
// exchanges send it only here (FreeSWITCH), and not again in the 200.
func (c *call) progress(res *sip.Response) {
	l := c.legOf(res)
	if l == nil || res.StatusCode == 100 {
		if res.StatusCode != 100 {
			c.tellProgress(res.StatusCode, nil)
		}
		c.keepEarly()
		return
	}
	if !c.acknowledge(l, res) {
		return
	}
	c.heard(l.dlg, res)
	var early *cti.MediaSession
	if s, ok := c.complete(l, res); ok {
		early = &s
	}
	c.keepEarly()
	c.tellProgress(res.StatusCode, early)
}

// keepEarly keeps the INVITE with its first answer, and again with each new fork: exchanges repeat 180 every few seconds.
func (c *call) keepEarly() {
	if n := len(c.out.legs) + 1; n != c.out.kept {
		c.out.kept = n
		c.keep()
	}
}

// tellProgress posts what a provisional answer means; 199 only ends one fork (RFC 6228).
func (c *call) tellProgress(code int, early *cti.MediaSession) {
	if c.stage == calling && code != 199 {
		c.post(cti.Progressed{Call: c.id, Code: code, Session: early})
	}
}

// complete applies the answer in a response to a copy of our offer: every fork answers it anew.
func (c *call) complete(l *leg, res *sip.Response) (cti.MediaSession, bool) {
	body := description(res)
	if body == nil {
		return cti.MediaSession{}, false
	}
	a := c.agent.Clone()
	a.Follow(c.session)
	s, err := a.Complete(body, false)
	if err != nil {
		c.log().Info("answer of no use", "code", res.StatusCode, "err", err)
		return cti.MediaSession{}, false
	}
	l.agent = a
	if c.stage == calling {
		c.session = s
	}
	return s, true
}

// accepted takes a 2xx: the first one wins, every other fork is answered and ended at once, and so is one that
// crossed our CANCEL. Repeated ones get their ACK again.
func (c *call) accepted(res *sip.Response) {
	l := c.legOf(res)
	if l.ack != nil {
		c.ack(l)
		return
	}
	l.dlg = dialed(c.out.invite, res, c.out.cseq) // the route set of the 2xx counts (RFC 3261 13.2.2.4)
	l.ack = c.makeAck(l.dlg, c.out.ex.Request())
	c.ack(l)
	first := !c.out.final
	switch {
	case !first || c.stage != calling:
		c.bye(l.dlg, `SIP;cause=487;text="The call was taken back or answered elsewhere"`)
	default:
		c.connect(l, res)
	}
	if first {
		c.out.final = true
		c.pay()
	}
}

// connect makes the winning fork the call.
func (c *call) connect(l *leg, res *sip.Response) {
	_, ok := c.complete(l, res)
	if !ok && l.agent == nil {
		c.bye(l.dlg, `SIP;cause=488;text="No usable session description"`)
		c.leave(cti.Ended{Call: c.id, By: cti.SideUs, Code: 488, Reason: sentences[488] + "."})
		return
	}
	c.dlg, c.agent, c.stage = l.dlg, l.agent, up
	c.session, c.peerHeld = c.agent.Session(), c.agent.HeldByPeer()
	id, _ := asserted(res, c.line.config().Believed) // without one the number that was dialled stays
	c.from = id
	c.post(cti.Connected{Call: c.id, Session: c.session, Number: id.Number, Name: id.Name})
	c.learn(c.dlg)
	c.agreedTimer(res, true)
	c.keep()
	c.renegotiate()
}

// makeAck builds the ACK of a 2xx: CSeq and credentials of the INVITE, route set of the dialog (RFC 3261 13.2.2.4).
func (c *call) makeAck(d *dialog, invite *sip.Request) *sip.Request {
	a, err := c.account()
	if err != nil {
		return nil
	}
	ack := a.NewRequest(sip.ACK, d.target)
	d.address(ack, invite.CSeq().SeqNo)
	for ack.RemoveHeader("Contact") {
	}
	sip.CopyHeaders("Authorization", invite, ack)
	sip.CopyHeaders("Proxy-Authorization", invite, ack)
	return ack
}

// ack sends the ACK of a leg; each repeated 2xx brings it here again.
func (c *call) ack(l *leg) {
	a, err := c.account()
	if err != nil || l.ack == nil {
		c.log().Warn("2xx not acknowledged: the line is closed")
		return
	}
	a.SendAck(l.ack.Clone(), account.Options{})
}

// inviteRefused takes a final answer other than 2xx. Some of them ask for another INVITE.
func (c *call) inviteRefused(res *sip.Response) {
	if c.out.final {
		return
	}
	c.out.final = true
	switch {
	case c.stage != calling: // our CANCEL worked, or the answer was faster
	case res.StatusCode == 422 && c.longer(res):
		c.again(c.out.invite.Recipient)
	case c.insist(res):
		c.again(c.out.invite.Recipient)
	case res.StatusCode >= 300 && res.StatusCode < 400:
		c.redirect(res)
	case res.StatusCode < 600 && len(c.out.contacts) > 0:
		c.next()
	default:
		c.leave(c.refusal(res))
	}
	c.pay()
}

// again repeats the INVITE. Forks of the one before are over.
func (c *call) again(target sip.Uri) {
	c.out.legs = map[string]*leg{}
	c.invite(target)
}

// longer raises the session interval to what the far end wants (RFC 4028 7.3).
func (c *call) longer(res *sip.Response) bool {
	n := number(value(res, "Min-SE"))
	if n <= c.timer.asked || n > maxExpires {
		return false
	}
	c.timer.asked = n
	c.out.invite.ReplaceHeader(sip.NewHeader("Session-Expires", strconv.Itoa(n)))
	c.out.invite.ReplaceHeader(sip.NewHeader("Min-SE", strconv.Itoa(n)))
	return true
}

// cancel takes our INVITE back. A 2xx that crosses it is answered and ended by accepted.
func (c *call) cancel() {
	if c.out != nil && c.out.ex != nil && !c.out.final {
		c.out.ex.Cancel()
	}
}
