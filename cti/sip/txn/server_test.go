package txn

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// text is a request of the wire peer with a branch, tag and Call-ID made of id.
func (w *wire) text(method, id string) string {
	return fmt.Sprintf("%s sip:200@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s\r\n"+
		"From: <sip:100@127.0.0.1>;tag=f%s\r\nTo: <sip:200@127.0.0.1>\r\nCall-ID: %s\r\nCSeq: 1 %s\r\n"+
		"Contact: <sip:100@%s>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", method, w.addr(), id, id, id, method, w.addr())
}

// ackText acknowledges res on a branch of its own, as for a 2xx.
func (w *wire) ackText(res *sip.Response, branch string) string {
	text := strings.Replace(w.text("INVITE", res.CallID().Value()), "INVITE", "ACK", 2)
	text = strings.Replace(text, "branch=z9hG4bK"+res.CallID().Value(), "branch=z9hG4bK"+branch, 1)
	return strings.Replace(text, "To: <sip:200@127.0.0.1>", "To: <sip:200@127.0.0.1>;tag="+toTag(res), 1)
}

// watched is a layer whose requests and their fate can be waited for.
type watched struct {
	*Layer
	requests chan *ServerTx
	cancels  chan *sip.Request
	acks     chan *sip.Request
	ends     chan error
}

func newWatched(t testing.TB, cfg Config) *watched {
	w := &watched{requests: make(chan *ServerTx, 100), cancels: make(chan *sip.Request, 100),
		acks: make(chan *sip.Request, 100), ends: make(chan error, 100)}
	cfg.OnRequest = func(tx *ServerTx) {
		tx.Watch(ServerWatch{
			Cancel: func(r *sip.Request) { w.cancels <- r },
			Ack:    func(r *sip.Request) { w.acks <- r },
			End:    func(err error) { w.ends <- err },
		})
		w.requests <- tx
	}
	w.Layer = newLayer(t, cfg)
	return w
}

func TestTryingComesByItself(t *testing.T) {
	l, peer := newWatched(t, Config{Timers: brisk}), newWire(t)
	peer.send(l.Local(), peer.text("INVITE", "c1"))
	if res := peer.response(100); toTag(res) != "" {
		t.Errorf("a 100 with a tag:\n%s", res)
	}
	tx := next(t, l.requests)
	tx.Respond(tx.Response(180, ""))
	if res := peer.response(180); toTag(res) != tx.LocalTag() {
		t.Errorf("the tag of the 180 is %q, not %q", toTag(res), tx.LocalTag())
	}
	peer.send(l.Local(), peer.text("INVITE", "c1"))
	peer.response(180) // the latest answer, not another call
	if len(l.requests) != 0 {
		t.Error("a repeated INVITE became a second call")
	}
}

// Our 2xx is repeated until the ACK, which has another branch and reaches the owner once.
func Test2xxIsRepeatedUntilAck(t *testing.T) {
	l, peer := newWatched(t, Config{Timers: Timers{T1: 250 * time.Millisecond, T2: 250 * time.Millisecond}}), newWire(t)
	peer.send(l.Local(), peer.text("INVITE", "c2"))
	tx := next(t, l.requests)
	tx.Respond(tx.Response(200, ""))
	peer.response(200)
	res := peer.response(200)
	peer.send(l.Local(), strings.Replace(peer.ackText(res, "fork"), ";tag="+toTag(res), ";tag=ofanotherleg", 1))
	peer.send(l.Local(), peer.text("OPTIONS", "c2a"))
	next(t, l.requests)
	if len(l.acks) > 0 {
		t.Error("the ACK of another leg was taken for ours")
	}
	peer.send(l.Local(), peer.ackText(res, "another"))
	peer.send(l.Local(), peer.ackText(res, "another"))
	if ack := next(t, l.acks); ack.Method != sip.ACK {
		t.Errorf("got %s", ack.Method)
	}
	peer.send(l.Local(), peer.text("OPTIONS", "c2b"))
	next(t, l.requests)
	if len(l.acks) > 0 || len(l.ends) > 0 {
		t.Error("the second ACK was told too, or the call failed")
	}
}

func TestNoAckIsTold(t *testing.T) {
	for _, code := range []int{200, 486} {
		l, peer := newWatched(t, Config{Timers: brisk}), newWire(t)
		peer.send(l.Local(), peer.text("INVITE", "c3"))
		tx := next(t, l.requests)
		tx.Respond(tx.Response(code, ""))
		if err := next(t, l.ends); !errors.Is(err, ErrNoAck) {
			t.Errorf("%d: %v", code, err)
		}
	}
}

// A 2xx is not repeated into a dialog that its peer has ended: after Settle only the 2xx of another call comes again, and nobody
// is told of a missing ACK.
func TestSettled2xxIsNotRepeated(t *testing.T) {
	l, peer := newWatched(t, Config{Timers: brisk}), newWire(t)
	for _, id := range []string{"over", "open"} {
		peer.send(l.Local(), peer.text("INVITE", id))
		tx := next(t, l.requests)
		tx.Respond(tx.Response(200, ""))
		peer.response(200)
		if id == "over" {
			tx.Settle()
		}
	}
	for range 3 {
		if again := peer.response(200); again.CallID().Value() != "open" {
			t.Errorf("the 200 of the call %s came again", again.CallID().Value())
		}
	}
	if err := next(t, l.ends); !errors.Is(err, ErrNoAck) || len(l.ends) > 0 {
		t.Errorf("%v, and %d more", err, len(l.ends))
	}
}

func TestCancelIsAnsweredAndTold(t *testing.T) {
	l, peer := newWatched(t, Config{}), newWire(t)
	peer.send(l.Local(), peer.text("INVITE", "c4"))
	tx := next(t, l.requests)
	tx.Respond(tx.Response(180, ""))
	peer.response(180)
	cancel := strings.Replace(strings.Replace(peer.text("INVITE", "c4"), "INVITE", "CANCEL", 2),
		"Contact", "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\nContact", 1)
	peer.send(l.Local(), cancel)
	ok := peer.response(200)
	if ok.CSeq().MethodName != sip.CANCEL || toTag(ok) != tx.LocalTag() {
		t.Errorf("the answer to the CANCEL:\n%s", ok)
	}
	peer.response(487)
	if told := next(t, l.cancels); told.GetHeader("Reason") == nil {
		t.Errorf("the owner sees\n%s", told)
	}
	peer.send(l.Local(), strings.Replace(cancel, "z9hG4bKc4", "z9hG4bKnobody", 1))
	peer.response(481)
}

func TestMergedRequestIs482(t *testing.T) {
	l, peer := newWatched(t, Config{}), newWire(t)
	peer.send(l.Local(), peer.text("INVITE", "c5"))
	next(t, l.requests)
	peer.send(l.Local(), strings.Replace(peer.text("INVITE", "c5"), "z9hG4bKc5", "z9hG4bKotherpath", 1))
	peer.response(482)
}

// What a stranger sends is dropped without a word; a dialog of ours may let it in.
func TestStrangersAndKnownPeers(t *testing.T) {
	l := newWatched(t, Config{
		Admit: func(netip.Addr) bool { return false },
		Known: func(r *sip.Request) bool { return r.CallID().Value() == "mine" },
	})
	peer := newWire(t)
	peer.send(l.Local(), peer.text("INVITE", "c6"))
	peer.send(l.Local(), "INVITE nonsense SIP/2.0\r\n\r\n")
	peer.send(l.Local(), peer.text("BYE", "mine")) // no To tag: not inside a dialog
	peer.send(l.Local(), strings.Replace(peer.text("BYE", "mine"), "To: <sip:200@127.0.0.1>", "To: <sip:200@127.0.0.1>;tag=t", 1))
	tx := next(t, l.requests)
	tx.Respond(tx.Response(200, ""))
	if first := peer.read(func(sip.Message) bool { return true }); first.CSeq().MethodName != sip.BYE {
		t.Errorf("the stranger got\n%s", first)
	}
	if s := l.Stats(); s.Strangers != 3 {
		t.Errorf("%d strangers counted", s.Strangers)
	}
}

// A flood of one source is cut, others are served.
func TestFloodIsBounded(t *testing.T) {
	l, peer := newWatched(t, Config{Limits: Limits{Rate: 1, Burst: 20}}), newWire(t)
	for i := range 200 {
		peer.send(l.Local(), peer.text("OPTIONS", fmt.Sprint("flood", i)))
	}
	deadline := time.Now().Add(patience)
	for l.Stats().Flooded < 170 && time.Now().Before(deadline) {
		peer.send(l.Local(), peer.text("OPTIONS", "more"))
	}
	if n := len(l.requests); n > 30 {
		t.Errorf("%d requests were let in", n)
	}
}

func TestTransactionsAreBounded(t *testing.T) {
	l, peer := newWatched(t, Config{Limits: Limits{Transactions: 3}}), newWire(t)
	for i := range 4 {
		peer.send(l.Local(), peer.text("INVITE", fmt.Sprint("many", i)))
	}
	peer.response(503)
	if n := len(l.requests); n != 3 {
		t.Errorf("%d requests were let in", n)
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	server := newLayer(b, Config{Limits: Limits{Rate: 1e9, Burst: 1e9, Transactions: 1e9}, Timers: brisk,
		OnRequest: func(tx *ServerTx) { tx.Respond(tx.Response(200, "")) }})
	client := newLayer(b, Config{Limits: Limits{Rate: 1e9, Burst: 1e9, Transactions: 1e9}, Timers: brisk})
	to := (&wire{}).at(server.Local())
	done := make(chan error, 1)
	b.ReportAllocs()
	for b.Loop() {
		client.Request(newRequest(sip.OPTIONS), to, func(_ *sip.Response, err error) { done <- err })
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}
