package sip

import (
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// A far end that refuses the offer that leaves it the choice is asked once more, for encrypted sound only.
func TestSecondOfferIsEncryptedOnly(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.SRTP = cti.SRTPOptional })
	d.dial(p)
	first := p.Request("INVITE")
	if body := string(first.Body()); !strings.Contains(body, " RTP/AVP ") || !strings.Contains(body, "a=crypto:") {
		t.Errorf("the first offer leaves no choice:\n%s", body)
	}
	p.Answer(first, 488, "callee")
	second := p.Request("INVITE")
	if body := string(second.Body()); !strings.Contains(body, " RTP/SAVP ") || !strings.Contains(body, "a=crypto:") {
		t.Errorf("the second offer is not for encrypted sound only:\n%s", body)
	}
	if second.CSeq().SeqNo <= first.CSeq().SeqNo || second.CallID().Value() != first.CallID().Value() {
		t.Errorf("%v %v after %v %v", second.CallID(), second.CSeq(), first.CallID(), first.CSeq())
	}
	p.Answer(second, 488, "callee")
	if e := next[cti.Ended](d); e.Code != 488 || e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
}

// Where the line allows encrypted sound only, there is no second offer, and the reason says what the matter was.
func TestRefusedEncryptionIsNamed(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.SRTP = cti.SRTPRequired })
	d.dial(p)
	p.Answer(p.Request("INVITE"), 488, "callee")
	if e := next[cti.Ended](d); e.Code != 488 || !strings.Contains(e.Reason, "encrypted sound") {
		t.Errorf("%+v", e)
	}
}
