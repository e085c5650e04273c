package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	serverWait  = 2 * time.Second // for one name server, then the next one is asked
	negativeTTL = 5 * time.Second // how long "there is none" is believed
	maxTTL      = time.Hour
	maxCached   = 512
)

// dnsRecords asks name servers itself, because the operating systems' resolvers know no NAPTR and hide the TTL.
type dnsRecords struct {
	servers []string
	mu      sync.Mutex
	cache   map[dns.Question]cached
}

type cached struct {
	answer []dns.RR
	until  time.Time
}

func newDNS(servers []string) *dnsRecords {
	return &dnsRecords{servers: servers, cache: map[dns.Question]cached{}}
}

func (d *dnsRecords) naptr(ctx context.Context, name string) ([]naptr, error) {
	answer, err := d.query(ctx, name, dns.TypeNAPTR)
	var out []naptr
	for _, rr := range answer {
		n, ok := rr.(*dns.NAPTR)
		if ok && strings.EqualFold(n.Flags, "s") && n.Replacement != "." {
			out = append(out, naptr{n.Order, n.Preference, n.Service, n.Replacement})
		}
	}
	return out, err
}

func (d *dnsRecords) srv(ctx context.Context, name string) ([]srv, error) {
	answer, err := d.query(ctx, name, dns.TypeSRV)
	var out []srv
	for _, rr := range answer {
		if s, ok := rr.(*dns.SRV); ok && s.Target != "." { // "." says: not offered here
			out = append(out, srv{s.Priority, s.Weight, s.Port, s.Target})
		}
	}
	return out, err
}

func (d *dnsRecords) addrs(ctx context.Context, name string) ([]netip.Addr, error) {
	v4, err4 := d.query(ctx, name, dns.TypeA)
	v6, err6 := d.query(ctx, name, dns.TypeAAAA)
	var out []netip.Addr
	for _, rr := range append(v4[:len(v4):len(v4)], v6...) {
		var ip []byte
		switch r := rr.(type) {
		case *dns.A:
			ip = r.A
		case *dns.AAAA:
			ip = r.AAAA
		}
		if a, ok := netip.AddrFromSlice(ip); ok {
			out = append(out, a.Unmap())
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, errors.Join(err4, err6)
}

// query asks the cache, then one server after the other.
func (d *dnsRecords) query(ctx context.Context, name string, kind uint16) ([]dns.RR, error) {
	msg := new(dns.Msg).SetQuestion(dns.Fqdn(name), kind)
	if answer, ok := d.remembered(msg.Question[0]); ok {
		return answer, nil
	}
	var problems []error
	for _, server := range d.servers {
		reply, err := d.exchange(ctx, msg, server)
		if err != nil {
			problems = append(problems, fmt.Errorf("name server %s: %w", server, err))
			continue
		}
		d.remember(msg.Question[0], reply.Answer)
		return reply.Answer, nil
	}
	return nil, errors.Join(problems...)
}

// exchange asks one server, by TCP when the answer does not fit a datagram. A name that does not exist is an answer.
func (d *dnsRecords) exchange(ctx context.Context, msg *dns.Msg, server string) (*dns.Msg, error) {
	client := dns.Client{Timeout: serverWait}
	reply, _, err := client.ExchangeContext(ctx, msg, server)
	if err == nil && reply.Truncated {
		client.Net = "tcp"
		reply, _, err = client.ExchangeContext(ctx, msg, server)
	}
	if err != nil {
		return nil, err
	}
	if reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError {
		return nil, fmt.Errorf("it answered %s", dns.RcodeToString[reply.Rcode])
	}
	return reply, nil
}

func (d *dnsRecords) remembered(q dns.Question) ([]dns.RR, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.cache[q]
	return c.answer, ok && time.Now().Before(c.until)
}

// remember keeps an answer for its shortest TTL.
func (d *dnsRecords) remember(q dns.Question, answer []dns.RR) {
	ttl := maxTTL
	if len(answer) == 0 {
		ttl = negativeTTL
	}
	for _, rr := range answer {
		ttl = min(ttl, time.Duration(rr.Header().Ttl)*time.Second)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.cache) >= maxCached {
		clear(d.cache)
	}
	d.cache[q] = cached{answer, time.Now().Add(ttl)}
}
