package view

import (
	"testing"

	"cordboard/cti"
)

func in(id cti.CallID, p cti.Phase) cti.CallView {
	return cti.CallView{Call: cti.Call{ID: id, Direction: cti.Incoming, Phase: p}}
}

func out(id cti.CallID, p cti.Phase) cti.CallView {
	return cti.CallView{Call: cti.Call{ID: id, Direction: cti.Outgoing, Phase: p}}
}

func held(c cti.CallView) cti.CallView { c.Held = true; return c }

// moment is what the desk shows, or a row that the operator picks, and what is selected after it.
type moment struct {
	calls []cti.CallView
	pick  cti.CallID
	want  cti.CallID
}

func TestSelection(t *testing.T) {
	calls := func(c ...cti.CallView) []cti.CallView { return c }
	for name, story := range map[string][]moment{
		"the first incoming call is selected": {
			{calls(), "", ""},
			{calls(in("a", cti.PhaseRinging)), "", "a"},
		},
		"an incoming call does not take the selection from the open call": {
			{calls(in("a", cti.PhaseTalking)), "", "a"},
			{calls(in("a", cti.PhaseTalking), in("b", cti.PhaseRinging)), "", "a"},
		},
		"nor from a held one": {
			{calls(held(in("a", cti.PhaseTalking))), "", "a"},
			{calls(held(in("a", cti.PhaseTalking)), in("b", cti.PhaseRinging)), "", "a"},
		},
		"a new call of ours is selected": {
			{calls(in("a", cti.PhaseTalking)), "", "a"},
			{calls(held(in("a", cti.PhaseTalking)), out("b", cti.PhaseDialing)), "", "b"},
		},
		"a row is followed when the rows above it go": {
			{calls(in("a", cti.PhaseTalking), held(in("b", cti.PhaseTalking))), "b", "b"},
			{calls(held(in("b", cti.PhaseTalking))), "", "b"},
		},
		"when the selected call ends, the ringing one is next": {
			{calls(out("a", cti.PhaseTalking), held(in("b", cti.PhaseTalking)), in("c", cti.PhaseRinging)), "a", "a"},
			{calls(out("a", cti.PhaseEnded), held(in("b", cti.PhaseTalking)), in("c", cti.PhaseRinging)), "", "c"},
		},
		"then the one that waits": {
			{calls(out("a", cti.PhaseTalking), held(in("b", cti.PhaseTalking))), "a", "a"},
			{calls(out("a", cti.PhaseEnded), held(in("b", cti.PhaseTalking))), "", "b"},
		},
		"a last call that ended stays selected with its reason": {
			{calls(out("a", cti.PhaseTalking)), "", "a"},
			{calls(out("a", cti.PhaseEnded)), "", "a"},
			{calls(), "", ""},
		},
		"a caller is selected while only an ended call is": {
			{calls(out("a", cti.PhaseTalking)), "", "a"},
			{calls(out("a", cti.PhaseEnded)), "", "a"},
			{calls(out("a", cti.PhaseEnded), in("b", cti.PhaseRinging)), "", "b"},
		},
		"an ended row that was picked by hand stays picked": {
			{calls(out("a", cti.PhaseEnded), in("b", cti.PhaseTalking)), "a", "a"},
			{calls(out("a", cti.PhaseEnded), in("b", cti.PhaseTalking)), "", "a"},
		},
		"a row that is not there cannot be picked": {
			{calls(in("a", cti.PhaseTalking)), "zz", "a"},
		},
	} {
		var s Selection
		for i, m := range story {
			s = s.Follow(m.calls, nil)
			if m.pick != "" {
				s = s.Pick(m.pick, m.calls).Follow(m.calls, nil)
			}
			if s.Call != m.want {
				t.Errorf("%s: after step %d %q is selected, want %q", name, i+1, s.Call, m.want)
			}
		}
	}
}
