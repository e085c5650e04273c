package cti

import (
	"strings"
	"testing"
)

// describes compares what a call is after a way with what an operator would be told.
func describes(t *testing.T, s State, id CallID, want string) {
	t.Helper()
	if got := describe(s, id, nil, nil); got != want {
		t.Errorf("%s is %q, want %q", id, got, want)
	}
}

// sent finds the effects of one kind.
func sent[T Effect](effects []Effect) []T {
	var out []T
	for _, e := range effects {
		if e, ok := e.(T); ok {
			out = append(out, e)
		}
	}
	return out
}

// refuses checks that a command is refused in given words.
func refuses(t *testing.T, s State, c Command, words string) {
	t.Helper()
	if _, _, err := Step(s, c, noon); err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: %v, want a refusal with %q", c.Kind(), err, words)
	}
}

// TestR44ConsultStart: it needs a connected call; the customer goes on hold.
func TestR44ConsultStart(t *testing.T) {
	s, effects := play(t, desk(), then(talking, StartConsult{Call: "y", For: "x", Number: "2055", Context: map[string]string{"case": "7"}})...)
	describes(t, s, "x", "talking held")
	if invite := sent[Invite](effects); len(invite) != 1 || invite[0].Target != "2055" || invite[0].Context["case"] != "7" {
		t.Errorf("invited %+v", invite)
	}
	ringing, _ := play(t, desk(), offered...)
	refuses(t, ringing, StartConsult{Call: "y", For: "x", Number: "2055"}, "not connected")
	refuses(t, s, StartConsult{Call: "z", For: "x", Number: "2066"}, "second call for this one already")
	refuses(t, s, StartConsult{Call: "z", Number: "2066"}, "Select a call first")
}

// TestR45Swap: to and fro, one of them always on hold.
func TestR45Swap(t *testing.T) {
	s, _ := play(t, desk(), consulting...)
	for i, open := range []CallID{"x", "y", "x"} {
		s, _ = play(t, s, Swap{Call: []CallID{"x", "y"}[i%2]}) // either leg may be named
		for _, id := range []CallID{"x", "y"} {
			if c, _ := s.Call(id); c.Held == (id == open) {
				t.Errorf("swap %d: %s held is %t", i, id, c.Held)
			}
		}
	}
	waits, _ := play(t, desk(), consultRings...)
	refuses(t, waits, Swap{Call: "x"}, "has not answered")
}

// TestR46TransferFromConsult: REFER with Replaces; both legs end here when the far end says that it has worked.
func TestR46TransferFromConsult(t *testing.T) {
	s, effects := play(t, desk(), handing...)
	if refer := sent[Refer](effects); len(refer) != 1 || refer[0].Call != "x" || refer[0].Replaces != "y" || refer[0].Target != "" {
		t.Fatalf("REFER %+v", refer)
	}
	s, effects = play(t, s, Referring{Call: "x", Code: 202, OfRefer: true}, Referring{Call: "x", Code: 200, Over: true})
	if released := sent[Release](effects); len(released) != 2 {
		t.Errorf("released %+v", released)
	}
	if x, _ := s.Call("x"); x.End.Reason != "Transferred to 2055." {
		t.Errorf("the customer's row says %q", x.End.Reason)
	}
}

// TestR40ConfirmOtherWays: a customer that takes no REFER is asked to come the other way round; where neither side can,
// the desk joins them and says so before.
func TestR40ConfirmOtherWays(t *testing.T) {
	noRefer := func(id CallID) Input { return PeerLearned{Call: id, Peer: PeerFacts{NoRefer: true}} }
	s, effects := play(t, desk(), then(consulting, noRefer("x"), Confirm{Call: "x"})...)
	if refer := sent[Refer](effects); len(refer) != 1 || refer[0].Call != "y" || refer[0].Replaces != "x" {
		t.Errorf("REFER %+v", refer)
	}
	s, _ = play(t, s, Referring{Call: "y", Code: 486})
	describes(t, s, "x", "talking held transfer-failed limited")

	s, _ = play(t, desk(), then(consulting, noRefer("x"), noRefer("y"))...)
	plan := View(s, DeskInfo{}, 0, noon).Calls[0].Plans[VerbConfirm]
	if !strings.Contains(plan, "through this desk") {
		t.Errorf("said before: %q", plan)
	}
	s, effects = play(t, s, Confirm{Call: "y"})
	if len(sent[Refer](effects)) != 0 || plays(PlanFor(s)) != "y>x x>y" {
		t.Errorf("joined here: %v, %q", effects, plays(PlanFor(s)))
	}
	s, _ = play(t, s, Ended{Call: "y", By: SidePeer})
	if x, _ := s.Call("x"); x.Phase != PhaseEnding {
		t.Errorf("a bridge whose other side has gone: %s", x.Phase)
	}
}

// TestR40OtherExchange: numbers and dialogs of one exchange mean nothing to another.
func TestR40OtherExchange(t *testing.T) {
	base := desk()
	base.Lines[1].Reg, base.Lines[1].Config.Server = Registration{State: RegOK}, "other.example.net"
	s, _ := play(t, base, then(talking, StartConsult{Call: "y", For: "x", Line: "sales", Number: "2055"}, Progressed{Call: "y", Code: 180})...)
	refuses(t, s, Confirm{Call: "x"}, "wait for an answer")
	s, effects := play(t, s, Connected{Call: "y", Session: session(1)}, Confirm{Call: "x"})
	if len(sent[Refer](effects)) != 0 || plays(PlanFor(s)) != "y>x x>y" {
		t.Errorf("joined by %v, sounds %q", effects, plays(PlanFor(s)))
	}
}

// TestR40ConfirmBeforeAnswer: our call is cancelled first, then the customer is sent there.
func TestR40ConfirmBeforeAnswer(t *testing.T) {
	s, effects := play(t, desk(), sendingOn...)
	if len(sent[Refer](effects)) != 0 {
		t.Error("the REFER leaves while the target is still busy with us")
	}
	s, effects = play(t, s, Ended{Call: "y", Code: 487})
	if refer := sent[Refer](effects); len(refer) != 1 || refer[0].Target != "2055" || refer[0].Replaces != "" {
		t.Errorf("REFER %+v", refer)
	}
	describes(t, s, "x", "talking held transfer-asked")
}

// TestR47ConferenceFromConsult: three-way, with the consulted party as a member.
func TestR47ConferenceFromConsult(t *testing.T) {
	way := then(talking, StartConsult{Call: "y", For: "x", Number: "2055", Purpose: ForConference}, Connected{Call: "y", Session: session(1)}, Confirm{Call: "y"})
	s, _ := play(t, desk(), way...)
	if got := plays(PlanFor(s)); got != "x>operator y>operator operator>x y>x operator>y x>y" {
		t.Errorf("who hears whom: %q", got)
	}
}

// TestR48EndConsult: Abort goes back to the customer; hanging up ends the consulted leg alone, or both as the agent's
// profile wants it.
func TestR48EndConsult(t *testing.T) {
	s, _ := play(t, desk(), then(consulting, Abort{Call: "x"})...)
	describes(t, s, "x", "talking")
	s, _ = play(t, desk(), then(consulting, Hangup{Call: "y"})...)
	describes(t, s, "x", "talking held")
	if next := nextOf(s, "x"); next != "F2 connect" {
		t.Errorf("next key %q", next)
	}
	agent := ProfileSet{Profile: Presets()[3]}
	s, _ = play(t, desk(), then([]Input{agent}, then(consulting, Hangup{Call: "y"})...)...)
	describes(t, s, "x", "ending held (answered)")
}

// TestR49AgentMayDoAll: whoever began the consult has every command of it.
func TestR49AgentMayDoAll(t *testing.T) {
	s, _ := play(t, desk(), consulting...)
	for _, verb := range []Verb{VerbSwap, VerbConfirm, VerbAbort, VerbTransfer, VerbHangup} {
		if why := Allowed(s, "y", verb); why != "" {
			t.Errorf("%s: %s", verb, why)
		}
	}
}

// TestR50SecondPartyLeaves: the customer stays, on hold, with the next key; nothing is ended for him.
func TestR50SecondPartyLeaves(t *testing.T) {
	s, _ := play(t, desk(), then(consulting, Ended{Call: "y", By: SidePeer})...)
	describes(t, s, "x", "talking held")
	refuses(t, s, Swap{Call: "x"}, "no second call")
	s, _ = play(t, desk(), then(consultRings, Ended{Call: "y", By: SidePeer, Code: 486})...)
	if next := nextOf(s, "x"); next != "F2 connect" {
		t.Errorf("next key after a refusal %q", next)
	}
}

// TestR51CustomerLeaves: the consulted party becomes an ordinary call; in the agent's profile it ends with the customer.
func TestR51CustomerLeaves(t *testing.T) {
	leave := Ended{Call: "x", By: SidePeer}
	s, _ := play(t, desk(), then(consulting, leave)...)
	describes(t, s, "y", "talking agreed")
	s, _ = play(t, desk(), then([]Input{ProfileSet{Profile: Presets()[3]}}, then(consulting, leave)...)...)
	describes(t, s, "y", "ending agreed (answered)")
}

// TestR59ConsultForAConference: it goes on without the operator, who comes back with Abort or gives it away with Confirm.
func TestR59ConsultForAConference(t *testing.T) {
	way := then(consulting, Join{Conf: "k", Calls: []CallID{"x", "y"}}, StartConsult{Call: "z", Conf: "k", Number: "2066"})
	s, _ := play(t, desk(), way...)
	if !s.Conferences[0].Away || plays(PlanFor(s)) != "y>x x>y" {
		t.Errorf("while consulting: %+v, %q", s.Conferences[0], plays(PlanFor(s)))
	}
	back, _ := play(t, s, Abort{Call: "z"})
	if back.Conferences[0].Away {
		t.Error("Abort does not bring the operator back")
	}
	s, _ = play(t, s, Connected{Call: "z", Session: session(1)}, Confirm{Call: "z"})
	if k := s.Conferences[0]; !k.Left || len(s.members("k")) != 3 {
		t.Errorf("given away: %+v with %d members", k, len(s.members("k")))
	}
}
