package sip

import (
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

func bodyHas(t *testing.T, body []byte, attribute string) {
	t.Helper()
	if !strings.Contains(string(body), "a="+attribute+"\r\n") {
		t.Errorf("a=%s is missing in\n%s", attribute, body)
	}
}

// settled waits for HoldSettled.
func settled(d *desk, on, ok bool) cti.HoldSettled {
	d.t.Helper()
	h := next[cti.HoldSettled](d)
	if h.On != on || h.OK != ok || ok == (h.Note != "") {
		d.t.Errorf("%+v", h)
	}
	return h
}

func TestHoldAndResume(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	re := p.Request("INVITE")
	bodyHas(t, re.Body(), "sendonly")
	p.Answer(re, 200, "", siptest.SDP(4000, 2, "recvonly"))
	if ack := p.Request("ACK"); ack.CSeq().SeqNo != re.CSeq().SeqNo {
		t.Errorf("ACK:\n%s", ack)
	}
	settled(d, true, true)
	if s := next[cti.SessionChanged](d); s.Session.Recv || s.HeldByPeer {
		t.Errorf("%+v", s)
	}
	d.stack.Do(cti.SetHold{Call: id, On: false})
	re = p.Request("INVITE")
	bodyHas(t, re.Body(), "sendrecv")
	p.Answer(re, 200, "", siptest.SDP(4000, 3, "sendrecv"))
	settled(d, false, true)
	d.hangUp(p, id)
}

// The latest wish wins, also while an earlier one is still under way.
func TestLatestHoldWins(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	re := p.Request("INVITE")
	d.stack.Do(cti.SetHold{Call: id, On: false})
	p.Answer(re, 200, "", siptest.SDP(4000, 2, "recvonly"))
	re = p.Request("INVITE")
	bodyHas(t, re.Body(), "sendrecv")
	p.Answer(re, 200, "", siptest.SDP(4000, 3, "sendrecv"))
	settled(d, false, true)
	none[cti.HoldSettled](d)
	d.hangUp(p, id)
}

func TestRefusedHoldKeepsTheCall(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	for _, code := range []int{488, 500, 403, 501} {
		d.stack.Do(cti.SetHold{Call: id, On: true})
		p.Answer(p.Request("INVITE"), code, "")
		p.Request("ACK")
		settled(d, true, false)
	}
	none[cti.Ended](d)
	d.hangUp(p, id)
}

func TestGlareIsTriedAgain(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	first := p.Request("INVITE")
	p.Answer(first, 491, "")
	p.Request("ACK")
	second := p.Request("INVITE")
	if second.CSeq().SeqNo <= first.CSeq().SeqNo {
		t.Errorf("CSeq %d after %d", second.CSeq().SeqNo, first.CSeq().SeqNo)
	}
	bodyHas(t, second.Body(), "sendonly")
	p.Answer(second, 200, "", siptest.SDP(4000, 2, "recvonly"))
	settled(d, true, true)
	d.hangUp(p, id)
}

func TestGlareOfTheirs(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	ours := p.Request("INVITE")
	leg.Request("INVITE", siptest.SDP(4000, 2, "sendrecv"))
	p.Response(491, "INVITE")
	leg.Repeat("ACK")
	leg.Request("UPDATE", siptest.SDP(4000, 2, "sendrecv"))
	p.Response(491, "UPDATE")
	p.Answer(ours, 200, "", siptest.SDP(4000, 2, "recvonly"))
	settled(d, true, true)
	d.hangUp(p, id)
}

func TestDialogGoneAtThePeer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for _, code := range []int{481, 408} {
		id, _ := d.up(p)
		d.stack.Do(cti.SetHold{Call: id, On: true})
		p.Answer(p.Request("INVITE"), code, "")
		p.Answer(p.Request("BYE"), 481, "")
		if e := next[cti.Ended](d); e.Call != id || e.Code != code {
			t.Errorf("%+v", e)
		}
	}
}

// The three styles of being put on hold, and the music server's offerless re-INVITE.
func TestHeldByPeer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	zero := strings.Replace(siptest.SDP(4000, 3, "sendrecv"), "c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 1)
	for i, c := range []struct {
		offer, answer string
		held          bool
	}{
		{siptest.SDP(4000, 2, "sendonly"), "recvonly", true},
		{siptest.SDP(4000, 3, "sendrecv"), "sendrecv", false},
		{zero, "recvonly", true},
		{siptest.SDP(4000, 5, "sendrecv"), "sendrecv", false},
		{siptest.SDP(4000, 6, "inactive"), "inactive", true},
	} {
		leg.Request("INVITE", c.offer)
		res := p.Response(200, "INVITE")
		bodyHas(t, res.Body(), c.answer)
		leg.Request("ACK")
		if s := next[cti.SessionChanged](d); s.HeldByPeer != c.held {
			t.Errorf("%d: %+v", i, s)
		}
	}
	leg.Request("INVITE") // offerless: a fresh full offer, answered in the ACK
	res := p.Response(200, "INVITE")
	bodyHas(t, res.Body(), "sendrecv")
	leg.Request("ACK", siptest.SDP(4008, 7, "sendrecv"))
	if s := next[cti.SessionChanged](d); s.HeldByPeer || s.Session.Remote.Port() != 4008 {
		t.Errorf("%+v", s)
	}
	d.hangUp(p, id)
}

// Our hold stands when the far end re-INVITEs.
func TestTheirResumeDoesNotReviveOurHold(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	p.Answer(p.Request("INVITE"), 200, "", siptest.SDP(4000, 2, "recvonly"))
	settled(d, true, true)
	leg.Request("INVITE", siptest.SDP(4000, 3, "sendrecv"))
	bodyHas(t, p.Response(200, "INVITE").Body(), "sendonly")
	leg.Request("ACK")
	d.hangUp(p, id)
}

func TestUselessReinviteKeepsTheSession(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("INVITE", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 18\r\n")
	p.Response(488, "INVITE")
	leg.Repeat("ACK")
	none[cti.SessionChanged](d)
	none[cti.Ended](d)
	d.hangUp(p, id)
}

func TestFaxOfferIsAnsweredNotRefused(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("INVITE", siptest.SDP(4000, 2, "sendrecv")+"m=image 5000 udptl t38\r\n")
	if res := p.Response(200, "INVITE"); !strings.Contains(string(res.Body()), "m=image 0 udptl t38") {
		t.Errorf("200:\n%s", res)
	}
	leg.Request("ACK")
	d.hangUp(p, id)
}

func TestOrderOfRequests(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("OPTIONS")
	p.Response(200, "OPTIONS")
	leg.CSeq -= 2
	leg.Request("OPTIONS")
	p.Response(500, "OPTIONS")
	d.hangUp(p, id)
}

func TestTargetRefresh(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("UPDATE", "Contact: <"+p.URI("elsewhere")+">")
	p.Response(200, "UPDATE")
	d.stack.Do(cti.Release{Call: id})
	bye := p.Request("BYE")
	if bye.Recipient.User != "elsewhere" {
		t.Errorf("BYE:\n%s", bye)
	}
	p.Answer(bye, 200, "")
	next[cti.Ended](d)
}

func TestIdentityAfterTransfer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("UPDATE", `P-Asserted-Identity: "Boris" <sip:202@x>`)
	p.Response(200, "UPDATE")
	if i := next[cti.Identified](d); i.Number != "202" || i.Name != "Boris" {
		t.Errorf("%+v", i)
	}
	leg.Request("INVITE", `Remote-Party-ID: "Clara" <sip:203@x>;party=called`, siptest.SDP(4000, 1, "sendrecv"))
	p.Response(200, "INVITE")
	leg.Request("ACK")
	if i := next[cti.Identified](d); i.Number != "203" {
		t.Errorf("%+v", i)
	}
	d.hangUp(p, id)
}

func TestRequestsInsideADialog(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	for _, c := range []struct {
		method string
		code   int
		extra  string
	}{
		{"NOTIFY", 489, "Event: x"}, {"NOTIFY", 481, "Event: refer"}, {"MESSAGE", 405, "X: y"}, {"OPTIONS", 200, "X: y"}, {"INFO", 200, "X: y"},
	} {
		leg.Request(sip.RequestMethod(c.method), c.extra)
		if res := p.Final(sip.RequestMethod(c.method)); res.StatusCode != c.code {
			t.Errorf("%s: %d, want %d", c.method, res.StatusCode, c.code)
		}
	}
	leg.Request("NOTIFY", "Event: hold")
	p.Response(200, "NOTIFY")
	leg.Request("NOTIFY", "o: Talk")
	p.Response(200, "NOTIFY")
	if a, b := next[cti.Controlled](d), next[cti.Controlled](d); a.Call != id || a.Talk || !b.Talk {
		t.Errorf("%+v %+v", a, b)
	}
	d.hangUp(p, id)
}

func TestDigits(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.SendDigits{Call: id, Digits: "1#"})
	for _, want := range []string{"Signal=1\r\n", "Signal=#\r\n"} {
		info := p.Request("INFO")
		if !strings.Contains(string(info.Body()), want) || value(info, "Content-Type") != "application/dtmf-relay" {
			t.Errorf("INFO:\n%s", info)
		}
		if p.Pending("INFO") {
			t.Error("the next digit did not wait for the answer")
		}
		p.Answer(info, 200, "")
	}
	for _, c := range []struct{ kind, body, want string }{
		{"application/dtmf-relay", "Signal= 5\r\nDuration=160\r\n", "5"}, {"application/dtmf-relay", "signal=10", "*"}, {"application/dtmf", "#", "#"},
	} {
		leg.Raw("INFO", c.kind, c.body)
		p.Response(200, "INFO")
		if g := next[cti.DTMFReceived](d); g.Digit != c.want {
			t.Errorf("%q: %+v", c.body, g)
		}
	}
	d.hangUp(p, id)
}

func TestByeWithoutGoodAnswerStillEnds(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, hurried())
	for _, code := range []int{481, 408, 500, 0} {
		id, _ := d.up(p)
		d.stack.Do(cti.Release{Call: id})
		bye := p.Request("BYE")
		if code != 0 {
			p.Answer(bye, code, "")
		}
		if e := next[cti.Ended](d); e.Call != id {
			t.Errorf("%+v", e)
		}
	}
}

func TestUnknownCallIsReportedAsEnded(t *testing.T) {
	d := newDesk(t, quick())
	d.stack.Do(cti.Release{Call: "none"})
	if e := next[cti.Ended](d); e.Call != "none" || e.Reason == "" {
		t.Errorf("%+v", e)
	}
}
