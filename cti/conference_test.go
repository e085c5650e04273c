package cti

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// talkers opens calls one after the other, so that the last one is open and the others are held.
func talkers(ids ...CallID) []Input {
	var way []Input
	for _, id := range ids {
		way = append(way, Offered{Call: id, Line: "desk", Number: "20" + string(id)}, Answer{id}, Connected{Call: id, Session: session(1)})
	}
	return way
}

// conferenceOf is a desk whose operator is in a conference k with the calls given.
func conferenceOf(t *testing.T, profile string, ids ...CallID) State {
	t.Helper()
	s, _ := play(t, under(t, profile), append(talkers(ids...), Join{"k", ids})...)
	return s
}

// under is the desk under a preset profile.
func under(t *testing.T, profile string) State {
	t.Helper()
	s := desk()
	for _, p := range Presets() {
		if p.Name == profile {
			s.Profile = p
			return s
		}
	}
	t.Fatalf("there is no profile %q", profile)
	return s
}

// hearing tells who hears whom, "a<b" for a hears b, and what the desk plays.
func hearing(s State) string {
	var w []string
	plan := PlanFor(s)
	for _, e := range plan.Edges {
		w = append(w, short(e.Listener)+"<"+short(e.Source))
	}
	for _, tone := range plan.Tones {
		w = append(w, tone.Tone.String()+"@"+short(tone.Listener))
	}
	return strings.Join(w, " ")
}

func short(p PartyID) string {
	if p == Operator {
		return "me"
	}
	return string(p)
}

// refusal is what Step says to a command, "" when it takes it.
func refusal(s State, in Input) string {
	if _, _, err := Step(s, in, noon); err != nil {
		return err.Error()
	}
	return ""
}

// expect compares who hears whom after further inputs, and returns the State.
func expect(t *testing.T, s State, want string, inputs ...Input) State {
	t.Helper()
	s, _ = play(t, s, inputs...)
	if got := hearing(s); got != want {
		t.Errorf("after %+v\n got %s\nwant %s", inputs, got, want)
	}
	return s
}

const (
	threeTalk = "a<b a<me b<a b<me me<a me<b"
	bWaits    = "a<me me<a"
)

func TestR52EverybodyHearsEverybody(t *testing.T) {
	for _, p := range Presets() {
		expect(t, conferenceOf(t, p.Name, "a", "b"), threeTalk)
	}
	expect(t, conferenceOf(t, "open", "a", "b", "c"), "a<b a<c a<me b<a b<c b<me c<a c<b c<me me<a me<b me<c")
}

// TestR53SecondPressJoins: the held party and the one who was called are joined by naming the second leg alone.
func TestR53SecondPressJoins(t *testing.T) {
	s := inConsult(t, StartConsult{Purpose: ForConference})
	if why := refusal(s, Join{"k", []CallID{"b"}}); why == "" {
		t.Error("joined before the second leg was answered")
	}
	s, _ = play(t, s, Connected{Call: "b", Session: session(1)})
	s = expect(t, s, "b<me me<b")
	s = expect(t, s, threeTalk, Join{"k", []CallID{"b"}})
	if a, _ := s.Call("a"); a.Held || a.Consult != (Consult{}) || s.Conferences[0].Name != "Conference 1" {
		t.Errorf("after the join: %+v", s.Conferences)
	}
}

// inConsult is a desk with a customer a on hold while b is called.
func inConsult(t *testing.T, as StartConsult) State {
	t.Helper()
	as.Call, as.For, as.Number = "b", "a", "2044"
	s, _ := play(t, desk(), append(talkers("a"), as)...)
	return s
}

func TestR54HeldRowsAreJoined(t *testing.T) {
	s, _ := play(t, desk(), talkers("a", "b", "c")...)
	s = expect(t, s, "c<me me<c")
	s, effects := play(t, s, Join{"k", []CallID{"a", "b", "c"}})
	if got := effectNames(effects); got != " > SetHold:false SetHold:false" {
		t.Errorf("the held ones are taken back, the open one is not asked: %s", got)
	}
	if len(PlanFor(s).Edges) != 12 {
		t.Errorf("who hears whom: %s", hearing(s))
	}
	for _, tt := range []struct {
		in   Join
		want string
	}{
		{Join{"j", []CallID{"a", "nobody"}}, "This call is not there any more."},
		{Join{"j", []CallID{"a"}}, "A conference needs two connected calls"},
		{Join{"a b", []CallID{"a", "b"}}, "A conference needs an ID of its own"},
		{Join{"a", []CallID{"a", "b"}}, "A conference needs an ID of its own"},
		{Join{"j", nil}, "A conference needs two connected calls"},
	} {
		if why := refusal(split(t, s), tt.in); !strings.HasPrefix(why, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.in, why, tt.want)
		}
	}
}

// split takes a conference of three apart again.
func split(t *testing.T, s State) State {
	t.Helper()
	s, _ = play(t, s, Split{"a"}, Split{"b"})
	return s
}

func TestR55InstantConference(t *testing.T) {
	s := inConsult(t, StartConsult{Join: true})
	s = expect(t, s, threeTalk, Connected{Call: "b", Session: session(1)})
	if s.Conferences[0].Away || !s.Conferences[0].ID.Valid() {
		t.Errorf("the conference: %+v", s.Conferences[0])
	}
	for _, p := range Presets() {
		s, _ := play(t, under(t, p.Name), talkers("a")...)
		why := refusal(s, StartConsult{Call: "b", For: "a", Join: true, Number: "2044"})
		if off := p.Name == "agent"; off != (why == `The profile "agent" joins nobody before you have talked to him.`) {
			t.Errorf("profile %s: %q", p.Name, why)
		}
	}
}

// TestR59InstantMember: one more is called for a running conference, which goes on meanwhile, and is in as he answers.
func TestR59InstantMember(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s = expect(t, s, "a<b b<a", StartConsult{Call: "c", Conf: "k", Join: true, Number: "2044"})
	expect(t, s, "a<b a<c a<me b<a b<c b<me c<a c<b c<me me<a me<b me<c", Connected{Call: "c", Session: session(1)})
	alone, _ := play(t, s, Hangup{Call: "b"}) // the conference is one call now, waiting for c
	expect(t, alone, "a<c a<me c<a c<me me<a me<c", Connected{Call: "c", Session: session(1)})
}

// TestR59CustomerJoinsMeanwhile: whoever was called for a call that is a member by now joins its conference.
func TestR59CustomerJoinsMeanwhile(t *testing.T) {
	s, _ := play(t, desk(), append(talkers("a", "c"), StartConsult{Call: "b", For: "a", Join: true, Number: "2044"})...)
	s = expect(t, s, "a<c a<me c<a c<me me<a me<c", Join{"k", []CallID{"a", "c"}})
	s, _ = play(t, s, Connected{Call: "b", Session: session(1)})
	if len(s.Conferences) != 1 || len(s.members("k")) != 3 {
		t.Errorf("members %v of %+v", idsOf(s.members("k")), s.Conferences)
	}
}

// TestR56AddedOnAcceptance: the customer waits meanwhile, and stays as he is when nobody takes the call.
func TestR56AddedOnAcceptance(t *testing.T) {
	way := StartConsult{Join: true}
	s := inConsult(t, way)
	if a, _ := s.Call("a"); !a.Held {
		t.Error("the customer is not on hold while the group rings")
	}
	s, _ = play(t, s, Ended{Call: "b", By: SidePeer, Code: 480})
	if a, _ := s.Call("a"); !a.Held || nextOf(s, "a") != "F2 connect" || len(s.Conferences) != 0 {
		t.Errorf("nobody answered: %+v", a)
	}
	elsewhere, _ := play(t, inConsult(t, way), talkers("c")...)
	expect(t, elsewhere, "a<b b<a c<me me<c", Connected{Call: "b", Session: session(1)})
	alone, _ := play(t, inConsult(t, way), Ended{Call: "a", By: SidePeer})
	expect(t, alone, "b<me me<b", Connected{Call: "b", Session: session(1)})
}

func TestR57CustomerIsTakenOffHold(t *testing.T) {
	s := inConsult(t, StartConsult{})
	s, effects := play(t, s, Connected{Call: "b", Session: session(1)}, Join{"k", []CallID{"a", "b"}})
	if got := effectNames(effects); !strings.HasSuffix(got, " SetHold:false") {
		t.Errorf("the customer's far end is told: %s", got)
	}
	expect(t, s, threeTalk)
}

func TestR58SizeLimit(t *testing.T) {
	for profile, want := range map[string]string{
		"open": "", "workspace": "", "operator": "",
		"duo":   `The profile "duo" allows one extra party in a conference.`,
		"agent": `The profile "agent" allows one extra party in a conference.`,
	} {
		s := conferenceOf(t, profile, "a", "b")
		s, _ = play(t, s, talkers("c")...)
		if got := refusal(s, Join{"k", []CallID{"c"}}); got != want {
			t.Errorf("%s: a third member: %q, want %q", profile, got, want)
		}
		if got := AllowedIn(s, "k", VerbConference); got != want {
			t.Errorf("%s: AllowedIn says %q, want %q", profile, got, want)
		}
		apart, _ := play(t, under(t, profile), talkers("a", "b", "c")...)
		if got := refusal(apart, Join{"j", []CallID{"a", "b", "c"}}); got != want {
			t.Errorf("%s: three at once: %q, want %q", profile, got, want)
		}
	}
}

// TestR59Extend: a further call is added while the members go on; the operator comes along with it.
func TestR59Extend(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s = expect(t, s, "a<b b<a", Dial{Call: "c", Number: "2044"})
	s = expect(t, s, "a<b b<a c<me me<c", Connected{Call: "c", Session: session(1)})
	s = expect(t, s, "a<b a<c a<me b<a b<c b<me c<a c<b c<me me<a me<b me<c", Join{"k", []CallID{"c"}})
	s, _ = play(t, s, talkers("d")...)
	if s, _ = play(t, s, Join{"new", []CallID{"d", "a"}}); len(s.Conferences) != 1 || len(s.members("k")) != 4 {
		t.Errorf("a row dragged onto a member joins its conference: %+v", s.Conferences)
	}
}

// TestR59FailedLeg: one that is busy or gives up leaves the rest untouched, and the way back is one key.
func TestR59FailedLeg(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s, _ = play(t, s, Dial{Call: "c", Number: "2044"}, Ended{Call: "c", By: SidePeer, Code: 486})
	s = expect(t, s, "a<b b<a busy@me")
	if next := nextOf(s, "a"); next != "F2 join Conference 1" {
		t.Errorf("next key %q", next)
	}
	expect(t, s, threeTalk, Attend{"k", true})
}

func TestR60RemoveOneMember(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b", "c")
	s = expect(t, s, threeTalk, Hangup{Call: "c"})
	s = expect(t, s, bWaits, Ended{Call: "b", By: SidePeer})
	if len(s.Conferences) != 0 || nextOf(s, "a") != "F3 hold" {
		t.Errorf("the last one is no ordinary call: %+v", s.Conferences)
	}
	s, _ = play(t, conferenceOf(t, "open", "a", "b"), Attend{Conf: "k"}, Hangup{Call: "b"})
	if a, _ := s.Call("a"); !a.Held || nextOf(s, "a") != "F2 connect" {
		t.Errorf("while the operator was away the last one has to be held: %+v", a)
	}
}

func TestR61Deafen(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s = expect(t, s, "b<a b<me me<a me<b", Member{Call: "a", Deaf: ptr(true)})
	s = expect(t, s, "a<b b<a b<me me<a me<b", Hear{"k", "a", "b", true})
	expect(t, s, threeTalk, Arrange{"k", PresetAll, ""})
	expect(t, conferenceOf(t, "open", "a", "b"), "a<me b<a b<me me<a", Member{Call: "b", Silent: ptr(true)}, Hear{"k", "a", "b", false})
}

func TestR62HoldOneMember(t *testing.T) {
	s, effects := play(t, conferenceOf(t, "open", "a", "b"), Hold{"b", true})
	if got := effectNames(effects); got != " > SetHold:true" {
		t.Errorf("its far end is told: %s", got)
	}
	s = expect(t, s, bWaits)
	if nextOf(s, "b") != "F2 connect" {
		t.Errorf("next key %q", nextOf(s, "b"))
	}
	expect(t, s, threeTalk, Hold{Call: "b"})
	s = expect(t, s, "a<b b<a", Attend{Conf: "k"}, Hold{Call: "b"})
	s, _ = play(t, s, talkers("c")...)
	expect(t, s, "a<b b<a c<me me<c", Hold{"b", true}, Hold{Call: "b"}) // the operator's own call is not held for it
}

func TestR63HoldAll(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s, effects := play(t, s, HoldAll{"k", true})
	if got := effectNames(effects); got != " > SetHold:true SetHold:true" || hearing(s) != "" {
		t.Errorf("%s, who hears whom: %s", got, hearing(s))
	}
	expect(t, s, threeTalk, HoldAll{"k", false})
}

func TestR64NoHoldInConference(t *testing.T) {
	for _, p := range Presets() {
		s := conferenceOf(t, p.Name, "a", "b")
		one, all := refusal(s, Hold{"a", true}), refusal(s, HoldAll{"k", true})
		if forbidden := p.Name == "agent"; forbidden != (one != "") || forbidden != (all != "") || one != Allowed(s, "a", VerbHold) {
			t.Errorf("%s: hold one: %q, all: %q", p.Name, one, all)
		}
	}
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), HoldAll{"k", true})
	s, _ = play(t, s, ProfileSet{under(t, "agent").Profile})
	expect(t, s, threeTalk, HoldAll{"k", false}) // who is held can be taken back under any profile
}

func TestR68EndForAll(t *testing.T) {
	s, effects := play(t, conferenceOf(t, "open", "a", "b"), EndAll{"k"})
	if got := effectNames(effects); got != " > timer:grace" || effects[0].(StartTimer).After != GraceDefault {
		t.Errorf("grace: %s", got)
	}
	expect(t, s, threeTalk, EndAll{"k"}) // taken back
	if why := refusal(s, TimerFired{"k", TimerGrace, 9}); why == "" {
		t.Error("an earlier timer ended the conference")
	}
	s, effects = play(t, s, TimerFired{"k", TimerGrace, 1})
	a, _ := s.Call("a")
	if got := effectNames(effects); got != " > Release timer:ending Release timer:ending" || a.End.Reason != "You ended the conference for all." || len(s.Conferences) != 0 {
		t.Errorf("the end: %s, %+v", got, a.End)
	}
	more, _ := play(t, conferenceOf(t, "open", "a", "b"), StartConsult{Call: "c", Conf: "k", Number: "2044"}, EndAll{"k"}, TimerFired{"k", TimerGrace, 1})
	if c, _ := more.Call("c"); c.Phase != PhaseEnding {
		t.Errorf("one who is being called for it: %s", c.Phase)
	}
	none := conferenceOf(t, "open", "a", "b")
	none.Profile.Grace = 0
	if none, _ = play(t, none, EndAll{"k"}); len(none.Conferences) != 0 {
		t.Error("without a grace the end is at once")
	}
}

// TestR69RightsDiffer: what a profile forbids is refused in words, and no profile closes the ways out.
func TestR69RightsDiffer(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b")
	s.Profile = Profile{Name: "strict", Forbidden: append(slices.Clone(CallVerbs), ConferenceVerbs...)}
	for _, verb := range ConferenceVerbs {
		open := verb == VerbAttend || verb == VerbLeave || verb == VerbStop
		if why := AllowedIn(s, "k", verb); open == strings.Contains(why, "switches this command off") {
			t.Errorf("%s: %q", verb, why)
		}
	}
	for _, in := range []Input{Arrange{"k", PresetAll, ""}, Hear{"k", "a", "b", false}, EndAll{"k"}, Split{"a"}, Member{Call: "a"}, StartRecording{Rec: "r", Conf: "k"}} {
		if why := refusal(s, in); why != `The profile "strict" switches this command off.` {
			t.Errorf("%T: %q", in, why)
		}
	}
	for _, in := range []Input{Attend{"k", false}, Hangup{Call: "a"}, Leave{"k"}} {
		if why := refusal(s, in); why != "" {
			t.Errorf("%T: %q", in, why)
		}
	}
}

func TestHookOfProfiles(t *testing.T) {
	for _, p := range Presets() {
		if want := map[bool]HookRule{true: HookEnds, false: HookLeaves}[p.Name == "agent"]; p.Hook != want {
			t.Errorf("hanging up under %s means %q, want %q", p.Name, p.Hook, want)
		}
	}
}

func TestSplit(t *testing.T) {
	s := expect(t, conferenceOf(t, "open", "a", "b", "c"), "a<me b<c c<b me<a", Split{"a"})
	if next := nextOf(s, "b"); next != "F2 join Conference 1, holds row 1" {
		t.Errorf("next key of the others: %q", next)
	}
	s = expect(t, s, "b<c b<me c<b c<me me<b me<c", Attend{"k", true})
	if a, _ := s.Call("a"); !a.Held {
		t.Error("coming back does not hold the private call")
	}
	s, effects := play(t, conferenceOf(t, "open", "a", "b"), Split{"a"})
	if b, _ := s.Call("b"); !b.Held || effectNames(effects) != " > SetHold:true" {
		t.Errorf("the only one left behind waits on hold: %+v", b)
	}
}

// TestAnswerWhileConferring: another call takes the operator out, and nobody is put on hold for it.
func TestAnswerWhileConferring(t *testing.T) {
	s := expect(t, conferenceOf(t, "open", "a", "b"), threeTalk+" knock@me", Offered{Call: "c", Line: "desk"})
	if next := nextOf(s, "c"); next != "F2 answer, leaves Conference 1 to itself" {
		t.Errorf("next key %q", next)
	}
	s, effects := play(t, s, Answer{"c"}, Connected{Call: "c", Session: session(1)})
	if got := effectNames(effects); strings.Contains(got, "SetHold") {
		t.Errorf("somebody was put on hold: %s", got)
	}
	expect(t, s, "a<b b<a c<me me<c")
}

// TestConferenceSurvivesRestart: who was in it is in it again once the far ends are back; an end in its grace is not.
func TestConferenceSurvivesRestart(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), EndAll{"k"}, Restarted{})
	if !s.Conferences[0].EndsAt.IsZero() {
		t.Error("nothing will end the grace")
	}
	s = expect(t, s, "")
	expect(t, s, threeTalk, Recovered{Call: "a", Session: session(2)}, Recovered{Call: "b", Session: session(2)})
	lost, _ := play(t, s, TimerFired{"b", TimerRecover, s.Timers["b/recover"]}, Recovered{Call: "a", Session: session(2)})
	expect(t, lost, bWaits)
}

// TestConferenceView: the matrix in force, what may be done, and what Leave and End for all will do.
func TestConferenceView(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "b", "a"), Member{Call: "a", Deaf: ptr(true)})
	snap := View(s, DeskInfo{}, 1, noon)
	k := snap.Conferences[0]
	if !slices.Equal(k.Parties, []PartyID{Operator, "b", "a"}) {
		t.Errorf("parties %v", k.Parties)
	}
	want := []Pair{{"b", "a"}, {"b", Operator}, {Operator, "a"}, {Operator, "b"}}
	if !slices.Equal(k.Hears, want) {
		t.Errorf("hears %v, want %v", k.Hears, want)
	}
	if k.Plans[VerbLeave] != LeavePlan(s, "k") || k.Plans[VerbEndAll] != "Ends the calls of 20b and 20a." {
		t.Errorf("plans %q", k.Plans)
	}
	if len(k.Allowed) != len(ConferenceVerbs) || !snap.Calls[0].Open {
		t.Errorf("allowed %q", k.Allowed)
	}
	s, _ = play(t, s, Attend{Conf: "k"})
	if View(s, DeskInfo{}, 1, noon).Calls[0].Open {
		t.Error("a member counts as open while the operator is away")
	}
}

// TestJoinedOrder: the members are shown as they joined, whatever the order of their calls.
func TestJoinedOrder(t *testing.T) {
	s, _ := play(t, desk(), talkers("a", "b", "c")...)
	s, _ = play(t, s, Join{"k", []CallID{"b", "c"}})
	s, _, err := Step(s, Join{"k", []CallID{"a"}}, noon.Add(time.Hour))
	if got := idsOf(s.members("k")); err != nil || !slices.Equal(got, []CallID{"b", "c", "a"}) {
		t.Errorf("members %v, %v", got, err)
	}
}
