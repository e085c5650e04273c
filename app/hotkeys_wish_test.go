package app

import (
	"reflect"
	"testing"

	"cordboard/cti"
)

// talkingTo is a connected call; more is what is special about it.
func talkingTo(id cti.CallID, more ...func(*cti.CallView)) cti.CallView {
	c := cti.CallView{Call: cti.Call{ID: id, Direction: cti.Outgoing, Phase: cti.PhaseTalking}, Allowed: map[cti.Verb]string{}}
	for _, m := range more {
		m(&c)
	}
	return c
}

func ringing(c *cti.CallView) { c.Direction, c.Phase = cti.Incoming, cti.PhaseRinging }
func held(c *cti.CallView)    { c.Held = true }
func muted(c *cti.CallView)   { c.Muted = true }
func taped(c *cti.CallView)   { c.Record = "tape" }
func member(c *cti.CallView)  { c.Conf = "conf" }

// may allows a verb.
func may(v cti.Verb) func(*cti.CallView) { return func(c *cti.CallView) { c.Allowed[v] = "" } }

func grace(c *cti.CallView) { c.Transfer.Phase = cti.TransferGrace }

// legOf makes a call the consulted party of another.
func legOf(id cti.CallID) func(*cti.CallView) {
	return func(c *cti.CallView) { c.Consult = cti.Consult{For: id} }
}

func TestKeysMeanWhatTheWindowsKeysDo(t *testing.T) {
	conf := func(muted bool) []cti.ConferenceView {
		return []cti.ConferenceView{{Conference: cti.Conference{ID: "conf", Muted: muted}}}
	}
	for name, tc := range map[string]struct {
		key  string
		s    cti.Snapshot
		want wish
	}{
		"answers while one talks": {"answer", cti.Snapshot{Calls: []cti.CallView{talkingTo("a"), talkingTo("b", ringing)}}, wish{command: cti.Answer{Call: "b"}}},
		"takes back":              {"answer", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", held)}}, wish{command: cti.Hold{Call: "a"}}},
		"holds":                   {"hold", cti.Snapshot{Calls: []cti.CallView{talkingTo("a")}}, wish{command: cti.Hold{Call: "a", On: true}}},
		"resumes":                 {"hold", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", held)}}, wish{command: cti.Hold{Call: "a"}}},
		"holds all": {
			"hold", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", member, held), talkingTo("b", member)}, Conferences: conf(false)},
			wish{command: cti.HoldAll{Conf: "conf", On: true}},
		},
		"takes all back": {
			"hold", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", member, held)}, Conferences: conf(false)}, wish{command: cti.HoldAll{Conf: "conf"}},
		},
		"mutes":                 {"mute", cti.Snapshot{Calls: []cti.CallView{talkingTo("a")}}, wish{command: cti.Mute{Call: "a", On: true}}},
		"unmutes":               {"mute", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", muted)}}, wish{command: cti.Mute{Call: "a"}}},
		"unmutes all":           {"mute", cti.Snapshot{Conferences: conf(true)}, wish{command: cti.MuteAll{Conf: "conf"}}},
		"hangs up the open one": {"hangup", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", held), talkingTo("b")}}, wish{command: cti.Hangup{Call: "b"}}},
		"asks for a target":     {"transfer", cti.Snapshot{Calls: []cti.CallView{talkingTo("a")}}, wish{ask: cti.VerbTransfer}},
		"takes a transfer back": {"transfer", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", grace)}}, wish{command: cti.QuickTransfer{Call: "a"}}},
		"completes":             {"transfer", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", may(cti.VerbConfirm))}}, wish{command: cti.Confirm{Call: "a"}}},
		"consults":              {"consult", cti.Snapshot{Calls: []cti.CallView{talkingTo("a")}}, wish{ask: cti.VerbConsult}},
		"swaps":                 {"consult", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", may(cti.VerbSwap))}}, wish{command: cti.Swap{Call: "a"}}},
		"adds one":              {"conference", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", may(cti.VerbConference))}}, wish{ask: cti.VerbConference}},
		"stops":                 {"record", cti.Snapshot{Calls: []cti.CallView{talkingTo("a", taped)}}, wish{command: cti.StopRecording{Rec: "tape"}}},
		"pauses":                {"mask", cti.Snapshot{Recordings: []cti.Recording{{ID: "tape"}}}, wish{command: cti.PauseRecording{Rec: "tape", On: true}}},
		"goes on":               {"mask", cti.Snapshot{Recordings: []cti.Recording{{ID: "tape", Paused: true}}}, wish{command: cti.PauseRecording{Rec: "tape"}}},
		"refuses":               {"dnd", cti.Snapshot{Lines: []cti.LineView{{}}}, wish{command: cti.DoNotDisturb{On: true}}},
		"steps out":             {"attend", cti.Snapshot{Conferences: conf(false)}, wish{command: cti.Attend{Conf: "conf"}}},
	} {
		got, err := wishOf(&tc.s, tc.key)
		if err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: the key for %s gives %#v, %v; want %#v", name, tc.key, got, err, tc.want)
		}
	}
}

func TestKeyJoinsTheConsult(t *testing.T) {
	s := cti.Snapshot{Calls: []cti.CallView{talkingTo("a", held), talkingTo("b", legOf("a"), may(cti.VerbConference))}}
	w, err := wishOf(&s, "conference")
	j, ok := w.command.(cti.Join)
	if err != nil || !ok || !reflect.DeepEqual(j.Calls, []cti.CallID{"a", "b"}) {
		t.Errorf("the key gives %#v, %v", w, err)
	}
}

func TestKeyWithoutACallSaysSo(t *testing.T) {
	for _, key := range []string{"answer", "hold", "mute", "hangup", "record", "mask", "swap", "attend", "end-all"} {
		if w, err := wishOf(&cti.Snapshot{}, key); err == nil || err.Error() == "" {
			t.Errorf("%s gives %#v without a call", key, w)
		}
	}
}
