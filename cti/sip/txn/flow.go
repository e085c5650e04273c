package txn

import (
	"net/netip"
	"strconv"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

// flow is a way to one peer: the UDP socket with an address, or a connection. Layer's goroutine only.
type flow interface {
	send(data []byte) error // returns at once
	local() netip.AddrPort
	remote() netip.AddrPort
	transport() cti.Transport
	keepAlive()
}

// withFlow calls use with a way to the target: at once for UDP and for an open connection, else when it is connected.
func (l *Layer) withFlow(to resolve.Target, use func(flow, error)) {
	switch {
	case l.closed:
		use(nil, ErrClosed)
	case l.udp != nil:
		use(l.udp.flow(to.Addr))
	default:
		l.streams.flow(to, use)
	}
}

// stamp puts our Via on top of a request that is about to be sent over f.
func stamp(req *sip.Request, f flow, branch string) {
	local := f.local()
	req.PrependHeader(&sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: strings.ToUpper(string(f.transport())),
		Host: local.Addr().String(), Port: int(local.Port()),
		// rport asks for answers to the address we really send from (RFC 3581).
		Params: sip.HeaderParams{{K: "branch", V: branch}, {K: "rport"}},
	})
	if req.MaxForwards() == nil {
		mf := sip.MaxForwardsHeader(70)
		req.AppendHeader(&mf)
	}
}

// received notes in the topmost Via where a request really came from (RFC 3261 section 18.2.1, RFC 3581 section 4).
func received(req *sip.Request, source netip.AddrPort) {
	via := req.Via()
	if _, asked := via.Params.Get("rport"); asked {
		via.Params.Add("rport", strconv.Itoa(int(source.Port())))
		via.Params.Add("received", source.Addr().String())
	} else if via.Host != source.Addr().String() {
		via.Params.Add("received", source.Addr().String())
	}
}

// returnAddr is where an answer over UDP goes: the source address, at its port when rport was asked for, else at the
// port of the Via (RFC 3261 section 18.2.2). maddr is not honoured: it would let a peer aim our answers.
func returnAddr(via *sip.ViaHeader, source netip.AddrPort) netip.AddrPort {
	if via.Params.Has("rport") {
		return source
	}
	port := uint16(5060)
	if via.Port > 0 {
		port = uint16(via.Port)
	}
	return netip.AddrPortFrom(source.Addr(), port)
}
