package sip

import (
	"fmt"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// notify sends a NOTIFY of a REFER's subscription; fragment is its body, "" for none.
func notify(leg *siptest.Leg, event, state, fragment string) {
	text := leg.Text("NOTIFY", "Event: "+event, "Subscription-State: "+state)
	if fragment != "" {
		text = strings.Replace(text, "Content-Length: 0\r\n", fmt.Sprintf("Content-Type: message/sipfrag;version=2.0\r\nContent-Length: %d\r\n", len(fragment)), 1)
	}
	leg.Peer.Send(leg.To, text+fragment)
}

// tell sends the next NOTIFY of a leg and checks its answer.
func tell(t *testing.T, leg *siptest.Leg, event, state, fragment string, code int) {
	t.Helper()
	leg.Request("OPTIONS") // takes the next CSeq
	leg.Peer.Response(200, "OPTIONS")
	leg.CSeq++
	notify(leg, event, state, fragment)
	if res := leg.Peer.Final("NOTIFY"); res.StatusCode != code {
		t.Errorf("NOTIFY %s %q: %d, want %d", state, fragment, res.StatusCode, code)
	}
}

func TestBlindTransfer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.Refer{Call: id, Target: "#81+7495", Context: map[string]string{"order": "4/7"}})
	refer := p.Request("REFER")
	if to := value(refer, "Refer-To"); to != "<sip:%2381+7495@desk.test?User-to-User=6f726465723d3425324637%3Bencoding%3Dhex>" {
		t.Errorf("Refer-To: %s", to)
	}
	if by := value(refer, "Referred-By"); by != "<sip:2001@desk.test>" {
		t.Errorf("Referred-By: %s", by)
	}
	p.Answer(refer, 202, "")
	tell(t, leg, "refer", "active;expires=60", "SIP/2.0 100 Trying\r\n", 200)
	tell(t, leg, fmt.Sprintf("refer;id=%d", refer.CSeq().SeqNo), "active", "\r\nSIP/2.0 180 Ringing\r\nVia: x\r\n", 200)
	tell(t, leg, "refer", "active", "SIP/2.0 180 Ringing\r\n", 200) // nothing new
	tell(t, leg, "refer", "terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 200)
	for _, want := range []cti.Referring{
		{Call: id, Code: 202, OfRefer: true}, {Call: id, Code: 100}, {Call: id, Code: 180}, {Call: id, Code: 200, Over: true},
	} {
		if got := next[cti.Referring](d); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	tell(t, leg, "refer", "active", "SIP/2.0 180 Ringing\r\n", 481) // the subscription is over
	none[cti.Ended](d)                                              // the domain decides what becomes of the call
	d.hangUp(p, id)
}

// What NOTIFY may say at the end, and in which order things may come.
func TestEndsOfATransfer(t *testing.T) {
	for _, c := range []struct {
		name  string
		state string
		frag  string
		want  cti.Referring
	}{
		{"busy", "terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n", cti.Referring{Code: 486, Over: true, Note: "The number is busy."}},
		{"unknown code", "terminated", "SIP/2.0 499 Strange\x1b[31m\r\n", cti.Referring{Code: 499, Over: true, Note: "The transfer failed (499 Strange[31m)."}},
		{"final but not terminated", "active", "SIP/2.0 200 OK", cti.Referring{Code: 200, Over: true}},
		{"given up", "terminated;reason=giveup", "", cti.Referring{Over: true, Note: "The far end gives no more news of the transfer."}},
		{"rejected", "terminated;reason=rejected", "SIP/2.0 100 Trying", cti.Referring{Code: 100, Over: true, Note: "The far end did not follow the transfer."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := siptest.UDP(t)
			d := newDesk(t, quick())
			id, leg := d.up(p)
			d.stack.Do(cti.Refer{Call: id, Target: "1003"})
			refer := p.Request("REFER")
			tell(t, leg, "refer", c.state, c.frag, 200) // even before the answer
			p.Answer(refer, 202, "")
			if r := next[cti.Referring](d); !r.OfRefer || r.Code != 202 {
				t.Errorf("%+v", r)
			}
			c.want.Call = id
			if r := next[cti.Referring](d); r != c.want {
				t.Errorf("%+v, want %+v", r, c.want)
			}
			d.hangUp(p, id)
			none[cti.Referring](d) // the acceptance is told once
		})
	}
}

func TestRefusedRefer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	for _, c := range []struct {
		code   int
		extra  string
		cannot bool
		note   string
	}{
		{405, "Allow: INVITE, BYE", true, "takes no transfers"}, {501, "X-No: y", true, "takes no transfers"}, {420, "X-No: y", true, "takes no transfers"},
		{403, "X-No: y", true, "takes no transfers"}, {403, `Warning: 399 pbx "Not for you"`, false, "refused the transfer (Not for you)"},
		{603, "X-No: y", false, "refused the transfer"}, {302, "Contact: <sip:1@evil.example>", false, "elsewhere"}, {481, "X-No: y", false, "does not know this call"},
		{404, "X-No: y", false, "does not exist"}, {503, "X-No: y", false, "not available"},
	} {
		d.stack.Do(cti.Refer{Call: id, Target: "1003"})
		p.Answer(p.Request("REFER"), c.code, "", c.extra)
		r := next[cti.Referring](d)
		if r.Code != c.code || !r.OfRefer || !r.Over || r.Cannot != c.cannot || !strings.Contains(r.Note, c.note) {
			t.Errorf("%d %s: %+v", c.code, c.extra, r)
		}
	}
	none[cti.Ended](d)
	d.hangUp(p, id)
}

func TestReferWithoutNews(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.Refer{Call: id, Target: "1003"})
	p.Answer(p.Request("REFER"), 200, "", "Refer-Sub: false")
	if r := next[cti.Referring](d); !r.NoNews || !r.Over || !r.OfRefer || r.Code != 200 {
		t.Errorf("%+v", r)
	}
	tell(t, leg, "refer", "active", "SIP/2.0 180 Ringing", 481)
	d.hangUp(p, id)
}

// Nobody answers a REFER: the call stays.
func TestReferWithoutAnswer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, hurried())
	id, _ := d.up(p)
	d.stack.Do(cti.Refer{Call: id, Target: "1003"})
	p.Request("REFER")
	if r := next[cti.Referring](d); !r.OfRefer || !r.Over || r.Code != 408 || r.Note == "" {
		t.Errorf("%+v", r)
	}
	none[cti.Ended](d)
	d.hangUp(p, id)
}

// A transfer begins with a hold: the REFER waits until the far end has answered that, and is tried again after 491.
func TestReferWaitsForTheHold(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	d.stack.Do(cti.Refer{Call: id, Target: "1003"})
	hold := p.Request("INVITE")
	leg.Request("OPTIONS") // its answer would come behind a REFER
	p.Response(200, "OPTIONS")
	if p.Pending("REFER") {
		t.Error("the REFER crossed the hold")
	}
	p.Answer(hold, 200, "", siptest.SDP(4000, 2, "recvonly"))
	p.Request("ACK")
	p.Answer(p.Request("REFER"), 491, "")
	p.Answer(p.Request("REFER"), 202, "")
	if r := next[cti.Referring](d); r.Code != 202 {
		t.Errorf("%+v", r)
	}
	d.hangUp(p, id)
}

// Two transfers of one call: news belongs to the REFER whose CSeq it names.
func TestSeveralRefers(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	var events [2]string
	for i := range events {
		d.stack.Do(cti.Refer{Call: id, Target: fmt.Sprint(1003 + i)})
		refer := p.Request("REFER")
		p.Answer(refer, 202, "")
		next[cti.Referring](d)
		events[i] = fmt.Sprintf("refer;id=%d", refer.CSeq().SeqNo)
	}
	tell(t, leg, events[1], "terminated", "SIP/2.0 404 Not Found", 200)
	if r := next[cti.Referring](d); r.Code != 404 || !r.Over {
		t.Errorf("%+v", r)
	}
	tell(t, leg, events[1], "active", "SIP/2.0 180 Ringing", 481)
	tell(t, leg, events[0], "active", "SIP/2.0 180 Ringing", 200)
	if r := next[cti.Referring](d); r.Code != 180 || r.Over {
		t.Errorf("%+v", r)
	}
	d.hangUp(p, id)
}

// A far end that never ends a subscription does not keep the operator from trying again.
func TestTransfersThatNeverEnd(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	var refer *sip.Request
	for range 3 * maxRefers {
		d.stack.Do(cti.Refer{Call: id, Target: "1003"})
		refer = p.Request("REFER")
		p.Answer(refer, 202, "")
		if r := next[cti.Referring](d); r.Code != 202 {
			t.Fatalf("%+v", r)
		}
	}
	tell(t, leg, fmt.Sprintf("refer;id=%d", refer.CSeq().SeqNo), "terminated", "SIP/2.0 200 OK", 200)
	if r := next[cti.Referring](d); r.Code != 200 || !r.Over {
		t.Errorf("%+v", r)
	}
	d.hangUp(p, id)
}

// NOTIFYs that no REFER asked for, and what cannot be read, change nothing and are counted.
func TestHostileNotifies(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	tell(t, leg, "refer", "terminated", "SIP/2.0 200 OK", 481)
	d.stack.Do(cti.Refer{Call: id, Target: "1003"})
	refer := p.Request("REFER")
	p.Answer(refer, 202, "")
	next[cti.Referring](d)
	tell(t, leg, "refer;id=7", "terminated", "SIP/2.0 200 OK", 481)
	tell(t, leg, "refer;id="+strings.Repeat("9", 300), "terminated", "SIP/2.0 200 OK", 481)
	for _, body := range []string{"hello", "SIP/2.0 999 x", "SIP/2.0 -20 x", "HTTP/1.1 200 OK", "SIP/2.0", "SIP/2.0 20", strings.Repeat("x", 30000)} {
		tell(t, leg, "refer", "terminated", body, 400)
	}
	leg.Raw("NOTIFY", "text/html", "SIP/2.0 200 OK")
	p.Response(489, "NOTIFY")
	for i := range 3 * maxNews { // an endless story
		tell(t, leg, "refer", "active", fmt.Sprintf("SIP/2.0 %d x", 180+i%2), 200)
	}
	n := 0
	for range maxNews {
		next[cti.Referring](d)
		n++
	}
	none[cti.Referring](d)
	if got := d.stack.Stats().Notifies; got != 10 {
		t.Errorf("%d were counted", got)
	}
	tell(t, leg, "refer", "terminated", "SIP/2.0 200 OK", 200)
	if r := next[cti.Referring](d); r.Code != 200 || !r.Over {
		t.Errorf("%+v", r)
	}
	d.hangUp(p, id)
}

func TestReferWithReplaces(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	d := newDesk(t, quick())
	customer, _ := d.up(p)
	consult := d.dial(q)
	invite := q.Request("INVITE")
	d.stack.Do(cti.Refer{Call: customer, Replaces: consult}) // not answered yet: cannot be replaced
	if r := next[cti.Referring](d); !r.OfRefer || !r.Over || r.Code != 481 {
		t.Errorf("%+v", r)
	}
	q.Answer(invite, 200, "to;tag", "Contact: <"+q.URI("peer")+"?Subject=x>", siptest.SDP(4000, 1, "sendrecv"))
	q.Request("ACK")
	next[cti.Connected](d)
	d.stack.Do(cti.Refer{Call: customer, Replaces: consult})
	refer := p.Request("REFER")
	want := fmt.Sprintf("<%s?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>", q.URI("peer"),
		escapeHeader(invite.CallID().Value()), "to", escapeHeader(tagOf(invite.From().Params)))
	if to := value(refer, "Refer-To"); to != want {
		t.Errorf("Refer-To: %s\nwant      %s", to, want)
	}
	p.Answer(refer, 202, "")
	d.hangUp(q, consult)
	d.stack.Do(cti.Refer{Call: customer, Replaces: consult})
	d.stack.Do(cti.Refer{Call: customer, Replaces: "nobody"})
	next[cti.Referring](d)
	for range 2 {
		if r := next[cti.Referring](d); r.Code != 481 || r.Note == "" {
			t.Errorf("%+v", r)
		}
	}
	d.hangUp(p, customer)
}

// Behind an exchange that has its own Contact the target is the number.
func TestReplacesAtTheExchangeNamesTheNumber(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Domain = "127.0.0.1" })
	customer, _ := d.up(p)
	consult := d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 200, "b", "Contact: <"+p.URI("asterisk")+">", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	d.stack.Do(cti.Refer{Call: customer, Replaces: consult})
	refer := p.Request("REFER")
	if to := value(refer, "Refer-To"); !strings.HasPrefix(to, "<"+p.URI("1001")+"?Replaces=") {
		t.Errorf("Refer-To: %s", to)
	}
	p.Answer(refer, 603, "")
	next[cti.Referring](d)
	d.stack.Do(cti.Release{Call: customer})
	p.Answer(p.Request("BYE"), 200, "")
	next[cti.Ended](d)
}

// R16: the caller ID that is chosen for a transfer is what the target may see.
func TestIdentityOfATransfer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	for _, c := range []struct {
		id   cti.Identity
		want string
	}{
		{cti.Identity{Name: "Sales", Number: "+7495"}, `"Sales" <sip:+7495@desk.test>`},
		{cti.Identity{Name: "Sales", Number: "+7495", Anonymous: true}, `"Anonymous" <sip:anonymous@anonymous.invalid>`},
	} {
		d.stack.Do(cti.Refer{Call: id, Target: "1003", Identity: c.id})
		refer := p.Request("REFER")
		if by := value(refer, "Referred-By"); by != c.want {
			t.Errorf("Referred-By: %s, want %s", by, c.want)
		}
		p.Answer(refer, 603, "")
		next[cti.Referring](d)
	}
	d.hangUp(p, id)
}

// Nothing that was typed, and no attached data, writes headers of the REFER.
func TestUnsafeRefersAreNotSent(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	for _, e := range []cti.Refer{
		{Target: "10\r\nX-Evil: 1"}, {Target: "a b"}, {Target: "sip:x>@y"}, {Target: ""},
		{Target: "1003", Identity: cti.Identity{Name: "x\r\nVia: y"}}, {Target: "1003", Context: map[string]string{"a": "b\r\nc"}}, {Target: "1003", Context: map[string]string{"a": strings.Repeat("b", 2000)}},
	} {
		e.Call = id
		d.stack.Do(e)
		if r := next[cti.Referring](d); !r.OfRefer || !r.Over || r.Note == "" {
			t.Errorf("%+v: %+v", e, r)
		}
	}
	if p.Pending("REFER") {
		t.Error("something was sent")
	}
	d.stack.Do(cti.Refer{Call: id, Target: "sip:1003@x?Replaces=evil&Route=y"})
	if to := value(p.Request("REFER"), "Refer-To"); to != "<sip:1003@x>" {
		t.Errorf("Refer-To: %s", to)
	}
	d.hangUp(p, id)
}

func TestPeerFacts(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p)
	invite := p.Request("INVITE")
	for _, option := range []string{"replaces", "norefersub", "from-change", "timer"} {
		if !hasOption(invite, "Supported", option) {
			t.Errorf("INVITE does not support %s", option)
		}
	}
	p.Answer(invite, 180, "a", "Allow: INVITE, BYE", "Supported: timer")
	if l := next[cti.PeerLearned](d); l.Call != id || !l.Peer.NoRefer || !l.Peer.NoReplaces || l.Peer.Focus {
		t.Errorf("%+v", l)
	}
	p.Answer(invite, 200, "a", "Allow: INVITE, BYE, REFER", "Supported: timer, Replaces", "Contact: <"+p.URI("room")+">;isfocus", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	if l := next[cti.PeerLearned](d); l.Peer.NoRefer || l.Peer.NoReplaces || !l.Peer.Focus {
		t.Errorf("%+v", l)
	}
	next[cti.Connected](d)
	d.hangUp(p, id)
	none[cti.PeerLearned](d)
	o, leg := d.called(p, "Allow: INVITE, ACK, BYE", siptest.SDP(4000, 1, "sendrecv"))
	if l := next[cti.PeerLearned](d); l.Call != o.Call || !l.Peer.NoRefer || l.Peer.NoReplaces {
		t.Errorf("%+v", l)
	}
	leg.Repeat("CANCEL")
	next[cti.Ended](d)
}
