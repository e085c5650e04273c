package cti

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// deskWith is the desk with its first line changed.
func deskWith(change func(*LineConfig)) State {
	s := desk()
	change(&s.Lines[0].Config)
	return s
}

// ringing is a lamp with a call to take.
var ringing = Lamp{Line: "desk", Number: "2077", State: LampRinging, Caller: "+34915550101",
	Pickup: &Dialog{CallID: "a", LocalTag: "b", RemoteTag: "c", Target: "sip:2077@192.0.2.7"}}

// TestR9Pickup: by Replaces where the lamp knows the dialog, else by the feature code; lost races end in words.
func TestR9Pickup(t *testing.T) {
	watched := []Input{Watched{Line: "desk", Numbers: []string{"2077"}}, LampChanged{Lamp: ringing}}
	take := Pickup{Call: "x", Number: "2077"}
	s, effects := play(t, desk(), then(watched, take)...)
	if invite := sent[Invite](effects)[0]; invite.Take == nil || invite.Target != "sip:2077@192.0.2.7" {
		t.Errorf("INVITE %+v", invite)
	}
	if x, _ := s.Call("x"); x.Number != "+34915550101" || x.Pickup != "2077" {
		t.Errorf("shown as %q, taken from %q", x.Number, x.Pickup)
	}
	s, effects = play(t, s, Ended{Call: "x", By: SidePeer, Code: 481})
	if x, _ := s.Call("x"); !strings.HasPrefix(x.End.Reason, "Nothing rings at 2077 any more") || len(sent[Invite](effects)) != 0 {
		t.Errorf("lost: %q, %v", x.End.Reason, effects)
	}
	coded := deskWith(func(c *LineConfig) { c.Pickup = "*8" })
	_, effects = play(t, coded, then(watched, take, Ended{Call: "x", By: SidePeer, Code: 481})...)
	if again := sent[Invite](effects); len(again) != 2 || again[1].Target != "*82077" || again[1].Call == "x" {
		t.Errorf("after 481: %+v", again)
	}
	refuses(t, desk(), take, "has no pickup code")
	free := ringing
	free.State, free.Pickup = LampFree, nil
	idle, _ := play(t, desk(), watched[0], LampChanged{Lamp: free})
	refuses(t, idle, take, "Nothing rings at 2077")
}

// TestR14R17Identities: only identities of the list, as the route and the profile allow.
func TestR14R17Identities(t *testing.T) {
	acme := Identity{Name: "Acme Support", Number: "+49301234"}
	base := deskWith(func(c *LineConfig) { c.Routes[1].Identities = []string{"Acme Support"} })
	for _, tt := range []struct {
		name string
		in   Dial
		p    Profile
		want string // caller ID, or the refusal
	}{
		{"chosen", Dial{Identity: acme}, Profile{}, "Acme Support +49301234"},
		{"anonymous", Dial{Identity: Identity{Anonymous: true}}, Profile{}, "Anonymous"},
		{"anonymous where the profile forbids it", Dial{Identity: Identity{Anonymous: true}}, Profile{Name: "p", NoAnonymous: true}, "Your profile allows no anonymous calls."},
		{"a route shows its own alone", Dial{Route: "Trunk B"}, Profile{}, "Acme Support +49301234"},
		{"a route refuses others", Dial{Route: "Trunk B", Identity: Identity{Anonymous: true}}, Profile{}, `Desk 2001 may not call as "Anonymous".`},
		{"the line's own where the route may not show it", Dial{Route: "Trunk B", Identity: Identity{Name: "Desk 2001", Number: "2001"}}, Profile{}, "Acme Support +49301234"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := base
			s.Profile = tt.p
			tt.in.Call, tt.in.Number = "x", "+12015532447"
			p := View(s, DeskInfo{}, 1, noon).Preview(tt.in)
			_, effects, err := Step(s, tt.in, noon)
			if err != nil {
				if err.Error() != tt.want || p.Why != tt.want {
					t.Errorf("Step: %v, preview: %q", err, p.Why)
				}
				return
			}
			shown := sent[Invite](effects)[0].Identity
			if shown == (Identity{}) {
				shown = base.Lines[0].Config.identity()
			}
			if p.ShowAs != tt.want || strings.TrimSpace(shown.Name+" "+shown.Number) != tt.want && !shown.Anonymous {
				t.Errorf("preview %q, INVITE as %+v", p.ShowAs, shown)
			}
		})
	}
}

// TestR15LastIdentityIsOnTheCall: what was shown is kept in the row, for whoever preselects it next time.
func TestR15LastIdentityIsOnTheCall(t *testing.T) {
	acme := Identity{Name: "Acme Support", Number: "+49301234"}
	s, _ := play(t, desk(), Dial{Call: "x", Number: "2044", Identity: acme})
	if s.Calls[0].ShowAs != acme {
		t.Errorf("shown as %+v", s.Calls[0].ShowAs)
	}
}

// TestR16IdentityAtTransfer: the choice is checked and carried at consult and transfer alike.
func TestR16IdentityAtTransfer(t *testing.T) {
	acme, mine := Identity{Name: "Acme Support", Number: "+49301234"}, Identity{Name: "The Bank"}
	s, _ := play(t, desk(), talking...)
	refuses(t, s, QuickTransfer{Call: "x", Number: "2055", Identity: mine}, "may not call as")
	refuses(t, s, StartConsult{Call: "y", For: "x", Number: "2055", Identity: mine}, "may not call as")
	_, effects := play(t, s, QuickTransfer{Call: "x", Number: "2055", Identity: acme}, TimerFired{Call: "x", Name: TimerGrace, Gen: 1})
	if refer := sent[Refer](effects); len(refer) != 1 || refer[0].Identity != acme {
		t.Errorf("REFER %+v", refer)
	}
	_, effects = play(t, s, StartConsult{Call: "y", For: "x", Number: "2055", Identity: acme})
	if invite := sent[Invite](effects); invite[0].Identity != acme {
		t.Errorf("INVITE %+v", invite[0])
	}
}

// TestR24AvailabilityIsShown: state, age and caller of a watched number; the tags of its dialog are not.
func TestR24AvailabilityIsShown(t *testing.T) {
	s, effects := play(t, desk(), Watched{Line: "desk", Numbers: []string{"2077", "2055", "2077", ""}}, LampChanged{Lamp: ringing})
	if set := sent[SetWatches](effects); len(set) != 1 || !slices.Equal(set[0].Numbers, []string{"2055", "2077"}) {
		t.Errorf("watches %+v", set)
	}
	lamps := View(s, DeskInfo{}, 0, noon).Lamps
	if len(lamps) != 2 || lamps[0].State != LampUnknown || lamps[1].State != LampRinging || lamps[1].At.IsZero() || lamps[1].Pickup != nil {
		t.Errorf("lamps %+v", lamps)
	}
	if s.Lamps[1].Pickup == nil {
		t.Error("the view took the dialog out of the State")
	}
	s, effects = play(t, s, Restarted{})
	if s.Lamps[1].State != LampUnknown || len(sent[SetWatches](effects)) != 1 {
		t.Errorf("after a restart: %+v", s.Lamps[1])
	}
	if _, _, err := Step(s, LampChanged{Lamp: Lamp{Line: "desk", Number: "2099"}}, noon); err == nil {
		t.Error("news of a number that nobody watches is taken")
	}
}

// TestWatchedBySettings: what the settings name is watched, what the directory added stays, what goes goes.
func TestWatchedBySettings(t *testing.T) {
	cfg := desk().Lines[0].Config
	with := func(numbers ...string) LineSet { c := cfg; c.Watch = numbers; return LineSet{Config: c} }
	s, _ := play(t, desk(), with("2055", "2066"), Watched{Line: "desk", Numbers: []string{"2055", "2066", "2077"}}, with("2066"))
	if got := s.watching("desk"); !slices.Equal(got, []string{"2066", "2077"}) {
		t.Errorf("watching %v", got)
	}
	if s, _ = play(t, s, LineRemoved{Line: "desk"}); len(s.Lamps) != 0 {
		t.Errorf("lamps of a line that is gone: %v", s.Lamps)
	}
}

// TestR29Context: attached data goes with dial, consult and transfer, and is bounded.
func TestR29Context(t *testing.T) {
	data := map[string]string{"case": "4711", "name": "Łukasz"}
	came := append(slices.Clone(talking), nil)[:len(talking)]
	came[0] = Offered{Call: "x", Line: "desk", Context: data}
	s, effects := play(t, desk(), then(came, StartConsult{Call: "y", For: "x", Number: "2055"}, Abort{Call: "x"}, QuickTransfer{Call: "x", Number: "2055"}, TimerFired{Call: "x", Name: TimerGrace, Gen: 1})...)
	if x, _ := s.Call("x"); !maps.Equal(x.Context, data) {
		t.Errorf("shown %v", x.Context)
	}
	if invite, refer := sent[Invite](effects)[0], sent[Refer](effects)[0]; !maps.Equal(invite.Context, data) || !maps.Equal(refer.Context, data) {
		t.Errorf("consult carries %v, REFER %v", invite.Context, refer.Context)
	}
	for _, bad := range []map[string]string{{"": "x"}, {"a": "b\r\nVia: c"}, {"a": strings.Repeat("x", MaxContextBytes)}, {"a\x00": "b"}} {
		if _, _, err := Step(desk(), Dial{Call: "x", Number: "2044", Context: bad}, noon); err == nil {
			t.Errorf("%q is attached", bad)
		}
	}
}

// TestDoNotDisturbAndForward: what a new call meets, in the order of the rules.
func TestDoNotDisturbAndForward(t *testing.T) {
	call := Offered{Call: "n", Line: "desk", Number: "+4930999"}
	for _, tt := range []struct {
		name string
		way  []Input
		want string
	}{
		{"nothing set", nil, " > Record"},
		{"do not disturb", []Input{DoNotDisturb{On: true}}, " > Release:486 timer:ending Record"},
		{"and off again", []Input{DoNotDisturb{On: true}, DoNotDisturb{Line: "desk"}}, " > Record"},
		{"always", []Input{Forwarding{Line: "desk", Forward: Forward{Always: "2099"}}}, " > Redirect:unconditional timer:ending Record"},
		{"busy, but free", []Input{Forwarding{Line: "desk", Forward: Forward{Busy: "2099"}}}, " > Record"},
		{"busy", then(talking, Forwarding{Line: "desk", Forward: Forward{Busy: "2099"}}), " > Redirect:user-busy timer:ending Record"},
		{"do not disturb with a way out", []Input{DoNotDisturb{On: true}, Forwarding{Line: "desk", Forward: Forward{Busy: "2099"}}}, " > Redirect:do-not-disturb timer:ending Record"},
		{"no answer", []Input{Forwarding{Line: "desk", Forward: Forward{NoAnswer: "2099", After: 5}}}, " > timer:forward Record"},
		{"back to who calls", []Input{Forwarding{Line: "desk", Forward: Forward{Always: "+4930999"}}}, " > Record"},
	} {
		s, _ := play(t, desk(), tt.way...)
		s, effects := play(t, s, call)
		if got := effectNames(effects); got != tt.want {
			t.Errorf("%s:%s, want%s", tt.name, got, tt.want)
		}
		if tt.name == "no answer" {
			if after := sent[StartTimer](effects)[0].After; after != 5*time.Second {
				t.Errorf("rings for %s", after)
			}
			_, effects = play(t, s, TimerFired{Call: "n", Name: TimerForward, Gen: 1})
			if got := effectNames(effects); got != " > Redirect:no-answer timer:ending" {
				t.Errorf("unanswered:%s", got)
			}
		}
	}
	refuses(t, desk(), Forwarding{Line: "desk", Forward: Forward{Always: "2001"}}, "cannot forward to itself")
	refuses(t, desk(), Forwarding{Line: "desk", Forward: Forward{Busy: "x\r\ny@z"}}, "control characters")
	refuses(t, desk(), DoNotDisturb{Line: "nine", On: true}, "no line")
}

// TestAutoAnswerWithABeep: the microphone opens after the beep, and never while another call is open.
func TestAutoAnswerWithABeep(t *testing.T) {
	way := []Input{Offered{Call: "x", Line: "desk", Auto: true, Beep: true}, Connected{Call: "x", Session: session(1)}}
	s, _ := play(t, desk(), way...)
	describes(t, s, "x", "talking agreed beeping")
	if strings.Contains(plays(PlanFor(s)), "operator>x") {
		t.Errorf("the microphone is open during the beep: %q", plays(PlanFor(s)))
	}
	s, _ = play(t, s, TimerFired{Call: "x", Name: TimerBeep, Gen: 1})
	if got := plays(PlanFor(s)); got != "x>operator operator>x" {
		t.Errorf("after the beep: %q", got)
	}
	s, _ = play(t, s, Offered{Call: "y", Line: "desk", Auto: true, Beep: true})
	describes(t, s, "y", "ringing")
	if !strings.Contains(plays(PlanFor(s)), "knock@operator") {
		t.Errorf("the second call is no soft knock: %q", plays(PlanFor(s)))
	}
}

// TestControlledFromOutside: a far end may put itself on hold; it opens the microphone only where a rule lets it.
func TestControlledFromOutside(t *testing.T) {
	talk := Controlled{Call: "x", Talk: true}
	for policy, want := range map[AutoAnswer]string{"": "ringing", AutoOff: "ringing", AutoAll: "answering beeping", AutoKnown: "answering beeping"} {
		s, _ := play(t, deskWith(func(c *LineConfig) { c.AutoBy = policy }), Watched{Line: "desk", Numbers: []string{"+34915550101"}}, offered[0])
		if next, _, err := Step(s, talk, noon); err == nil {
			s = next
		}
		describes(t, s, "x", want)
	}
	mine, _ := play(t, desk(), held...)
	if _, _, err := Step(mine, talk, noon); err == nil {
		t.Error("a far end takes itself off a hold that is the operator's")
	}
	theirs, _ := play(t, desk(), then(outside, talk)...)
	describes(t, theirs, "x", "talking")
}

// TestPreviewIsWhatGoesOut: over random routes, numbers and identities the preview and the INVITE say the same.
func TestPreviewIsWhatGoesOut(t *testing.T) {
	w := newWorld(t, 7)
	pick := func(of ...string) string { return of[w.rnd.IntN(len(of))] }
	for range 20000 {
		s := deskWith(func(c *LineConfig) {
			c.Routes = []Route{{
				Name: "r", Prefix: pick("", "0", "9w", "+"), Strip: w.rnd.IntN(4),
				Rewrite:    []Rewrite{{From: pick(`\+49(\d+)`, `2(\d*)`, `(`, `.*`), To: pick("0$1", "${1}9", "sip:$1", "")}}[:w.rnd.IntN(2)],
				Identities: []string{"Acme Support", "Anonymous", "Desk 2001"}[:w.rnd.IntN(4)],
			}}
		})
		s.Profile = Profile{Name: "p", NoAnonymous: w.rnd.IntN(2) == 0}
		in := Dial{Call: "x", Number: pick("2044", "+49 30 1234", "12", "anna@example.org", "*8#", "tel:+1-201-553-2447", "\r\n2044"),
			Identity: []Identity{{}, {Anonymous: true}, {Name: "Acme Support", Number: "+49301234"}, {Name: "The Bank"}}[w.rnd.IntN(4)]}
		p := View(s, DeskInfo{}, 1, noon).Preview(in)
		next, effects, err := Step(s, in, noon)
		if (err == nil) != p.OK || err != nil && err.Error() != p.Why {
			t.Fatalf("%+v on %+v: Step says %v, the preview %+v", in, s.Lines[0].Config.Routes, err, p)
		}
		if err != nil {
			continue
		}
		invite, x := sent[Invite](effects)[0], next.Calls[0]
		shown := invite.Identity
		if shown == (Identity{}) {
			shown = s.Lines[0].Config.identity()
		}
		if invite.Target != p.Target || x.Number != p.Number || p.ShowAs != shown.text() || strings.ContainsAny(invite.Target, "\r\n") {
			t.Fatalf("INVITE %+v, preview %+v", invite, p)
		}
	}
}

// text is how a caller ID reads.
func (id Identity) text() string {
	if id.Anonymous {
		return "Anonymous"
	}
	return strings.TrimSpace(id.Name + " " + id.Number)
}
