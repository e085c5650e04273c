package sip

import (
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// A new address: the far end is told by a re-INVITE with our new Contact and the port at it.
func TestNetworkChange(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	d.line.Bind = freePort(t).String()
	d.stack.Do(cti.SetLine{Config: d.line})
	re := p.Request("INVITE")
	if re.Contact().Address.HostPort() != d.line.Bind || !strings.HasPrefix(re.Source(), d.line.Bind) {
		t.Errorf("re-INVITE from %s, wanted %s:\n%s", re.Source(), d.line.Bind, re)
	}
	p.Answer(re, 200, "", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	d.hangUp(p, id)
}

func TestSameConfigurationOnlyRepeatsTheNews(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, _ := d.up(p)
	d.stack.Do(cti.SetLine{Config: d.line})
	if r := next[cti.LineRegistered](d); r.Reg.State != cti.RegDirect {
		t.Errorf("%+v", r)
	}
	d.hangUp(p, id)
	if p.Pending("INVITE") {
		t.Error("the call was disturbed")
	}
}

// The calls of a line that is removed go on; new ones do not come in.
func TestRemovedLineKeepsItsCalls(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	d.stack.Do(cti.DropLine{Line: d.line.ID})
	leg.Request("OPTIONS")
	p.Response(200, "OPTIONS")
	p.Calling(d.addr, "2001", "late").Request("INVITE", siptest.SDP(4000, 1, "sendrecv"))
	p.Response(480, "INVITE")
	d.hangUp(p, id)
	for r := (cti.LineRegistered{}); r.Reg.State != cti.RegOff; {
		r = next[cti.LineRegistered](d)
	}
}

func TestLineOnAllAddresses(t *testing.T) {
	p := siptest.UDP(t)
	port := freePort(t).Port()
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Bind, l.Domain = "0.0.0.0:"+itoa(int(port)), "" })
	id := d.dial(p)
	invite := p.Request("INVITE")
	if strings.Contains(invite.String(), "0.0.0.0") {
		t.Errorf("INVITE:\n%s", invite)
	}
	p.Answer(invite, 200, "callee", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	d.hangUp(p, id)
}
