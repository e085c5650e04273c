package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

func TestRegistersAndRemovesItsBinding(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256", "SHA-512-256", "MD5-sess"} {
		t.Run(algorithm, func(t *testing.T) {
			server := newRegistrar(t, txn.Config{}, challenge(algorithm))
			l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
			if r := l.state(t, cti.RegOK); r.Server != server.addr() || r.Expires != 600 || r.Backup {
				t.Errorf("news %+v", r)
			}
			first, second := server.next(sip.REGISTER), server.next(sip.REGISTER)
			if first.CSeq().SeqNo >= second.CSeq().SeqNo || first.CallID().Value() != second.CallID().Value() {
				t.Errorf("CSeq or Call-ID of the second REGISTER:\n%s\n%s", first, second)
			}
			if id, _ := second.Contact().Params.Get("+sip.instance"); !strings.Contains(id, "urn:uuid:") {
				t.Errorf("Contact %s", second.Contact())
			}
			if err := l.Close(context.Background()); err != nil {
				t.Error(err)
			}
			gone := server.next(sip.REGISTER)
			if e, _ := gone.Contact().Params.Get("expires"); e != "0" || gone.Contact().Address.Host != "127.0.0.1" {
				t.Errorf("the binding was not removed:\n%s", gone)
			}
		})
	}
}

func TestWrongPasswordStops(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, challenge("MD5"))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr()}, Timing: brisk,
		Secret: func() (string, error) { return "wrong", nil }})
	r := l.state(t, cti.RegFailed)
	if !strings.Contains(r.Reason, "password") || !r.RetryAt.IsZero() {
		t.Errorf("news %+v", r)
	}
	if server.next(sip.REGISTER); true {
		server.next(sip.REGISTER)
	}
	select {
	case req := <-server.requests:
		t.Errorf("it went on:\n%s", req)
	case <-time.After(3 * brisk.RetryMax): // long enough for a retry to show
	}
}

func TestIntervalTooBrief(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, func(_ *registrar, tx *txn.ServerTx) *sip.Response {
		if h := tx.Request().GetHeader("Expires"); h.Value() != "1800" {
			res := tx.Response(423, "")
			res.AppendHeader(sip.NewHeader("Min-Expires", "1800"))
			return res
		}
		return granted(tx, 1800)
	})
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Expires: 60}})
	if r := l.state(t, cti.RegOK); r.Expires != 1800 {
		t.Errorf("news %+v", r)
	}
}

// A silent or overloaded server is left for the next one, and taken again when it is back and no call is up.
func TestFailOverAndBack(t *testing.T) {
	for name, trouble := range map[string]func(*registrar, *txn.ServerTx) *sip.Response{"silent": silence, "503": refuse(503)} {
		t.Run(name, func(t *testing.T) {
			first, backup := newRegistrar(t, txn.Config{}, trouble), newRegistrar(t, txn.Config{}, accept)
			inCall := make(chan bool, 1)
			inCall <- true
			l := newLine(t, Config{
				Line:   cti.LineConfig{Server: first.addr(), Backup: []string{backup.addr()}, Domain: "test"},
				Timing: brisk,
				InCall: func() bool { v := <-inCall; inCall <- v; return v },
			})
			if r := l.state(t, cti.RegOK); r.Server != backup.addr() || !r.Backup {
				t.Fatalf("news %+v", r)
			}
			first.script(accept)
			select {
			case r := <-l.news:
				t.Errorf("it moved during a call: %+v", r)
			case <-time.After(4 * brisk.FailBack): // long enough for a move to show
			}
			<-inCall
			inCall <- false
			if r := l.state(t, cti.RegOK); r.Server != first.addr() || r.Backup {
				t.Errorf("news %+v", r)
			}
		})
	}
}

func TestRetriesWithReason(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, refuse(503))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr()}, Timing: brisk})
	if r := l.state(t, cti.RegFailed); r.RetryAt.IsZero() || !strings.Contains(r.Reason, "503") {
		t.Errorf("news %+v", r)
	}
	server.script(accept)
	l.state(t, cti.RegOK)
}

func TestRetryAfterIsHonoured(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, refuse(503, sip.NewHeader("Retry-After", "120 (sorry)")))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr()}, Timing: brisk})
	if r := l.state(t, cti.RegFailed); time.Until(r.RetryAt) < 100*time.Second {
		t.Errorf("news %+v", r)
	}
}

func TestForbiddenStops(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, refuse(403))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr()}, Timing: brisk})
	if r := l.state(t, cti.RegFailed); !r.RetryAt.IsZero() || !strings.Contains(r.Reason, "forbids") {
		t.Errorf("news %+v", r)
	}
}

// The nonce of a server that lost it: 401 without a challenge, then a new one.
func TestLostNonceStartsOver(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, challenge("MD5"))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	lost := true
	server.script(func(r *registrar, tx *txn.ServerTx) *sip.Response {
		if tx.Request().GetHeader("Authorization") != nil && lost {
			lost = false
			return tx.Response(401, "")
		}
		return challenge("MD5")(r, tx)
	})
	codes := make(chan int, 10)
	l.Send(l.NewRequest(sip.MESSAGE, l.AOR()), Options{}, func(res *sip.Response, err error) {
		if err == nil {
			codes <- res.StatusCode
		}
	})
	if code := next(t, codes); code != 200 {
		t.Errorf("got %d", code)
	}
}

func TestServiceRouteAndGRUU(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, func(_ *registrar, tx *txn.ServerTx) *sip.Response {
		res := granted(tx, 600)
		res.GetHeader("Contact").(*sip.ContactHeader).Params.Add("pub-gruu", `"sip:200@test;gr=urn:uuid:1"`)
		res.AppendHeader(sip.NewHeader("Service-Route", "<sip:edge.test;lr>, <sip:core.test;lr>"))
		return res
	})
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	if c := l.Contact().Address.String(); c != "sip:200@test;gr=urn:uuid:1" {
		t.Errorf("Contact %s", c)
	}
	if routes := l.Routes(); len(routes) != 2 || routes[0].Address.Host != "edge.test" {
		t.Errorf("routes %v", routes)
	}
	if req := l.NewRequest(sip.INVITE, l.AOR()); len(req.GetHeaders("Route")) != 2 {
		t.Errorf("request\n%s", req)
	}
}

// Behind a NAT the Contact becomes what the server sees, once.
func TestContactIsRewrittenOnce(t *testing.T) {
	port := 40000
	server := newRegistrar(t, txn.Config{}, func(_ *registrar, tx *txn.ServerTx) *sip.Response {
		res := granted(tx, 600)
		port++ // a different mapping every time must not keep us busy
		res.Via().Params.Add("received", "198.51.100.7")
		res.Via().Params.Add("rport", "40000")
		return res
	})
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	server.next(sip.REGISTER)
	second := server.next(sip.REGISTER)
	contacts := second.GetHeaders("Contact")
	if len(contacts) != 2 || !strings.Contains(contacts[0].Value(), "198.51.100.7:40000") || !strings.Contains(contacts[1].Value(), "expires=0") {
		t.Errorf("second REGISTER\n%s", second)
	}
	if l.Contact().Address.Host != "198.51.100.7" {
		t.Errorf("Contact %s", l.Contact())
	}
}

func TestRewriteRules(t *testing.T) {
	via := func(received string) *sip.ViaHeader {
		return &sip.ViaHeader{Host: "x", Params: sip.HeaderParams{{K: "received", V: received}, {K: "rport", V: "5060"}}}
	}
	for _, tt := range []struct {
		local, seen string
		want        bool
	}{
		{"192.168.1.2:5060", "203.0.113.1", true},
		{"192.168.1.2:5060", "10.0.0.1", true},
		{"203.0.113.5:5060", "10.0.0.1", false}, // never from public to private
		{"203.0.113.5:5060", "100.64.3.4", false},
		{"203.0.113.5:5060", "203.0.113.5", false},
	} {
		r := &registration{a: &Account{}, local: addrOf(tt.local)}
		if got := r.rewrite(via(tt.seen)); got != tt.want {
			t.Errorf("%s seen as %s: %v", tt.local, tt.seen, got)
		}
	}
}
