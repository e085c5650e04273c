package sip

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// switched is a desk whose events go to a real Switchboard, and whose effects come from there.
type switched struct {
	*desk
	board *cti.Switchboard
}

// nowhere takes what the other ports would do.
type nowhere struct{}

func (nowhere) Do(cti.Effect)                             {}
func (nowhere) Append(cti.Entry) error                    { return nil }
func (nowhere) Checkpoint(int64, time.Time, []byte) error { return nil }

// toStack hands effects over as soon as there is a stack.
type toStack struct{ stack atomic.Pointer[Stack] }

func (s *toStack) Do(e cti.Effect) {
	if stack := s.stack.Load(); stack != nil {
		stack.Do(e)
	}
}

// newSwitched starts both, with transfers that leave at once.
func newSwitched(t *testing.T, change ...func(*cti.LineConfig)) *switched {
	t.Helper()
	out := &toStack{}
	board := cti.NewSwitchboard(cti.Config{
		SIP: out, Media: nowhere{}, History: nowhere{}, Journal: nowhere{},
		Desk: func() cti.DeskInfo { return cti.DeskInfo{} }, Log: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(board.Close)
	board.Post(cti.ProfileSet{Profile: cti.Profile{Name: "test"}})
	s := &switched{board: board}
	s.desk = newHookedDesk(t, quick(), func(_ *desk, in cti.Input) { board.Post(in) }, change...)
	out.stack.Store(s.stack)
	board.Post(cti.LineSet{Config: s.line})
	s.until("the line is ready", func(sn *cti.Snapshot) bool { return len(sn.Lines) == 1 && sn.Lines[0].Usable })
	return s
}

// until waits for a Snapshot.
func (s *switched) until(what string, fits func(*cti.Snapshot) bool) {
	s.t.Helper()
	wake, cancel := s.board.Watch()
	defer cancel()
	deadline := time.NewTimer(siptest.Patience)
	defer deadline.Stop()
	for !fits(s.board.Snapshot()) {
		select {
		case <-wake:
		case <-deadline.C:
			s.t.Fatalf("in vain: %s; calls: %+v", what, s.board.Snapshot().Calls)
		}
	}
}

// call waits until a call fits.
func (s *switched) call(what string, id cti.CallID, fits func(cti.CallView) bool) {
	s.t.Helper()
	s.until(what, func(sn *cti.Snapshot) bool {
		for _, c := range sn.Calls {
			if c.ID == id && fits(c) {
				return true
			}
		}
		return false
	})
}

// ask gives a command that must be allowed.
func (s *switched) ask(cmd cti.Command) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), siptest.Patience)
	defer cancel()
	if err := s.board.Ask(ctx, cmd); err != nil {
		s.t.Fatalf("%s: %v", cmd.Kind(), err)
	}
}

// talk calls a peer, which answers.
func (s *switched) talk(p *siptest.Peer) (cti.CallID, *siptest.Leg) {
	s.t.Helper()
	id := cti.NewCallID()
	s.ask(cti.Dial{Call: id, Number: p.URI("1001")})
	return id, s.answered(p, id)
}

// answered lets a peer answer a call that is on its way to it.
func (s *switched) answered(p *siptest.Peer, id cti.CallID) *siptest.Leg {
	s.t.Helper()
	invite := p.Request("INVITE")
	p.Answer(invite, 200, "b", "Allow: INVITE, ACK, BYE, REFER, NOTIFY", "Supported: replaces", siptest.SDP(4000, 1, "sendrecv"))
	p.Request("ACK")
	s.call("the call is up", id, func(c cti.CallView) bool { return c.Phase == cti.PhaseTalking })
	return p.Taken(invite, "b")
}

// reheld answers a hold or a resume.
func reheld(p *siptest.Peer, direction string) {
	p.Answer(p.Request("INVITE"), 200, "", siptest.SDP(4000, 2, direction))
	p.Request("ACK")
}

// R41, R42: the customer is held at once, stays held when the target is busy, and leaves when it answers.
func TestR42RefusedTransferKeepsTheCustomerOnHold(t *testing.T) {
	p := siptest.UDP(t)
	s := newSwitched(t)
	id, leg := s.talk(p)
	s.ask(cti.QuickTransfer{Call: id, Number: "1003"})
	reheld(p, "recvonly")
	p.Answer(p.Request("REFER"), 202, "")
	tell(t, leg, "refer", "terminated", "SIP/2.0 486 Busy Here", 200)
	s.call("held, with the reason", id, func(c cti.CallView) bool {
		return c.Phase == cti.PhaseTalking && c.Held && c.Transfer.Phase == cti.TransferFailed && c.Transfer.Code == 486 && c.Transfer.Note != ""
	})
	s.ask(cti.QuickTransfer{Call: id, Number: "1004"})
	p.Answer(p.Request("REFER"), 202, "")
	tell(t, leg, "refer", "terminated", "SIP/2.0 200 OK", 200)
	p.Answer(p.Request("BYE"), 200, "")
	s.call("handed over", id, func(c cti.CallView) bool {
		return c.Phase == cti.PhaseEnded && strings.Contains(c.End.Reason, "1004")
	})
}

// R46: customer and consulted party are joined by REFER with Replaces, and both calls leave the desk.
func TestR46TransferFromConsult(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	s := newSwitched(t)
	customer, leg := s.talk(p)
	consult := cti.NewCallID()
	s.ask(cti.StartConsult{Call: consult, For: customer, Number: q.URI("1002")})
	reheld(p, "recvonly")
	other := s.answered(q, consult)
	s.ask(cti.Confirm{Call: consult})
	refer := p.Request("REFER")
	if to := value(refer, "Refer-To"); !strings.Contains(to, "Replaces="+escapeHeader(other.CallID)) {
		t.Errorf("Refer-To: %s", to)
	}
	p.Answer(refer, 202, "")
	other.Request("BYE") // the customer's call takes its place there
	q.Response(200, "BYE")
	tell(t, leg, "refer", "terminated", "SIP/2.0 200 OK", 200)
	p.Answer(p.Request("BYE"), 200, "")
	s.until("both have left", func(sn *cti.Snapshot) bool {
		for _, c := range sn.Calls {
			if c.Phase != cti.PhaseEnded {
				return false
			}
		}
		return len(sn.Calls) == 2
	})
}

// A far end's REFER is followed when the operator says so, and the far end hears how it goes.
func TestReferralIsFollowedByTheOperator(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	s := newSwitched(t)
	id, leg := s.talk(p)
	leg.Request("REFER", "Refer-To: <"+q.URI("1003")+">", "Referred-By: <sip:boss@x>")
	s.call("asked", id, func(c cti.CallView) bool { return c.Referral.Target == q.URI("1003") && c.Referral.By == "boss" })
	follow := cti.NewCallID()
	s.ask(cti.FollowReferral{Call: id, Accept: true, New: follow})
	p.Response(202, "REFER")
	reheld(p, "recvonly")
	if frag, _, _ := told(p); frag != "SIP/2.0 100 Trying" {
		t.Errorf("%q", frag)
	}
	s.answered(q, follow)
	if frag, state, _ := told(p); frag != "SIP/2.0 200 OK" || !strings.HasPrefix(state, "terminated") {
		t.Errorf("%q %q", frag, state)
	}
	leg.Request("BYE")
	s.call("the old one is over", id, func(c cti.CallView) bool { return c.Phase == cti.PhaseEnded })
	s.call("the new one is open", follow, func(c cti.CallView) bool { return c.Call.Open() })
	s.ask(cti.Hangup{Call: follow})
	q.Answer(q.Request("BYE"), 200, "")
	s.call("over", follow, func(c cti.CallView) bool { return c.Phase == cti.PhaseEnded })
}

// A held customer whose place another call takes stays held: nobody is heard whom the operator does not want.
func TestReplacedCustomerStaysHeld(t *testing.T) {
	p, q := siptest.UDP(t), siptest.UDP(t)
	s := newSwitched(t)
	old, leg := s.talk(p)
	s.ask(cti.Hold{Call: old, On: true})
	reheld(p, "recvonly")
	s.call("held", old, func(c cti.CallView) bool { return c.Held && c.HeldAgreed })
	other := q.Calling(s.addr, "2001", "new")
	other.Request("INVITE", replacesFor(leg), siptest.SDP(4100, 1, "sendrecv"))
	ok := other.Response(200, "INVITE")
	bodyHas(t, ok.Body(), "sendonly")
	other.Confirm(ok)
	p.Answer(p.Request("BYE"), 200, "")
	s.until("the new one is in its place", func(sn *cti.Snapshot) bool {
		for _, c := range sn.Calls {
			if c.ID != old && c.Phase == cti.PhaseTalking && c.Held && c.HeldAgreed {
				return true
			}
		}
		return false
	})
	other.Request("BYE")
	q.Response(200, "BYE")
}
