package account

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/digest"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; it says nothing about speed.
const patience = 20 * time.Second

var localhost = netip.MustParseAddr("127.0.0.1")

// registrar is a scripted server. Every request goes to requests, and the answer comes from answer.
type registrar struct {
	t        testing.TB
	layer    *txn.Layer
	requests chan *sip.Request

	mu     sync.Mutex
	answer func(tx *txn.ServerTx) *sip.Response // nil answer: silence
}

func newRegistrar(t testing.TB, cfg txn.Config, answer func(*registrar, *txn.ServerTx) *sip.Response) *registrar {
	t.Helper()
	r := &registrar{t: t, requests: make(chan *sip.Request, 1000)}
	r.script(answer)
	if !cfg.Bind.IsValid() {
		cfg.Bind = netip.AddrPortFrom(localhost, 0)
	}
	if cfg.Transport == "" {
		cfg.Transport = cti.UDP
	}
	cfg.Listen = true
	cfg.Policy = message.Policy{Methods: strings.Fields("REGISTER INVITE ACK BYE OPTIONS MESSAGE")}
	cfg.Admit = func(netip.Addr) bool { return true }
	cfg.OnRequest = func(tx *txn.ServerTx) {
		r.mu.Lock()
		answer := r.answer
		r.mu.Unlock()
		if res := answer(tx); res != nil {
			tx.Respond(res)
		}
		r.requests <- tx.Request()
	}
	var err error
	if r.layer, err = txn.New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.layer.Close)
	return r
}

// script changes the answers from now on.
func (r *registrar) script(answer func(*registrar, *txn.ServerTx) *sip.Response) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = func(tx *txn.ServerTx) *sip.Response { return answer(r, tx) }
}

func (r *registrar) addr() string { return r.layer.Local().String() }

// next is the next request of a method.
func (r *registrar) next(method sip.RequestMethod) *sip.Request {
	r.t.Helper()
	for {
		if req := next(r.t, r.requests); req.Method == method {
			return req
		}
	}
}

// accept is the answer of a registrar that knows everybody.
func accept(_ *registrar, tx *txn.ServerTx) *sip.Response { return granted(tx, 600) }

func granted(tx *txn.ServerTx, expires int) *sip.Response {
	res := tx.Response(200, "")
	if c := tx.Request().Contact(); c != nil && tx.Request().Method == sip.REGISTER {
		first := tx.Request().GetHeader("Contact").(*sip.ContactHeader).Clone()
		first.Params.Add("expires", strconv.Itoa(expires))
		res.AppendHeader(first)
	}
	return res
}

func refuse(code int, headers ...sip.Header) func(*registrar, *txn.ServerTx) *sip.Response {
	return func(_ *registrar, tx *txn.ServerTx) *sip.Response {
		res := tx.Response(code, "")
		for _, h := range headers {
			res.AppendHeader(h)
		}
		return res
	}
}

func silence(*registrar, *txn.ServerTx) *sip.Response { return nil }

// challenge asks every request for the password and checks the answer.
func challenge(algorithm string) func(*registrar, *txn.ServerTx) *sip.Response {
	value := `Digest realm="test", nonce="abc", qop="auth", algorithm=` + algorithm
	return func(r *registrar, tx *txn.ServerTx) *sip.Response {
		if h := tx.Request().GetHeader("Authorization"); h != nil && proves(value, h.Value(), tx.Request()) {
			return granted(tx, 600)
		}
		res := tx.Response(401, "")
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", value))
		return res
	}
}

// proves computes the same credentials with the client's own cnonce and count.
func proves(challenge, given string, req *sip.Request) bool {
	c, err := digest.Parse(challenge)
	if err != nil {
		return false
	}
	field := func(name string) string {
		_, rest, _ := strings.Cut(given, name+"=")
		rest, _, _ = strings.Cut(rest, ",")
		return strings.Trim(rest, `" `)
	}
	nc, err := strconv.ParseUint(field(" nc"), 16, 32)
	if err != nil {
		return false
	}
	want := c.Authorization(digest.Credentials{User: "200", Password: "pw"}, string(req.Method),
		req.Recipient.String(), field("cnonce"), uint32(nc))
	return given == want
}

// line is an account under test with its news.
type line struct {
	*Account
	news chan cti.Registration
}

// brisk are times for tests of failures.
var brisk = Timing{
	Timers: txn.Timers{T1: 20 * time.Millisecond, T2: 80 * time.Millisecond}, Probe: time.Second,
	RetryMin: 20 * time.Millisecond, RetryMax: 100 * time.Millisecond, FailBack: 50 * time.Millisecond, Watch: time.Hour,
}

func newLine(t testing.TB, cfg Config) *line {
	t.Helper()
	l := &line{news: make(chan cti.Registration, 1000)}
	if cfg.Line.User == "" {
		cfg.Line.User = "200"
	}
	cfg.InstanceID = "urn:uuid:00000000-0000-4000-8000-000000000001"
	if cfg.Secret == nil {
		cfg.Secret = func() (string, error) { return "pw", nil }
	}
	cfg.OnRegistration = func(r cti.Registration) { l.news <- r }
	var err error
	if l.Account, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	l.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		_ = l.Close(ctx) // a silent registrar is part of many tests
	})
	return l
}

// state waits for a state and gives the news of it.
func (l *line) state(t testing.TB, want cti.RegState) cti.Registration {
	t.Helper()
	var last cti.Registration
	for deadline := time.After(patience); ; {
		select {
		case last = <-l.news:
			if last.State == want {
				return last
			}
		case <-deadline:
			t.Fatalf("the line is %s, not %s: %+v", last.State, want, last)
		}
	}
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
