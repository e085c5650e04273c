package cti

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata/headset.txt anew")

// headsetFroms are the sets of calls that a headset meets beside the states of one call.
var headsetFroms = []from{
	{"second-rings", append(talking[:4:4], Offered{Call: "y", Line: "desk", Number: "2055"})},
	{"two-ring", append(offered[:1:1], Offered{Call: "y", Line: "desk", Number: "2055"})},
	{"held-and-rings", append(held[:5:5], Offered{Call: "y", Line: "desk", Number: "2055"})},
	{"one-waits", two},
	{"two-wait", append(two[:7:7], Hold{Call: "y", On: true})},
	{"two-wait-third-open", append(two[:7:7], Dial{Call: "z", Number: "2066"}, Connected{Call: "z", Session: session(1)})},
	{"conf-and-rings", append(conferring[:8:8], Offered{Call: "z", Line: "desk", Number: "2066"})},
	{"conf-muted", append(conferring[:8:8], MuteAll{Conf: "k", On: true})},
	{"conf-all-held", append(conferring[:8:8], HoldAll{Conf: "k", On: true})},
	{"conf-left", append(two[:7:7], Dial{Call: "z", Number: "2066"}, Connected{Call: "z", Session: session(1)},
		Join{Conf: "k", Calls: []CallID{"x", "y", "z"}}, Leave{Conf: "k"})},
	{"agent-conf", append([]Input{ProfileSet{Profile: Presets()[3]}}, conferring...)},
	{"agent-conf-grace", append(append([]Input{ProfileSet{Profile: Presets()[3]}}, conferring...), EndAll{Conf: "k"})},
	{"agent-consult", append(append([]Input{ProfileSet{Profile: Presets()[3]}}, talking...),
		StartConsult{Call: "y", For: "x", Number: "2055"}, Connected{Call: "y", Session: session(1)})},
	{"forbidden", append([]Input{ProfileSet{Profile: Profile{Name: "strict", Forbidden: []Verb{VerbHold, VerbMute, VerbDTMF}}}}, talking...)},
	{"full", full()},
}

// full is a desk with as many calls as fit, all on hold.
func full() (way []Input) {
	for i := range MaxCalls {
		id := CallID(fmt.Sprintf("c%d", i))
		way = append(way, Dial{Call: id, Number: "2044"}, Connected{Call: id, Session: session(1)}, Hold{Call: id, On: true})
	}
	return way
}

// reactions are what all buttons and one digit do now.
func reactions(s State) []Reaction {
	all := []Reaction{}
	for _, b := range Buttons {
		all = append(all, ButtonFor(s, b))
	}
	return append(all, DigitFor(s, "5"))
}

// lampWords lists the lamps that are lit.
func lampWords(l HeadsetLamps) string {
	words := []string{}
	for i, on := range []bool{l.Ours, l.OffHook, l.Ring, l.Mute, l.Hold} {
		if on {
			words = append(words, []string{"ours", "off-hook", "ring", "mute", "hold"}[i])
		}
	}
	if len(words) == 0 {
		return "dark"
	}
	return strings.Join(words, " ")
}

// TestHeadsetTable: every cell of the decision table, and the lamps of every state, are as testdata/headset.txt says.
func TestHeadsetTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("# What a headset does and shows: one block per set of calls, one line per button.\n")
	for _, from := range slices.Concat(froms, headsetFroms) {
		s, _ := play(t, desk(), from.way...)
		fmt.Fprintf(&b, "\n%s [%s]\n", from.name, lampWords(LampsFor(s)))
		for _, r := range reactions(s) {
			did := string(r.Wish)
			if r.Command != nil {
				did = fmt.Sprintf("%T%+v", r.Command, r.Command)
			}
			fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("  %-52s %s", r, strings.TrimPrefix(did, "cti.")), " "))
		}
	}
	const path = "testdata/headset.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old, fresh := strings.Split(strings.ReplaceAll(string(want), "\r\n", "\n"), "\n"), strings.Split(b.String(), "\n")
	for i := range max(len(old), len(fresh)) {
		if i >= len(old) || i >= len(fresh) || old[i] != fresh[i] {
			t.Fatalf("line %d differs:\n got %q\nwant %q", i+1, fresh[min(i, len(fresh)-1)], old[min(i, len(old)-1)])
		}
	}
}

// keepsItsWord presses every button in a state: what is offered is taken, and no call ends whose row is not named.
func keepsItsWord(t *testing.T, s State, now time.Time) {
	t.Helper()
	for _, r := range reactions(s) {
		if r.Words == "" {
			t.Fatalf("%s says nothing", r.Button)
		}
		if r.Command == nil {
			continue
		}
		next, _, err := Step(s, r.Command, now)
		if err != nil {
			t.Fatalf("%s, with %+v, is turned down: %v", r, r.Command, err)
		}
		for i, c := range s.Calls {
			after, there := next.Call(c.ID)
			ended := c.lasting() && (!there || !after.lasting())
			row := regexp.MustCompile(fmt.Sprintf(`(ends|cancels|rejects) row %d\b`, i+1))
			if _, all := r.Command.(EndAll); ended && !all && !row.MatchString(r.Words) {
				t.Fatalf("%s ended row %d", r, i+1)
			}
		}
	}
}

// TestButtonsKeepTheirWord in every state of the table.
func TestButtonsKeepTheirWord(t *testing.T) {
	for _, from := range slices.Concat(froms, headsetFroms) {
		t.Run(from.name, func(t *testing.T) {
			s, _ := play(t, desk(), from.way...)
			keepsItsWord(t, s, noon.Add(time.Minute))
		})
	}
}

// TestButtonsKeepTheirWordAnywhere, on random walks too; and whoever has a Snapshot only is told the same.
func TestButtonsKeepTheirWordAnywhere(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			for i := range 1500 {
				w.step(w.anyInput())
				w.now = w.now.Add(time.Second)
				w.fireDue()
				if i%3 != 0 {
					continue
				}
				keepsItsWord(t, w.s, w.now)
				snap := View(w.s, DeskInfo{}, 1, w.now)
				if got, want := snap.Press(ButtonHook), HookFor(w.s); got != want {
					t.Fatalf("by the snapshot %+v, by the state %+v", got, want)
				}
				if got, want := snap.LampsFor(), LampsFor(w.s); got != want {
					t.Fatalf("lamps by the snapshot %+v, by the state %+v", got, want)
				}
			}
		})
	}
}

// TestLampsSayWhatTheHookDoes: the hook bit of a device follows the Off-Hook lamp, so that a lamp that is on must mean that
// the next press ends, swaps or takes back, and one that is off that it answers or dials.
func TestLampsSayWhatTheHookDoes(t *testing.T) {
	for _, from := range slices.Concat(froms, headsetFroms) {
		s, _ := play(t, desk(), from.way...)
		l, r := LampsFor(s), HookFor(s)
		_, answers := r.Command.(Answer)
		_, takesBack := r.Command.(EndAll)
		idle := r.Wish == WishDial || answers || takesBack
		if !l.OffHook && !idle {
			t.Errorf("%s: off-hook is dark and %s", from.name, r)
		}
		if l.OffHook && r.Wish == WishDial {
			t.Errorf("%s: off-hook is lit and %s", from.name, r)
		}
		if l.Ring != (s.knocking() != nil) || (l.OffHook || l.Ring) && !l.Ours {
			t.Errorf("%s: the lamps are %s", from.name, lampWords(l))
		}
	}
}
