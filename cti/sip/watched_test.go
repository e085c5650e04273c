package sip

import (
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// What the domain wants watched reaches the exchange, and what the exchange says reaches the domain.
func TestAWatchedNumberHasALamp(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Outbound = p.Addr().String() })
	d.stack.Do(cti.SetWatches{Line: d.line, Numbers: []string{"201"}})
	sub := p.Request("SUBSCRIBE")
	if got := sub.Recipient.String(); got != "sip:201@desk.test" {
		t.Errorf("subscribed to %s", got)
	}
	p.Answer(sub, 200, "pbx", "Expires: 600")
	leg := p.Taken(sub, "pbx")
	const document = `<dialog-info version="0" state="full"><dialog id="1"><state>confirmed</state><remote><identity>sip:0301%2334@pbx.test</identity></remote></dialog></dialog-info>`
	leg.Notify("dialog", "active", "application/dialog-info+xml", document)
	leg.Response(200, "NOTIFY")
	if l := next[cti.LampChanged](d).Lamp; l.State != cti.LampBusy || l.Line != "l1" || l.Number != "201" || l.Caller != "0301#34" {
		t.Errorf("%+v", l)
	}
	d.stack.Do(cti.SetLine{Config: d.line}) // the desk was restarted, and so it asks for the lamps again
	d.stack.Do(cti.SetWatches{Line: d.line, Numbers: []string{"201"}})
	if l := next[cti.LampChanged](d).Lamp; l.State != cti.LampBusy {
		t.Errorf("repeated: %+v", l)
	}
	leg.CallID = "somebody-else"
	leg.Notify("dialog", "active", "application/dialog-info+xml", document)
	leg.Response(481, "NOTIFY")
	if n := d.stack.Stats().Notifies; n != 1 {
		t.Errorf("%d NOTIFYs were refused", n)
	}
}
