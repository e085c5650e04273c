package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordboard/app/api"
	"cordboard/cti"
)

// Every verb on calls, with all that it takes, becomes the body that the API wants.
func TestVerbsBecomeRequests(t *testing.T) {
	volume, no := -6, false
	yes := true
	for args, want := range map[string]api.Request{
		"dial 201 --route City --context case=4711,vip=1": {Number: "201", Route: "City", Context: map[string]string{"case": "4711", "vip": "1"}},
		"answer 2":        {Call: "2"},
		"hold":            {},
		"hangup 1 --busy": {Call: "1", Busy: true},
		"dtmf 12# 2":      {Digits: "12#", Call: "2"},
		"transfer 2044 1": {Number: "2044", Call: "1"},
		"consult 2044 1 --purpose conference --join --conference 2": {Number: "2044", For: "1", Purpose: cti.ForConference, Join: true, Conf: "2"},
		"swap 1":                          {Call: "1"},
		"confirm":                         {},
		"abort 1":                         {Call: "1"},
		"conference 1 2 3 --conference 1": {Calls: []cti.CallID{"1", "2", "3"}, Conf: "1"},
		"split 2":                         {Call: "2"},
		"member 2 --deaf on --silent off --music on --volume -6": {Call: "2", Deaf: &yes, Silent: &no, Music: &yes, Volume: &volume},
		"hear operator 2 --conference 1":                         {Listener: cti.Operator, Source: "2", Conf: "1"},
		"arrange coach 2":                                        {Preset: cti.PresetCoach, Call: "2"},
		"hold-all 2":                                             {Conf: "2"},
		"attend 1":                                               {Conf: "1"},
		"mute-all":                                               {},
		"leave 1":                                                {Conf: "1"},
		"end-all":                                                {},
		"pickup 2055":                                            {Number: "2055"},
		"referral 1":                                             {Call: "1"},
		"record 1 2":                                             {Calls: []cti.CallID{"1", "2"}},
		"record --conference 1":                                  {Conf: "1"},
		"pause-recording r1":                                     {Rec: "r1"},
		"stop-recording":                                         {},
		"dnd":                                                    {},
		"forward --always 1 --when-busy 2 --no-answer 3 --after 15": {Forward: cti.Forward{Always: "1", Busy: "2", NoAnswer: "3", After: 15}},
	} {
		o, err := Parse(strings.Fields(args))
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		got, err := o.request()
		on := true
		want.On, want.Accept = &on, &on
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", args, err, d)
		}
	}
}

func TestOffTurnsAVerbRound(t *testing.T) {
	for _, args := range []string{"hear 1 2 --off", "hold-all --off", "attend --off", "mute-all --off", "referral --off", "pause-recording --off", "dnd --off"} {
		o, err := Parse(strings.Fields(args))
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		if r, err := o.request(); err != nil || *r.On || *r.Accept {
			t.Errorf("%s: %v, %v, %v", args, *r.On, *r.Accept, err)
		}
	}
}

func TestVerbsSayWhatIsMissingOrTooMuch(t *testing.T) {
	for args, says := range map[string]string{
		"dial": "needs something", "hear 1": "needs something", "transfer": "needs something", "arrange": "needs something",
		"hold 1 2": `does not take "2"`, "dnd 1": `does not take "1"`, "leave 1 2": `does not take "2"`,
	} {
		o, err := Parse(strings.Fields(args))
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		if _, err := o.request(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; want %q", args, err, says)
		}
	}
	for args, says := range map[string]string{"member 1 --deaf maybe": "on or off", "member 1 --volume loud": "whole number", "dial 1 --context x": "key=value"} {
		if _, err := Parse(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; want %q", args, err, says)
		}
	}
}
