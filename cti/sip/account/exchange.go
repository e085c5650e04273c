package account

import (
	"errors"
	"sync"
	"time"

	"cordboard/cti/sip/digest"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// maxTurns bounds the repetitions of one request: two challenges (registrar and proxy), each stale once, and a lost nonce.
const maxTurns = 5

// Options of a Send.
type Options struct {
	// To fixes where the request goes. Zero: the topmost Route, else the Request-URI for requests inside a dialog (a To tag),
	// else Proxy, else the line's server in use, else the Request-URI.
	To resolve.Target
	// Proxy is the outbound proxy of a route, host or host:port.
	Proxy string
	// NextCSeq gives the CSeq of a repetition with credentials; the old one plus 1 when nil. Layer's goroutine.
	NextCSeq func() uint32
	// Life is the time until txn.ErrTimeout; 64*T1 when 0.
	Life time.Duration

	explain func(error) // why a challenge was not answered; before handle sees the 401 or 407
}

// Exchange is a request with all its repetitions: with credentials, or at the next server.
type Exchange struct {
	a      *Account
	opt    Options
	handle txn.Handler

	// Of the layer's goroutine, which runs one callback at a time.
	turns   digest.Turns
	turn    int
	others  []resolve.Target // servers that have not been tried
	dropped bool             // a nonce that the server had lost was dropped once

	mu     sync.Mutex // the rest is shared with Request and Cancel
	req    *sip.Request
	sent   *sip.Request // the last one that was answered, from then on unchanged
	to     resolve.Target
	tx     *txn.ClientTx
	cancel *[]sip.Header
}

// Send sends a request and answers challenges (401, 407) of the line's own servers by itself, each once unless stale.
// handle sees what txn.Handler says, but no challenge that was answered; a refused password is the 401 itself. Outside
// of dialogs a server that cannot be reached or says 503 is followed by the next one. req belongs to the exchange from
// now on. handle runs on the layer's goroutine (another one only when nothing could be sent at all).
func (a *Account) Send(req *sip.Request, opt Options, handle txn.Handler) *Exchange {
	e := &Exchange{a: a, opt: opt, handle: handle, req: req}
	a.sign(req)
	a.destination(req, opt, func(to resolve.Target, err error) {
		if err != nil {
			handle(nil, err)
			return
		}
		e.others = a.alternatives(req, opt, to)
		e.send(req, to)
	})
	return e
}

// SendAck sends the ACK of a 2xx: same rules for the destination as Send.
func (a *Account) SendAck(ack *sip.Request, opt Options) {
	a.sign(ack)
	a.destination(ack, opt, func(to resolve.Target, err error) {
		l := a.layer.Load()
		if err != nil || l == nil {
			a.log.Warn("an ACK was not sent", "error", err)
			return
		}
		l.Send(ack, to)
	})
}

// Request is the request that the latest response answered, as it left, with its Via; nil before the first response.
// Its CSeq is the one to use for ACK. The caller must not change it.
func (e *Exchange) Request() *sip.Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sent
}

// Target is where it was sent last. Zero while a name is being looked up.
func (e *Exchange) Target() resolve.Target {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.to
}

// Cancel ends a pending INVITE, whichever repetition it is in. See txn.ClientTx.Cancel.
func (e *Exchange) Cancel(headers ...sip.Header) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cancel != nil {
		return
	}
	e.cancel = &headers
	if e.tx != nil {
		e.tx.Cancel(headers...)
	}
}

// send starts one turn.
func (e *Exchange) send(req *sip.Request, to resolve.Target) {
	l := e.a.layer.Load()
	if l == nil {
		e.handle(nil, txn.ErrClosed)
		return
	}
	if e.turn == 0 {
		e.a.keeper.Preempt(req, to.Addr.String())
	}
	e.mu.Lock()
	cancelled := e.cancel != nil
	if !cancelled {
		e.req, e.to = req, to
		if e.opt.Life > 0 {
			e.tx = l.RequestWithin(e.opt.Life, req, to, e.take)
		} else {
			e.tx = l.Request(req, to, e.take)
		}
	}
	e.mu.Unlock()
	if cancelled {
		e.handle(nil, txn.ErrCancelled)
	}
}

// take sees each response first.
func (e *Exchange) take(res *sip.Response, err error) {
	e.mu.Lock()
	e.sent = e.req
	e.mu.Unlock()
	switch {
	case err != nil:
		e.failed(err)
	case res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired:
		if !e.authorize(res) {
			e.handle(res, nil)
		}
	case res.StatusCode == sip.StatusServiceUnavailable && e.next():
	default:
		e.handle(res, nil)
	}
}

// failed goes to the next server when this one cannot be reached, and lets the registration find out.
func (e *Exchange) failed(err error) {
	if errors.Is(err, txn.ErrTransport) || errors.Is(err, txn.ErrTimeout) {
		e.a.suspect(e.to)
	}
	if errors.Is(err, txn.ErrTransport) && e.next() {
		return
	}
	e.handle(nil, err)
}

// next sends the request to the next server; false when there is none.
func (e *Exchange) next() bool {
	if len(e.others) == 0 {
		return false
	}
	to := e.others[0]
	e.others = e.others[1:]
	e.turn, e.turns = 0, digest.Turns{} // a new server has nonces of its own
	e.send(e.repetition(), to)
	return true
}

// authorize sends the request again with credentials; false when it must not or cannot.
func (e *Exchange) authorize(res *sip.Response) bool {
	if e.turn++; e.turn > maxTurns {
		return false
	}
	req := e.repetition()
	err := e.a.keeper.Authorize(req, res, e.source(res), &e.turns)
	if errors.Is(err, digest.ErrNone) && !e.dropped {
		// FreeSWITCH: the nonce is unknown to it, and it says so by a 401 without a challenge. Without credentials it asks anew.
		e.dropped = true
		e.a.keeper.Forget(e.to.Addr.String())
		err = nil
	}
	if err != nil {
		e.a.log.Warn("a challenge was not answered", "method", req.Method, "server", e.to.String(), "error", err)
		if e.opt.explain != nil {
			e.opt.explain(err)
		}
		return false
	}
	e.send(req, e.to)
	return true
}

// source says whether the challenge came from a server of ours: by the address it was sent from.
func (e *Exchange) source(res *sip.Response) digest.Source {
	from := addrOf(res.Source())
	return digest.Source{Server: e.to.Addr.String(), Own: e.a.hosts.Load().own[from.Addr()] && from.Addr() == e.to.Addr.Addr()}
}

// repetition is the request with a new CSeq and without our Via, which the transaction adds anew.
func (e *Exchange) repetition() *sip.Request {
	req := e.req.Clone()
	req.RemoveHeader("Via")
	for req.RemoveHeader("Authorization") || req.RemoveHeader("Proxy-Authorization") {
	}
	cseq := req.CSeq()
	if e.opt.NextCSeq != nil {
		cseq.SeqNo = e.opt.NextCSeq()
	} else {
		cseq.SeqNo++
	}
	return req
}
