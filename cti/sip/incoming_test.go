package sip

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

func TestTakeACall(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p, `P-Asserted-Identity: "Customer" <sip:+74957654321@x>`, `Remote-Party-ID: <sip:wrong@x>`,
		`Diversion: "Queue" <sip:800@x>;reason=unconditional`, siptest.SDP(4000, 1, "sendrecv"))
	want := cti.Offered{Call: o.Call, Line: "l1", Number: "+74957654321", Name: "Customer", Via: "800 Queue"}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("%+v, want %+v", o, want)
	}
	ringing := p.Response(180, "INVITE")
	if tagOf(ringing.To().Params) == "" || !strings.Contains(value(ringing, "Allow-Events"), "talk") {
		t.Errorf("180:\n%s", ringing)
	}
	d.stack.Do(cti.Accept{Call: o.Call})
	ok := p.Response(200, "INVITE")
	if tagOf(ok.To().Params) != tagOf(ringing.To().Params) || ok.Contact() == nil || !strings.Contains(string(ok.Body()), "RTP/AVP 8 101") {
		t.Errorf("200:\n%s", ok)
	}
	none[cti.Connected](d)
	leg.Confirm(ok)
	if c := next[cti.Connected](d); c.Call != o.Call || c.Session.Codec.Name != "pcma" {
		t.Errorf("%+v", c)
	}
	leg.Request("BYE", `Reason: Q.850;cause=16;text="Normal"`)
	p.Response(200, "BYE")
	if e := next[cti.Ended](d); e.By != cti.SidePeer || !strings.Contains(e.Reason, "hung up") {
		t.Errorf("%+v", e)
	}
}

func TestCalledNumberAndHistory(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	leg := p.Calling(d.addr, "8000", "history")
	leg.Request("INVITE", "History-Info: <sip:1@x>;index=1, <sip:2@x>;index=1.1, <sip:3@x>;index=1.2", siptest.SDP(4000, 1, "sendrecv"))
	if o := next[cti.Offered](d); o.Called != "8000" || o.Via != "2" || o.Number != "caller" || o.Name != "Caller" {
		t.Errorf("%+v", o)
	}
	leg.Repeat("CANCEL")
	next[cti.Ended](d)
}

func TestRefuseACall(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for _, code := range []int{486, 603, 480} {
		o, leg := d.called(p)
		d.stack.Do(cti.Release{Call: o.Call, Code: code})
		leg.Learn(leg.Response(code, "INVITE"))
		leg.Repeat("ACK")
		if e := next[cti.Ended](d); e.Code != code || e.By != cti.SideUs {
			t.Errorf("%+v", e)
		}
	}
}

func TestCallerGivesUp(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for reason, elsewhere := range map[string]bool{
		"X-None: 1": false, `Reason: SIP;cause=200;text="Call completed elsewhere"`: true, "Reason: Q.850;cause=16, SIP ;cause=200": true,
	} {
		o, leg := d.called(p)
		leg.Repeat("CANCEL", reason)
		p.Response(200, "CANCEL")
		leg.Response(487, "INVITE")
		if e := next[cti.Ended](d); e.Call != o.Call || e.Elsewhere != elsewhere || e.By != cti.SidePeer {
			t.Errorf("%s: %+v", reason, e)
		}
		d.stack.Do(cti.Accept{Call: o.Call}) // too late: nothing more happens
	}
}

// Our 200 is never acknowledged: it is repeated, then the dialog is ended by BYE.
func TestLostAck(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, brisk())
	o, _ := d.called(p)
	d.stack.Do(cti.Accept{Call: o.Call})
	for range 3 {
		p.Response(200, "INVITE")
	}
	p.Answer(p.Request("BYE"), 200, "")
	if e := next[cti.Ended](d); e.Call != o.Call || !strings.Contains(e.Reason, "never confirmed") {
		t.Errorf("%+v", e)
	}
	none[cti.Connected](d)
}

// A caller whose ACK got lost hangs up: he had the answer, and the call counts as one that was up.
func TestByeOvertakesALostAck(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p, siptest.SDP(4000, 1, "sendrecv"))
	d.stack.Do(cti.Accept{Call: o.Call})
	leg.Learn(p.Response(200, "INVITE"))
	leg.Request("BYE")
	if c := next[cti.Connected](d); c.Call != o.Call || !c.Session.Ready() {
		t.Errorf("%+v", c)
	}
	if e := next[cti.Ended](d); e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
}

// Hanging up between our 200 and its ACK: BYE waits for the ACK.
func TestHangUpBeforeAck(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p)
	d.stack.Do(cti.Accept{Call: o.Call})
	ok := p.Response(200, "INVITE")
	d.stack.Do(cti.Release{Call: o.Call})
	if p.Pending("BYE") {
		t.Error("BYE before the ACK")
	}
	leg.Confirm(ok)
	bye := p.Request("BYE")
	none[cti.Ended](d)
	p.Answer(bye, 200, "")
	next[cti.Ended](d)
}

func TestOfferlessCall(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p, "X-No: body")
	d.stack.Do(cti.Accept{Call: o.Call})
	ok := p.Response(200, "INVITE")
	if !strings.Contains(string(ok.Body()), "a=sendrecv") {
		t.Errorf("200:\n%s", ok)
	}
	leg.Confirm(ok, siptest.SDP(4004, 1, "sendrecv"))
	if c := next[cti.Connected](d); c.Session.Remote.Port() != 4004 || !c.Session.Send {
		t.Errorf("%+v", c)
	}
	d.hangUp(p, o.Call)
}

func TestOfferlessCallWithoutAnswer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p, "X-No: body")
	d.stack.Do(cti.Accept{Call: o.Call})
	leg.Confirm(p.Response(200, "INVITE"))
	p.Answer(p.Request("BYE"), 200, "")
	if e := next[cti.Ended](d); e.Code != 488 {
		t.Errorf("%+v", e)
	}
}

func TestUselessOffersDoNotRing(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for i, c := range []struct {
		code  int
		extra []string
	}{
		{488, []string{"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 18\r\n"}},
		{488, []string{"v=0\r\nc=IN IP4 127.0.0.1\r\nm=image 4000 udptl t38\r\n"}},
		{400, []string{"v=x\r\nm=audio\r\n"}},
		{400, []string{"Replaces: 1;to-tag=2;to-tag=3", siptest.SDP(4000, 1, "sendrecv")}},
		{422, []string{"Session-Expires: 30", "Supported: timer", siptest.SDP(4000, 1, "sendrecv")}},
	} {
		leg := p.Calling(d.addr, "2001", fmt.Sprintf("useless-%d", i))
		leg.Request("INVITE", c.extra...)
		leg.Learn(leg.Response(c.code, "INVITE"))
		leg.Repeat("ACK")
	}
	none[cti.Offered](d)
}

func TestStrangersGetNothing(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Trusted = []string{"192.0.2.1"} })
	leg := p.Calling(d.addr, "2001", "stranger")
	for _, m := range []string{"INVITE", "OPTIONS", "BYE"} {
		leg.Request(sip.RequestMethod(m), siptest.SDP(4000, 1, "sendrecv"))
	}
	q := siptest.UDP(t) // a call of ours to the same host proves that the line is awake
	id, _ := d.up(q)
	d.hangUp(q, id)
	none[cti.Offered](d)
	if p.Any() {
		t.Error("a stranger got an answer")
	}
}

func TestRequestsOutsideOfDialogs(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for method, code := range map[string]int{"REFER": 403, "BYE": 481, "INFO": 481, "UPDATE": 481, "NOTIFY": 481, "OPTIONS": 200} {
		leg := p.Calling(d.addr, "2001", "out-"+method)
		leg.Request(sip.RequestMethod(method), "Refer-To: <sip:+882999@expensive.example>")
		if res := p.Final(sip.RequestMethod(method)); res.StatusCode != code {
			t.Errorf("%s: %d, want %d", method, res.StatusCode, code)
		}
		leg.Remote += ";tag=unknown"
		leg.Request(sip.RequestMethod(method))
		if res := p.Final(sip.RequestMethod(method)); res.StatusCode != 481 {
			t.Errorf("%s in an unknown dialog: %d", method, res.StatusCode)
		}
	}
	none[cti.Offered](d)
}

func TestAutoAnswerIsThePolicyOfTheLine(t *testing.T) {
	p := siptest.UDP(t)
	marks := []string{"Call-Info: <sip:x>;answer-after=0", "Alert-Info: <x>;info=alert-autoanswer", siptest.SDP(4000, 1, "sendrecv")}
	for _, auto := range []bool{false, true} {
		d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Auto = auto })
		o, leg := d.called(p, marks...)
		if o.Auto != auto {
			t.Errorf("Auto is %v", o.Auto)
		}
		leg.Repeat("CANCEL")
		next[cti.Ended](d)
	}
}

func TestReliableRinging(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p, "Require: 100rel", siptest.SDP(4000, 1, "sendrecv"))
	first, again := p.Response(180, "INVITE"), p.Response(180, "INVITE")
	if value(first, "RSeq") == "" || value(again, "RSeq") != value(first, "RSeq") {
		t.Errorf("180:\n%s%s", first, again)
	}
	leg.Learn(first)
	invite := leg.CSeq
	leg.Request("PRACK", "RAck: 99 1 INVITE")
	p.Response(481, "PRACK")
	leg.Request("PRACK", fmt.Sprintf("RAck: %s %d INVITE", value(first, "RSeq"), invite))
	p.Response(200, "PRACK")
	d.stack.Do(cti.Accept{Call: o.Call})
	ok := p.Response(200, "INVITE")
	leg.CSeq = invite // the ACK keeps it
	leg.Confirm(ok)
	next[cti.Connected](d)
	d.hangUp(p, o.Call)
}

func TestPrivateCaller(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p, "Privacy: user;id", "P-Asserted-Identity: <sip:+7495111@x>", siptest.SDP(4000, 1, "sendrecv"))
	if o.Number != "caller" {
		t.Errorf("%+v", o)
	}
	leg.Repeat("CANCEL")
	next[cti.Ended](d)
}

// A far end that hangs up and calls again at once must find the line free: the domain knows of the end before the far
// end has its answer.
func TestEndIsToldBeforeTheByeIsAnswered(t *testing.T) {
	ending, goOn := make(chan struct{}), make(chan struct{})
	p := siptest.UDP(t)
	d := newHookedDesk(t, quick(), func(_ *desk, in cti.Input) {
		if _, ok := in.(cti.Ended); ok {
			close(ending)
			<-goOn
		}
	})
	_, leg := d.talking(p)
	p.Response(180, "INVITE") // nothing is left lying
	leg.Request("BYE")
	<-ending
	p.Calling(d.addr, "2001", "probe").Request("OPTIONS") // its answer would come behind one to the BYE
	p.Final("OPTIONS")
	if p.Any() {
		t.Error("the BYE was answered before the end was told")
	}
	close(goOn)
	p.Response(200, "BYE")
	next[cti.Ended](d)
}
