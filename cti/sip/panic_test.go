package sip

import (
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// A fault in one call ends that call, on the wire too, and no other.
func TestPanicEndsOneCallOnly(t *testing.T) {
	p := siptest.UDP(t)
	d := startPanicky(t)
	good, goodLeg := d.up(p)
	bad, badLeg := d.up(p)
	badLeg.Raw("INFO", "application/dtmf", "5")
	bye := p.Request("BYE")
	if bye.CallID().Value() != badLeg.CallID {
		t.Error("the wrong call was ended")
	}
	p.Answer(bye, 200, "")
	if e := next[cti.Ended](d); e.Call != bad || e.Reason == "" {
		t.Errorf("%+v", e)
	}
	goodLeg.Request("OPTIONS")
	p.Response(200, "OPTIONS")
	none[cti.Ended](d)
	d.hangUp(p, good)
}

func TestPanicWhileRinging(t *testing.T) {
	p := siptest.UDP(t)
	d := startPanicky(t)
	leg := p.Calling(d.addr, "2001", "panic")
	leg.Request("INVITE", `P-Asserted-Identity: <sip:panic@x>`, siptest.SDP(4000, 1, "sendrecv"))
	leg.Learn(p.Response(500, "INVITE"))
	leg.Repeat("ACK")
	id, _ := d.up(p)
	d.hangUp(p, id)
}

// startPanicky makes a desk whose owner panics on a digit and on a call from "panic": on the goroutine of the call.
func startPanicky(t *testing.T) *desk {
	return newHookedDesk(t, quick(), func(_ *desk, in cti.Input) {
		switch in := in.(type) {
		case cti.DTMFReceived:
			panic("forced")
		case cti.Offered:
			if in.Number == "panic" {
				panic("forced")
			}
		}
	})
}
