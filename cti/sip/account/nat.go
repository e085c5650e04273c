package account

import (
	"net/netip"
	"strconv"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

func parseURI(s string, uri *sip.Uri) error { return message.ParseURI(s, uri) }

// rewrite puts the address that the server saw (RFC 3581) into our Contact and reports whether it did. It happens
// once per socket, so that a server behind a load balancer cannot keep us registering, and never from a public address
// to a private one.
func (r *registration) rewrite(via *sip.ViaHeader) bool {
	seen, ok := seenAt(via)
	if !ok || r.mapped || seen == r.local {
		return false
	}
	if isPrivate(seen.Addr()) && !isPrivate(r.local.Addr()) {
		return false
	}
	r.mapped = true
	old := r.contact
	r.stale = &old
	r.contact = r.a.contactAt(seen)
	return true
}

// seenAt is received and rport of our Via in a response.
func seenAt(via *sip.ViaHeader) (netip.AddrPort, bool) {
	host, _ := via.Params.Get("received")
	if host == "" {
		host = via.Host
	}
	port, _ := via.Params.Get("rport")
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), true
}

// isPrivate is an address that peers elsewhere cannot use, the provider's shared range (RFC 6598) too.
func isPrivate(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || sharedRange.Contains(a)
}

var sharedRange = netip.MustParsePrefix("100.64.0.0/10")

// serviceRoutes is the route that the registrar wants requests to take (RFC 3608).
func serviceRoutes(res *sip.Response) []*sip.RouteHeader {
	var out []*sip.RouteHeader
	for _, h := range res.GetHeaders("Service-Route") {
		list, err := message.ParseRoutes(h.Value())
		if err != nil {
			continue // a route that cannot be read is not taken
		}
		for _, uri := range list {
			out = append(out, &sip.RouteHeader{Address: uri})
		}
	}
	return out
}
