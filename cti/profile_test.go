package cti

import (
	"strings"
	"testing"
	"time"
)

// TestTableUnderEveryProfile goes through all rows under each preset: what differs from the open one is a refusal that
// names the profile, and those are the ones that the profile is for.
func TestTableUnderEveryProfile(t *testing.T) {
	forbids := map[string]string{ // the only inputs that may be refused, by profile
		"duo": " transfer confirm ", "agent": " hold hold-all resume-all ",
	}
	refused := map[string]int{}
	for _, p := range Presets()[1:] {
		for _, from := range froms {
			s, _ := play(t, desk(), from.way...)
			under := s
			under.Profile = p
			for _, arrow := range arrows {
				now := noon.Add(6 * time.Second)
				next, effects, err := Step(s, live(s, arrow.in), now)
				open := describe(next, "x", effects, err)
				next, effects, err = Step(under, live(s, arrow.in), now)
				got := describe(next, "x", effects, err)
				switch {
				case got == open || arrow.name == "profile-set":
				case got == "refused" && strings.Contains(forbids[p.Name], " "+arrow.name+" ") && strings.Contains(err.Error(), "profile"):
					refused[p.Name]++
				case p.NoHoldInConf && arrow.name == "hold-outside" && got == "ignored":
				case p.HangupEndsBoth && strings.HasPrefix(got, "ending"), p.HangupEndsBoth && strings.Contains(got, "Release"): // R48 and R51 as written
				default:
					t.Errorf("%s -> %s\nopen  %s\n%-5s %s (%v)", from.name, arrow.name, open, p.Name, got, err)
				}
			}
		}
	}
	if refused["duo"] == 0 || refused["agent"] == 0 || len(refused) != 2 {
		t.Errorf("refused by profile: %v", refused)
	}
}

// TestProfileSet: a further one replaces the first; the same again is no news; none is the open one.
func TestProfileSet(t *testing.T) {
	s, _ := play(t, desk(), ProfileSet{Presets()[1]})
	if _, _, err := Step(s, ProfileSet{Presets()[1]}, noon); err == nil {
		t.Error("the same profile again means something")
	}
	if v := View(s, DeskInfo{}, 1, noon); v.Profile.Name != "duo" {
		t.Errorf("shown: %+v", v.Profile)
	}
	if v := View(desk(), DeskInfo{}, 1, noon); v.Profile.Name != "open" || v.Profile.Grace != 2000 {
		t.Errorf("without one: %+v", v.Profile)
	}
	own := Profile{Name: "ours", Extra: 3}
	if own.full(4) != "" || own.full(5) != `The profile "ours" allows 3 extra parties in a conference.` {
		t.Errorf("limit: %q", own.full(5))
	}
}
