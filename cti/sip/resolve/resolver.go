package resolve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"cordboard/cti"
)

// ErrNotFound is returned for a server name without any address.
var ErrNotFound = errors.New("the server's name has no address")

// Resolver finds targets and remembers answers for as long as the DNS says. Safe for concurrent use.
type Resolver struct{ ask records }

// records is where DNS records come from: name servers directly, or the operating system.
type records interface {
	naptr(ctx context.Context, name string) ([]naptr, error)
	srv(ctx context.Context, name string) ([]srv, error)
	addrs(ctx context.Context, name string) ([]netip.Addr, error)
}

// naptr is a NAPTR record of SIP: its replacement is the name of SRV records (RFC 3263 section 4.1).
type naptr struct {
	order, preference uint16
	service, name     string
}

// srv is an SRV record (RFC 2782).
type srv struct {
	priority, weight, port uint16
	host                   string
}

// New makes a resolver that asks the given name servers (host:port), or those of the system when there are none.
func New(servers ...string) *Resolver {
	if len(servers) > 0 {
		return &Resolver{ask: newDNS(servers)}
	}
	return &Resolver{ask: newSystem()}
}

// Lookup gives the targets of a server setting, "host" or "host:port", in the order in which they are to be tried
// (RFC 3263 section 4): a literal address as it is, a name with port by A and AAAA, another name by NAPTR and SRV
// first. SRV targets of equal priority are drawn by weight anew at each call. The error names the server.
func (r *Resolver) Lookup(ctx context.Context, server string, transport cti.Transport) ([]Target, error) {
	host, port, err := SplitServer(server)
	if err != nil {
		return nil, err
	}
	q := query{r: r, ctx: ctx, transport: transport, name: host}
	if addr, err := netip.ParseAddr(host); err == nil {
		return []Target{q.target(addr.Unmap(), withDefault(port, transport))}, nil
	}
	if port == 0 {
		if found := q.bySRV(); len(found) > 0 {
			return found, nil
		}
	}
	found, err := q.byAddr(host, withDefault(port, transport))
	if err != nil {
		return nil, fmt.Errorf("looking up %s: %w", host, err)
	}
	return found, nil
}

// Immediate gives the target of a literal address, without any look-up.
func Immediate(server string, transport cti.Transport) (Target, bool) {
	host, port, err := SplitServer(server)
	if err != nil {
		return Target{}, false
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return Target{}, false
	}
	q := query{transport: transport, name: host}
	return q.target(addr.Unmap(), withDefault(port, transport)), true
}

// SplitServer reads a server setting: host, host:port, v6 address, [v6] and [v6]:port.
func SplitServer(server string) (host string, port uint16, err error) {
	server = strings.TrimSpace(server)
	if a, err := netip.ParseAddr(strings.Trim(server, "[]")); err == nil {
		return a.String(), 0, nil
	}
	host, text, err := net.SplitHostPort(server)
	if err != nil {
		host, text = server, "0"
	}
	_, notAddr := netip.ParseAddr(host)
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || host == "" || notAddr != nil && strings.ContainsAny(host, " :/@") {
		return "", 0, fmt.Errorf("%q is no server name", server)
	}
	return host, uint16(n), nil
}

func withDefault(port uint16, transport cti.Transport) uint16 {
	switch {
	case port != 0:
		return port
	case transport == cti.TLS:
		return 5061
	}
	return 5060
}

// query is one Lookup under way.
type query struct {
	r         *Resolver
	ctx       context.Context
	transport cti.Transport
	name      string // as configured: what a certificate has to carry
}

func (q query) target(a netip.Addr, port uint16) Target {
	t := q.transport
	if t == "" {
		t = cti.UDP
	}
	return Target{Addr: netip.AddrPortFrom(a, port), Transport: t, ServerName: q.name}
}

// services are the NAPTR services and SRV prefixes of each transport.
var services = map[cti.Transport]struct{ naptr, srv string }{
	"":      {"SIP+D2U", "_sip._udp."},
	cti.UDP: {"SIP+D2U", "_sip._udp."},
	cti.TCP: {"SIP+D2T", "_sip._tcp."},
	cti.TLS: {"SIPS+D2T", "_sips._tcp."},
}

// bySRV asks for NAPTR, then for the SRV names that it gives or the usual one. Failures only mean that there are none:
// the address records have the last word.
func (q query) bySRV() []Target {
	for _, name := range q.srvNames() {
		list, err := q.r.ask.srv(q.ctx, name)
		if err != nil {
			continue
		}
		var out []Target
		for _, s := range draw(list) {
			found, err := q.byAddr(s.host, s.port)
			if err == nil {
				out = append(out, found...)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// srvNames are the replacements of NAPTR records for our transport, then the name that RFC 3263 section 4.2 makes up.
func (q query) srvNames() []string {
	service := services[q.transport]
	list, err := q.r.ask.naptr(q.ctx, q.name)
	if err != nil {
		list = nil
	}
	var names []string
	for _, n := range sorted(list) {
		if strings.EqualFold(n.service, service.naptr) {
			names = append(names, n.name)
		}
	}
	return append(names, service.srv+q.name)
}

func (q query) byAddr(host string, port uint16) ([]Target, error) {
	addrs, err := q.r.ask.addrs(q.ctx, host)
	if err != nil {
		return nil, err
	}
	var out []Target
	for _, a := range addrs {
		out = append(out, q.target(a.Unmap(), port))
	}
	if len(out) == 0 {
		return nil, ErrNotFound
	}
	return out, nil
}
