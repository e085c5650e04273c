package sip

import (
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/sdp"
	"cordboard/cti/sip/serial"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// stage is how far a call is on the wire.
type stage uint8

const (
	calling   stage = iota // our INVITE has no final answer
	ringing                // their INVITE has none
	answering              // our 2xx waits for its ACK
	up                     // confirmed dialog
	leaving                // being ended: something on the wire is still owed an answer
	gone                   // Ended was posted; only repeated answers are still taken
)

// call is one call's actor. All fields but those named belong to the goroutine of queue.
type call struct {
	id    cti.CallID
	stack *Stack
	line  *line
	queue *serial.Queue
	over  chan struct{} // closed with Ended

	stage    stage
	dir      cti.Direction
	known    bool       // the domain knows the call and will close its session
	waiting  bool       // for the line, to be taken up again
	unwanted bool       // ended by the operator meanwhile
	hasty    bool       // taken up after a crash: its end does not wait long for a far end that may be gone
	dlg      *dialog    // the confirmed one, or the early one of a call that comes in
	agent    *sdp.Agent // of dlg; without dlg, of our offer
	out      *outgoing
	in       *incoming
	mod      modification
	timer    sessionTimer

	local    netip.Addr       // of our sound and Contact
	session  cti.MediaSession // last one posted
	peerHeld bool             // last one posted
	from     caller           // last one posted

	debts int       // transactions that must end before the wire is clean
	end   cti.Ended // what to post then

	peer     cti.PeerFacts // last ones posted
	refers   []*referring  // of ours, under way
	asked    *referral     // of theirs, under way
	referred int           // how many of theirs there were
	yielded  bool          // another call has taken its place

	mu   sync.Mutex
	tags map[string]bool // of the far end; read by known on the layer's goroutine
	wish wish            // of asked; read by the call that follows it
}

// newCall starts the goroutine of a call. Whoever makes one has to see that it ends: finish, or queue.Close for a call
// that never began.
func newCall(s *Stack, l *line, id cti.CallID) *call {
	return &call{
		id: id, stack: s, line: l, queue: serial.NewQueue(),
		over: make(chan struct{}), tags: map[string]bool{},
	}
}

// log names the call in each line. It is made when there is something to say, which is seldom: making it with the call
// would hold up each answer.
func (c *call) log() *slog.Logger { return c.stack.cfg.Log.With("call", c.id) }

// do runs f on the call's goroutine; false when that has ended. A panic in f ends this call and no other.
func (c *call) do(f func()) bool {
	return c.queue.Post(func() {
		defer c.rescue()
		f()
	})
}

// on makes a handler that runs on the call's goroutine; answers keep their order.
func (c *call) on(f func(*sip.Response, error)) txn.Handler {
	return func(res *sip.Response, err error) { c.do(func() { f(res, err) }) }
}

// after runs f on the call's goroutine after a while. f must check that it is still wanted.
func (c *call) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { c.do(f) })
}

// seconds is a time that the far end named, stretched or shortened as the configuration says.
func (c *call) seconds(n int) time.Duration { return time.Duration(n) * c.stack.cfg.Timing.Second }

// rescue ends a call whose code panicked: on the wire too, so that nobody talks to a dead end.
func (c *call) rescue() {
	fault := recover()
	if fault == nil {
		return
	}
	c.log().Error("fault in a call", "fault", fault, "stack", string(debug.Stack()))
	defer func() {
		if again := recover(); again != nil { // even the way out is broken: tell, so that the desk is free
			c.log().Error("fault while ending a call", "fault", again)
			c.finish()
		}
	}()
	c.hangUp(500, cti.Ended{Call: c.id, By: cti.SideUs, Code: 500, Reason: "A fault inside the program ended this call."})
}

// post hands an event over on the call's goroutine, so that the events of one call keep their order.
func (c *call) post(in cti.Input) { c.stack.cfg.Post(in) }

// account returns the line's account; while a line is closed there is none and err says so in words.
func (c *call) account() (*account.Account, error) {
	if a := c.line.account(); a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("the line %s is not open", c.line.config().Name)
}

// prepare reserves a port and makes the Agent that offers or answers with it. peer is where media or signalling
// goes, when that is known as an address; mem and keys are what an earlier process left, if there was one.
func (c *call) prepare(peer netip.Addr, mem sdp.Memory, keys []sdp.Attribute) error {
	a, err := c.account()
	if err != nil {
		return err
	}
	local := localAddr(a, peer)
	if !local.IsValid() {
		return fmt.Errorf("the line %s has no network address", c.line.config().Name)
	}
	port, err := c.stack.cfg.Ports.Reserve(c.id, local)
	if err != nil {
		return fmt.Errorf("there is no free port for the sound: %w", err)
	}
	cfg := c.line.config()
	c.local = local
	c.agent = sdp.Restore(sdp.Config{Addr: local, Port: port, Codecs: c.codecs(cfg), SRTP: srtp(cfg), Keys: keys}, mem)
	return nil
}

// localAddr is our address as the far end reaches it: by the route to the peer where it is known, since a line without
// registrar may listen on all addresses.
func localAddr(a *account.Account, peer netip.Addr) netip.Addr {
	if peer.IsValid() {
		if local := a.LocalAddrTo(peer); local.IsValid() {
			return local
		}
	}
	return a.LocalAddr()
}

// codecs are those of the line that the media side can do.
func (c *call) codecs(cfg cti.LineConfig) []string {
	can := c.stack.cfg.Codecs
	if len(can) == 0 {
		can = sdp.AllCodecs
	}
	if len(cfg.Codecs) == 0 {
		return can
	}
	var out []string
	for _, name := range cfg.Codecs {
		for _, have := range can {
			if strings.EqualFold(name, have) {
				out = append(out, have)
			}
		}
	}
	return out
}

// srtp is the policy of a line: keys travel in the SDP, so only TLS offers them by itself.
func srtp(cfg cti.LineConfig) cti.SRTPPolicy {
	switch {
	case cfg.SRTP != "":
		return cfg.SRTP
	case cfg.Transport == cti.TLS:
		return cti.SRTPOptional
	}
	return cti.SRTPOff
}

// meet remembers a tag of the far end and lets its requests find the call.
func (c *call) meet(d *dialog) {
	c.mu.Lock()
	c.tags[d.remote.Tag] = true
	c.mu.Unlock()
	c.stack.index(d.callID, d.local.Tag, c)
}

// hasPeer may be called from any goroutine.
func (c *call) hasPeer(tag string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tags[tag]
}

// leave ends the call for the domain as soon as the wire is clean. The first reason stands.
func (c *call) leave(end cti.Ended) {
	if c.stage >= leaving {
		return
	}
	c.stage = leaving
	c.end = end
	c.timer.stop()
	c.mod.stop()
	c.dropReferral()
	if c.hasty {
		c.after(c.stack.cfg.Timing.Second, c.finish)
	}
	c.settle()
}

// owe and pay count what is still open on the wire.
func (c *call) owe() { c.debts++ }

// pay notes that one of the things owed has its end.
func (c *call) pay() {
	c.debts--
	c.settle()
}

// settle tells the domain once nothing is owed any more: "ended" never means "we have stopped looking".
func (c *call) settle() {
	if c.stage == leaving && c.debts <= 0 {
		c.finish()
	}
}

// finish posts Ended. The actor stays for the life of a transaction: late forks and repeated answers still come.
func (c *call) finish() {
	if c.stage == gone {
		return
	}
	c.stage = gone
	if c.known {
		c.post(c.end)
	} else {
		c.stack.cfg.Ports.Free(c.id)
	}
	close(c.over)
	c.line.closeIdle()
	time.AfterFunc(64*c.stack.cfg.Timing.Account.Timers.T1, c.remove)
}

// remove ends the goroutine of the call. What still comes for it is answered as for a call that never was.
func (c *call) remove() {
	c.stack.forget(c)
	c.queue.Close()
}

// fail ends a call that we cannot go on with before anything is on the wire.
func (c *call) fail(code int, err error) {
	reason := err.Error()
	c.leave(cti.Ended{Call: c.id, By: cti.SideUs, Code: code, Reason: strings.ToUpper(reason[:1]) + reason[1:] + "."})
}

// release ends the call as the operator wants it.
func (c *call) release(code int) {
	if c.waiting {
		c.unwanted = true
		return
	}
	switch c.stage {
	case gone:
		c.post(c.end)
	case calling:
		c.hangUp(code, cti.Ended{Call: c.id, By: cti.SideUs, Code: 487, Reason: "You ended the call before it was answered."})
	case ringing:
		c.hangUp(code, cti.Ended{Call: c.id, By: cti.SideUs, Code: code, Reason: "You refused the call."})
	default:
		c.hangUp(code, cti.Ended{Call: c.id, By: cti.SideUs, Reason: "You ended the call."})
	}
}

// hangUp does what the stage needs: CANCEL, a final answer, or BYE.
func (c *call) hangUp(code int, end cti.Ended) {
	before := c.stage
	switch before {
	case calling:
		c.cancel()
	case ringing:
		c.refuse(code)
	case up:
		c.bye(c.dlg, "")
	}
	// A 2xx of ours without ACK is owed an answer already: RFC 3261 15 forbids BYE before the ACK or the time-out.
	c.leave(end)
}

// bye ends a confirmed dialog. Whatever the answer, and none at all, ends it (RFC 3261 15.1.1).
func (c *call) bye(d *dialog, reason string) {
	req, a, err := c.request(d, sip.BYE)
	if err != nil {
		c.log().Warn("dialog left without BYE", "err", err)
		return
	}
	if reason != "" {
		req.AppendHeader(sip.NewHeader("Reason", reason))
	}
	c.owe()
	done := false
	c.send(a, d, req, func(res *sip.Response, err error) {
		if done || err == nil && res.StatusCode < 200 {
			return
		}
		done = true
		c.pay()
	})
}

// request makes a request inside a dialog.
func (c *call) request(d *dialog, m sip.RequestMethod) (*sip.Request, *account.Account, error) {
	a, err := c.account()
	if err != nil {
		return nil, nil, err
	}
	req := a.NewRequest(m, d.target)
	c.reachable(req)
	d.address(req, d.cseq.Add(1))
	if d.anonymous() {
		hideContact(req)
	}
	return req, a, nil
}

// send sends a request of a dialog. Repetitions with credentials take their CSeq from the dialog, so that the order of
// its requests holds even when several are under way.
func (c *call) send(a *account.Account, d *dialog, req *sip.Request, f func(*sip.Response, error)) *account.Exchange {
	return a.Send(req, account.Options{NextCSeq: func() uint32 { return d.cseq.Add(1) }}, c.on(f))
}
