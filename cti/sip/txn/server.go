package txn

import (
	"fmt"
	"net/netip"
	"time"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// ServerTx is a request that a peer sent to us (RFC 3261 section 17.2, RFC 6026 for INVITE).
type ServerTx struct {
	l    *Layer
	req  *sip.Request
	flow flow
	key  serverKey
	call callKey
	tag  string

	// The layer's goroutine owns the rest.
	state  serverState
	watch  ServerWatch
	last   []byte // the latest answer as it was sent, for repetitions
	trying *timer
	retry  *timer // timer G, and the repetition of a 2xx
	end    *timer // timers H, I, J and L
}

type serverState uint8

const (
	serverTrying    serverState = iota
	serverProceed               // a provisional answer was sent
	serverAccepted              // 2xx to INVITE sent, RFC 6026
	serverCompleted             // another final answer sent
	serverConfirmed             // acknowledged
	serverEnded
)

// ServerWatch is what the owner of an INVITE wants to hear about. All functions run on the layer's goroutine; each may be nil.
type ServerWatch struct {
	// Cancel: the caller gave up before our final answer. The layer has answered 200 to the CANCEL and 487 to the INVITE.
	Cancel func(cancel *sip.Request)
	// Ack: our 2xx was acknowledged; ack carries the answer when the 2xx carried the offer. Once per transaction.
	Ack func(ack *sip.Request)
	// End: the transaction failed: ErrNoAck, ErrTransport or ErrClosed.
	End func(err error)
}

func newServerTx(l *Layer, req *sip.Request, f flow) *ServerTx {
	tx := &ServerTx{l: l, req: req, flow: f, key: serverKeyOf(req), call: callKeyOf(req), tag: toTag(req)}
	if tx.tag == "" {
		tx.tag = sip.GenerateTagN(16)
	}
	return tx
}

// Watch sets who hears about the transaction. Call it before the OnRequest callback returns.
func (tx *ServerTx) Watch(w ServerWatch) { tx.watch = w }

// Request is what the peer sent. It must not be changed.
func (tx *ServerTx) Request() *sip.Request { return tx.req }

// Source is the address it came from.
func (tx *ServerTx) Source() netip.AddrPort { return tx.flow.remote() }

// Local is our address as the peer sees it before any NAT. Layer's goroutine.
func (tx *ServerTx) Local() netip.AddrPort { return tx.flow.local() }

// LocalTag is the To tag of every answer of this transaction: the request's own inside a dialog, else a new one.
func (tx *ServerTx) LocalTag() string { return tx.tag }

// Response builds an answer with the Vias, From, To (tagged), Call-ID, CSeq and Record-Routes of the request.
// reason may be empty for the usual phrase. Any goroutine may call it.
func (tx *ServerTx) Response(code int, reason string) *sip.Response {
	if reason == "" {
		reason = message.Phrase(code)
	}
	res := sip.NewResponse(code, reason)
	sip.CopyHeaders("Via", tx.req, res)
	sip.CopyHeaders("Record-Route", tx.req, res)
	res.AppendHeader(sip.HeaderClone(tx.req.From()))
	to := sip.HeaderClone(tx.req.To()).(*sip.ToHeader)
	if code > 100 {
		to.Params.Add("tag", tx.tag)
	} else {
		sip.CopyHeaders("Timestamp", tx.req, res) // section 8.2.6.1
	}
	res.AppendHeader(to)
	res.AppendHeader(sip.HeaderClone(tx.req.CallID()))
	res.AppendHeader(sip.HeaderClone(tx.req.CSeq()))
	return res
}

// Respond sends an answer; after a final one further calls do nothing. Any goroutine may call it, it returns at once.
// The layer repeats a 2xx to an INVITE until its ACK came, T1 doubling up to T2, and tells ErrNoAck after 64*T1:
// then the owner has to send BYE (RFC 3261 section 13.3.1.4).
func (tx *ServerTx) Respond(res *sip.Response) {
	tx.l.queue.Post(func() { tx.respond(res) })
}

// start sets the timers of a new request.
func (tx *ServerTx) start() {
	if tx.req.Method == sip.INVITE {
		tx.trying = tx.l.after(tx.l.cfg.Timers.Trying, func() { tx.respond(tx.Response(sip.StatusTrying, "")) })
		return
	}
	// An owner that never answers must not leave the transaction behind.
	tx.end = tx.l.after(tx.l.cfg.Timers.life(), tx.forget)
}

// respond is Respond on the layer's goroutine. An answer that cannot be encoded or sent ends the transaction, because
// the caller will never hear from it: the owner must know.
func (tx *ServerTx) respond(res *sip.Response) {
	if tx.state > serverProceed {
		return
	}
	if res.StatusCode == sip.StatusTrying && tx.state == serverProceed {
		return // a 180 was quicker
	}
	data, err := message.Encode(res)
	if err != nil {
		tx.fail(fmt.Errorf("%w: %w", ErrUnsafe, err))
		return
	}
	tx.trying.stop()
	tx.last = data
	if err := tx.send(); err != nil {
		tx.fail(err)
		return
	}
	tx.advance(res.StatusCode)
}

// send writes the latest answer to where answers to this request go.
func (tx *ServerTx) send() error {
	return tx.l.wayBack(tx.req.Via(), tx.flow, tx.flow.remote()).send(tx.last)
}

// advance moves on after an answer was sent.
func (tx *ServerTx) advance(code int) {
	t := tx.l.cfg.Timers
	switch {
	case code < 200:
		tx.state = serverProceed
	case tx.req.Method != sip.INVITE:
		tx.state = serverCompleted
		tx.end.stop()
		tx.end = tx.l.after(tx.unreliable(t.life()), tx.forget) // timer J
	case code < 300:
		tx.state = serverAccepted
		tx.repeatAnswer(t.T1)                                 // over TCP too: a proxy's next hop may be UDP
		tx.end = tx.l.after(t.life(), tx.unacknowledgedAtEnd) // timer L
	default:
		tx.state = serverCompleted
		if tx.l.udp != nil {
			tx.repeatAnswer(t.T1) // timer G
		}
		tx.end = tx.l.after(t.life(), tx.unacknowledgedAtEnd) // timer H
	}
}

// unreliable is d on UDP and nothing where no repetition can come.
func (tx *ServerTx) unreliable(d time.Duration) time.Duration {
	if tx.l.udp == nil {
		return 0
	}
	return d
}

// repeatAnswer sends the final answer again until the ACK stops it.
func (tx *ServerTx) repeatAnswer(after time.Duration) {
	tx.retry = tx.l.after(after, func() {
		if err := tx.send(); err != nil {
			tx.l.log.Debug("an answer was not repeated", "error", err)
		}
		tx.repeatAnswer(min(2*after, tx.l.cfg.Timers.T2))
	})
}

// repeat handles a request that came again: the peer has not seen our latest answer. In Accepted it is absorbed
// (RFC 6026 section 7.1), the 2xx has its own timer.
func (tx *ServerTx) repeat() {
	if tx.last == nil || tx.state == serverAccepted || tx.state == serverConfirmed {
		return
	}
	if err := tx.send(); err != nil {
		tx.fail(err)
	}
}

// acknowledge takes the ACK of the INVITE.
func (tx *ServerTx) acknowledge(ack *sip.Request) {
	switch tx.state {
	case serverAccepted:
		if toTag(ack) != tx.tag {
			return // of another leg
		}
		tx.retry.stop()
		tx.end.stop()
		tx.state = serverConfirmed
		tx.end = tx.l.after(tx.l.cfg.Timers.life(), tx.forget) // later ACKs are absorbed
		if tx.watch.Ack != nil {
			tx.watch.Ack(ack)
		}
	case serverCompleted:
		tx.retry.stop()
		tx.end.stop()
		tx.state = serverConfirmed
		tx.end = tx.l.after(tx.unreliable(tx.l.cfg.Timers.T4), tx.forget) // timer I
	}
}

// Settle stops the repetition of a 2xx whose ACK is not waited for any more: the peer has ended the dialog that it began. Any
// goroutine may call it, it returns at once.
func (tx *ServerTx) Settle() {
	tx.l.queue.Post(func() {
		if tx.state == serverAccepted {
			tx.retry.stop()
			tx.end.stop()
			tx.state = serverConfirmed
			tx.end = tx.l.after(tx.l.cfg.Timers.life(), tx.forget) // a late ACK is absorbed
		}
	})
}

// cancelledBy ends an INVITE that has no final answer yet; otherwise the CANCEL came too late (section 9.2).
func (tx *ServerTx) cancelledBy(cancel *sip.Request) {
	if tx.state > serverProceed {
		return
	}
	tx.respond(tx.Response(sip.StatusRequestTerminated, ""))
	if tx.watch.Cancel != nil {
		tx.watch.Cancel(cancel)
	}
}

// unacknowledgedAtEnd is timers H and L: 64*T1 without an ACK.
func (tx *ServerTx) unacknowledgedAtEnd() { tx.fail(ErrNoAck) }

// fail ends the transaction and tells the owner, unless the call had been settled by its ACK.
func (tx *ServerTx) fail(err error) {
	confirmed := tx.state == serverConfirmed || tx.state == serverCompleted && tx.req.Method != sip.INVITE
	if !tx.finish() || confirmed {
		return
	}
	if tx.watch.End != nil {
		tx.watch.End(err)
	}
}

func (tx *ServerTx) forget() { tx.finish() }

// finish forgets the transaction; it reports false when that was done before.
func (tx *ServerTx) finish() bool {
	if tx.state == serverEnded {
		return false
	}
	tx.state = serverEnded
	for _, t := range []*timer{tx.trying, tx.retry, tx.end} {
		t.stop()
	}
	if tx.l.servers[tx.key] == tx {
		delete(tx.l.servers, tx.key)
	}
	if tx.l.byCall[tx.call] == tx {
		delete(tx.l.byCall, tx.call)
	}
	return true
}
