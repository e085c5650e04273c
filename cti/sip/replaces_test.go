package sip

import (
	"fmt"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// replacesFor is the Replaces that names the dialog of a leg, as the desk sees it.
func replacesFor(leg *siptest.Leg) string {
	return fmt.Sprintf("Replaces: %s;from-tag=%s;to-tag=%s", leg.CallID, tagIn(leg.Local), tagIn(leg.Remote))
}

// tagIn cuts the tag out of a From or To value.
func tagIn(v string) string {
	_, tag, _ := strings.Cut(v, ";tag=")
	return tag
}

// A consulted party is joined with our customer by somebody else: its call takes the customer's place here.
func TestReplacedCall(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	d := newDesk(t, quick())
	old, leg := d.up(p)
	other := q.Calling(d.addr, "2001", "new")
	other.Request("INVITE", "Require: replaces", replacesFor(leg), "P-Asserted-Identity: Boss <sip:900@x>", "User-to-User: 613d62;encoding=hex", siptest.SDP(4100, 1, "sendrecv"))
	ok := q.Response(200, "INVITE")
	r := next[cti.Replaced](d)
	if r.Old != old || r.New == old || r.Line != "l1" || r.Number != "900" || r.Name != "Boss" || r.Context["a"] != "b" {
		t.Errorf("%+v", r)
	}
	bye := p.Request("BYE")
	p.Answer(bye, 200, "")
	if e := next[cti.Ended](d); e.Call != old || e.By != cti.SidePeer || !strings.Contains(e.Reason, "took its place") {
		t.Errorf("%+v", e)
	}
	other.Confirm(ok)
	if c := next[cti.Connected](d); c.Call != r.New || c.Session.Remote.Port() != 4100 {
		t.Errorf("%+v", c)
	}
	none[cti.Offered](d)
	second := q.Calling(d.addr, "2001", "late")
	second.Request("INVITE", replacesFor(leg), siptest.SDP(4102, 1, "sendrecv"))
	second.Learn(q.Response(603, "INVITE")) // the dialog has ended
	second.Repeat("ACK")
	d.hangUp(q, r.New)
}

// The operator's hold goes over to the new call: its first answer says so already.
func TestReplacedCallStaysHeld(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	d := newDesk(t, quick())
	old, leg := d.up(p)
	d.stack.Do(cti.SetHold{Call: old, On: true})
	p.Answer(p.Request("INVITE"), 200, "", siptest.SDP(4000, 2, "recvonly"))
	p.Request("ACK")
	next[cti.HoldSettled](d)
	other := q.Calling(d.addr, "2001", "new")
	other.Request("INVITE", replacesFor(leg), siptest.SDP(4100, 1, "sendrecv"))
	ok := q.Response(200, "INVITE")
	bodyHas(t, ok.Body(), "sendonly")
	p.Answer(p.Request("BYE"), 200, "")
	other.Confirm(ok)
	r := next[cti.Replaced](d)
	next[cti.Connected](d)
	d.stack.Do(cti.SetHold{Call: r.New, On: true})
	if h := next[cti.HoldSettled](d); !h.OK || h.Call != r.New {
		t.Errorf("%+v", h)
	}
	d.hangUp(q, r.New)
}

// Somebody takes a call that we are making before it is answered (RFC 3891 section 3).
func TestReplacedWhileCalling(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	d := newDesk(t, quick())
	old := d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 180, "b")
	next[cti.Progressed](d)
	leg := p.Taken(invite, "b")
	other := q.Calling(d.addr, "2001", "pickup")
	other.Request("INVITE", replacesFor(leg)+";early-only", siptest.SDP(4100, 1, "sendrecv"))
	other.Confirm(q.Response(200, "INVITE"))
	cancel := p.Request("CANCEL")
	p.Answer(cancel, 200, "b")
	p.Answer(invite, 487, "b")
	if e := next[cti.Ended](d); e.Call != old {
		t.Errorf("%+v", e)
	}
	r := next[cti.Replaced](d)
	next[cti.Connected](d)
	d.hangUp(q, r.New)
}

// What is refused, and that it changes nothing.
func TestRefusedReplaces(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	ringing, caller := d.called(p)
	caller.Learn(p.Response(180, "INVITE"))
	good, offer := replacesFor(leg), siptest.SDP(4100, 1, "sendrecv")
	for i, c := range []struct {
		code  int
		extra []string
	}{
		{481, []string{"Replaces: nothing;to-tag=1;from-tag=2", offer}},
		{481, []string{strings.Replace(good, "from-tag=", "from-tag=x", 1), offer}},
		{481, []string{strings.Replace(good, "to-tag=", "to-tag=x", 1), offer}},
		{481, []string{replacesFor(caller), offer}}, // a call that rings here
		{486, []string{good + ";early-only", offer}},
		{400, []string{good, good, offer}},
		{400, []string{good + ";to-tag=2", offer}},
		{400, []string{"Replaces: " + strings.Repeat("x", 600) + ";to-tag=1;from-tag=2", offer}},
		{400, []string{"Replaces: ", offer}},
		{488, []string{good, "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 18\r\n"}},
	} {
		other := q.Calling(d.addr, "2001", fmt.Sprintf("refused-%d", i))
		other.Request("INVITE", c.extra...)
		res := other.Final("INVITE")
		if res.StatusCode != c.code {
			t.Errorf("%q: %d, want %d", c.extra[0], res.StatusCode, c.code)
		}
		other.Learn(res)
		other.Repeat("ACK")
	}
	none[cti.Replaced](d)
	none[cti.Ended](d)
	if n := d.stack.Stats().Replaces; n != 9 {
		t.Errorf("%d were counted", n)
	}
	d.stack.Do(cti.Release{Call: ringing.Call, Code: 486})
	d.hangUp(p, id)
}

// Two calls want the same place: one gets it.
func TestOneTakesThePlace(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	_, leg := d.up(p)
	codes := map[int]int{}
	var peers [2]*siptest.Peer
	var legs [2]*siptest.Leg
	for i := range peers {
		peers[i] = siptest.UDP(t)
		legs[i] = peers[i].Calling(d.addr, "2001", fmt.Sprintf("race-%d", i))
		legs[i].Request("INVITE", replacesFor(leg), siptest.SDP(4100, 1, "sendrecv"))
	}
	for i := range peers {
		res := legs[i].Final("INVITE")
		codes[res.StatusCode]++
		legs[i].Learn(res)
		if res.StatusCode == 200 {
			legs[i].Request("ACK")
			defer func() { d.hangUp(peers[i], next[cti.Replaced](d).New) }()
		} else {
			legs[i].Repeat("ACK")
		}
	}
	if codes[200] != 1 || codes[603] != 1 {
		t.Errorf("%v", codes)
	}
	p.Answer(p.Request("BYE"), 200, "")
	next[cti.Ended](d)
	next[cti.Connected](d)
}

// Between the two there is a moment in which both have asked.
func TestPlaceIsGivenOnce(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	r, err := parseReplaces(strings.TrimPrefix(replacesFor(leg), "Replaces: "))
	if err != nil {
		t.Fatal(err)
	}
	codes := make(chan int, 2)
	old := d.stack.call(id)
	old.do(func() {
		codes <- old.yield(r, old.line)
		codes <- old.yield(r, old.line)
	})
	if a, b := <-codes, <-codes; a != 0 || b != 603 {
		t.Errorf("%d and %d", a, b)
	}
	d.hangUp(p, id)
}

// A line never gives a call of another line away.
func TestReplacesAcrossLines(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	second := d.line
	second.ID, second.Bind = "l2", freePort(t).String()
	d.stack.Do(cti.SetLine{Config: second})
	for r := (cti.LineRegistered{}); r.Line != second.ID || r.Reg.State != cti.RegDirect; {
		r = next[cti.LineRegistered](d)
	}
	other := p.Calling(d.addr, "2001", "across")
	other.To = addrPort(t, second.Bind)
	other.Request("INVITE", replacesFor(leg), siptest.SDP(4100, 1, "sendrecv"))
	other.Learn(p.Response(481, "INVITE"))
	other.Repeat("ACK")
	none[cti.Replaced](d)
	d.hangUp(p, id)
}

// Pickup: an INVITE with Replaces goes to the caller who rings elsewhere; a lost race ends in words.
func TestPickup(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	take := func(e *cti.Invite) {
		e.Target = "1002"
		e.Take = &cti.Dialog{CallID: "abc@host", LocalTag: "phone", RemoteTag: "caller", Target: p.URI("caller")}
	}
	id := d.dial(p, take)
	invite := p.Request("INVITE")
	if value(invite, "Replaces") != "abc@host;to-tag=caller;from-tag=phone;early-only" || !hasOption(invite, "Require", "replaces") || invite.Recipient.String() != p.URI("caller") {
		t.Errorf("INVITE:\n%s", invite)
	}
	p.Answer(invite, 200, "c", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	d.hangUp(p, id)
	for code, want := range map[int]string{481: "not there any more", 486: "Somebody else", 420: "does not let", 603: "over already", 503: "not available"} {
		id := d.dial(p, take)
		p.Answer(p.Request("INVITE"), code, "c")
		if e := next[cti.Ended](d); e.Call != id || e.Code != code || !strings.Contains(e.Reason, want) {
			t.Errorf("%+v", e)
		}
	}
	d.dial(p, func(e *cti.Invite) { e.Take = &cti.Dialog{CallID: "mark", Target: p.URI("pbx")} })
	marked := p.Request("INVITE")
	if v := value(marked, "Replaces"); v != "mark;early-only" {
		t.Errorf("Replaces: %s", v)
	}
	p.Answer(marked, 486, "c")
	next[cti.Ended](d)
	d.dial(p, func(e *cti.Invite) { e.Take = &cti.Dialog{CallID: "a\r\nX-Evil: 1", Target: p.URI("pbx")} })
	if e := next[cti.Ended](d); e.By != cti.SideUs {
		t.Errorf("%+v", e)
	}
}

func TestParseReplaces(t *testing.T) {
	for in, want := range map[string]string{
		"a@b;to-tag=1;from-tag=2":                               "a@b;to-tag=1;from-tag=2",
		" a@b ; From-Tag = 2 ; TO-TAG = 1 ; early-only ; x=y  ": "a@b;to-tag=1;from-tag=2;early-only",
		"a@b;to-tag=1": "", "a@b;from-tag=2": "", ";to-tag=1;from-tag=2": "", "a,b;to-tag=1;from-tag=2": "", "a;to-tag=;from-tag=2": "",
		"a;to-tag=1;to-tag=1;from-tag=2": "", "a\rb;to-tag=1;from-tag=2": "", "a;to-tag=\"1\";from-tag=2": "",
	} {
		got, err := parseReplaces(in)
		if (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func FuzzReplaces(f *testing.F) {
	f.Add("a@b;to-tag=1;from-tag=2;early-only")
	f.Fuzz(func(t *testing.T, v string) {
		r, err := parseReplaces(v)
		if err != nil {
			return
		}
		again, err := parseReplaces(r.String())
		if err != nil || again != r {
			t.Fatalf("%q reads as %+v and again as %+v, %v", v, r, again, err)
		}
		if !safe(r.String()) {
			t.Fatalf("%q", r)
		}
	})
}
