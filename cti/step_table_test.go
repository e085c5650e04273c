package cti

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// from is a state that a call named x can be in, with the way that leads there.
type from struct {
	name string
	way  []Input
}

// arrow is an input that is tried in every state.
type arrow struct {
	name string
	in   Input
}

// The table has a row for every pair of these.
var (
	froms  = slices.Concat(callFroms, transferFroms)
	arrows = slices.Concat(callArrows, transferArrows)
)

var callFroms = []from{
	{"none", nil},
	{"dialing", dialled},
	{"ringing-out", rung},
	{"early", early},
	{"ringing-in", offered},
	{"answering", answered},
	{"talking", talking},
	{"held", held},
	{"held-refused", unheld},
	{"muted", muted},
	{"recovering", reviving},
	{"waiting", waiting},
	{"knocking", knocking},
	{"ending", ending},
	{"busy", busy},
	{"ended", over},
	{"conferring", conferring},
	{"conf-away", confAway},
	{"conf-held", confHeld},
	{"leaving", leavingJoined},
	{"end-grace", endGrace},
	{"in-room", inRoom},
	{"recorded", recorded},
}

var callArrows = []arrow{
	{"dial", Dial{Call: "x", Number: "2044"}},
	{"answer", Answer{Call: "x"}},
	{"hangup", Hangup{Call: "x"}},
	{"hangup-busy", Hangup{Call: "x", Busy: true}},
	{"hold", Hold{Call: "x", On: true}},
	{"resume", Hold{Call: "x"}},
	{"mute", Mute{Call: "x", On: true}},
	{"unmute", Mute{Call: "x"}},
	{"dtmf", SendDTMF{Call: "x", Digits: "1#"}},
	{"offered", Offered{Call: "x", Line: "desk"}},
	{"progressed-180", Progressed{Call: "x", Code: 180}},
	{"progressed-183", Progressed{Call: "x", Code: 183, Session: ptr(session(1))}},
	{"connected", Connected{Call: "x", Session: session(1)}},
	{"hold-settled", HoldSettled{Call: "x", On: true, OK: true}},
	{"hold-refused", HoldSettled{Call: "x", On: true}},
	{"resume-settled", HoldSettled{Call: "x", OK: true}},
	{"session-changed", SessionChanged{Call: "x", Session: session(2), HeldByPeer: true}},
	{"identified", Identified{Call: "x", Number: "2055", Name: "Anna"}},
	{"dtmf-received", DTMFReceived{Call: "x", Digit: "5"}},
	{"dialog-kept", DialogKept{Call: "x", Dialog: []byte(`{}`)}},
	{"recovered", Recovered{Call: "x", Session: session(3)}},
	{"ended-busy", Ended{Call: "x", By: SidePeer, Code: 486}},
	{"ended-elsewhere", Ended{Call: "x", By: SidePeer, Elsewhere: true}},
	{"faulted", Faulted{Call: "x"}},
	{"restarted", Restarted{}},
	{"timer-no-answer", TimerFired{Call: "x", Name: TimerNoAnswer}},
	{"timer-ending", TimerFired{Call: "x", Name: TimerEnding}},
	{"timer-recover", TimerFired{Call: "x", Name: TimerRecover}},
	{"timer-tone", TimerFired{Call: "x", Name: TimerTone}},
	{"timer-shown", TimerFired{Call: "x", Name: TimerShown}},
	{"line-set", LineSet{Config: LineConfig{ID: "new"}}},
	{"line-removed", LineRemoved{Line: "desk"}},
	{"line-registered", LineRegistered{Line: "sales", Reg: Registration{State: RegOK}}},
	{"sound-changed", SoundChanged{Sound: Sound{Inputs: []string{"Link 380"}}}},
	{"join", Join{Conf: "k", Calls: []CallID{"x", "y"}}},
	{"split", Split{Call: "x"}},
	{"deafen", Member{Call: "x", Deaf: ptr(true)}},
	{"hear-off", Hear{Conf: "k", Listener: "x", Source: Operator}},
	{"arrange-music", Arrange{Conf: "k", Preset: PresetMusic, Call: "x"}},
	{"hold-all", HoldAll{Conf: "k", On: true}},
	{"resume-all", HoldAll{Conf: "k"}},
	{"attend", Attend{Conf: "k", On: true}},
	{"step-out", Attend{Conf: "k"}},
	{"mute-all", MuteAll{Conf: "k", On: true}},
	{"leave", Leave{Conf: "k"}},
	{"end-all", EndAll{Conf: "k"}},
	{"grace-over", TimerFired{Call: "k", Name: TimerGrace}},
	{"record", StartRecording{Rec: "fresh", Calls: []CallID{"x"}}},
	{"record-conf", StartRecording{Rec: "fresh", Conf: "k"}},
	{"pause-record", PauseRecording{Rec: "r", On: true}},
	{"stop-record", StopRecording{Rec: "r"}},
	{"record-failed", RecordingFailed{Rec: "r", Reason: "The disk is full."}},
	{"profile-set", ProfileSet{Profile: Profile{Name: "duo"}}},
}

// table reads the rows of testdata/transitions.txt: state, input, and what follows.
func table(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/transitions.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) < 4 || f[2] != "->" {
			t.Fatalf("row %q is not: state input -> outcome", line)
		}
		key := f[0] + " " + f[1]
		if _, twice := rows[key]; twice {
			t.Errorf("two rows for %q", key)
		}
		rows[key] = strings.Join(f[3:], " ")
	}
	return rows
}

// TestStepTable goes through every row, and finds every pair of state and input that has none.
func TestStepTable(t *testing.T) {
	rows := table(t)
	for _, from := range froms {
		for _, arrow := range arrows {
			key := from.name + " " + arrow.name
			want, ok := rows[key]
			delete(rows, key)
			t.Run(from.name+" -> "+arrow.name+" -> "+want, func(t *testing.T) {
				s, _ := play(t, desk(), from.way...)
				next, effects, err := Step(s, live(s, arrow.in), noon.Add(6*time.Second))
				got := describe(next, "x", effects, err)
				if !ok {
					t.Fatalf("no row; it would be\n%-14s %-16s -> %s", from.name, arrow.name, got)
				}
				if got != want {
					t.Errorf("\n got %s\nwant %s", got, want)
				}
			})
		}
	}
	for key := range rows {
		t.Errorf("the row %q is of no state or no input", key)
	}
}

// live gives a timer the generation that is running, so that the table shows what its firing does.
func live(s State, in Input) Input {
	if f, ok := in.(TimerFired); ok {
		f.Gen = s.Timers[timerKey(f.Call, f.Name)]
		return f
	}
	return in
}

// TestEveryKindIsInTheTable keeps the table whole when a kind of input is added.
func TestEveryKindIsInTheTable(t *testing.T) {
	tried := map[string]bool{}
	for _, a := range arrows {
		tried[a.in.Kind()] = true
	}
	for kind := range decoders {
		if !tried[kind] {
			t.Errorf("no arrow tries the input %s", kind)
		}
	}
}
