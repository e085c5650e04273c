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
	for i := range s.Conferences {
		p.confer(&s, &s.Conferences[i])
	}
	slices.SortFunc(p.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Listener, b.Listener), cmp.Compare(a.Source, b.Source))
	})
	p.addTones(s, rings, failed)
	p.addRecordings(&s)
	return p
}

// connect adds the edges of one call that is in no conference. A far end that holds us may still play music, which is
// heard. While the beep of a call that was answered by itself plays, the microphone is shut.
func (p *Plan) connect(c *Call) {
	if c.Conf != "" || c.Held || c.Recovering {
		return
	}
	party := PartyID(c.ID)
	if c.Phase == PhaseTalking || c.callsOut() && c.EarlyMedia {
		p.Edges = append(p.Edges, Edge{Source: party, Listener: Operator, Gain: gain(c.Volume)})
	}
	if c.Phase == PhaseTalking && !c.Muted && !c.Beeping {
		p.Edges = append(p.Edges, Edge{Source: Operator, Listener: party, Gain: 1})
	}
	if c.Phase == PhaseTalking && c.Beeping {
		p.play(ToneBeep, Operator)
		p.play(ToneBeep, party)
	}
}

// confer adds the matrix of a conference, and music for who waits in it.
func (p *Plan) confer(s *State, k *Conference) {
	s.heard(k, func(listener, source *Call) {
		volume := 0
		if source != nil {
			volume = source.Volume
		}
		p.Edges = append(p.Edges, Edge{Source: partyOf(source), Listener: partyOf(listener), Gain: gain(volume)})
	})
	members := s.members(k.ID)
	for _, c := range members {
		alone := len(members) == 1 && k.Away // the first one in a room
		if c.present() && (c.Music || alone) {
			p.play(ToneMusic, PartyID(c.ID))
		}
	}
}

// addTones adds the sounds that the desk makes by itself. A call or a conference that the operator is in turns the
// ringing into a knock and silences the tone of a call that failed before.
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

// addRecordings adds what is kept, after the edges: whether our side is in it follows from who hears the operator.
func (p *Plan) addRecordings(s *State) {
	for i := range s.Recordings {
		r := &s.Recordings[i]
		if r.Fault != "" {
			continue
		}
		planned := PlannedRecording{ID: r.ID, Owner: r.Owner, Paused: r.Paused, Many: r.Conf != "" || len(r.Calls) > 1}
		for _, id := range r.Calls {
			planned.Tracks = append(planned.Tracks, PartyID(id))
		}
		planned.Us = slices.ContainsFunc(p.Edges, func(e Edge) bool {
			return e.Source == Operator && slices.Contains(planned.Tracks, e.Listener)
		})
		p.Recordings = append(p.Recordings, planned)
	}
	slices.SortFunc(p.Recordings, func(a, b PlannedRecording) int { return cmp.Compare(a.ID, b.ID) })
}

// Equal reports whether two plans sound the same.
func (p Plan) Equal(o Plan) bool {
	return slices.Equal(p.Edges, o.Edges) && slices.Equal(p.Tones, o.Tones) &&
		slices.EqualFunc(p.Recordings, o.Recordings, PlannedRecording.equal)
}
