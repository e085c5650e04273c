package sip

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// told takes the next NOTIFY of a referral, answers it, and returns its status line and state.
func told(p *siptest.Peer) (fragment, state string, req *sip.Request) {
	n := p.Request("NOTIFY")
	p.Answer(n, 200, "")
	return strings.TrimSpace(string(n.Body())), value(n, "Subscription-State"), n
}

// A far end transfers us: we are asked, we call, and it hears how that goes.
func TestBeingTransferred(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("REFER", "r: <"+q.URI("1003")+"?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&User-to-User=613d62%3Bencoding%3Dhex&X-Evil=1>",
		`Referred-By: "The boss" <sip:boss@x>`)
	r := next[cti.Referred](d)
	if r.Call != id || r.Referral.Target != q.URI("1003") || r.Referral.By != "The boss" {
		t.Errorf("%+v", r)
	}
	if p.Any() {
		t.Error("something was said before anybody had decided")
	}
	d.stack.Do(cti.AnswerReferral{Call: id, Accept: true})
	if res := p.Response(202, "REFER"); contactOf(res) == nil {
		t.Errorf("202:\n%s", res)
	}
	frag, state, n := told(p)
	if frag != "SIP/2.0 100 Trying" || !strings.HasPrefix(state, "active;expires=") || value(n, "Event") != "refer" || value(n, "Content-Type") != "message/sipfrag;version=2.0" {
		t.Errorf("NOTIFY:\n%s", n)
	}
	follow := d.dial(q, func(e *cti.Invite) { e.Target, e.Referred = r.Referral.Target, id })
	invite := q.Request("INVITE")
	for name, want := range map[string]string{
		"Referred-By": `"The boss" <sip:boss@x>`, "Replaces": "a@b;to-tag=1;from-tag=2", "User-to-User": "613d62;encoding=hex", "X-Evil": "", "Require": "",
	} {
		if got := value(invite, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	d.stack.Do(cti.ReportReferral{Call: id, Code: 180})
	if frag, _, _ := told(p); frag != "SIP/2.0 180 Ringing" {
		t.Errorf("%q", frag)
	}
	d.stack.Do(cti.ReportReferral{Call: id, Code: 200})
	if frag, state, _ := told(p); frag != "SIP/2.0 200 OK" || state != "terminated;reason=noresource" {
		t.Errorf("%q %q", frag, state)
	}
	d.stack.Do(cti.ReportReferral{Call: id, Code: 486}) // too late
	d.stack.Do(cti.Release{Call: follow})
	q.Answer(invite, 487, "x")
	next[cti.Ended](d)
	d.hangUp(p, id)
	if p.Pending("NOTIFY") {
		t.Error("news after the end")
	}
}

func TestRefusedReferral(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	for _, code := range []int{0, 403} { // 0 is 603
		leg.Request("REFER", "Refer-To: sip:1003@x")
		if r := next[cti.Referred](d); r.Referral.By != "1001" { // no Referred-By: the far end itself
			t.Errorf("%+v", r)
		}
		d.stack.Do(cti.AnswerReferral{Call: id, Code: code})
		p.Response(cmp.Or(code, 603), "REFER")
	}
	d.stack.Do(cti.ReportReferral{Call: id, Code: 180})
	d.hangUp(p, id)
	if p.Pending("NOTIFY") {
		t.Error("NOTIFY without a subscription")
	}
}

// While people think, the request is answered; their no comes in the subscription.
func TestSlowDecision(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, brisk())
	id, leg := d.up(p)
	leg.Request("REFER", "Refer-To: <tel:+7-495-1>")
	if r := next[cti.Referred](d); r.Referral.Target != "+7-495-1" {
		t.Errorf("%+v", r)
	}
	p.Response(202, "REFER")
	if frag, state, _ := told(p); frag != "SIP/2.0 100 Trying" || !strings.HasPrefix(state, "pending;expires=") {
		t.Errorf("%q %q", frag, state)
	}
	leg.Request("REFER", "Refer-To: <sip:1004@x>") // one at a time
	p.Response(491, "REFER")
	d.stack.Do(cti.AnswerReferral{Call: id})
	if frag, state, _ := told(p); frag != "SIP/2.0 603 Decline" || !strings.HasPrefix(state, "terminated") {
		t.Errorf("%q %q", frag, state)
	}
	d.hangUp(p, id)
	none[cti.Referred](d)
}

// The second referral of a call has an id; one that wants no news gets none; news leaves one after the other.
func TestNewsOfReferrals(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("REFER", "Refer-To: <sip:1003@x>", "Refer-Sub: false")
	next[cti.Referred](d)
	d.stack.Do(cti.AnswerReferral{Call: id, Accept: true})
	if res := p.Response(202, "REFER"); value(res, "Refer-Sub") != "false" {
		t.Errorf("202:\n%s", res)
	}
	d.stack.Do(cti.ReportReferral{Call: id, Code: 486})
	leg.Request("REFER", "Refer-To: <sip:1003@x>")
	next[cti.Referred](d)
	d.stack.Do(cti.AnswerReferral{Call: id, Accept: true})
	p.Response(202, "REFER")
	first := p.Request("NOTIFY")
	for _, code := range []int{180, 183, 486} {
		d.stack.Do(cti.ReportReferral{Call: id, Code: code})
	}
	if want := fmt.Sprintf("refer;id=%d", leg.CSeq); value(first, "Event") != want || p.Pending("NOTIFY") {
		t.Errorf("Event %q, want %q; or the next did not wait", value(first, "Event"), want)
	}
	p.Answer(first, 200, "")
	if frag, _, _ := told(p); frag != "SIP/2.0 486 Busy Here" {
		t.Errorf("%q", frag)
	}
	d.hangUp(p, id)
	if p.Pending("NOTIFY") {
		t.Error("news that was old already")
	}
}

// The call ends while a REFER waits for a decision: the request still gets its answer.
func TestReferralOfACallThatEnds(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("REFER", "Refer-To: <sip:1003@x>")
	next[cti.Referred](d)
	leg.Request("BYE")
	p.Response(487, "REFER")
	p.Response(200, "BYE")
	next[cti.Ended](d)
	d.stack.Do(cti.AnswerReferral{Call: id, Accept: true})
	q := siptest.UDP(t)
	d.dial(q, func(e *cti.Invite) { e.Referred = "nobody" })
	if e := next[cti.Ended](d); !strings.Contains(e.Reason, "not there any more") {
		t.Errorf("%+v", e)
	}
}

// What strangers and far ends write into a REFER never makes us dial, and is counted.
func TestHostileRefers(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	long := strings.Repeat("x", 300)
	for _, c := range []struct {
		code  int
		extra []string
	}{
		{400, []string{"X-No: y"}},
		{400, []string{"Refer-To: <sip:1@x>", "Refer-To: <sip:2@x>"}},
		{400, []string{"Refer-To: <sip:1@x>, <sip:2@x>"}},
		{400, []string{"Refer-To: <sip:1@x"}},
		{400, []string{"Refer-To: <sip:" + long + "@x>"}},
		{400, []string{"Refer-To: <sip:1@x;method=BYE>"}},
		{400, []string{"Refer-To: <sip:1@x?Replaces=nothing>"}},
		{400, []string{"Refer-To: <sip:1@x?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2%0d%0aX-Evil%3A%201>"}},
		{400, []string{"Refer-To: <sip:1@x?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2>"}},
		{400, []string{"Refer-To: <sip:1@x>", "Referred-By: <sip:a@x>", "Referred-By: <sip:b@x>"}},
		{416, []string{"Refer-To: <http://x/y>"}},
		{416, []string{"Refer-To: <cid:list@x>"}},
	} {
		leg.Request("REFER", c.extra...)
		if res := p.Final("REFER"); res.StatusCode != c.code {
			t.Errorf("%q: %d, want %d", c.extra, res.StatusCode, c.code)
		}
	}
	stranger := p.Calling(d.addr, "2001", "stranger")
	stranger.Request("REFER", "Refer-To: <sip:+882999@expensive.example>")
	p.Response(403, "REFER")
	q := siptest.UDP(t)
	stranger = q.Calling(d.addr, "2001", leg.CallID) // the right Call-ID and our tag, but not the far end's
	stranger.Remote = leg.Remote
	stranger.Request("REFER", "Refer-To: <sip:+882999@expensive.example>")
	q.Response(481, "REFER")
	none[cti.Referred](d)
	if s := d.stack.Stats(); s.Referrals < 9 || s.Outside != 1 { // some are refused as malformed before they are seen here
		t.Errorf("counted: %+v", s)
	}
	d.hangUp(p, id)
}

// Before anybody has answered there is nothing to transfer.
func TestReferWhileRinging(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	_, leg := d.called(p)
	leg.Learn(p.Response(180, "INVITE"))
	leg.Request("REFER", "Refer-To: <sip:1003@x>")
	p.Response(603, "REFER")
	none[cti.Referred](d)
}
