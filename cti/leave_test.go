package cti

import (
	"slices"
	"strings"
	"testing"
)

// withRoom is the desk with a room for its first line.
func withRoom(t *testing.T, ids ...CallID) State {
	t.Helper()
	s := conferenceOf(t, "open", ids...)
	s.Lines = slices.Clone(s.Lines)
	s.Lines[0].Config.Room, s.Lines[0].Config.Routes = "8000", nil
	return s
}

// refers renders the REFERs among effects: "a->8000 b->8000", with Replaces "a->=b".
func refers(effects []Effect) string {
	var w []string
	for _, e := range effects {
		if r, ok := e.(Refer); ok && r.Replaces != "" {
			w = append(w, string(r.Call)+"->="+string(r.Replaces))
		} else if ok {
			w = append(w, string(r.Call)+"->"+r.Target)
		}
	}
	return strings.Join(w, " ")
}

// TestR67TwoAreJoined: each other's dialog is what the REFER names; our legs end when the far end says that it is done.
func TestR67TwoAreJoined(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	if plan := LeavePlan(s, "k"); plan != "Joins 20a and 20b with each other; what this desk records or cuts for them ends." {
		t.Errorf("said beforehand: %q", plan)
	}
	s, effects := play(t, s, Leave{"k"})
	if got := refers(effects); got != "a->=b" || s.Conferences[0].Leaving != LeaveJoining {
		t.Errorf("asks %q, %+v", got, s.Conferences[0])
	}
	s = expect(t, s, threeTalk, Referring{Call: "a", Code: 202, OfRefer: true}, Referring{Call: "a", Code: 180})
	s, effects = play(t, s, Referring{Call: "a", Code: 200, Over: true})
	if got := effectNames(effects); got != " > Release timer:ending Release timer:ending" || len(s.Conferences) != 0 {
		t.Errorf("joined: %s, %+v", got, s.Conferences)
	}
}

// TestR67OtherWayRound: the one who takes the REFER is asked; when neither does the desk mixes on.
func TestR67OtherWayRound(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	other, _ := play(t, s, PeerLearned{"a", PeerFacts{NoRefer: true}})
	if _, effects := play(t, other, Leave{"k"}); refers(effects) != "b->=a" {
		t.Errorf("asks %q", refers(effects))
	}
	neither, _ := play(t, other, PeerLearned{"b", PeerFacts{NoRefer: true}})
	if plan := LeavePlan(neither, "k"); plan != "This desk mixes on for 20a and 20b; your own line is free." {
		t.Errorf("said beforehand: %q", plan)
	}
	s = expect(t, neither, "a<b b<a", Leave{"k"})
	if !s.Conferences[0].Left || refusal(s, Leave{"k"}) != "You have left already: this desk mixes on for the others." {
		t.Errorf("after the leave: %+v, %q", s.Conferences[0], refusal(s, Leave{"k"}))
	}
	s = expect(t, s, threeTalk, Attend{"k", true}) // whoever left can come back
	if s.Conferences[0].Left {
		t.Error("back, and still left")
	}
}

// TestR65LeaveFails: the conference stays as it was, and says why.
func TestR65LeaveFails(t *testing.T) {
	for name, news := range map[string]Input{
		"refused":        Referring{Call: "a", Code: 603, OfRefer: true, Over: true},
		"takes none":     Referring{Call: "a", Code: 405, OfRefer: true, Cannot: true, Over: true},
		"target is busy": Referring{Call: "a", Code: 486, Over: true},
		"no news":        TimerFired{"a", TimerTransfer, 1},
		"restarted":      Restarted{},
	} {
		s, _ := play(t, conferenceOf(t, "open", "a", "b"), Leave{"k"})
		if why := refusal(s, Leave{"k"}); why != "You are leaving already: the others are being handed over." {
			t.Errorf("%s: a second leave: %q", name, why)
		}
		s, _ = play(t, s, news)
		if name == "restarted" {
			s, _ = play(t, s, Recovered{Call: "a", Session: session(2)}, Recovered{Call: "b", Session: session(2)})
		}
		k := s.Conferences[0]
		if hearing(s) != threeTalk || k.Leaving != LeaveNone || k.Note == "" || nextOf(s, "a") == "" || refusal(s, Leave{"k"}) != "" {
			t.Errorf("%s: %s, %+v", name, hearing(s), k)
		}
	}
}

// TestR65MovedToTheRoom: more than two go where the line says; who cannot stays with who is left.
func TestR65MovedToTheRoom(t *testing.T) {
	s := withRoom(t, "a", "b", "c")
	if plan := LeavePlan(s, "k"); plan != "Moves 20a, 20b and 20c to the room 8000; what this desk records or cuts for them ends." {
		t.Errorf("said beforehand: %q", plan)
	}
	s, effects := play(t, s, Leave{"k"})
	if got := refers(effects); got != "a->8000 b->8000 c->8000" {
		t.Errorf("asks %q", got)
	}
	all, effects := play(t, s, Referring{Call: "a", Code: 200, Over: true}, Referring{Call: "b", Code: 200, Over: true}, Referring{Call: "c", Code: 200, Over: true})
	if len(all.Conferences) != 0 || strings.Count(effectNames(effects), "Release") != 3 {
		t.Errorf("moved: %s, %+v", effectNames(effects), all.Conferences)
	}
	two, _ := play(t, s, Referring{Call: "a", Code: 200, Over: true}, Referring{Call: "b", Code: 486, Over: true}, Referring{Call: "c", Code: 603, Over: true})
	if note := two.Conferences[0].Note; !strings.HasPrefix(note, "20b and 20c could not be handed over.") {
		t.Errorf("note %q", note)
	}
	expect(t, two, "b<c b<me c<b c<me me<b me<c")
	one, _ := play(t, s, Referring{Call: "a", Code: 200, Over: true}, Referring{Call: "b", Code: 200, Over: true}, Referring{Call: "c", Code: 603, Over: true})
	if c, _ := one.Call("c"); c.Phase != PhaseTalking || !c.Held || c.Transfer.Phase != TransferFailed || nextOf(one, "c") != "F2 connect" {
		t.Errorf("the only one left: %+v, next %q", c, nextOf(one, "c"))
	}
}

// TestR65WithoutRoom: the desk mixes on, and so it does when a line has another room or somebody takes no REFER.
func TestR65WithoutRoom(t *testing.T) {
	none := conferenceOf(t, "open", "a", "b", "c")
	stubborn, _ := play(t, withRoom(t, "a", "b", "c"), PeerLearned{"b", PeerFacts{NoRefer: true}})
	apart := withRoom(t, "a", "b", "c")
	apart.Calls = slices.Clone(apart.Calls)
	apart.Calls[1].Line, apart.Lines[1].Config.Room = "sales", "9000"
	for name, s := range map[string]State{"no room": none, "takes no REFER": stubborn, "another room": apart} {
		s, effects := play(t, s, Leave{"k"})
		if hearing(s) != "a<b a<c b<a b<c c<a c<b" || refers(effects) != "" {
			t.Errorf("%s: %s, asks %q", name, hearing(s), refers(effects))
		}
		expect(t, s, "b<c c<b", Ended{Call: "a", By: SidePeer})
	}
}

// TestR65WhileLeavingOneLeaves: the far end that takes over ends its own leg; the other waits for the news on hold.
func TestR65WhileLeavingOneLeaves(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), Leave{"k"}, Referring{Call: "a", Code: 202, OfRefer: true})
	s, _ = play(t, s, Ended{Call: "b", By: SidePeer})
	if a, _ := s.Call("a"); !a.Held || !a.Transfer.Pending() || nextOf(s, "a") == "" {
		t.Errorf("between two worlds: %+v", a)
	}
	s, _ = play(t, s, Referring{Call: "a", Code: 200, Over: true})
	if a, _ := s.Call("a"); a.Phase != PhaseEnding || a.Transfer.Phase != TransferDone {
		t.Errorf("joined: %+v", a)
	}
}

// TestBridgeEndsAsOne: two calls that are joined through this desk end together, unless the operator has come back.
func TestBridgeEndsAsOne(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s.Conferences[0].Bridge, s.Conferences[0].Away = true, true
	if why := refusal(s, Leave{"k"}); !strings.HasPrefix(why, "The two are joined through this desk") {
		t.Errorf("leave of a bridge: %q", why)
	}
	over, _ := play(t, s, Ended{Call: "a", By: SidePeer})
	if b, _ := over.Call("b"); b.Phase != PhaseEnding || b.End.Reason != "The other side of the joined call has ended it." {
		t.Errorf("the other side: %+v", b)
	}
	back := expect(t, s, threeTalk, Attend{"k", true})
	expect(t, back, "b<me me<b", Ended{Call: "a", By: SidePeer})
	apart, _ := play(t, s, Split{"a"})
	if b, _ := apart.Call("b"); !b.Held || hearing(apart) != "a<me me<a" {
		t.Errorf("split of a bridge: %s", hearing(apart))
	}
}

// TestReplacedMember: who takes the place of a member has its place in the matrix too.
func TestReplacedMember(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b", "c"), Arrange{"k", PresetAside, "a"})
	aside, _ := play(t, s, Replaced{Old: "a", New: "n", Line: "desk", Number: "2099"}, Connected{Call: "n", Session: session(1)})
	if got := hearing(aside); got != "b<c c<b n<me me<n" {
		t.Errorf("the one of the aside: %s", got)
	}
	late, _ := play(t, aside, talkers("d")...)
	late, _ = play(t, late, Join{"k", []CallID{"d"}})
	if got := hearing(late); got != "b<c b<d c<b c<d d<b d<c n<me me<n" {
		t.Errorf("who comes to the aside of the new one: %s", got)
	}
	other, _ := play(t, s, Replaced{Old: "b", New: "n", Line: "desk", Number: "2099"}, Connected{Call: "n", Session: session(1)})
	if got := hearing(other); got != "a<me c<n n<c me<a" {
		t.Errorf("one outside of the aside: %s", got)
	}
}

// TestR71FirstAgent: under the agent profile who began the conference may end it for all or hand it over and go.
func TestR71FirstAgent(t *testing.T) {
	s := conferenceOf(t, "agent", "a", "b")
	for _, verb := range []Verb{VerbEndAll, VerbLeave, VerbAttend} {
		if why := AllowedIn(s, "k", verb); why != "" {
			t.Errorf("%s: %q", verb, why)
		}
	}
	s, _ = play(t, s, Leave{"k"}, Referring{Call: "a", Code: 200, Over: true})
	if a, _ := s.Call("a"); a.Phase != PhaseEnding || a.Transfer.Phase != TransferDone {
		t.Errorf("the rest does not go on without the first agent: %+v", a)
	}
}
