package cti

import (
	"strings"
	"testing"
)

func TestPresetsOfTheMatrix(t *testing.T) {
	all := "a<b a<c a<me b<a b<c b<me c<a c<b c<me me<a me<b me<c"
	for _, tt := range []struct {
		in   []Input
		want string
	}{
		{[]Input{Arrange{"k", PresetAside, "a"}}, "a<me b<c c<b me<a"},
		{[]Input{Arrange{"k", PresetCoach, "a"}}, "a<b a<c a<me b<a b<c c<a c<b me<a me<b me<c"},
		{[]Input{Arrange{"k", PresetMusic, "a"}}, "b<c b<me c<b c<me me<b me<c music@a"},
		{[]Input{Arrange{"k", PresetDeaf, "a"}}, "b<a b<c b<me c<a c<b c<me me<a me<b me<c"},
		{[]Input{Arrange{"k", PresetMusic, "a"}, Arrange{"k", PresetAside, "b"}}, "b<me me<b music@a"},
		{[]Input{Arrange{"k", PresetAside, "a"}, Arrange{"k", PresetAll, ""}}, all},
		{[]Input{Arrange{"k", PresetMusic, "a"}, Hear{"k", "a", Operator, true}}, "a<me b<c b<me c<b c<me me<b me<c"},
		{[]Input{Member{Call: "a", Silent: ptr(true)}, Hear{"k", "b", "a", true}}, "a<b a<c a<me b<a b<c b<me c<b c<me me<b me<c"},
		{[]Input{Hear{"k", "a", Operator, false}, Split{"a"}, Join{"k", []CallID{"a"}}}, all},
		{[]Input{MuteAll{"k", true}}, "a<b a<c b<a b<c c<a c<b me<a me<b me<c"},
		{[]Input{Mute{"a", true}}, "a<b a<c b<a b<c b<me c<a c<b c<me me<a me<b me<c"},
		{[]Input{SessionChanged{"a", session(2), true}}, "a<b a<c a<me b<c b<me c<b c<me me<b me<c"},
	} {
		expect(t, conferenceOf(t, "open", "a", "b", "c"), tt.want, tt.in...)
	}
	s := conferenceOf(t, "open", "a", "b")
	for want, in := range map[string]Input{
		"There is no such arrangement":   Arrange{"k", "waltz", "a"},
		"Select a member":                Arrange{"k", PresetAside, "nobody"},
		"Nobody hears himself.":          Hear{"k", "a", "a", true},
		"Only who takes part":            Hear{"k", "a", "nobody", true},
		"The volume goes from -24 to 12": Member{Call: "a", Volume: ptr(13)},
		"This conference is not there":   Hear{"j", "a", "b", true},
	} {
		if why := refusal(s, in); !strings.HasPrefix(why, want) {
			t.Errorf("%+v: %q, want %q", in, why, want)
		}
	}
	s, _ = play(t, s, MuteAll{"k", true})
	if why := refusal(s, Hear{"k", "a", Operator, true}); why != "Your microphone is muted." {
		t.Errorf("a cell against the mute: %q", why)
	}
}

// TestNewcomerOverhearsNothing: who joins during an aside or coaching is outside of it.
func TestNewcomerOverhearsNothing(t *testing.T) {
	for preset, want := range map[Preset]string{
		PresetAside: "a<me b<c c<b me<a",
		PresetCoach: "a<b a<c a<me b<a b<c c<a c<b me<a me<b me<c",
	} {
		s, _ := play(t, desk(), talkers("a", "b", "c")...)
		s, _ = play(t, s, Join{"k", []CallID{"a", "b"}}, Arrange{"k", preset, "a"})
		expect(t, s, want, Join{"k", []CallID{"c"}})
	}
}

// TestVolumeOfAMember: it counts for everybody who hears him.
func TestVolumeOfAMember(t *testing.T) {
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), Member{Call: "a", Volume: ptr(-6)})
	for _, e := range PlanFor(s).Edges {
		want := float32(1)
		if e.Source == "a" {
			want = 0.5011872 // 10^(-6/20)
		}
		if e.Gain < want-1e-6 || e.Gain > want+1e-6 {
			t.Errorf("%+v, want a gain of %v", e, want)
		}
	}
}

// TestDissolveKeepsSilence: the microphone that was shut for a member does not open by itself when the others leave.
func TestDissolveKeepsSilence(t *testing.T) {
	for name, in := range map[string]Input{
		"conference muted": MuteAll{"k", true}, "coaching the other": Arrange{"k", PresetCoach, "b"}, "deaf": Member{Call: "a", Deaf: ptr(true)},
	} {
		s, _ := play(t, conferenceOf(t, "open", "a", "b"), in, Hangup{Call: "b"})
		if a, _ := s.Call("a"); !a.Muted || hearing(s) != "me<a" {
			t.Errorf("%s: %s", name, hearing(s))
		}
	}
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), Arrange{"k", PresetMusic, "a"}, Hangup{Call: "b"})
	if a, _ := s.Call("a"); !a.Held || a.Music {
		t.Errorf("who heard music waits on hold: %+v", a)
	}
}

// TestRoomLine: everybody who may call it is answered into one conference, with music while alone.
func TestRoomLine(t *testing.T) {
	s, effects := play(t, desk(), room[0], Offered{Call: "a", Line: "hall"})
	if got := effectNames(effects); got != " > SetLine Accept Record" {
		t.Errorf("the first caller: %s", got)
	}
	s = expect(t, s, "music@a", Connected{Call: "a", Session: session(1)})
	s, _ = play(t, s, talkers("c")...) // the operator's own call is not touched
	s = expect(t, s, "a<b b<a c<me me<c", Offered{Call: "b", Line: "hall"}, Connected{Call: "b", Session: session(1)})
	if len(s.Conferences) != 1 || s.Conferences[0].Name != "Hall" {
		t.Errorf("rooms: %+v", s.Conferences)
	}
	s = expect(t, s, "b<me me<b", Attend{s.Conferences[0].ID, true}, Hangup{Call: "a"})
	s = expect(t, s, "music@b", Leave{s.Conferences[0].ID})
	if s.Conferences[0].Left {
		t.Error("a room is not left for good: the operator comes and goes")
	}
	if s, _ = play(t, s, Hangup{Call: "b"}); len(s.Conferences) != 0 {
		t.Error("an empty room stays")
	}
}
