package txn

import (
	"fmt"
	"time"

	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

// ClientTx is a request of ours under way (RFC 3261 section 17.1, RFC 6026 for INVITE).
type ClientTx struct {
	l      *Layer
	req    *sip.Request
	to     resolve.Target
	handle Handler
	life   time.Duration // timers B and F

	// The layer's goroutine owns the rest.
	key    clientKey
	flow   flow
	state  clientState
	data   []byte // as sent, for retransmission
	retry  *timer // timers A and E
	end    *timer // timers B, D, F, K, M
	ack    []byte // of a refused INVITE
	cancel cancelWish
}

type clientState uint8

const (
	clientConnecting clientState = iota // no connection yet
	clientCalling                       // sent, nothing heard
	clientProceeding                    // 1xx heard
	clientAccepted                      // 2xx to INVITE heard, RFC 6026
	clientCompleted                     // another final answer heard
	clientEnded
)

// cancelWish is what has been asked for by Cancel.
type cancelWish struct {
	wanted, sent bool
	headers      []sip.Header
}

// Request sends req in a client transaction of its own. It adds the topmost Via with a new branch, and Max-Forwards
// when missing; req belongs to the transaction from now on. handle is called even when the layer is closed.
func (l *Layer) Request(req *sip.Request, to resolve.Target, handle Handler) *ClientTx {
	return l.RequestWithin(l.cfg.Timers.life(), req, to, handle)
}

// RequestWithin is Request with another time than 64*T1 until ErrTimeout: a server that does not answer a REGISTER
// should not keep the next server waiting for half a minute.
func (l *Layer) RequestWithin(life time.Duration, req *sip.Request, to resolve.Target, handle Handler) *ClientTx {
	tx := &ClientTx{l: l, req: req, to: to, handle: handle, life: life}
	if !l.queue.Post(tx.start) {
		go handle(nil, ErrClosed)
	}
	return tx
}

// start opens the way and sends.
func (tx *ClientTx) start() {
	if len(tx.l.clients) >= tx.l.cfg.Limits.Transactions {
		tx.fail(ErrTooMany)
		return
	}
	tx.key = clientKey{newBranch(), tx.req.Method}
	tx.l.clients[tx.key] = tx
	tx.end = tx.l.after(tx.life, func() { tx.fail(ErrTimeout) }) // covers the time to connect
	tx.l.withFlow(tx.to, tx.sendFirst)
}

// sendFirst runs when the way is open, which can be long after start for TCP and TLS.
func (tx *ClientTx) sendFirst(f flow, err error) {
	if tx.state != clientConnecting {
		return // ended while it was connecting
	}
	if err != nil {
		tx.fail(err)
		return
	}
	if tx.cancel.wanted { // nothing has left us: there is nothing to cancel
		tx.fail(ErrCancelled)
		return
	}
	tx.flow = f
	stamp(tx.req, f, tx.key.branch)
	if tx.data, err = message.Encode(tx.req); err != nil {
		tx.fail(fmt.Errorf("%w: %w", ErrUnsafe, err))
		return
	}
	tx.state = clientCalling
	if err := f.send(tx.data); err != nil {
		tx.fail(err)
		return
	}
	if tx.l.udp != nil {
		tx.repeat(tx.l.cfg.Timers.T1)
	}
}

// repeat is timer A (doubling without end) and timer E (doubling up to T2, T2 at once after a 1xx).
func (tx *ClientTx) repeat(after time.Duration) {
	tx.retry = tx.l.after(after, func() {
		if err := tx.flow.send(tx.data); err != nil {
			tx.fail(err)
			return
		}
		next := 2 * after
		if tx.req.Method != sip.INVITE {
			next = min(next, tx.l.cfg.Timers.T2)
		}
		tx.repeat(next)
	})
}

// take handles a response to this request.
func (tx *ClientTx) take(res *sip.Response) {
	switch {
	case tx.state >= clientCompleted:
		tx.ackAgain(res)
	case res.IsProvisional():
		tx.provisional(res)
	case tx.req.Method != sip.INVITE:
		tx.complete(tx.unreliable(tx.l.cfg.Timers.T4)) // timer K
		tx.handle(res, nil)
	case res.IsSuccess():
		tx.accept(res)
	case tx.state != clientAccepted: // after a 2xx a refusal of another leg means nothing
		tx.refused(res)
	}
}

// provisional takes a 1xx: an INVITE is not repeated any more, another request more slowly (section 17.1.2.2).
func (tx *ClientTx) provisional(res *sip.Response) {
	if tx.state == clientAccepted {
		tx.handle(res, nil) // another leg of a fork still rings; the owner knows by the To tag
		return
	}
	tx.state = clientProceeding
	if tx.req.Method == sip.INVITE {
		tx.retry.stop()
		if !tx.cancel.sent {
			tx.end.stop() // ringing has no limit here: the owner cancels
		}
	} else if tx.l.udp != nil {
		tx.retry.stop()
		tx.repeat(tx.l.cfg.Timers.T2)
	}
	tx.sendCancel()
	tx.handle(res, nil)
}

// accept delivers a 2xx, and later ones until timer M ends the transaction.
func (tx *ClientTx) accept(res *sip.Response) {
	if tx.state != clientAccepted {
		tx.complete(tx.l.cfg.Timers.life())
		tx.state = clientAccepted
	}
	tx.handle(res, nil)
}

// refused acknowledges a 3xx to 6xx and waits for repetitions of it.
func (tx *ClientTx) refused(res *sip.Response) {
	tx.complete(tx.unreliable(tx.l.cfg.Timers.D))
	data, err := message.Encode(ackOf(tx.req, res))
	if err == nil {
		tx.ack = data
		err = tx.flow.send(data)
	}
	if err != nil {
		tx.l.log.Warn("an ACK was not sent", "error", err) // the refusal comes again and so will the ACK
	}
	tx.handle(res, nil)
}

// ackAgain answers the repetition of a refusal.
func (tx *ClientTx) ackAgain(res *sip.Response) {
	if tx.ack == nil || res.StatusCode < 300 {
		return
	}
	if err := tx.flow.send(tx.ack); err != nil {
		tx.l.log.Debug("an ACK was not repeated", "error", err)
	}
}

// complete stops what is running and lets the transaction absorb repetitions for a while.
func (tx *ClientTx) complete(linger time.Duration) {
	tx.state = clientCompleted
	tx.retry.stop()
	tx.end.stop()
	tx.end = tx.l.after(linger, tx.forget)
}

// unreliable is d on UDP and nothing where no repetition can come.
func (tx *ClientTx) unreliable(d time.Duration) time.Duration {
	if tx.l.udp == nil {
		return 0
	}
	return d
}

// fail ends the transaction and tells the owner, unless it has its final answer.
func (tx *ClientTx) fail(err error) {
	answered := tx.state == clientAccepted || tx.state == clientCompleted
	if tx.state == clientEnded {
		return
	}
	tx.forget()
	if !answered {
		tx.handle(nil, err)
	}
}

// forget ends the transaction without a word. A later 2xx to an INVITE then goes to OnStray.
func (tx *ClientTx) forget() {
	tx.state = clientEnded
	tx.retry.stop()
	tx.end.stop()
	if tx.l.clients[tx.key] == tx {
		delete(tx.l.clients, tx.key)
	}
}
