package resolve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/miekg/dns"
)

// systemRecords looks addresses up by the operating system, which knows the hosts file, and asks its name servers for
// NAPTR and SRV where it says which they are.
type systemRecords struct{ direct *dnsRecords }

const resolvConf = "/etc/resolv.conf"

func newSystem() systemRecords {
	conf, err := dns.ClientConfigFromFile(resolvConf)
	if err != nil || len(conf.Servers) == 0 {
		return systemRecords{} // Windows: SRV comes from the system too, NAPTR is not used
	}
	var servers []string
	for _, s := range conf.Servers {
		servers = append(servers, net.JoinHostPort(s, conf.Port))
	}
	return systemRecords{direct: newDNS(servers)}
}

func (s systemRecords) naptr(ctx context.Context, name string) ([]naptr, error) {
	if s.direct == nil {
		return nil, nil
	}
	return s.direct.naptr(ctx, name)
}

func (s systemRecords) srv(ctx context.Context, name string) ([]srv, error) {
	if s.direct != nil {
		return s.direct.srv(ctx, name)
	}
	_, list, err := net.DefaultResolver.LookupSRV(ctx, "", "", name)
	if err != nil {
		return nil, fmt.Errorf("asking the system for SRV records: %w", err)
	}
	var out []srv
	for _, r := range list {
		out = append(out, srv{r.Priority, r.Weight, r.Port, r.Target})
	}
	return out, nil
}

func (s systemRecords) addrs(ctx context.Context, name string) ([]netip.Addr, error) {
	list, err := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	var missing *net.DNSError
	if errors.As(err, &missing) && missing.IsNotFound {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("asking the system: %w", err)
	}
	var v4, v6 []netip.Addr
	for _, a := range list {
		if a = a.Unmap(); a.Is4() {
			v4 = append(v4, a)
		} else {
			v6 = append(v6, a)
		}
	}
	return append(v4, v6...), nil
}
