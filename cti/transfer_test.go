package cti

import (
	"strings"
	"testing"
	"time"
)

// TestR39TwoKinds: one verb each, and neither asks for the other.
func TestR39TwoKinds(t *testing.T) {
	_, blind := play(t, desk(), asked...)
	_, consult := play(t, desk(), consultRings...)
	if len(sent[Refer](blind)) != 1 || len(sent[Invite](blind)) != 0 {
		t.Errorf("instant: %v", blind)
	}
	if len(sent[Refer](consult)) != 0 || len(sent[Invite](consult)) != 1 {
		t.Errorf("consult: %v", consult)
	}
}

// TestR41InstantTransfer: on hold at once, in grace for two seconds, gone when the target has it.
func TestR41InstantTransfer(t *testing.T) {
	s, effects := play(t, desk(), graced...)
	timers := sent[StartTimer](effects)
	if last := timers[len(timers)-1]; last.Name != TimerGrace || last.After != 2*time.Second {
		t.Errorf("grace %+v", last)
	}
	if next := nextOf(s, "x"); next != "F6 takes back" {
		t.Errorf("next key in the grace %q", next)
	}
	taken, effects := play(t, s, QuickTransfer{Call: "x"})
	describes(t, taken, "x", "talking")
	if len(sent[Refer](effects)) != 0 {
		t.Error("taken back, and yet a REFER leaves")
	}
	s, _ = play(t, desk(), then(targetRings, Referring{Call: "x", Code: 200, Over: true})...)
	if x, _ := s.Call("x"); x.Phase != PhaseEnding || x.End.Reason != "Transferred to 2055." {
		t.Errorf("%s, %q", x.Phase, x.End.Reason)
	}
}

// TestR41NoGrace: a profile without a grace sends it at once; one call that was on hold stays so when taken back.
func TestR41NoGrace(t *testing.T) {
	_, effects := play(t, desk(), then([]Input{ProfileSet{Profile: Profile{Name: "quick"}}}, then(talking, QuickTransfer{Call: "x", Number: "2055"})...)...)
	if len(sent[Refer](effects)) != 1 {
		t.Error("no REFER at once")
	}
	s, _ := play(t, desk(), then(held, QuickTransfer{Call: "x", Number: "2055"}, QuickTransfer{Call: "x"})...)
	describes(t, s, "x", "talking held")
}

// TestR42RefusedTransfer: whatever goes wrong, the customer stays on hold with a reason and the next key.
func TestR42RefusedTransfer(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   Input
		note string
	}{
		{"the target is busy", Referring{Call: "x", Code: 486, Over: true}, "2055 is busy."},
		{"the target declines", Referring{Call: "x", Code: 603, Over: true}, "2055 declined."},
		{"nobody answers", Referring{Call: "x", Code: 408, Over: true}, "2055 did not answer."},
		{"no such number", Referring{Call: "x", Code: 404, Over: true}, "There is no number 2055."},
		{"the exchange fails", Referring{Call: "x", Code: 503, Over: true}, "2055 could not be reached (503)."},
		{"the REFER is refused", Referring{Call: "x", Code: 403, OfRefer: true}, "The far end refused the transfer (403)."},
		{"the far end knows no REFER", Referring{Call: "x", Code: 405, OfRefer: true, Cannot: true}, "The far end takes no transfer"},
		{"the news ends early", Referring{Call: "x", Code: 100, Over: true}, "stopped telling"},
		{"no news at all", TimerFired{Call: "x", Name: TimerTransfer}, "Nothing more was heard"},
		{"the desk is restarted", Restarted{}, "restarted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := play(t, desk(), trying...)
			s, _ = play(t, s, live(s, tt.in))
			x, _ := s.Call("x")
			if !x.Held || x.Phase != PhaseTalking || !strings.Contains(x.Transfer.Note, tt.note) {
				t.Errorf("held %t, %s, note %q", x.Held, x.Phase, x.Transfer.Note)
			}
			if tt.in.Kind() == "restarted" {
				s, _ = play(t, s, Recovered{Call: "x", Session: session(2)})
			}
			if next := nextOf(s, "x"); next != "F2 connect" {
				t.Errorf("next key %q", next)
			}
			if s, _ = play(t, s, Hold{Call: "x"}); s.Calls[0].Transfer != (Transfer{}) || !s.Calls[0].Open() {
				t.Errorf("taken back, yet %+v", s.Calls[0].Transfer)
			}
		})
	}
}

// TestR42LateNews: a transfer of which nothing was known can still arrive; one that was taken back cannot.
func TestR42LateNews(t *testing.T) {
	took := Referring{Call: "x", Code: 200, Over: true}
	s, _ := play(t, desk(), then(unknown, took)...)
	describes(t, s, "x", "ending held transfer-done (answered)")
	s, _ = play(t, desk(), then(unknown, Hold{Call: "x"})...)
	if _, _, err := Step(s, took, noon); err == nil {
		t.Error("late news ends a call that the operator has taken back")
	}
}

// TestR42FarEndLeaves: a BYE before the last NOTIFY means that it has been handed over.
func TestR42FarEndLeaves(t *testing.T) {
	s, _ := play(t, desk(), then(trying, Ended{Call: "x", By: SidePeer, Reason: "bye"})...)
	if x, _ := s.Call("x"); x.End.Reason != "The far end took the transfer to 2055 and left." || x.End.Result != ResultAnswered {
		t.Errorf("end %+v", x.End)
	}
	s, _ = play(t, desk(), then(graced, Ended{Call: "x", By: SidePeer, Reason: "bye"})...)
	if x, _ := s.Call("x"); x.End.Reason != "bye" {
		t.Errorf("in the grace nothing was handed over: %q", x.End.Reason)
	}
}

// TestR42BridgeInstead: a far end that takes no REFER is joined with the target here; the second try says so before.
func TestR42BridgeInstead(t *testing.T) {
	s, _ := play(t, desk(), cannotRefer...)
	plans := View(s, DeskInfo{}, 0, noon).Calls[0].Plans
	if !strings.Contains(plans[VerbTransfer], "through this desk") || !strings.Contains(plans[VerbConfirm], "joins both") {
		t.Errorf("said before: %v", plans)
	}
	s, effects := play(t, s, Confirm{Call: "x"})
	leg := sent[Invite](effects)[0].Call
	describes(t, s, "x", "talking held transfer-trying by-bridge limited")
	if s.claimed() {
		t.Error("the operator is not free while the desk calls the target")
	}
	gone, _ := play(t, s, Ended{Call: leg, By: SidePeer, Code: 486})
	describes(t, gone, "x", "talking held transfer-failed by-bridge limited")
	s, effects = play(t, s, Progressed{Call: leg, Code: 180}, Connected{Call: leg, Session: session(1)})
	if got := plays(PlanFor(s)); got != string(leg)+">x x>"+string(leg) && got != "x>"+string(leg)+" "+string(leg)+">x" || s.claimed() {
		t.Errorf("after the answer: %q", plays(PlanFor(s)))
	}
	for _, hold := range sent[SetHold](effects) {
		if hold.On || hold.Call == leg {
			t.Errorf("needless %+v", hold)
		}
	}
}

// TestR43ToAnyTarget: groups and addresses go the same way as persons, by the route of the line.
func TestR43ToAnyTarget(t *testing.T) {
	for _, tt := range []struct{ number, route, target string }{
		{"8000", "", "8000"}, {"sip:support@example.org", "", "sip:support@example.org"}, {"+1 201 553 2447", "Trunk B", "92015532447"},
	} {
		_, effects := play(t, desk(), then([]Input{ProfileSet{Profile: Profile{Name: "quick"}}}, then(talking, QuickTransfer{Call: "x", Number: tt.number, Route: tt.route})...)...)
		if refer := sent[Refer](effects)[0]; refer.Target != tt.target || (refer.Proxy != "") != (tt.route != "") {
			t.Errorf("%s: %+v", tt.number, refer)
		}
	}
}

// TestR70NoOnwardTransfer: in a profile that says so, a call that came in may not be passed on; one of our own may.
func TestR70NoOnwardTransfer(t *testing.T) {
	duo := []Input{ProfileSet{Profile: Presets()[1]}}
	s, _ := play(t, desk(), then(duo, talking...)...)
	refuses(t, s, QuickTransfer{Call: "x", Number: "2055"}, "does not let you pass on")
	s, _ = play(t, desk(), then(duo, Dial{Call: "x", Number: "2044"}, Connected{Call: "x", Session: session(1)})...)
	if why := Allowed(s, "x", VerbTransfer); why != "" {
		t.Error(why)
	}
}

// TestReferralsNeedARule: a REFER never makes the desk dial without the operator or the rule that allows it.
func TestReferralsNeedARule(t *testing.T) {
	wish := Referred{Call: "x", Referral: Referral{Target: "2066"}}
	for policy, want := range map[ReferPolicy]string{
		"": " > timer:referral", ReferAsk: " > timer:referral", ReferRefuse: " > AnswerReferral:false",
		ReferAllow: " > AnswerReferral:true SetHold:true Invite timer:no-answer Record",
	} {
		base := desk()
		base.Lines[0].Config.Refers = policy
		s, _ := play(t, base, talking...)
		if _, effects := play(t, s, wish); effectNames(effects) != want {
			t.Errorf("%q: %s", policy, effectNames(effects))
		}
	}
	s, _ := play(t, desk(), wished...)
	if next := nextOf(s, "x"); next != `Enter calls "sip:2066@pbx.example.org", Esc refuses` {
		t.Errorf("next key %q", next)
	}
	_, effects := play(t, desk(), followed...)
	if invite := sent[Invite](effects); len(invite) != 1 || invite[0].Referred != "x" {
		t.Errorf("INVITE %+v", invite)
	}
}

// TestReplacedTakesThePlace: one row changes its far end, with hold, conference and consult as they were.
func TestReplacedTakesThePlace(t *testing.T) {
	take := Replaced{Old: "x", New: "n", Line: "desk", Number: "2088", Name: "Ben"}
	s, _ := play(t, desk(), then(consulting, take, Ended{Call: "x", By: SideUs}, Connected{Call: "n", Session: session(1)})...)
	describes(t, s, "n", "talking held")
	if y, _ := s.Call("y"); y.Consult.For != "n" || s.Calls[0].ID != "n" {
		t.Errorf("the consult is for %q, the first row is %s", y.Consult.For, s.Calls[0].ID)
	}
	late, effects := play(t, desk(), take)
	if describes(t, late, "n", "answering"); len(sent[Accept](effects)) != 0 {
		t.Error("answered twice: the adapter has done it")
	}
}
