package txn

import (
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// Cancel ends a pending INVITE by RFC 3261 section 9.1: the CANCEL waits for a provisional answer; a 2xx that slips
// through is delivered to the Handler all the same; 64*T1 after the CANCEL the Handler gets ErrCancelled. The headers
// (Reason) are added to the CANCEL. It does nothing after a final answer or for another method.
func (tx *ClientTx) Cancel(headers ...sip.Header) {
	tx.l.queue.Post(func() {
		if tx.req.Method != sip.INVITE || tx.state > clientProceeding || tx.cancel.wanted {
			return
		}
		tx.cancel = cancelWish{wanted: true, headers: headers}
		if tx.state == clientProceeding {
			tx.sendCancel()
		}
	})
}

// sendCancel sends the CANCEL in a transaction of its own, once, and sets the limit for the INVITE's end.
func (tx *ClientTx) sendCancel() {
	if !tx.cancel.wanted || tx.cancel.sent || tx.req.Method != sip.INVITE {
		return
	}
	tx.cancel.sent = true
	tx.end.stop()
	tx.end = tx.l.after(tx.l.cfg.Timers.life(), func() { tx.fail(ErrCancelled) })
	c := &ClientTx{
		l: tx.l, req: cancelOf(tx.req, tx.cancel.headers), to: tx.to, life: tx.l.cfg.Timers.life(), flow: tx.flow,
		key: clientKey{tx.key.branch, sip.CANCEL}, state: clientCalling,
	}
	c.handle = func(_ *sip.Response, err error) {
		if err != nil { // the INVITE's own limit decides
			tx.l.log.Debug("no answer to a CANCEL", "error", err)
		}
	}
	c.send()
}

// send sends a request whose Via is there already.
func (tx *ClientTx) send() {
	var err error
	if tx.data, err = message.Encode(tx.req); err == nil {
		err = tx.flow.send(tx.data)
	}
	if err != nil {
		tx.handle(nil, err)
		return
	}
	tx.l.clients[tx.key] = tx
	tx.end = tx.l.after(tx.life, func() { tx.fail(ErrTimeout) })
	if tx.l.udp != nil {
		tx.repeat(tx.l.cfg.Timers.T1)
	}
}

// cancelOf makes the CANCEL: same Request-URI, Call-ID, To, From, CSeq number, Route and only the topmost Via (section 9.1).
func cancelOf(invite *sip.Request, extra []sip.Header) *sip.Request {
	c := hopRequest(sip.CANCEL, invite, invite.To())
	for _, h := range extra {
		c.AppendHeader(h)
	}
	return c
}

// ackOf makes the ACK of a refusal: like the CANCEL, but with the To of the response (section 17.1.1.3).
func ackOf(invite *sip.Request, res *sip.Response) *sip.Request {
	return hopRequest(sip.ACK, invite, res.To())
}

// hopRequest is a request that follows the INVITE to the next hop only and is matched by its branch.
func hopRequest(method sip.RequestMethod, invite *sip.Request, to *sip.ToHeader) *sip.Request {
	r := sip.NewRequest(method, invite.Recipient)
	r.AppendHeader(sip.HeaderClone(invite.Via()))
	sip.CopyHeaders("Route", invite, r)
	r.AppendHeader(sip.HeaderClone(invite.From()))
	r.AppendHeader(sip.HeaderClone(to))
	r.AppendHeader(sip.HeaderClone(invite.CallID()))
	r.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: method})
	mf := sip.MaxForwardsHeader(70)
	r.AppendHeader(&mf)
	return r
}
