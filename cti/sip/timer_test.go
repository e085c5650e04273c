package sip

import (
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// In these tests a second lasts 20 ms: 100 seconds are 2 s, refreshed after 1 s.

func TestWeRefreshByUpdate(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p, "Allow: INVITE, ACK, BYE, UPDATE", "Session-Expires: 100;refresher=uac", "Require: timer")
	for range 2 {
		u := p.Request("UPDATE")
		if value(u, "Session-Expires") != "100;refresher=uac" || len(u.Body()) != 0 {
			t.Errorf("UPDATE:\n%s", u)
		}
		p.Answer(u, 200, "", "Session-Expires: 100;refresher=uac")
	}
	none[cti.Ended](d)
	d.hangUp(p, id)
}

func TestWeRefreshByReinvite(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p, "Allow: INVITE, ACK, BYE", "Session-Expires: 100;refresher=uac")
	re := p.Request("INVITE")
	if value(re, "Session-Expires") != "100;refresher=uac" {
		t.Errorf("re-INVITE:\n%s", re)
	}
	p.Answer(re, 200, "", siptest.SDP(4000, 1, "sendrecv"), "Session-Expires: 100;refresher=uac")
	p.Request("ACK")
	none[cti.SessionChanged](d) // nothing changed: the stream is left alone
	d.hangUp(p, id)
}

func TestUpdateNotImplemented(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p, "Allow: INVITE, ACK, BYE, UPDATE", "Session-Expires: 100;refresher=uac")
	p.Answer(p.Request("UPDATE"), 501, "")
	p.Answer(p.Request("INVITE"), 200, "", siptest.SDP(4000, 1, "sendrecv"), "Session-Expires: 100;refresher=uac")
	p.Request("ACK")
	d.hangUp(p, id)
}

func TestTheyRefresh(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p, "Session-Expires: 100;refresher=uas")
	leg.Request("UPDATE", "Session-Expires: 200;refresher=uac", "Supported: timer")
	if res := p.Response(200, "UPDATE"); value(res, "Session-Expires") != "200;refresher=uac" || value(res, "Require") != "timer" {
		t.Errorf("200:\n%s", res)
	}
	none[cti.Ended](d)
	d.hangUp(p, id)
}

func TestNobodyRefreshes(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p, "Session-Expires: 90;refresher=uas")
	p.Answer(p.Request("BYE"), 200, "")
	if e := next[cti.Ended](d); e.Call != id || !strings.Contains(e.Reason, "refreshed") {
		t.Errorf("%+v", e)
	}
}

func TestTimerOfIncomingCalls(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for _, c := range []struct{ asked, supported, granted string }{
		{"1800", "timer", "1800;refresher=uac"},
		{"1800;refresher=uas", "timer", "1800;refresher=uas"},
		{"1800", "x", "1800;refresher=uas"}, // only a proxy asked
	} {
		o, leg := d.called(p, "Session-Expires: "+c.asked, "Supported: "+c.supported, siptest.SDP(4000, 1, "sendrecv"))
		d.stack.Do(cti.Accept{Call: o.Call})
		ok := leg.Response(200, "INVITE")
		if got := value(ok, "Session-Expires"); got != c.granted {
			t.Errorf("%s: %s", c.asked, got)
		}
		leg.Confirm(ok)
		next[cti.Connected](d)
		d.hangUp(p, o.Call)
	}
}
