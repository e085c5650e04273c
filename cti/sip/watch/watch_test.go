package watch

import (
	"fmt"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// watching is a desk that watches 201, and the exchange's side of the subscription.
func watching(t *testing.T, seconds int, change ...func(*Config)) (*desk, *sip.Request, *siptest.Leg) {
	t.Helper()
	d := newDesk(t, change...)
	d.w.Set([]string{"201"})
	req, leg := d.subscribed(seconds)
	return d, req, leg
}

func TestALampFollowsThePhone(t *testing.T) {
	d, req, leg := watching(t, 600)
	if got := req.Recipient.String(); got != "sip:201@pbx.test" || value(req, "Event") != "dialog" || value(req, "Accept") != dialogType {
		t.Errorf("subscribed to %s, %q", got, value(req, "Event"))
	}
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	tell(leg, info(1, "partial", dialogAs("a", "early", "recipient")))
	l := d.lamp(cti.LampRinging)
	if l.Caller != "030a" || l.Pickup == nil || *l.Pickup != (cti.Dialog{CallID: "call-a", LocalTag: "here", RemoteTag: "there", Target: "sip:030a@192.0.2.7:5070"}) {
		t.Errorf("ringing: %+v %+v", l, l.Pickup)
	}
	tell(leg, info(2, "partial", dialogAs("a", "confirmed", "recipient")))
	if l := d.lamp(cti.LampBusy); l.Pickup != nil || l.Caller != "030a" {
		t.Errorf("in the call: %+v", l)
	}
	tell(leg, info(3, "partial", dialogAs("b", "early", "recipient")))
	if l := d.lamp(cti.LampBusy); l.Caller != "030b" || l.Pickup == nil {
		t.Errorf("a second call rings: %+v", l)
	}
	tell(leg, info(4, "partial", dialogAs("a", "terminated", "recipient")))
	d.lamp(cti.LampRinging)
	tell(leg, info(5, "full", dialogAs("b", "terminated", "recipient")))
	d.lamp(cti.LampFree)
}

// Whoever calls is taken, not ringing: nothing can be picked up there.
func TestAPhoneThatCallsIsBusy(t *testing.T) {
	d, _, leg := watching(t, 600)
	tell(leg, info(0, "full", dialogAs("a", "early", "initiator")))
	if l := d.lamp(cti.LampBusy); l.Pickup != nil {
		t.Errorf("%+v", l)
	}
}

// The NOTIFY may overtake the 200, and come from another phone behind the proxy than the one that answers (RFC 6665 section 4.4.1).
func TestTheFirstNotifyMakesTheDialog(t *testing.T) {
	d := newDesk(t)
	d.w.Set([]string{"201"})
	req := d.peer.Request("SUBSCRIBE")
	leg := d.peer.Taken(req, "fork1")
	tell(leg, info(0, "full", dialogAs("a", "confirmed", "recipient")))
	d.lamp(cti.LampBusy)
	d.grant(req, 10)
	other := *leg
	other.Local = d.peer.Taken(req, "fork2").Local
	other.Notify("dialog", "active", dialogType, info(0, "full"))
	other.Response(481, "NOTIFY")
	d.dark()
	refresh := d.peer.Request("SUBSCRIBE")
	if tag := tagOf(refresh.To().Params); tag != "fork1" || refresh.CallID().Value() != leg.CallID {
		t.Errorf("the refresh goes to %q", tag)
	}
}

func TestAGapAsksForTheWholeOnce(t *testing.T) {
	d, first, leg := watching(t, longest)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	tell(leg, info(4, "partial", dialogAs("a", "confirmed", "recipient")))
	d.lamp(cti.LampBusy)
	again, _ := d.subscribed(longest)
	if again.CallID().Value() != first.CallID().Value() || again.CSeq().SeqNo <= first.CSeq().SeqNo {
		t.Errorf("asked for the whole outside of the dialog: %s", again.CallID().Value())
	}
	tell(leg, info(9, "partial", dialogAs("a", "early", "recipient"))) // never the whole, never without a gap
	d.lamp(cti.LampRinging)
	tell(leg, info(15, "partial", dialogAs("a", "confirmed", "recipient")))
	d.lamp(cti.LampBusy)
	tell(leg, info(16, "full"))
	d.lamp(cti.LampFree)
	if d.peer.Pending("SUBSCRIBE") {
		t.Error("asked for the whole again")
	}
}

func TestALateNotifyChangesNothing(t *testing.T) {
	d, _, leg := watching(t, 600)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	leg.CSeq += 2
	leg.Renotify("dialog", "active", dialogType, info(2, "full", dialogAs("a", "confirmed", "recipient")))
	leg.Response(200, "NOTIFY")
	d.lamp(cti.LampBusy)
	leg.CSeq--
	leg.Renotify("dialog", "active", dialogType, info(1, "full", dialogAs("a", "early", "recipient")))
	leg.Response(200, "NOTIFY")
	d.dark()
}

// Some exchanges begin to count anew in a living dialog. When no repetition can be under way any more that is news.
func TestACSeqThatBeginsAnewIsBelieved(t *testing.T) {
	const t1 = 500 * time.Millisecond
	req := sip.NewRequest(sip.NOTIFY, sip.Uri{})
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.NOTIFY})
	d := &dialog{heard: true, peerCSeq: 50, peerAt: time.Now().Add(-65 * t1)}
	if d.late(req, t1) {
		t.Error("a count that began anew is not believed")
	}
	if !d.late(req, t1) {
		t.Error("a repetition is news")
	}
}

func TestRefreshAndALostSubscription(t *testing.T) {
	d, first, leg := watching(t, 50)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	refresh := d.peer.Request("SUBSCRIBE")
	if tagOf(refresh.To().Params) != "pbx" || refresh.CallID().Value() != first.CallID().Value() {
		t.Errorf("the refresh is outside of the dialog: %s", refresh.To().Value())
	}
	d.peer.Answer(refresh, 481, "pbx")
	anew := d.peer.Request("SUBSCRIBE")
	if tagOf(anew.To().Params) != "" || anew.CallID().Value() == first.CallID().Value() {
		t.Error("the new subscription has the old Call-ID")
	}
	d.dark()
}

func TestTheEndOfASubscription(t *testing.T) {
	for state, want := range map[string]string{
		"terminated;reason=deactivated":               "",
		"terminated;reason=timeout":                   "",
		"terminated":                                  "",
		"terminated;reason=probation;retry-after=1":   "The exchange wants to be asked later.",
		"terminated;reason=giveup":                    "The exchange wants to be asked later.",
		"terminated;reason=timeout;retry-after=\"1\"": "The exchange wants to be asked later.",
	} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			d, first, leg := watching(t, 600)
			tell(leg, info(0, "full"))
			d.lamp(cti.LampFree)
			leg.Notify("dialog", state, "", "")
			leg.Response(200, "NOTIFY")
			anew, _ := d.subscribed(600)
			if anew.CallID().Value() == first.CallID().Value() {
				t.Error("the new subscription has the old Call-ID")
			}
			if want == "" {
				d.dark()
			} else if l := d.lamp(cti.LampUnknown); l.Note != want {
				t.Errorf("%q", l.Note)
			}
		})
	}
}

// What is refused for good says why on the lamp, and is not asked for again soon.
func TestRefusals(t *testing.T) {
	for code, want := range map[int]string{
		403: "The exchange does not allow this line to watch it.",
		404: "The exchange does not know this number.",
		489: "The exchange has no lamps.",
		606: "The exchange refuses to be watched (606).",
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.w.Set([]string{"201"})
			d.peer.Answer(d.peer.Request("SUBSCRIBE"), code, "pbx")
			if l := d.lamp(cti.LampUnknown); l.Note != want {
				t.Errorf("%q", l.Note)
			}
		})
	}
	d, _, leg := watching(t, 600)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	leg.Notify("dialog", "terminated;reason=rejected", "", "")
	if l := d.lamp(cti.LampUnknown); l.Note == "" {
		t.Error("no reason")
	}
}

func TestATroubledExchangeIsAskedAgain(t *testing.T) {
	d := newDesk(t)
	d.w.Set([]string{"201"})
	first := d.peer.Request("SUBSCRIBE")
	d.peer.Answer(first, 500, "pbx", "Retry-After: 8 (starting)")
	d.lamp(cti.LampUnknown)
	again, leg := d.subscribed(600)
	if again.CallID().Value() == first.CallID().Value() {
		t.Error("the Call-ID is the old one")
	}
	tell(leg, info(0, "full"))
	if l := d.lamp(cti.LampFree); l.Note != "" {
		t.Errorf("the old trouble is still told: %q", l.Note)
	}
}

func TestTooBriefIsAskedForLonger(t *testing.T) {
	d := newDesk(t)
	d.w.Set([]string{"201"})
	d.peer.Answer(d.peer.Request("SUBSCRIBE"), 423, "pbx", "Min-Expires: 3600")
	if got := value(d.peer.Request("SUBSCRIBE"), "Expires"); got != "3600" {
		t.Errorf("asked for %s seconds", got)
	}
}

// An exchange that accepts and then says nothing has no subscription (RFC 6665 section 4.1.2.4).
func TestSilenceIsToldAsSuch(t *testing.T) {
	d, _, _ := watching(t, 600, func(c *Config) { c.T1 = time.Millisecond })
	if l := d.lamp(cti.LampUnknown); l.Note != "The exchange says nothing about it." {
		t.Errorf("%q", l.Note)
	}
}
