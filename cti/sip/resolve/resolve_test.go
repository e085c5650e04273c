package resolve

import (
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"cordboard/cti"

	"github.com/miekg/dns"
)

// zone is what the name server of the tests knows.
const zone = `
example.test.            60 IN NAPTR 20 10 "s" "SIP+D2U" "" _sip._udp.example.test.
example.test.            60 IN NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.secure.test.
_sip._udp.example.test.  60 IN SRV 20 0 5060 backup.test.
_sip._udp.example.test.  60 IN SRV 10 60 5070 one.test.
_sip._udp.example.test.  60 IN SRV 10 40 5071 two.test.
_sips._tcp.secure.test.  60 IN SRV 10 0 5061 one.test.
_sip._tcp.plain.test.    60 IN SRV 10 0 5080 two.test.
plain.test.              60 IN A 192.0.2.9
plain.test.              60 IN AAAA 2001:db8::9
one.test.                60 IN A 192.0.2.1
two.test.                60 IN A 192.0.2.2
two.test.                60 IN A 192.0.2.3
backup.test.             60 IN A 192.0.2.4
`

// nameServer serves the zone on loopback and counts the questions.
func nameServer(t *testing.T) (addr string, asked *atomic.Int64) {
	t.Helper()
	var records []dns.RR
	for rr, p := dns.NewZoneParser(strings.NewReader(zone), "", ""), true; p; {
		r, ok := rr.Next()
		if p = ok; ok {
			records = append(records, r)
		}
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked = &atomic.Int64{}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		asked.Add(1)
		reply := new(dns.Msg).SetReply(q)
		for _, rr := range records {
			if strings.EqualFold(rr.Header().Name, q.Question[0].Name) && rr.Header().Rrtype == q.Question[0].Qtype {
				reply.Answer = append(reply.Answer, rr)
			}
		}
		_ = w.WriteMsg(reply) // a lost answer fails the test by itself
	})}
	started := make(chan struct{})
	server.NotifyStartedFunc = func() { close(started) }
	go server.ActivateAndServe()
	<-started
	t.Cleanup(func() { server.Shutdown() })
	return conn.LocalAddr().String(), asked
}

func lookup(t *testing.T, r *Resolver, server string, transport cti.Transport) []string {
	t.Helper()
	list, err := r.Lookup(t.Context(), server, transport)
	if err != nil {
		t.Fatalf("%s: %v", server, err)
	}
	var out []string
	for _, target := range list {
		out = append(out, target.Addr.String())
	}
	return out
}

func TestLookup(t *testing.T) {
	addr, _ := nameServer(t)
	r := New(addr)
	tests := []struct {
		server    string
		transport cti.Transport
		want      string
	}{
		{"192.0.2.7", cti.UDP, "192.0.2.7:5060"},
		{"192.0.2.7", cti.TLS, "192.0.2.7:5061"},
		{"192.0.2.7:5999", cti.TCP, "192.0.2.7:5999"},
		{"2001:db8::1", cti.UDP, "[2001:db8::1]:5060"},
		{"[2001:db8::1]:5070", cti.UDP, "[2001:db8::1]:5070"},
		{"example.test", cti.TLS, "192.0.2.1:5061"},
		{"plain.test", cti.TCP, "192.0.2.2:5080 192.0.2.3:5080"},
		{"plain.test", cti.UDP, "192.0.2.9:5060 [2001:db8::9]:5060"},
		{"example.test:5999", cti.UDP, ""},
		{"plain.test:5999", cti.UDP, "192.0.2.9:5999 [2001:db8::9]:5999"},
		{"nobody.test", cti.UDP, ""},
	}
	for _, tt := range tests {
		if tt.want == "" {
			if _, err := r.Lookup(t.Context(), tt.server, tt.transport); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: %v", tt.server, err)
			}
			continue
		}
		if got := strings.Join(lookup(t, r, tt.server, tt.transport), " "); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.server, tt.transport, got, tt.want)
		}
	}
}

// The backup of a lower priority is always last; of equal ones the heavier is first more often.
func TestPriorityAndWeight(t *testing.T) {
	addr, _ := nameServer(t)
	r := New(addr)
	first := map[string]int{}
	for range 2000 {
		got := lookup(t, r, "example.test", cti.UDP)
		if len(got) != 4 || got[3] != "192.0.2.4:5060" {
			t.Fatalf("order %v", got)
		}
		first[got[0]]++
	}
	if n := first["192.0.2.1:5070"]; n < 1000 || n > 1400 { // 60 of 100 expected, 1200 of 2000
		t.Errorf("weight 60 of 100 came first %d times of 2000", n)
	}
}

func TestAnswersAreRemembered(t *testing.T) {
	addr, asked := nameServer(t)
	r := New(addr)
	lookup(t, r, "example.test", cti.UDP)
	before := asked.Load()
	lookup(t, r, "example.test", cti.UDP)
	if n := asked.Load(); n != before {
		t.Errorf("the second look-up asked %d times", n-before)
	}
}

// The certificate has to carry the name that was configured, whatever the DNS says.
func TestServerNameIsTheConfiguredOne(t *testing.T) {
	addr, _ := nameServer(t)
	list, err := New(addr).Lookup(t.Context(), "example.test", cti.TLS)
	if err != nil || !slices.ContainsFunc(list, func(x Target) bool { return x.ServerName == "example.test" }) {
		t.Errorf("%v %v", list, err)
	}
}

func TestSilentNameServerIsPassedOver(t *testing.T) {
	dead, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	addr, _ := nameServer(t)
	if got := lookup(t, New(dead.LocalAddr().String(), addr), "one.test:5060", cti.UDP); got[0] != "192.0.2.1:5060" {
		t.Errorf("got %v", got)
	}
}

func TestBadServerNames(t *testing.T) {
	for _, s := range []string{"", "a b", "host:port", "sip:host", "host:99999"} {
		if _, err := New().Lookup(t.Context(), s, cti.UDP); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}
