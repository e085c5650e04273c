package cti

import (
	"strings"
	"testing"
)

// TestR73CustomerLeaves: under every profile the colleagues may go on, as a conference or as the call that is left of it,
// and there is neither hold, nor resume, nor a further consult.
func TestR73CustomerLeaves(t *testing.T) {
	for _, p := range Presets() {
		s := expect(t, conferenceOf(t, p.Name, "a", "b"), "b<me me<b", Ended{Call: "a", By: SidePeer})
		for _, in := range []Input{Hold{"b", true}, Hold{Call: "b"}, StartConsult{Call: "c", For: "b", Number: "2044"}} {
			if why := refusal(s, in); why != noCustomer {
				t.Errorf("%s: %+v: %q", p.Name, in, why)
			}
		}
		if next := nextOf(s, "b"); next != "F5 hang up" {
			t.Errorf("%s: the next key is %q", p.Name, next)
		}
	}
	s := expect(t, conferenceOf(t, "open", "a", "b", "c"), "b<c b<me c<b c<me me<b me<c", Ended{Call: "a", By: SidePeer})
	for _, in := range []Input{Hold{"b", true}, Hold{Call: "b"}, HoldAll{"k", true}, HoldAll{"k", false},
		StartConsult{Call: "d", For: "b", Number: "2044"}, StartConsult{Call: "d", Conf: "k", Number: "2044"}} {
		if why := refusal(s, in); why != noCustomer {
			t.Errorf("%+v: %q", in, why)
		}
	}
	if note := View(s, DeskInfo{}, 1, noon).Conferences[0].Note; note != "The customer has left; the others go on." {
		t.Errorf("the conference says %q", note)
	}
	if next := nextOf(s, "b"); next != "F5 hang up" {
		t.Errorf("the next key is %q", next)
	}
}

// TestR73NobodyWaitsForTheCustomer: who was on hold when he left is taken back, wherever the operator is.
func TestR73NobodyWaitsForTheCustomer(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b", "c"), Hold{"b", true}, Attend{Conf: "k"})
	s, effects := play(t, s, Ended{Call: "a", By: SidePeer})
	if got := effectNames(effects); hearing(s) != "b<c c<b" || !strings.HasSuffix(got, " SetHold:false") {
		t.Errorf("the colleagues: %s, %s", hearing(s), got)
	}
	s, _ = play(t, conferenceOf(t, "open", "a", "b"), Hold{"b", true})
	expect(t, s, "b<me me<b", Ended{Call: "a", By: SidePeer})
	colleague, _ := play(t, conferenceOf(t, "open", "a", "b", "c"), Hold{"b", true}, Ended{Call: "c", By: SidePeer})
	if b, _ := colleague.Call("b"); !b.Held || refusal(colleague, HoldAll{"k", true}) != "" {
		t.Errorf("a colleague left, not the customer: %+v", b)
	}
}

// TestR73WayBack: who is left on hold because the operator is elsewhere can be taken back all the same.
func TestR73WayBack(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), Attend{Conf: "k"}, Ended{Call: "a", By: SidePeer})
	if next := nextOf(s, "b"); next != "F2 connect" {
		t.Errorf("the next key is %q", next)
	}
	s = expect(t, s, "b<me me<b", Hold{Call: "b"})
	s = expect(t, s, "", Dial{Call: "c", Number: "2044"}) // another call holds, as it always does
	expect(t, s, "b<me me<b", Hangup{Call: "c"}, Hold{Call: "b"})
}

// TestR73WhoIsTheCustomer: whom others were consulted for, else who called in first, else who was called first.
func TestR73WhoIsTheCustomer(t *testing.T) {
	customer := func(s State, inputs ...Input) CallID {
		s, _ = play(t, s, inputs...)
		return s.Conferences[0].Customer
	}
	out := func(id CallID) []Input {
		return []Input{Dial{Call: id, Number: "2044"}, Connected{Call: id, Session: session(1)}}
	}
	both, ab := append(out("a"), talkers("b")...), Join{"k", []CallID{"a", "b"}}
	if got := customer(desk(), append(both, ab)...); got != "b" {
		t.Errorf("of one called and one calling: %q", got)
	}
	if got := customer(desk(), append(append(out("a"), out("b")...), ab)...); got != "a" {
		t.Errorf("of two who were called: %q", got)
	}
	asked := append(out("a"), StartConsult{Call: "b", For: "a", Number: "2055"}, Connected{Call: "b", Session: session(1)})
	asked = append(append(asked, talkers("c")...), Join{"k", []CallID{"a", "b", "c"}})
	if got := customer(desk(), asked...); got != "a" {
		t.Errorf("of a call, who was consulted for it, and one who called in: %q", got)
	}
	hall, _ := play(t, desk(), inRoom...)
	if got := hall.Conferences[0].Customer; got != "" {
		t.Errorf("a room has the customer %q", got)
	}
	s := conferenceOf(t, "open", "a", "b", "c")
	if got := customer(s, Replaced{Old: "a", New: "n", Line: "desk", Number: "2099"}); got != "n" {
		t.Errorf("another party took his place: %q", got)
	}
	again := append([]Input{Ended{Call: "a", By: SidePeer}}, append(talkers("d"), Join{"k", []CallID{"d"}})...)
	if got := customer(s, again...); got != "d" {
		t.Errorf("who calls again and is taken in: %q", got)
	}
	more := append([]Input{Ended{Call: "a", By: SidePeer}}, append(out("e"), Join{"k", []CallID{"e"}})...)
	if got := customer(s, more...); got != "a" {
		t.Errorf("a further colleague counts as the customer: %q", got)
	}
}

// TestR73NotLeft: a customer with whom the operator talks alone, or who was handed over, has not left.
func TestR73NotLeft(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b", "c"), Split{"a"})
	if why := refusal(s, HoldAll{"k", true}); why != "" {
		t.Errorf("the customer is in a private talk: %q", why)
	}
	s, _ = play(t, s, Ended{Call: "a", By: SidePeer})
	if why := refusal(s, HoldAll{"k", true}); why != noCustomer {
		t.Errorf("the private talk is over: %q", why)
	}
	moved, _ := play(t, withRoom(t, "a", "b", "c"), Leave{"k"}, Referring{Call: "a", Code: 200, Over: true},
		Referring{Call: "b", Code: 486, Over: true}, Referring{Call: "c", Code: 486, Over: true})
	if why := refusal(moved, HoldAll{"k", true}); why != "" {
		t.Errorf("the customer is in the room of the line, the others have to follow: %q", why)
	}
}
