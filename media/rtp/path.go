package rtp

import (
	"net/netip"
	"sync/atomic"
	"time"
)

// learnWindow is how long after the first packet the announced address may still take over from a stranger's.
const learnWindow = time.Second

// path is where packets go to and may come from: symmetric RTP (RFC 4961) with a short learning window.
//
// Peers behind NAT send from elsewhere than they announce, so the first valid packet teaches its source.
// Within learnWindow of it the announced address, if heard, takes its place; afterwards the path is settled and
// packets from elsewhere are refused. A path lives until the announced address changes.
type path struct {
	announced netip.AddrPort
	dest      atomic.Pointer[netip.AddrPort] // the learnt address, before that the announced one

	// The rest belongs to the reader.
	first  time.Duration // arrival of the first packet
	source netip.AddrPort
}

func newPath(announced netip.AddrPort) *path {
	p := &path{announced: unmap(announced)}
	p.dest.Store(&p.announced)
	return p
}

// accept reports whether a valid packet from that address belongs to the stream, and learns from it. Reader only.
func (p *path) accept(from netip.AddrPort, now time.Duration) bool {
	switch {
	case from == p.source:
		return true
	case !p.source.IsValid():
		p.first = now
	case from != p.announced || now-p.first > learnWindow:
		return false
	}
	p.source = from
	p.dest.Store(&from)
	return true
}

// unmap gives an IPv4 address its short form, so that addresses compare by meaning.
func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
