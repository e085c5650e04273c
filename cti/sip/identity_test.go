package sip

import (
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// Every way of showing a caller ID, byte by byte.
func TestIdentityWays(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	const own, chosen = `"Desk" <sip:2001@desk.test>`, `"Sales \"A\"" <sip:+7495@desk.test>`
	hidden := cti.Identity{Name: `Sales "A"`, Number: "+7495", Anonymous: true}
	visible := cti.Identity{Name: `Sales "A"`, Number: "+7495"}
	const anonymous = `"Anonymous" <sip:anonymous@anonymous.invalid>`
	for _, c := range []struct {
		way                cti.IdentityWay
		id                 cti.Identity
		from, header, sent string
	}{
		{"", cti.Identity{}, own, "P-Preferred-Identity", ""},
		{cti.IdentityFrom, visible, chosen, "P-Preferred-Identity", chosen},
		{cti.IdentityPPI, visible, own, "P-Preferred-Identity", chosen},
		{cti.IdentityPAI, visible, own, "P-Asserted-Identity", chosen},
		{cti.IdentityRPID, visible, own, "Remote-Party-ID", chosen + ";party=calling;screen=no;privacy=off"},
		{cti.IdentityFrom, hidden, anonymous, "P-Preferred-Identity", chosen},
		{cti.IdentityPPI, hidden, anonymous, "P-Preferred-Identity", chosen},
		{cti.IdentityPAI, hidden, anonymous, "P-Asserted-Identity", chosen},
		{cti.IdentityRPID, hidden, anonymous, "Remote-Party-ID", chosen + ";party=calling;screen=no;privacy=full"},
	} {
		d.line.Shown = c.way
		d.dial(p, func(e *cti.Invite) { e.Identity = c.id })
		invite := p.Request("INVITE")
		from, _, _ := strings.Cut(invite.From().Value(), ";tag=")
		if from != c.from || value(invite, c.header) != c.sent {
			t.Errorf("%s %+v:\nFrom %s\n%s: %s", c.way, c.id, from, c.header, value(invite, c.header))
		}
		if private := value(invite, "Privacy") == "id"; private != c.id.Anonymous || private == (invite.Contact().Address.User == "2001") {
			t.Errorf("%s %+v:\n%s", c.way, c.id, invite)
		}
		p.Answer(invite, 486, "x")
		next[cti.Ended](d)
	}
}

// An anonymous call stays anonymous in every later request.
func TestAnonymousToTheEnd(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id := d.dial(p, func(e *cti.Invite) { e.Identity.Anonymous = true })
	invite := p.Request("INVITE")
	p.Answer(invite, 200, "b", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	next[cti.Connected](d)
	d.stack.Do(cti.SetHold{Call: id, On: true})
	hold := p.Request("INVITE")
	p.Answer(hold, 200, "", siptest.SDP(4000, 2, "recvonly"))
	p.Request("ACK")
	d.stack.Do(cti.Refer{Call: id, Target: "1003", Identity: cti.Identity{Name: "Desk", Number: "2001"}})
	refer := p.Request("REFER")
	p.Answer(refer, 603, "")
	d.stack.Do(cti.Release{Call: id})
	bye := p.Request("BYE")
	p.Answer(bye, 200, "")
	next[cti.Ended](d)
	for _, text := range []string{hold.String(), refer.String(), bye.String()} {
		if head, _, _ := strings.Cut(text, "\r\n\r\n"); strings.Contains(head, "2001") {
			t.Errorf("it tells the number:\n%s", text)
		}
	}
}

func TestBelievedHeader(t *testing.T) {
	p := siptest.UDP(t)
	headers := []string{"P-Asserted-Identity: <sip:1@x>", "Remote-Party-ID: <sip:2@x>;party=calling", "P-Preferred-Identity: <sip:3@x>"}
	for way, want := range map[cti.IdentityWay]string{"": "1", cti.IdentityPAI: "1", cti.IdentityRPID: "2", cti.IdentityPPI: "3", cti.IdentityFrom: "caller"} {
		d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Believed = way })
		o, leg := d.called(p, append(headers, siptest.SDP(4000, 1, "sendrecv"))...)
		if o.Number != want {
			t.Errorf("%q: %s, want %s", way, o.Number, want)
		}
		leg.Repeat("CANCEL")
		next[cti.Ended](d)
	}
	d := newDesk(t, quick())
	o, leg := d.called(p, "Remote-Party-ID: <sip:2@x>;privacy=full", siptest.SDP(4000, 1, "sendrecv"))
	if o.Number != "caller" {
		t.Errorf("a private identity is shown: %+v", o)
	}
	leg.Repeat("CANCEL")
	next[cti.Ended](d)
}

// An exchange that finds somebody else says so while it still rings.
func TestIdentityBeforeTheAnswer(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 183, "b")
	next[cti.Progressed](d)
	leg := p.Taken(invite, "b")
	leg.Local = strings.Replace(leg.Local, "1001", "1003", 1)
	leg.Request("UPDATE", "X-No: body")
	p.Response(200, "UPDATE")
	if i := next[cti.Identified](d); i.Number != "1003" {
		t.Errorf("%+v", i)
	}
	p.Answer(invite, 486, "b")
	next[cti.Ended](d)
}

// Who is at the other end changes within a call: by PAI in an UPDATE without a description, and by From (RFC 4916),
// which is the address of the far end from then on.
func TestChangedIdentity(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	id, leg := d.up(p)
	leg.Request("UPDATE", `P-Asserted-Identity: "Boris" <sip:1002@x>`)
	p.Response(200, "UPDATE")
	if i := next[cti.Identified](d); i.Call != id || i.Number != "1002" || i.Name != "Boris" {
		t.Errorf("%+v", i)
	}
	leg.Request("UPDATE", `P-Asserted-Identity: "Spy" <sip:1004@x>`, "Privacy: id")
	p.Response(200, "UPDATE")
	leg.Local = strings.Replace(leg.Local, "1001", "1003", 1)
	leg.Request("INVITE", siptest.SDP(4000, 1, "sendrecv"))
	p.Response(200, "INVITE")
	leg.Request("ACK")
	if i := next[cti.Identified](d); i.Number != "1003" {
		t.Errorf("%+v", i)
	}
	d.stack.Do(cti.Release{Call: id})
	bye := p.Request("BYE")
	if bye.To().Address.User != "1003" {
		t.Errorf("BYE to %s", bye.To().Value())
	}
	p.Answer(bye, 200, "")
	next[cti.Ended](d)
	none[cti.Identified](d)
}
