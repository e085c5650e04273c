package cti

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// kept renders the recordings of the plan: "r[a b] us many paused".
func kept(s State) string {
	var w []string
	for _, r := range PlanFor(s).Recordings {
		tracks := make([]string, len(r.Tracks))
		for i, id := range r.Tracks {
			tracks[i] = string(id)
		}
		text := string(r.ID) + "[" + strings.Join(tracks, " ") + "]"
		if r.Us {
			text += " us"
		}
		if r.Many {
			text += " many"
		}
		if r.Paused {
			text += " paused"
		}
		w = append(w, text)
	}
	return strings.Join(w, ", ")
}

// marks renders what is noted in recordings: "join:a".
func marks(effects []Effect) string {
	var w []string
	for _, e := range effects {
		if m, ok := e.(MarkRecording); ok {
			w = append(w, string(m.Kind)+":"+string(m.Call))
		}
	}
	return strings.Join(w, " ")
}

// follow steps through inputs and compares what is kept and marked afterwards.
func follow(t *testing.T, s State, wantKept, wantMarks string, inputs ...Input) State {
	t.Helper()
	s, effects := play(t, s, inputs...)
	if got := kept(s); got != wantKept {
		t.Errorf("after %+v\n keeps %s\n  want %s", inputs, got, wantKept)
	}
	if got := marks(effects); got != wantMarks {
		t.Errorf("after %+v\n marks %s\n  want %s", inputs, got, wantMarks)
	}
	return s
}

func TestR74StartAndStop(t *testing.T) {
	s, _ := play(t, desk(), talkers("a")...)
	s, effects := play(t, s, StartRecording{Rec: "r", Calls: []CallID{"a"}})
	keep, ok := effects[0].(KeepRecording)
	if !ok || keep.Recording.Owner != "a" || !keep.Recording.Started.Equal(noon) || !keep.Ended.IsZero() {
		t.Errorf("the index gets %+v", effects)
	}
	if v := View(s, DeskInfo{}, 1, noon); v.Calls[0].Record != "r" || len(v.Recordings) != 1 {
		t.Error("the row shows no recording")
	}
	s = follow(t, s, "r[a] us", "")
	s, effects = play(t, s, StopRecording{"r"})
	if keep, ok := effects[0].(KeepRecording); !ok || keep.Ended.IsZero() || kept(s) != "" {
		t.Errorf("after the stop: %q, %+v", kept(s), effects)
	}
	ringing, _ := play(t, desk(), offered...)
	for want, tt := range map[string]struct {
		s  State
		in Input
	}{
		"Only a connected call can be recorded.":    {ringing, StartRecording{Rec: "r", Calls: []CallID{"x"}}},
		"Select a call first.":                      {s, StartRecording{Rec: "r"}},
		"This recording is not running any more.":   {s, StopRecording{"r"}},
		"This call is not there any more.":          {s, StartRecording{Rec: "r", Calls: []CallID{"z"}}},
		"A recording needs an ID of its own, of":    {s, StartRecording{Rec: "../r", Calls: []CallID{"a"}}},
		"This conference is not there any more.":    {s, StartRecording{Rec: "r", Conf: "k"}},
		"The call is not being recorded.":           {s, nil},
		"The conference is being recorded already.": {recordedConf(t), StartRecording{Rec: "q", Conf: "k"}},
		"There is a recording with this ID already": {recordedConf(t), StartRecording{Rec: "r", Calls: []CallID{"a"}}},
	} {
		why := Allowed(tt.s, "a", VerbStop)
		if tt.in != nil {
			why = refusal(tt.s, tt.in)
		}
		if !strings.HasPrefix(why, want) {
			t.Errorf("%+v: %q, want %q", tt.in, why, want)
		}
	}
}

// recordedConf is a conference of a and b with a recording of the whole.
func recordedConf(t *testing.T) State {
	t.Helper()
	s, _ := play(t, conferenceOf(t, "open", "a", "b"), StartRecording{Rec: "r", Conf: "k"})
	return s
}

// TestR75WholeCallKept: later members too, until the last of our legs is gone, in the record of the first one.
func TestR75WholeCallKept(t *testing.T) {
	s := follow(t, recordedConf(t), "r[a b] us many", "")
	s = follow(t, s, "r[a b] many", "", Dial{Call: "c", Number: "2044"}, Connected{Call: "c", Session: session(1)})
	s = follow(t, s, "r[a b c] us many", "join:c", Join{"k", []CallID{"c"}})
	s = follow(t, s, "r[a b c] us many", "hold:b", Hold{"b", true})
	s = follow(t, s, "r[a b c] us many", "resume:b", Hold{Call: "b"})
	s = follow(t, s, "r[a b c] us many", "leave:a", Hangup{Call: "a"})
	s = follow(t, s, "r[a b c] us many", "leave:b leave:c", Ended{Call: "b", By: SidePeer}) // the conference is one call now
	if s.Recordings[0].Owner != "a" {
		t.Errorf("it belongs to %s", s.Recordings[0].Owner)
	}
	s = follow(t, s, "r[a b c] many", "hold:c", Dial{Call: "d", Number: "2055"})
	follow(t, s, "", "leave:c", Hangup{Call: "c"})
}

// TestR66OriginalRecord: the recording goes on in the record of its owner while the operator is away.
func TestR66OriginalRecord(t *testing.T) {
	s := conferenceOf(t, "open", "a", "b", "c")
	s, _ = play(t, s, StartRecording{Rec: "r", Conf: "k"})
	s = follow(t, s, "r[a b c] many", "", Leave{"k"})
	s = follow(t, s, "r[a b c] many", "leave:a", Ended{Call: "a", By: SidePeer})
	if s.Recordings[0].Owner != "a" {
		t.Errorf("it belongs to %s", s.Recordings[0].Owner)
	}
}

// TestR88PerCallAndMember: chosen members only, paused and gone on with at any moment, through hold and conference.
func TestR88PerCallAndMember(t *testing.T) {
	s, _ := play(t, desk(), talkers("a", "b", "c")...)
	s, _ = play(t, s, StartRecording{Rec: "r", Calls: []CallID{"c"}})
	s = follow(t, s, "r[c] us", "join:c", Join{"k", []CallID{"a", "b", "c"}}) // alone, for the recording is not of the conference
	s = follow(t, s, "p[a b] us many, r[c] us", "", StartRecording{Rec: "p", Calls: []CallID{"a", "b"}})
	s = follow(t, s, "p[a b] us many paused, r[c] us", "pause:", PauseRecording{"p", true})
	s = follow(t, s, "p[a b] us many, r[c] us", "go on:", PauseRecording{"p", false})
	s = follow(t, s, "p[a b] us many, q[a b c] us many, r[c] us", "", StartRecording{Rec: "q", Conf: "k"})
	v := View(s, DeskInfo{}, 1, noon)
	if v.Calls[0].Record != "p" || v.Calls[2].Record != "r" || v.Conferences[0].Record != "q" {
		t.Errorf("rows show %q and %q, the conference %q", v.Calls[0].Record, v.Calls[2].Record, v.Conferences[0].Record)
	}
	s = follow(t, s, "p[a b] many, q[a b c] us many, r[c] us", "leave:c leave:c", Split{"c"})
	follow(t, s, "p[a b] many, q[a b c] many, r[c]", "hold:c hold:c", Hold{"c", true})
}

// TestRecordingFails: it is said at once, the calls go on, and a new one takes its place.
func TestRecordingFails(t *testing.T) {
	s := recordedConf(t)
	s, effects := play(t, s, RecordingFailed{"r", "The disk is full."})
	keep, ok := effects[0].(KeepRecording)
	if !ok || keep.Recording.Fault != "The disk is full." || kept(s) != "" || hearing(s) != threeTalk {
		t.Errorf("keeps %q, %s, %+v", kept(s), hearing(s), effects)
	}
	if v := View(s, DeskInfo{}, 1, noon); v.Recordings[0].Fault == "" || v.Calls[0].Record != "" || v.Conferences[0].Record != "" {
		t.Errorf("shown: %+v", v.Recordings)
	}
	s = follow(t, s, "n[a b] us many", "", StartRecording{Rec: "n", Conf: "k"})
	if len(s.Recordings) != 1 {
		t.Errorf("the failed one stays: %+v", s.Recordings)
	}
}

// TestRecordingSurvivesRestart: it goes on with the calls that are taken up again.
func TestRecordingSurvivesRestart(t *testing.T) {
	s, effects := play(t, recordedConf(t), Restarted{})
	if !slices.ContainsFunc(effects, func(e Effect) bool { _, ok := e.(KeepRecording); return ok }) {
		t.Error("the index is not told again")
	}
	s = follow(t, s, "r[a b] us many", "", Recovered{Call: "a", Session: session(2)})
	follow(t, s, "r[a b] us many", "leave:a leave:b", TimerFired{"b", TimerRecover, s.Timers["b/recover"]})
}

// TestReplacedCallKeepsItsTrack: who takes the place of a recorded call is recorded in its place.
func TestReplacedCallKeepsItsTrack(t *testing.T) {
	s := recordedConf(t)
	turn := turn{State: s, now: noon}
	turn.recordInstead("a", "n")
	if got := kept(turn.State); got != "r[n b] us many" || kept(s) != "r[a b] us many" {
		t.Errorf("keeps %q, before %q", got, kept(s))
	}
}

// TestConferencesSurviveJSON: a checkpoint holds conferences, recordings and the profile.
func TestConferencesSurviveJSON(t *testing.T) {
	s, _ := play(t, recordedConf(t), Arrange{"k", PresetAside, "a"}, EndAll{"k"}, PauseRecording{"r", true})
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back State
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Conferences, s.Conferences) || !reflect.DeepEqual(back.Recordings, s.Recordings) || !reflect.DeepEqual(back.Profile, s.Profile) {
		t.Errorf("\n got %+v %+v\nwant %+v %+v", back.Conferences, back.Recordings, s.Conferences, s.Recordings)
	}
	if !PlanFor(back).Equal(PlanFor(s)) {
		t.Error("who hears whom is another")
	}
}
