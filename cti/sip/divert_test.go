package sip

import (
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

func TestRedirect(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	for why, reason := range map[string]string{"user-busy": "user-busy", "no-answer": "no-answer", "x\r\nVia: y": "unknown"} {
		o, leg := d.called(p, "Diversion: <sip:800@x>;reason=unconditional", siptest.SDP(4000, 1, "sendrecv"))
		d.stack.Do(cti.Redirect{Call: o.Call, Target: "+7495", Why: why})
		res := leg.Response(302, "INVITE")
		leg.Learn(res)
		leg.Repeat("ACK")
		by := listOf(res, "Diversion")
		if c := contactOf(res); c == nil || c.Address.String() != "sip:+7495@desk.test;user=phone" || len(by) != 2 || by[0] != "<sip:2001@desk.test>;reason="+reason+";counter=1" {
			t.Errorf("302:\n%s", res)
		}
		if e := next[cti.Ended](d); e.Call != o.Call || e.Code != 302 || !strings.Contains(e.Reason, "+7495") || e.By != cti.SideUs {
			t.Errorf("%+v", e)
		}
	}
	o, leg := d.called(p)
	d.stack.Do(cti.Redirect{Call: o.Call, Target: "a b"})
	leg.Learn(p.Response(480, "INVITE"))
	leg.Repeat("ACK")
	if e := next[cti.Ended](d); e.Code != 480 || !strings.Contains(e.Reason, "could not be sent on") {
		t.Errorf("%+v", e)
	}
}
