package cti

import (
	"cmp"
	"slices"
)

// PlanFor derives who hears whom. What is held, unanswered, taken up again or ended gets nothing of the
// operator, because it has no edge; there is no other switch that could be forgotten. Pure.
func PlanFor(s State) Plan {
	var p Plan
	var failed Tone
	rings := false
	for i := range s.Calls {
		c := &s.Calls[i]
		p.connect(c)
		rings = rings || c.ringsHere()
		if c.EndTone != ToneNone {
			failed = c.EndTone // the latest one wins
		}
	}
	slices.SortFunc(p.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Listener, b.Listener), cmp.Compare(a.Source, b.Source))
	})
	p.addTones(s, rings, failed)
	return p
}

// connect adds the edges of one call. A far end that holds us may still play music, which is heard.
func (p *Plan) connect(c *Call) {
	if c.Held || c.Recovering {
		return
	}
	party := PartyID(c.ID)
	if c.Phase == PhaseTalking || c.callsOut() && c.EarlyMedia {
		p.Edges = append(p.Edges, Edge{Source: party, Listener: Operator, Gain: 1})
	}
	if c.Phase == PhaseTalking && !c.Muted {
		p.Edges = append(p.Edges, Edge{Source: Operator, Listener: party, Gain: 1})
	}
}

// addTones adds the sounds that the desk makes by itself. A call that the operator is in turns the
// ringing into a knock and silences the tone of one that failed before.
func (p *Plan) addTones(s State, rings bool, failed Tone) {
	focus, claimed := s.focused(), s.claimed()
	switch {
	case rings && claimed:
		p.play(ToneKnock, Operator)
	case rings:
		p.play(ToneRinging, Ringer)
	}
	switch {
	case !claimed && failed != ToneNone:
		p.play(failed, Operator)
	case focus != nil && focus.callsOut() && focus.Phase == PhaseRinging && !focus.EarlyMedia:
		p.play(ToneRingback, Operator)
	}
}

func (p *Plan) play(t Tone, listener PartyID) {
	p.Tones = append(p.Tones, PlannedTone{Tone: t, Listener: listener})
}

// Equal reports whether two plans sound the same.
func (p Plan) Equal(o Plan) bool {
	return slices.Equal(p.Edges, o.Edges) && slices.Equal(p.Tones, o.Tones) &&
		slices.EqualFunc(p.Recordings, o.Recordings, PlannedRecording.equal)
}
