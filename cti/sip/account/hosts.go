package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"cordboard/cti/sip/resolve"
)

// hosts is who may talk to the line. It is replaced as a whole, so that readers of the network need no lock.
type hosts struct {
	own     map[netip.Addr]bool // servers and proxies of the account: calls, and credentials
	trusted []netip.Prefix      // named by the administrator: calls only
}

// admits says whether requests from an address are welcome. Loopback has no privilege.
func (h *hosts) admits(a netip.Addr) bool {
	if h.own[a] {
		return true
	}
	for _, p := range h.trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// IsServer reports whether an address is one of the line's own servers or proxies. Any goroutine may call it.
func (a *Account) IsServer(addr netip.Addr) bool { return a.hosts.Load().own[addr] }

// route is the targets of the line, in the order in which they are tried.
type route struct {
	targets []resolve.Target
	hosts   *hosts
}

// lookup resolves everything that the configuration names. It fails only when a line with a server has no target.
func (a *Account) lookup(ctx context.Context) (route, error) {
	line := a.cfg.Line
	r := route{hosts: &hosts{own: map[netip.Addr]bool{}}}
	var problems []error
	for _, server := range a.servers() {
		found, err := a.cfg.Resolver.Lookup(ctx, server, line.Transport)
		if err != nil {
			problems = append(problems, err)
		}
		r.targets = append(r.targets, found...)
	}
	for _, t := range r.targets {
		r.hosts.own[t.Addr.Addr()] = true
	}
	for _, proxy := range line.Routes {
		problems = append(problems, a.addHosts(ctx, proxy.Proxy, r.hosts))
	}
	for _, host := range line.Trusted {
		problems = append(problems, a.addTrusted(ctx, host, r.hosts))
	}
	err := errors.Join(problems...)
	if err != nil && len(r.targets) > 0 {
		a.log.Warn("some hosts of the line have no address", "error", err)
		err = nil
	}
	return r, err
}

// servers are the settings in the order of their use. An outbound proxy stands in for the registrar.
func (a *Account) servers() []string {
	line := a.cfg.Line
	first := line.Outbound
	if first == "" {
		first = line.Server
	}
	if first == "" {
		return nil
	}
	return append([]string{first}, line.Backup...)
}

// addHosts makes the proxy of a route one of the line's own servers.
func (a *Account) addHosts(ctx context.Context, server string, h *hosts) error {
	if server == "" {
		return nil
	}
	found, err := a.cfg.Resolver.Lookup(ctx, server, a.cfg.Line.Transport)
	for _, t := range found {
		h.own[t.Addr.Addr()] = true
	}
	return err
}

// addTrusted takes an address, a prefix (192.0.2.0/24) or a name.
func (a *Account) addTrusted(ctx context.Context, host string, h *hosts) error {
	if p, err := netip.ParsePrefix(host); err == nil {
		h.trusted = append(h.trusted, p.Masked())
		return nil
	}
	found, err := a.cfg.Resolver.Lookup(ctx, host, a.cfg.Line.Transport)
	if err != nil {
		return fmt.Errorf("trusted host: %w", err)
	}
	for _, t := range found {
		addr := t.Addr.Addr()
		h.trusted = append(h.trusted, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return nil
}
