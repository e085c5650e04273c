package exchange

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// up makes a call of the desk's first line that is answered.
func (s *stack) up(id cti.CallID, number string) {
	s.t.Helper()
	s.Do(cti.Invite{Call: id, Line: s.lines[0], Target: number})
	wait(s, func(c cti.Connected) bool { return c.Call == id })
}

// referring waits for news of a transfer with a code, of the target.
func (s *stack) referring(id cti.CallID, code int) cti.Referring {
	s.t.Helper()
	return wait(s, func(r cti.Referring) bool { return r.Call == id && !r.OfRefer && r.Code == code })
}

func TestTransfers(t *testing.T) {
	for target, code := range map[string]int{"202": 200, "204": 486, "206": 603, "299": 404, "211": 200, "205": 480, "0301234567": 200, "230": 200} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, quick(t, func(c *Config) { c.Patience = 50 * time.Millisecond }))
			s.up("c1", "201")
			s.Do(cti.Refer{Call: "c1", Target: target})
			if r := wait(s, func(r cti.Referring) bool { return r.OfRefer }); r.Code != 202 {
				t.Errorf("REFER: %+v", r)
			}
			if r := s.referring("c1", code); !r.Over {
				t.Errorf("the end is not told as such: %+v", r)
			}
		})
	}
}

func TestATransferToTheDesksOtherLineRingsThere(t *testing.T) {
	s := newStack(t, quick(t, nil))
	s.up("c1", "201")
	s.Do(cti.Refer{Call: "c1", Target: "2002"})
	call := wait(s, func(cti.Offered) bool { return true })
	if call.Line != "practice-2002" || call.Name != "Anna Berger" {
		t.Errorf("%+v", call)
	}
	s.Do(cti.Accept{Call: call.Call})
	s.referring("c1", 200)
}

// The customer's phone takes the place of the desk at the colleague, whose phone hangs up at the desk.
func TestAnAttendedTransferJoinsTheTwo(t *testing.T) {
	x := quick(t, nil)
	s := newStack(t, x)
	if err := x.CallIn("2001"); err != nil {
		t.Fatal(err)
	}
	customer := wait(s, func(cti.Offered) bool { return true }).Call
	s.Do(cti.Accept{Call: customer})
	wait(s, func(c cti.Connected) bool { return c.Call == customer })
	s.up("c2", "202")
	s.Do(cti.Refer{Call: customer, Replaces: "c2"})
	if r := s.referring(customer, 200); !r.Over {
		t.Errorf("%+v", r)
	}
	if e := wait(s, func(e cti.Ended) bool { return e.Call == "c2" }); e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
}

func TestPhonesThatAreDifficultToTransfer(t *testing.T) {
	s := newStack(t, quick(t, nil))
	s.up("c1", "207")
	s.Do(cti.Refer{Call: "c1", Target: "202"})
	if r := wait(s, func(r cti.Referring) bool { return r.OfRefer }); r.Code != 405 || !r.Cannot {
		t.Errorf("207: %+v", r)
	}
	s.up("c2", "208")
	s.Do(cti.Refer{Call: "c2", Target: "202"})
	if r := s.referring("c2", 180); r.Over {
		t.Errorf("208: %+v", r)
	}
	s.Do(cti.Release{Call: "c2"})
	wait(s, func(e cti.Ended) bool { return e.Call == "c2" })
	for _, in := range s.kept {
		if r, ok := in.(cti.Referring); ok && r.Call == "c2" && r.Over {
			t.Errorf("208 told how it ended: %+v", r)
		}
	}
}

// lamp waits until a number's lamp has a state.
func (s *stack) lamp(number string, state cti.LampState) cti.Lamp {
	s.t.Helper()
	return wait(s, func(l cti.LampChanged) bool { return l.Lamp.Number == number && l.Lamp.State == state }).Lamp
}

func TestLampsOfColleagues(t *testing.T) {
	s := newStack(t, quick(t, func(c *Config) { c.Absent = -1 }))
	if !slices.Contains(s.lines[0].Watch, "209") || slices.Contains(s.lines[0].Watch, "220") {
		t.Errorf("watched: %v", s.lines[0].Watch)
	}
	s.Do(cti.SetWatches{Line: s.lines[0], Numbers: []string{"201", "204"}})
	s.lamp("204", cti.LampBusy)
	s.lamp("201", cti.LampFree)
	s.up("c1", "201")
	if l := s.lamp("201", cti.LampBusy); l.Caller != "2001" {
		t.Errorf("%+v", l)
	}
	s.Do(cti.Release{Call: "c1"})
	s.lamp("201", cti.LampFree)
}

// A call rings for the colleague who is out: it is taken by the dialog that her lamp names, and by the feature code.
func TestPickup(t *testing.T) {
	x := quick(t, func(c *Config) { c.Absent = -1 })
	s := newStack(t, x)
	s.Do(cti.SetWatches{Line: s.lines[0], Numbers: []string{"209"}})
	s.lamp("209", cti.LampFree)
	for id, invite := range map[cti.CallID]func(cti.Lamp) cti.Invite{
		"c1": func(l cti.Lamp) cti.Invite { return cti.Invite{Target: l.Pickup.Target, Take: l.Pickup} },
		"c2": func(cti.Lamp) cti.Invite { return cti.Invite{Target: s.lines[0].Pickup + "209"} },
	} {
		if err := x.RingAbsent(); err != nil {
			t.Fatal(err)
		}
		l := s.lamp("209", cti.LampRinging)
		if l.Caller != second.Number.Number || l.Pickup == nil {
			t.Fatalf("%+v", l)
		}
		e := invite(l)
		e.Call, e.Line = id, s.lines[0]
		s.Do(e)
		if up := wait(s, func(c cti.Connected) bool { return c.Call == id }); up.Name != second.Name {
			t.Errorf("%s: %+v", id, up)
		}
		s.lamp("209", cti.LampFree)
		late := e
		late.Call += "-late"
		s.Do(late)
		if end := wait(s, func(e cti.Ended) bool { return e.Call == late.Call }); end.Code != 481 && end.Code != 404 {
			t.Errorf("too late: %+v", end)
		}
	}
}

// The desk may take over a call of its other line.
func TestACallTakesThePlaceOfAnother(t *testing.T) {
	x := quick(t, nil)
	d := newDesk(t, x)
	first := d.dial("202", "pcma")
	first.answered(false)
	d.cseq = 0
	k := d.newTalk("202", "pcma")
	k.callID = "second"
	offer := k.offer(false)
	invite := func(tag string) *sip.Request {
		req := d.request(sip.INVITE, "202", k.callID, "")
		req.AppendHeader(sip.NewHeader("Replaces", first.callID+";to-tag="+tag+";from-tag=desk"))
		setSDP(req, offer)
		return req
	}
	try := func(tag string) int {
		all, _ := d.send(invite(tag))
		again := invite(tag)
		again.AppendHeader(d.credentials(d.final(all), "Proxy-Authenticate", again, d.account.Password))
		k.all, _ = d.send(again)
		return d.next(k.all).StatusCode
	}
	if got := try("guessed"); got != 481 {
		t.Errorf("a guessed tag: %d", got)
	}
	if got := try(first.tag); got != 200 {
		t.Fatalf("%d", got)
	}
	if tx := <-d.incoming; tx.Request().Method != sip.BYE || tx.Request().CallID().Value() != first.callID {
		t.Errorf("%s in %s", tx.Request().Method, tx.Request().CallID().Value())
	}
}

func TestTheConferenceRoom(t *testing.T) {
	x := quick(t, nil)
	s := newStack(t, x)
	for id, number := range map[cti.CallID]string{"c1": "201", "c2": "202"} {
		s.up(id, number)
		s.Do(cti.Refer{Call: id, Target: s.lines[0].Room})
		s.referring(id, 200)
		s.Do(cti.Release{Call: id})
	}
	d := newDesk(t, x)
	k := d.dial(roomNumber, "pcma")
	res := k.answered(false)
	if !strings.Contains(value(res, "Contact"), "isfocus") {
		t.Errorf("Contact %q", value(res, "Contact"))
	}
	if got := who(x, k.hear(1200)[1600:], 8000); !slices.Equal(got, []string{"Anna Berger", "Bruno Costa"}) {
		t.Errorf("heard %v", got)
	}
	k.bye()
	again := d.dial(roomNumber, "pcma")
	again.callID = "again"
	if x.room.people() != nil {
		t.Error("the others stayed without their chairman")
	}
}

func TestTheMailbox(t *testing.T) {
	s := newStack(t, quick(t, nil))
	mail := func(want cti.VoiceMail) {
		t.Helper()
		wait(s, func(m cti.VoiceMailChanged) bool { return m.Line == s.lines[0].ID && m.VoiceMail == want })
	}
	s.Do(cti.SetWatches{Line: s.lines[0]}) // tells the mailbox again, if its news has come already
	mail(cti.VoiceMail{Waiting: true, New: 1, Account: mailboxNumber})
	s.up("c1", mailboxNumber)
	mail(cti.VoiceMail{Account: mailboxNumber})
}

// A call that the desk sends on to its other line rings there.
func TestACallThatIsSentOnRingsThere(t *testing.T) {
	x := quick(t, nil)
	s := newStack(t, x)
	if err := x.CallIn("2001"); err != nil {
		t.Fatal(err)
	}
	call := wait(s, func(cti.Offered) bool { return true })
	s.Do(cti.Redirect{Call: call.Call, Target: "2002", Why: "unconditional"})
	if next := wait(s, func(o cti.Offered) bool { return o.Line == "practice-2002" }); next.Name != customer.Name {
		t.Errorf("%+v", next)
	}
}
