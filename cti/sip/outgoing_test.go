package sip

import (
	"fmt"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

func TestCallAndHangUp(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	if invite.Recipient.String() != p.URI("1001") || invite.Contact() == nil || len(invite.Body()) == 0 {
		t.Fatalf("INVITE:\n%s", invite)
	}
	p.Answer(invite, 180, "callee")
	if pr := next[cti.Progressed](d); pr.Call != id || pr.Code != 180 || pr.Session != nil {
		t.Errorf("%+v", pr)
	}
	p.Answer(invite, 200, "callee", `P-Asserted-Identity: "Anna \"A\"" <sip:4711@desk.test>`, siptest.SDP(4000, 1, "sendrecv"))
	ack := p.Request("ACK")
	if ack.CSeq().SeqNo != invite.CSeq().SeqNo || tagOf(ack.To().Params) != "callee" || ack.Recipient.String() != p.URI("peer") {
		t.Errorf("ACK:\n%s", ack)
	}
	c := next[cti.Connected](d)
	if c.Session.Codec.Name != "pcma" || c.Session.Remote.Port() != 4000 || c.Number != "4711" || c.Name != `Anna "A"` {
		t.Errorf("%+v", c)
	}
	if e := d.hangUp(p, id); e.Call != id || e.By != cti.SideUs || e.Reason == "" {
		t.Errorf("%+v", e)
	}
}

func TestCallOverTCP(t *testing.T) {
	p := siptest.TCP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Transport = cti.TCP })
	id, _ := d.up(p)
	d.hangUp(p, id)
}

// Two answers in one burst, 200 times: both seen, in order, with the early session in the first one.
func TestProgressAndAnswerKeepTheirOrder(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for i := range 200 {
		id := d.dial(p)
		invite := p.Request("INVITE")
		early, body := []string{siptest.SDP(4000, 1, "sendrecv")}, []string{siptest.SDP(4000, 1, "sendrecv")}
		if i%2 == 1 {
			body = nil // FreeSWITCH answers with the description in the 183 only
		}
		p.Answer(invite, 183, "callee", early...)
		p.Answer(invite, 200, "callee", body...)
		p.Request("ACK")
		for { // the very next news of the call is the 183, then the 200
			in := next[cti.Input](d)
			if _, ok := in.(cti.DialogKept); ok {
				continue
			}
			pr, ok := in.(cti.Progressed)
			if !ok || pr.Code != 183 || pr.Session == nil {
				t.Fatalf("call %d: first news %#v", i, in)
			}
			break
		}
		if c := next[cti.Connected](d); c.Call != id || !c.Session.Ready() {
			t.Fatalf("call %d: %+v", i, c)
		}
		d.hangUp(p, id)
		d.kept = nil
	}
}

func TestManyProvisionalAnswers(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	for i := range 14 {
		p.Answer(invite, 180+i%4, "callee")
	}
	p.Answer(invite, 200, "callee", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	for range 14 {
		next[cti.Progressed](d)
	}
	if n := strings.Count(strings.Join(kinds(d.kept), " "), "dialog-kept"); n > 3 {
		t.Errorf("%d postings for the journal", n)
	}
	d.hangUp(p, id)
}

// A server that invents forks costs no more than maxLegs of them.
func TestEndlessForks(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	for i := range 3 * maxLegs {
		p.Answer(invite, 180, fmt.Sprintf("fork-%d", i))
		next[cti.Progressed](d)
	}
	p.Answer(invite, 200, "last", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	if n := strings.Count(string(d.dialog), `"call_id"`); n > maxLegs {
		t.Errorf("%d early dialogs are kept", n)
	}
	d.hangUp(p, id)
}

func TestForkFirstAnswerWins(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 180, "one")
	p.Answer(invite, 180, "two")
	p.Answer(invite, 200, "two", siptest.SDP(4002, 1, "sendrecv"))
	p.Answer(invite, 200, "one", siptest.SDP(4000, 1, "sendrecv"))
	acked := map[string]bool{tagOf(p.Request("ACK").To().Params): true}
	acked[tagOf(p.Request("ACK").To().Params)] = true
	if !acked["one"] || !acked["two"] {
		t.Errorf("acknowledged: %v", acked)
	}
	bye := p.Request("BYE")
	if tagOf(bye.To().Params) != "one" {
		t.Errorf("BYE went to %q", tagOf(bye.To().Params))
	}
	p.Answer(bye, 200, "")
	if c := next[cti.Connected](d); c.Session.Remote.Port() != 4002 {
		t.Errorf("%+v", c)
	}
	none[cti.Ended](d)
	d.stack.Do(cti.Release{Call: id})
	bye = p.Request("BYE")
	if tagOf(bye.To().Params) != "two" {
		t.Errorf("the call was ended at %q", tagOf(bye.To().Params))
	}
	p.Answer(bye, 200, "")
	next[cti.Ended](d)
}

func TestRepeatedAnswerIsAcknowledgedAgain(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	for range 3 {
		p.Answer(invite, 200, "callee", siptest.SDP(4000, 1, "sendrecv"))
		p.Request("ACK")
	}
	next[cti.Connected](d)
	none[cti.Connected](d)
	d.hangUp(p, id)
}

func TestCancelWhileRinging(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 180, "callee")
	next[cti.Progressed](d)
	d.stack.Do(cti.Release{Call: id})
	cancel := p.Request("CANCEL")
	p.Answer(cancel, 200, "callee")
	none[cti.Ended](d) // the INVITE still has no final answer
	p.Answer(invite, 487, "callee")
	p.Request("ACK")
	if e := next[cti.Ended](d); e.Call != id || e.By != cti.SideUs || e.Code != 487 {
		t.Errorf("%+v", e)
	}
}

// The 200 that crosses our CANCEL: ACK, then BYE, and only then is the call over.
func TestCancelCrossesAnswer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 180, "callee")
	next[cti.Progressed](d)
	d.stack.Do(cti.Release{Call: id})
	cancel := p.Request("CANCEL")
	p.Answer(invite, 200, "callee", siptest.SDP(4000, 1, "sendrecv"))
	p.Answer(cancel, 481, "callee")
	p.Request("ACK")
	bye := p.Request("BYE")
	none[cti.Ended](d)
	none[cti.Connected](d)
	p.Answer(bye, 200, "")
	if e := next[cti.Ended](d); e.Call != id || e.By != cti.SideUs {
		t.Errorf("%+v", e)
	}
}

func TestRefusalsInWords(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for code, want := range map[int]string{
		404: "does not exist", 480: "cannot be reached", 486: "busy", 488: "no kind of sound", 503: "not available", 600: "busy", 603: "declined", 606: "cannot take",
		699: "failed (699",
	} {
		d.dial(p)
		p.Answer(p.Request("INVITE"), code, "callee")
		p.Request("ACK")
		if e := next[cti.Ended](d); e.Code != code || !strings.Contains(e.Reason, want) || e.By != cti.SidePeer {
			t.Errorf("%d: %+v", code, e)
		}
	}
	d.dial(p)
	p.Answer(p.Request("INVITE"), 500, "callee", `Reason: Q.850;cause=34`)
	if e := next[cti.Ended](d); !strings.Contains(e.Reason, "no line is free") {
		t.Errorf("%+v", e)
	}
}

func TestNobodyThere(t *testing.T) {
	d := newDesk(t, hurried())
	nobody := freePort(t)
	d.stack.Do(cti.Invite{Call: "c1", Line: d.line, Target: "sip:x@" + nobody.String()})
	if e := next[cti.Ended](d); e.Call != "c1" || e.Reason == "" {
		t.Errorf("%+v", e)
	}
}

func TestRedirectionInsideTheDomain(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Domain = "127.0.0.1" })
	id := d.dial(p)
	first := p.Request("INVITE")
	p.Answer(first, 302, "proxy", fmt.Sprintf("Contact: <sip:low@%s>;q=0.1, <sip:high@%s?Replaces=x>;q=0.9", p.Addr(), p.Addr()))
	p.Request("ACK")
	second := p.Request("INVITE")
	if second.Recipient.String() != p.URI("high") || second.CallID().Value() != first.CallID().Value() ||
		second.From().Value() != first.From().Value() || second.CSeq().SeqNo != first.CSeq().SeqNo+1 || len(second.GetHeaders("Replaces")) > 0 {
		t.Errorf("second INVITE:\n%s", second)
	}
	p.Answer(second, 486, "high")
	p.Request("ACK")
	third := p.Request("INVITE")
	if third.Recipient.String() != p.URI("low") {
		t.Errorf("third INVITE:\n%s", third)
	}
	p.Answer(third, 200, "low", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	d.hangUp(p, id)
}

func TestRedirectionOutsideIsShown(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	d.dial(p)
	p.Answer(p.Request("INVITE"), 302, "proxy", "Contact: <sip:+882999999@expensive.example>")
	p.Request("ACK")
	if e := next[cti.Ended](d); e.Code != 302 || !strings.Contains(e.Reason, "sip:+882999999@expensive.example") {
		t.Errorf("%+v", e)
	}
	if p.Pending("INVITE") {
		t.Error("the redirection was followed")
	}
}

func TestRedirectionInACircle(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Domain = "127.0.0.1" })
	d.dial(p)
	for range maxHops + 1 {
		p.Answer(p.Request("INVITE"), 302, "proxy", "Contact: <"+p.URI("again")+">")
		p.Request("ACK")
	}
	if e := next[cti.Ended](d); !strings.Contains(e.Reason, "too many times") {
		t.Errorf("%+v", e)
	}
}

// PRACK per leg, with the CSeq of the INVITE in RAck; the ACK keeps that CSeq too.
func TestReliableProvisionalAnswers(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	rel := func(tag string, rseq int) {
		p.Answer(invite, 183, tag, "Require: 100rel", fmt.Sprintf("RSeq: %d", rseq), siptest.SDP(4000, 1, "sendrecv"))
	}
	for _, step := range []struct {
		tag  string
		rseq int
	}{{"one", 7}, {"two", 90}, {"one", 8}} {
		rel(step.tag, step.rseq)
		prack := p.Request("PRACK")
		want := fmt.Sprintf("%d %d INVITE", step.rseq, invite.CSeq().SeqNo)
		if got := value(prack, "RAck"); got != want || tagOf(prack.To().Params) != step.tag {
			t.Errorf("RAck %q to %q, want %q to %q", got, tagOf(prack.To().Params), want, step.tag)
		}
		p.Answer(prack, 200, "")
	}
	rel("one", 8) // repeated: no second PRACK
	p.Answer(invite, 200, "one")
	if ack := p.Request("ACK"); ack.CSeq().SeqNo != invite.CSeq().SeqNo {
		t.Errorf("ACK has CSeq %d", ack.CSeq().SeqNo)
	}
	if p.Pending("PRACK") {
		t.Error("a repeated answer was acknowledged twice")
	}
	next[cti.Connected](d)
	d.hangUp(p, id)
}

func TestRouteSet(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	rr := fmt.Sprintf("Record-Route: <sip:far.example;lr>, <sip:%s;lr;r2=on>", p.Addr())
	p.Answer(invite, 200, "callee", rr, "Contact: <sip:callee@192.0.2.9>", siptest.SDP(4000, 1, "sendrecv"))
	ack := p.Request("ACK")
	routes := ack.GetHeaders("Route")
	if ack.Recipient.String() != "sip:callee@192.0.2.9" || len(routes) != 2 || !strings.Contains(routes[1].Value(), "far.example") {
		t.Errorf("ACK:\n%s", ack)
	}
	next[cti.Connected](d)
	d.hangUp(p, id)
}

func TestStrictRouting(t *testing.T) {
	strict, loose, target := sip.Uri{Host: "old.example"}, sip.Uri{Host: "new.example", UriParams: sip.HeaderParams{{K: "lr"}}}, sip.Uri{User: "x", Host: "callee"}
	d := &dialog{target: target, routes: []sip.Uri{strict, loose}}
	uri, routes := d.way()
	if uri.Host != "old.example" || len(routes) != 2 || routes[0].Host != "new.example" || routes[1].Host != "callee" {
		t.Errorf("%v %v", uri, routes)
	}
}

func TestCallerIdentity(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p, func(e *cti.Invite) {
		e.Identity = cti.Identity{Name: `Shop "North"`, Number: "+74951234567"}
		e.Headers = map[string]string{"X-Route": "north"}
	})
	invite := p.Request("INVITE")
	if v := invite.From().Value(); !strings.HasPrefix(v, `"Shop \"North\"" <sip:+74951234567@desk.test>`) {
		t.Errorf("From: %s", v)
	}
	if v := value(invite, "P-Preferred-Identity"); v != `"Shop \"North\"" <sip:+74951234567@desk.test>` || value(invite, "X-Route") != "north" {
		t.Errorf("INVITE:\n%s", invite)
	}
	p.Answer(invite, 486, "x")
	next[cti.Ended](d)
	_ = id

	d.dial(p, func(e *cti.Invite) { e.Identity = cti.Identity{Number: "5555", Anonymous: true} })
	invite = p.Request("INVITE")
	if v := invite.From().Value(); !strings.HasPrefix(v, `"Anonymous" <sip:anonymous@anonymous.invalid>`) || value(invite, "Privacy") != "id" {
		t.Errorf("INVITE:\n%s", invite)
	}
	if c := invite.Contact().Address.User; c == "5555" || c == "2001" {
		t.Errorf("Contact tells %q", c)
	}
	p.Answer(invite, 486, "x")
	next[cti.Ended](d)
}

// Nothing that an operator, a directory or a link brings can write a header.
func TestLineBreaksNeverLeave(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	bad := "x\r\nX-Evil: 1"
	for name, change := range map[string]func(*cti.Invite){
		"target":       func(e *cti.Invite) { e.Target = "sip:1@" + p.Addr().String() + bad },
		"number":       func(e *cti.Invite) { e.Target = "123" + bad },
		"name":         func(e *cti.Invite) { e.Identity.Name = bad },
		"identity":     func(e *cti.Invite) { e.Identity.Number = bad },
		"header":       func(e *cti.Invite) { e.Headers = map[string]string{"X-A": bad} },
		"header name":  func(e *cti.Invite) { e.Headers = map[string]string{"X-A: 1\r\nX-Evil": "1"} },
		"header Route": func(e *cti.Invite) { e.Headers = map[string]string{"route": "<sip:evil.example>"} },
	} {
		id := d.dial(p, change)
		if e := next[cti.Ended](d); e.Call != id || e.Reason == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if p.Pending("INVITE") {
		t.Error("an INVITE left")
	}
}

func TestTargets(t *testing.T) {
	for target, want := range map[string]string{
		"1001": "sip:1001@desk.test", "+74951234567": "sip:+74951234567@desk.test;user=phone", "*8#5": "sip:*8%235@desk.test",
		"sip:a@b.example:5080;transport=tcp": "sip:a@b.example:5080;transport=tcp", "a@b.example": "sip:a@b.example",
		"sip:a@b.example?Replaces=x": "sip:a@b.example", "sip:9#1@b.example": "sip:9%231@b.example",
	} {
		u, err := targetURI(target, "desk.test")
		if err != nil || u.String() != want {
			t.Errorf("%s: %s, %v; want %s", target, u.String(), err, want)
		}
	}
	for _, target := range []string{"", "a b", "<sip:a@b>", "sip:", "sip:@", "sip:a@b\r\n", "a\x00"} {
		if u, err := targetURI(target, "desk.test"); err == nil {
			t.Errorf("%q became %s", target, u.String())
		}
	}
}

func TestSessionIntervalTooSmall(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	p.Answer(p.Request("INVITE"), 422, "callee", "Min-SE: 3600")
	p.Request("ACK")
	invite := p.Request("INVITE")
	if value(invite, "Session-Expires") != "3600" || value(invite, "Min-SE") != "3600" {
		t.Errorf("INVITE:\n%s", invite)
	}
	p.Answer(invite, 200, "callee", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	d.hangUp(p, id)
}

func TestDigestIsNotGivenToAnybody(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	d.dial(p)
	p.Answer(p.Request("INVITE"), 407, "evil", `Proxy-Authenticate: Digest realm="evil", nonce="1"`)
	p.Request("ACK")
	if e := next[cti.Ended](d); e.Code != 407 {
		t.Errorf("%+v", e)
	}
	if p.Pending("INVITE") {
		t.Error("a digest was sent to a stranger")
	}
}
