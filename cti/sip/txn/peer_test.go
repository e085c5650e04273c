package txn

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; it says nothing about speed.
const patience = 20 * time.Second

var localhost = netip.MustParseAddr("127.0.0.1")

// brisk are timers that let a whole transaction time out in two seconds.
var brisk = Timers{T1: 30 * time.Millisecond, T2: 60 * time.Millisecond, T4: 50 * time.Millisecond,
	D: 300 * time.Millisecond, Trying: 20 * time.Millisecond}

var phone = message.Policy{Methods: strings.Fields("INVITE ACK CANCEL BYE OPTIONS INFO MESSAGE"), Extensions: []string{"timer"}}

// newLayer is a layer on loopback that lets loopback in, closed with the test.
func newLayer(t testing.TB, cfg Config) *Layer {
	t.Helper()
	if !cfg.Bind.IsValid() {
		cfg.Bind = netip.AddrPortFrom(localhost, 0)
	}
	if cfg.Transport == "" {
		cfg.Transport = cti.UDP
	}
	if cfg.Admit == nil {
		cfg.Admit = func(a netip.Addr) bool { return a.IsLoopback() }
	}
	if cfg.Policy.Methods == nil {
		cfg.Policy = phone
	}
	l, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// wire is a peer that sends and reads datagrams as they are.
type wire struct {
	t    testing.TB
	conn *net.UDPConn
	last netip.AddrPort // who sent the latest datagram
}

func newWire(t testing.TB) *wire {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(localhost, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &wire{t: t, conn: conn}
}

func (w *wire) addr() netip.AddrPort { return w.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (w *wire) target() resolve.Target { return resolve.Target{Addr: w.addr(), Transport: cti.UDP} }

func (w *wire) send(to netip.AddrPort, text string) {
	w.t.Helper()
	if _, err := w.conn.WriteToUDPAddrPort([]byte(text), to); err != nil {
		w.t.Fatal(err)
	}
}

// read waits for a datagram that satisfies want and skips others.
func (w *wire) read(want func(sip.Message) bool) sip.Message {
	w.t.Helper()
	buf := make([]byte, message.MaxSize)
	_ = w.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		n, from, err := w.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			w.t.Fatalf("waiting for a message: %v", err)
		}
		w.last = from
		if msg, f := message.Parse(append([]byte(nil), buf[:n]...)); f == nil && want(msg) {
			return msg
		}
	}
}

func (w *wire) request(method sip.RequestMethod) *sip.Request {
	w.t.Helper()
	return w.read(func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Method == method
	}).(*sip.Request)
}

func (w *wire) response(code int) *sip.Response {
	w.t.Helper()
	return w.read(func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode == code
	}).(*sip.Response)
}

// answer sends a response to req with a To tag.
func (w *wire) answer(req *sip.Request, code int, tag string) {
	w.t.Helper()
	res := sip.NewResponseFromRequest(req, code, message.Phrase(code), nil)
	if code > 100 {
		res.To().Params.Add("tag", tag)
	}
	w.send(w.last, res.String())
}

// newRequest is a whole request outside of a dialog.
func newRequest(method sip.RequestMethod) *sip.Request {
	r := sip.NewRequest(method, sip.Uri{Scheme: "sip", User: "bob", Host: "127.0.0.1"})
	r.AppendHeader(&sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: "alice", Host: "127.0.0.1"},
		Params: sip.HeaderParams{{K: "tag", V: sip.GenerateTagN(8)}}})
	r.AppendHeader(&sip.ToHeader{Address: r.Recipient})
	id := sip.CallIDHeader(sip.GenerateTagN(12))
	r.AppendHeader(&id)
	r.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: method})
	r.AppendHeader(&sip.ContactHeader{Address: r.From().Address})
	return r
}

// outcome is one call of a Handler.
type outcome struct {
	res *sip.Response
	err error
}

// collect is a Handler that a test can wait on.
func collect() (Handler, chan outcome) {
	ch := make(chan outcome, 1000)
	return func(res *sip.Response, err error) { ch <- outcome{res, err} }, ch
}

func next[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// wantCodes waits for responses with these codes, in this order.
func wantCodes(t testing.TB, ch chan outcome, codes ...int) {
	t.Helper()
	for _, code := range codes {
		o := next(t, ch)
		if o.err != nil || o.res.StatusCode != code {
			t.Fatalf("got %v %v, want %d", o.res, o.err, code)
		}
	}
}
