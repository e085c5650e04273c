package txn

import (
	"net/netip"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// take handles one message as it came from the network. Strangers learn nothing, not even that somebody is here:
// whether the source is welcome is asked before any answer is made.
func (l *Layer) take(data []byte, f flow, src netip.AddrPort) {
	if l.closed {
		return
	}
	msg, fault := message.Parse(data)
	if res, ok := msg.(*sip.Response); ok && fault == nil {
		l.takeResponse(res, f)
		return
	}
	req, _ := msg.(*sip.Request)
	if !l.welcome(req, src) {
		l.refuse(&l.strangers, "from a stranger", src)
		return
	}
	if fault == nil {
		req.SetSource(src.String())
		fault = message.Check(req, l.cfg.Policy)
	}
	if fault != nil {
		l.refuse(&l.malformed, fault.Error(), src)
		l.answerStateless(fault.Answer(sip.GenerateTagN(10)), f, src)
		return
	}
	received(req, src)
	l.takeRequest(req, f)
}

// welcome says whether a request may be looked at. req is nil when it could not be read.
func (l *Layer) welcome(req *sip.Request, src netip.AddrPort) bool {
	if l.cfg.Admit != nil && l.cfg.Admit(src.Addr()) {
		return true
	}
	if req == nil {
		return false
	}
	key := serverKeyOf(req)
	if req.Method == sip.CANCEL {
		key.method = string(sip.INVITE)
	}
	if tx := l.servers[key]; tx != nil && tx.flow.remote() == src {
		return true // CANCEL, ACK or a repetition of what was let in
	}
	return l.cfg.Known != nil && toTag(req) != "" && l.cfg.Known(req)
}

// answerStateless sends an answer without remembering it (RFC 3261 section 8.2.7): the repeated request gets it again.
func (l *Layer) answerStateless(res *sip.Response, f flow, src netip.AddrPort) {
	if res == nil {
		return
	}
	if err := l.write(l.wayBack(res.Via(), f, src), res); err != nil {
		l.log.Debug("an answer was not sent", "code", res.StatusCode, "to", src, "error", err)
	}
}

// wayBack is where an answer goes: the connection that the request came on, or by its Via over UDP.
func (l *Layer) wayBack(via *sip.ViaHeader, f flow, src netip.AddrPort) flow {
	if l.udp == nil {
		return f
	}
	return udpFlow{l.udp, returnAddr(via, src)}
}

func (l *Layer) takeResponse(res *sip.Response, f flow) {
	res.SetSource(f.remote().String())
	if tx := l.clients[clientKeyOf(res)]; tx != nil {
		tx.take(res)
		return
	}
	l.stray.Add(1)
	invite := res.CSeq().MethodName == sip.INVITE && res.IsSuccess()
	if invite && l.cfg.OnStray != nil && l.ours(res.Via()) {
		l.cfg.OnStray(res)
	}
}

// ours tells whether a Via names an address of this host and transport: a response to others is dropped (section 18.1.2).
func (l *Layer) ours(via *sip.ViaHeader) bool {
	host, err := netip.ParseAddr(via.Host)
	if err != nil {
		return false
	}
	local := l.Local().Addr()
	return host == local || local.IsUnspecified() && isLocal(host)
}

// isLocal asks the system whether an address is one of its own.
func isLocal(addr netip.Addr) bool {
	a, err := LocalTo(addr)
	return err == nil && a == addr
}

func (l *Layer) takeRequest(req *sip.Request, f flow) {
	switch tx := l.servers[serverKeyOf(req)]; {
	case req.Method == sip.ACK:
		l.takeAck(tx, req)
	case tx != nil:
		tx.repeat()
	case req.Method == sip.CANCEL:
		l.takeCancel(req, f)
	case l.isMerged(req):
		l.reject(req, f, sip.StatusLoopDetected, "Merged Request")
	case len(l.servers) >= l.cfg.Limits.Transactions:
		l.refuse(&l.flooded, "too many transactions", f.remote())
		l.reject(req, f, sip.StatusServiceUnavailable, "Busy")
	default:
		l.serve(req, f)
	}
}

// isMerged finds a request that came before by another path (section 8.2.2.2): a forking proxy sent it twice.
func (l *Layer) isMerged(req *sip.Request) bool {
	return toTag(req) == "" && l.byCall[callKeyOf(req)] != nil
}

// reject answers without a transaction.
func (l *Layer) reject(req *sip.Request, f flow, code int, reason string) {
	tx := newServerTx(l, req, f)
	l.answerStateless(tx.Response(code, reason), f, f.remote())
}

// serve begins a transaction and hands it to the owner.
func (l *Layer) serve(req *sip.Request, f flow) *ServerTx {
	tx := newServerTx(l, req, f)
	l.servers[tx.key] = tx
	l.byCall[tx.call] = tx
	tx.start()
	if l.cfg.OnRequest != nil && req.Method != sip.CANCEL {
		l.cfg.OnRequest(tx)
	}
	return tx
}

// takeAck finds the INVITE by its branch (a refusal) or by Call-ID, CSeq and From tag (a 2xx, whose ACK has a branch
// of its own). An ACK that fits nothing is dropped.
func (l *Layer) takeAck(tx *ServerTx, ack *sip.Request) {
	if tx == nil {
		tx = l.byCall[callKeyOf(ack)]
	}
	if tx != nil && tx.req.Method == sip.INVITE {
		tx.acknowledge(ack)
	}
}

// takeCancel answers a CANCEL: 200 when its INVITE is known, 481 when not (section 9.2).
func (l *Layer) takeCancel(cancel *sip.Request, f flow) {
	key := serverKeyOf(cancel)
	key.method = string(sip.INVITE)
	invite := l.servers[key]
	tx := l.serve(cancel, f)
	if invite == nil {
		tx.respond(tx.Response(sip.StatusCallTransactionDoesNotExists, ""))
		return
	}
	tx.tag = invite.tag // section 9.2: the same To tag as the answers to the INVITE
	tx.respond(tx.Response(sip.StatusOK, ""))
	invite.cancelledBy(cancel)
}
