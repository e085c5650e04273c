package account

import (
	"net"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// A challenge of somebody who is not our server goes unanswered: the digest could be broken offline.
func TestForeignChallengeGetsNoDigest(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, challenge("MD5"))
	stranger := newRegistrar(t, txn.Config{Bind: addrOf("127.0.0.66:0")}, challenge("MD5"))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	bye := l.NewRequest(sip.BYE, sip.Uri{Scheme: "sip", Host: "127.0.0.66", Port: int(stranger.layer.Local().Port())})
	bye.To().Params.Add("tag", "theirs") // inside a dialog it goes to the peer itself
	codes := make(chan int, 10)
	l.Send(bye, Options{}, func(res *sip.Response, err error) { codes <- res.StatusCode })
	if code := next(t, codes); code != 401 {
		t.Errorf("got %d", code)
	}
	if req := stranger.next(sip.BYE); req.GetHeader("Authorization") != nil {
		t.Errorf("the stranger got credentials:\n%s", req)
	}
	select {
	case req := <-stranger.requests:
		t.Errorf("the stranger got more:\n%s", req)
	case <-time.After(200 * time.Millisecond): // long enough for a repetition to show
	}
}

// An INVITE is repeated with credentials, a higher CSeq and a new branch; nothing of the challenge is seen by the caller.
func TestInviteIsRepeatedWithCredentials(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, accept)
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	server.script(challenge("SHA-256"))
	codes := make(chan int, 10)
	e := l.Send(l.NewRequest(sip.INVITE, l.AOR()), Options{}, func(res *sip.Response, err error) { codes <- res.StatusCode })
	if code := next(t, codes); code != 200 {
		t.Errorf("got %d", code)
	}
	first, second := server.next(sip.INVITE), server.next(sip.INVITE)
	b1, _ := first.Via().Params.Get("branch")
	b2, _ := second.Via().Params.Get("branch")
	if b1 == b2 || second.CSeq().SeqNo != first.CSeq().SeqNo+1 || len(second.GetHeaders("Via")) != 1 {
		t.Errorf("repetition\n%s", second)
	}
	if e.Request().CSeq().SeqNo != second.CSeq().SeqNo {
		t.Errorf("Request() has CSeq %d", e.Request().CSeq().SeqNo)
	}
}

// Strangers get no answer at all, not even to nonsense; the servers of the account do.
func TestStrangersAreDropped(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, accept)
	offered := make(chan *txn.ServerTx, 10)
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"},
		OnRequest: func(tx *txn.ServerTx) { offered <- tx; tx.Respond(tx.Response(486, "")) }})
	l.state(t, cti.RegOK)
	stranger, err := net.ListenPacket("udp", "127.0.0.66:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	to := net.UDPAddrFromAddrPort(l.layer.Load().Local())
	for _, text := range []string{inviteText, strings.Replace(inviteText, "INVITE", "OPTIONS", 2), strings.Replace(inviteText, "CSeq", "X", 1), "junk SIP/2.0\r\n\r\n"} {
		if _, err := stranger.WriteTo([]byte(text), to); err != nil {
			t.Fatal(err)
		}
	}
	codes := make(chan int, 10)
	server.layer.Request(parse(t, inviteText), l.ownTarget(), func(res *sip.Response, err error) {
		if res != nil {
			codes <- res.StatusCode
		}
	})
	if code := next(t, codes); code != 486 {
		t.Errorf("our server got %d", code)
	}
	if tx := next(t, offered); tx.Source() != server.layer.Local() {
		t.Errorf("a call of %s was let in", tx.Source())
	}
	if n := l.Stats().Strangers; n != 4 {
		t.Errorf("%d strangers counted", n)
	}
	_ = stranger.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, _, err := stranger.ReadFrom(make([]byte, 1500)); err == nil {
		t.Errorf("the stranger got an answer of %d octets", n)
	}
}

func TestDirectLine(t *testing.T) {
	peer := newRegistrar(t, txn.Config{}, accept)
	l := newLine(t, Config{Line: cti.LineConfig{Bind: "127.0.0.1:0", Trusted: []string{"127.0.0.0/24"}}})
	l.state(t, cti.RegDirect)
	codes := make(chan int, 10)
	ask := func(method sip.RequestMethod) int {
		text := strings.ReplaceAll(inviteText, "INVITE", string(method))
		peer.layer.Request(parse(t, text), l.ownTarget(), func(res *sip.Response, err error) { codes <- res.StatusCode })
		return next(t, codes)
	}
	for method, want := range map[sip.RequestMethod]int{sip.OPTIONS: 200, sip.REGISTER: 405, "NEWMETHOD": 501, sip.INVITE: 480} {
		if code := ask(method); code != want {
			t.Errorf("%s got %d, want %d", method, code, want)
		}
	}
}
