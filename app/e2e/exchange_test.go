//go:build cgo && linux

package e2e

import (
	"strings"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
)

// atExchange is a desk on the account 2001 of the rig's exchange.
func atExchange(t *testing.T, flags ...string) *desk {
	t.Helper()
	d := newHome(t, operatorSay)
	d.addLine("main", "2001", append([]string{"--server", server}, flags...)...)
	d.start()
	d.registered("main")
	return d
}

// answering starts phones of the rig that answer by themselves.
func (p *peers) answering(phones ...string) {
	p.t.Helper()
	for _, phone := range phones {
		p.must("phone", phone, "answer=auto")
		p.must("wait", phone, "200 OK", "30")
	}
}

// connected calls a number and waits for the answer.
func (d *desk) connected(number string, flags ...string) string {
	d.t.Helper()
	call := d.do(append([]string{"dial", number}, flags...)...)
	d.call(call, "connected", talking)
	return call
}

// R41, R43: a telephone is handed over to a group, of which one takes it.
func TestQuickTransferToAGroup(t *testing.T) {
	p := peersUp(t, "1002", "1003")
	p.answering("1001")
	d := atExchange(t)
	call := d.connected("1001")
	d.do("transfer", "4001", call)
	d.call(call, "held", held)
	p.must("wait", "1003", "INVITE sip:", "30")
	p.must("ctl", "1003", "accept")
	if c := d.call(call, "handed over", ended); c.Transfer.Phase != cti.TransferDone || !strings.Contains(c.End.Reason, "4001") {
		t.Errorf("transfer %+v, end %+v", c.Transfer, c.End)
	}
	p.must("wait", "1003", "Call established", "30")
}

// R46: two telephones of another make are joined by REFER with Replaces.
func TestConsultedTransferOfTelephones(t *testing.T) {
	p := peersUp(t)
	for _, phone := range []string{"1001", "1002"} {
		p.must("lin", phone, "answer=auto")
	}
	d := atExchange(t)
	customer := d.connected("1001")
	consult := d.do("consult", "1002", customer)
	d.call(consult, "answered", talking)
	d.call(customer, "held", held)
	d.do("confirm", customer)
	if c := d.call(customer, "handed over", ended); c.Transfer.Phase != cti.TransferDone {
		t.Errorf("transfer %+v, end %+v", c.Transfer, c.End)
	}
	d.call(consult, "over", ended)
}

// A telephone sends the desk on, which asks first.
func TestBeingTransferredByATelephone(t *testing.T) {
	p := peersUp(t)
	p.answering("1003")
	d := atExchange(t)
	script := p.plays("uas-refer")
	call := d.connected("7000")
	d.call(call, "asks", func(c cti.CallView) bool { return strings.Contains(c.Referral.Target, "1003") })
	d.do("referral", call)
	d.call(call, "over", ended)
	d.await("the other is connected", func(s *cti.Snapshot) bool {
		for _, c := range s.Calls {
			if talking(c) && c.Open && strings.Contains(c.Number, "1003") {
				return true
			}
		}
		return false
	})
	script()
}

// plays starts a scripted party; what it returns waits for its good end.
func (p *peers) plays(scenario string) (wait func()) {
	p.t.Helper()
	type outcome struct {
		said string
		code int
	}
	done := make(chan outcome, 1)
	go func() {
		said, code := p.do("sipp", scenario)
		done <- outcome{said, code}
	}()
	p.t.Cleanup(func() { done <- <-done }) // the rig goes down when its parties have
	return func() {
		p.t.Helper()
		o := <-done
		done <- o
		if o.code != 0 {
			p.t.Errorf("the scripted party %s: exit code %d: %s", scenario, o.code, o.said)
		}
	}
}

// An exchange puts the call on hold and takes it back by NOTIFY.
func TestControlledByAnExchange(t *testing.T) {
	p := peersUp(t)
	d := atExchange(t)
	script := p.plays("uas-talk")
	events := d.events()
	tells(t, events, "what there is", func(e api.Event) bool { return e.State != nil })
	call := d.do("dial", "7000")
	tells(t, events, "held from outside", func(e api.Event) bool { return e.Call != nil && e.Call.Outside && held(*e.Call) })
	tells(t, events, "taken back", func(e api.Event) bool { return e.Call != nil && string(e.Call.ID) == call && resumed(*e.Call) })
	script()
}

// tells waits until an event is so. Unlike a look at the newest state it misses nothing that lasts for a moment only.
func tells(t *testing.T, events <-chan api.Event, what string, ok func(api.Event) bool) {
	t.Helper()
	for late := time.After(patience); ; {
		select {
		case e, open := <-events:
			if !open {
				t.Fatalf("the events ended before they told: %s", what)
			}
			if ok(e) {
				return
			}
		case <-late:
			t.Fatalf("the events do not tell: %s", what)
		}
	}
}

// R24, R26: lamps and mailbox of a real presence server: free, ringing, busy, free; three messages.
func TestLampsAtAnExchange(t *testing.T) {
	p := peersUp(t, "1001", "1002")
	d := atExchange(t, "--watch", "1002")
	lamp := func(want cti.LampState) {
		t.Helper()
		d.await("the lamp "+string(want), func(s *cti.Snapshot) bool {
			return len(s.Lamps) == 1 && s.Lamps[0].State == want && !s.Lamps[0].At.IsZero()
		})
	}
	lamp(cti.LampFree)
	p.must("ctl", "1001", "dial", "1002")
	lamp(cti.LampRinging)
	p.must("ctl", "1002", "accept")
	lamp(cti.LampBusy)
	p.must("ctl", "1001", "hangup")
	lamp(cti.LampFree)
	p.must("mwi", "2001", "3", "1")
	d.await("three messages wait", func(s *cti.Snapshot) bool { return s.VoiceMail["main"].New == 3 })
}
