package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cordboard/cti"
)

// busyDesk has two calls in a conference that the operator is in, a customer with a consult, and a recording.
func busyDesk() *cti.Snapshot {
	s := snapshot(2, "a", "b", "customer", "asked")
	s.Calls[0].Conf, s.Calls[1].Conf = "k", "k"
	s.Calls[0].Record = "r"
	s.Calls[2].Held, s.Calls[3].Held = true, true
	s.Calls[3].Consult = cti.Consult{For: "customer", Purpose: cti.ForConference}
	s.Conferences = []cti.ConferenceView{{Conference: cti.Conference{ID: "room", Away: true}}, {Conference: cti.Conference{ID: "k"}}}
	s.Recordings = []cti.Recording{{ID: "r"}}
	return s
}

// What a request leaves out is what an operator would mean.
func TestFindFillsIn(t *testing.T) {
	no := false
	for name, tc := range map[string]struct {
		verb cti.Verb
		in   Request
		want Request
	}{
		"rows of a conference":        {"conference", Request{Calls: []cti.CallID{"3", "4"}}, Request{Calls: []cti.CallID{"customer", "asked"}, Conf: "new"}},
		"the running consult":         {"conference", Request{}, Request{Calls: []cti.CallID{"customer", "asked"}, Conf: "new"}},
		"added to a conference":       {"conference", Request{Calls: []cti.CallID{"1", "3"}}, Request{Calls: []cti.CallID{"a", "customer"}, Conf: "k"}},
		"my own conference":           {"leave", Request{}, Request{Conf: "k"}},
		"a conference by its number":  {"attend", Request{Conf: "1"}, Request{Conf: "room"}},
		"parties by their rows":       {"hear", Request{Listener: "operator", Source: "2", On: &no}, Request{Conf: "k", Listener: "operator", Source: "b", On: &no}},
		"consult for the row":         {"consult", Request{For: "3", Number: "1"}, Request{Call: "new", For: "customer", Number: "1"}},
		"consult for a conference":    {"consult", Request{Conf: "k", Number: "1"}, Request{Call: "new", Conf: "k", Number: "1"}},
		"record a row":                {"record", Request{Call: "3"}, Request{Rec: "new", Call: "3", Calls: []cti.CallID{"customer"}}},
		"record the conference":       {"record", Request{}, Request{Rec: "new", Conf: "k"}},
		"record chosen rows":          {"record", Request{Calls: []cti.CallID{"1", "3"}}, Request{Rec: "new", Calls: []cti.CallID{"a", "customer"}}},
		"pause the only recording":    {"pause-recording", Request{}, Request{Rec: "r"}},
		"stop the recording of a row": {"stop-recording", Request{Call: "1"}, Request{Call: "1", Rec: "r"}},
		"a referral makes a call":     {"referral", Request{Call: "1"}, Request{Call: "a", New: "new"}},
	} {
		got := tc.in
		if _, err := find(busyDesk(), tc.verb, &got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, made := range []*string{(*string)(&got.Conf), (*string)(&got.Call), (*string)(&got.New), (*string)(&got.Rec)} {
			if cti.CallID(*made).Valid() && len(*made) == len(cti.NewCallID()) {
				*made = "new"
			}
		}
		if d := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// What cannot be meant is said in a sentence.
func TestFindRefuses(t *testing.T) {
	crowd := busyDesk()
	crowd.Conferences[1].Away = true
	crowd.Recordings = append(crowd.Recordings, cti.Recording{ID: "s"})
	for want, tc := range map[string]struct {
		snap *cti.Snapshot
		verb cti.Verb
		in   Request
	}{
		"there is no call in row 9": {crowd, "conference", Request{Calls: []cti.CallID{"9"}}},
		"there is no conference 7":  {crowd, "leave", Request{Conf: "7"}},
		"there are 2 conferences":   {crowd, "leave", Request{}},
		"2 recordings are running":  {crowd, "stop-recording", Request{}},
		"not being recorded":        {crowd, "stop-recording", Request{Call: "3"}},
		"there is no conference":    {snapshot(1), "end-all", Request{}},
		"nothing is being recorded": {snapshot(1), "pause-recording", Request{}},
		"there is no call":          {snapshot(1), "transfer", Request{Number: "1"}},
		"there is no call in row 5": {crowd, "hear", Request{Conf: "k", Listener: "5", Source: "1"}},
		"there is no call in row 8": {crowd, "arrange", Request{Conf: "k", Preset: cti.PresetCoach, Call: "8"}},
	} {
		if _, err := find(tc.snap, tc.verb, &tc.in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", tc.verb, want, err)
		}
	}
}
