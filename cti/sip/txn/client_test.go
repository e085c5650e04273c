package txn

import (
	"errors"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// A 183 and a 200 sent back to back arrive in that order, every time: early media depends on it.
func TestResponsesKeepTheirOrder(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	for range 200 {
		handle, got := collect()
		l.Request(newRequest(sip.INVITE), peer.target(), handle)
		req := peer.request(sip.INVITE)
		peer.answer(req, 183, "a")
		peer.answer(req, 200, "a")
		wantCodes(t, got, 183, 200)
	}
}

// Each 2xx is delivered: repetitions, since the first ACK may be lost, and those of other legs of a fork.
func TestEvery2xxIsDelivered(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	handle, got := collect()
	l.Request(newRequest(sip.INVITE), peer.target(), handle)
	req := peer.request(sip.INVITE)
	peer.answer(req, 180, "a")
	peer.answer(req, 200, "a")
	peer.answer(req, 200, "a")
	peer.answer(req, 486, "c") // a refusal of a third leg comes too late to mean anything
	peer.answer(req, 200, "b")
	wantCodes(t, got, 180, 200, 200)
	if o := next(t, got); o.res == nil || o.res.StatusCode != 200 || toTag(o.res) != "b" {
		t.Fatalf("the second leg gave %v", o)
	}
}

// A refused INVITE is acknowledged on its own branch, again for each repetition, and told once.
func TestRefusalIsAcknowledged(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	handle, got := collect()
	invite := newRequest(sip.INVITE)
	invite.AppendHeader(&sip.RouteHeader{Address: sip.Uri{Scheme: "sip", Host: "127.0.0.1"}})
	l.Request(invite, peer.target(), handle)
	req := peer.request(sip.INVITE)
	peer.answer(req, 486, "x")
	for range 2 {
		ack := peer.request(sip.ACK)
		if clientBranch(ack) != clientBranch(req) || toTag(ack) != "x" || ack.CSeq().SeqNo != 1 || ack.Route() == nil {
			t.Fatalf("the ACK is\n%s", ack)
		}
		peer.answer(req, 486, "x")
	}
	wantCodes(t, got, 486)
	if len(got) > 0 {
		t.Fatalf("the refusal was told twice: %v", <-got)
	}
}

func clientBranch(r *sip.Request) string { b, _ := r.Via().Params.Get("branch"); return b }

func TestNoAnswerTimesOut(t *testing.T) {
	for _, method := range []sip.RequestMethod{sip.INVITE, sip.OPTIONS} {
		l, peer := newLayer(t, Config{Timers: brisk}), newWire(t)
		handle, got := collect()
		l.Request(newRequest(method), peer.target(), handle)
		first := peer.request(method)
		if again := peer.request(method); again.String() != first.String() { // retransmitted as it was
			t.Errorf("the repetition is another message:\n%s", again)
		}
		if o := next(t, got); !errors.Is(o.err, ErrTimeout) {
			t.Errorf("%s: %v", method, o)
		}
	}
}

// CANCEL waits for a provisional answer and looks like its INVITE.
func TestCancelWaitsForProvisional(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	handle, got := collect()
	invite := newRequest(sip.INVITE)
	invite.AppendHeader(&sip.RouteHeader{Address: sip.Uri{Scheme: "sip", Host: "127.0.0.1", UriParams: sip.HeaderParams{{K: "lr"}}}})
	tx := l.Request(invite, peer.target(), handle)
	req := peer.request(sip.INVITE)
	tx.Cancel(sip.NewHeader("Reason", "SIP;cause=200"))
	if m := peer.read(func(sip.Message) bool { return true }).(*sip.Request); m.Method != sip.INVITE {
		t.Fatalf("before any answer came\n%s", m) // the repetition is due, and no CANCEL yet
	}
	peer.answer(req, 180, "a")
	cancel := peer.request(sip.CANCEL)
	if clientBranch(cancel) != clientBranch(req) || cancel.CSeq().SeqNo != req.CSeq().SeqNo || toTag(cancel) != "" ||
		cancel.Route().Value() != req.Route().Value() || len(cancel.GetHeaders("Via")) != 1 || cancel.GetHeader("Reason") == nil {
		t.Fatalf("the CANCEL is\n%s", cancel)
	}
	peer.answer(cancel, 200, "a")
	peer.answer(req, 487, "a")
	wantCodes(t, got, 180, 487)
	peer.request(sip.ACK)
}

// A 200 that crosses the CANCEL reaches the owner, who has to acknowledge and end it.
func TestCancelCrossing200(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	handle, got := collect()
	tx := l.Request(newRequest(sip.INVITE), peer.target(), handle)
	req := peer.request(sip.INVITE)
	peer.answer(req, 180, "a")
	tx.Cancel()
	cancel := peer.request(sip.CANCEL)
	peer.answer(req, 200, "a")
	peer.answer(cancel, 481, "a")
	wantCodes(t, got, 180, 200)
}

func TestCancelGivesUp(t *testing.T) {
	l, peer := newLayer(t, Config{Timers: brisk}), newWire(t)
	handle, got := collect()
	tx := l.Request(newRequest(sip.INVITE), peer.target(), handle)
	peer.answer(peer.request(sip.INVITE), 180, "a")
	tx.Cancel()
	peer.answer(peer.request(sip.CANCEL), 200, "a") // and then never a word about the INVITE
	wantCodes(t, got, 180)
	if o := next(t, got); !errors.Is(o.err, ErrCancelled) {
		t.Fatalf("got %v", o)
	}
}

// A 2xx later than the transaction is not lost: somebody has to end that call.
func TestStray2xx(t *testing.T) {
	stray := make(chan *sip.Response, 1)
	l, peer := newLayer(t, Config{OnStray: func(r *sip.Response) { stray <- r }}), newWire(t)
	handle, _ := collect()
	l.Request(newRequest(sip.INVITE), peer.target(), handle)
	req := peer.request(sip.INVITE)
	req.Via().Params.Add("branch", "z9hG4bKsomebodyelse")
	peer.answer(req, 200, "a")
	if res := next(t, stray); toTag(res) != "a" {
		t.Fatalf("got %v", res)
	}
}

// Line breaks in a number or a header never reach the wire.
func TestUnsafeTextIsNotSent(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	spoil := map[string]func(*sip.Request){
		"number":  func(r *sip.Request) { r.Recipient.User = "1\r\nX-Evil: yes" },
		"header":  func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-Note", "a\r\nX-Evil: yes")) },
		"name":    func(r *sip.Request) { r.From().DisplayName = "Bob\nX-Evil: yes" },
		"quote":   func(r *sip.Request) { r.From().DisplayName = `Bob" <sip:evil@x>, "` },
		"bracket": func(r *sip.Request) { r.From().Address.User = "a>;tag=1" },
		"nul":     func(r *sip.Request) { r.To().Address.User = "a\x00b" },
	}
	for name, f := range spoil {
		req := newRequest(sip.OPTIONS)
		f(req)
		handle, got := collect()
		l.Request(req, peer.target(), handle)
		if o := next(t, got); !errors.Is(o.err, ErrUnsafe) {
			t.Errorf("%s: %v", name, o)
		}
	}
	handle, _ := collect()
	l.Request(newRequest(sip.INFO), peer.target(), handle)
	if first := peer.read(func(sip.Message) bool { return true }); first.CSeq().MethodName != sip.INFO {
		t.Errorf("something was sent before:\n%s", first)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	l, peer := newLayer(t, Config{}), newWire(t)
	handle, got := collect()
	l.Request(newRequest(sip.INVITE), peer.target(), handle)
	peer.request(sip.INVITE)
	l.Close()
	if o := next(t, got); !errors.Is(o.err, ErrClosed) {
		t.Fatalf("got %v", o)
	}
	l.Request(newRequest(sip.INVITE), peer.target(), handle)
	if o := next(t, got); !errors.Is(o.err, ErrClosed) {
		t.Fatalf("afterwards got %v", o)
	}
}
