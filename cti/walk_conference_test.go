package cti

import (
	"fmt"
	"slices"
	"testing"
)

// anyTogether makes an input about conferences, recordings or the profile, mostly about ones that are there.
func (w *world) anyTogether() Input {
	conf, call, on := w.anyConf(), w.anyCall(), w.rnd.IntN(2) == 0
	switch w.rnd.IntN(24) {
	case 0, 1, 2, 3, 4:
		return Join{Conf: conf, Calls: w.someCalls()}
	case 5:
		return Split{call}
	case 6, 7:
		return w.anyMember(call)
	case 8, 9:
		return Hear{Conf: conf, Listener: w.anyParty(), Source: w.anyParty(), On: on}
	case 10, 11:
		presets := []Preset{PresetAll, PresetAside, PresetCoach, PresetMusic, PresetDeaf, "none"}
		return Arrange{Conf: conf, Preset: presets[w.rnd.IntN(len(presets))], Call: call}
	case 12:
		return HoldAll{conf, on}
	case 13, 14:
		return Attend{conf, on}
	case 15:
		return MuteAll{conf, on}
	case 16:
		return Leave{conf}
	case 17:
		return EndAll{conf}
	case 18:
		w.next++
		if on {
			conf = ""
		}
		return StartRecording{Rec: RecID(fmt.Sprintf("r%d", w.next)), Calls: w.someCalls(), Conf: conf}
	case 19:
		return PauseRecording{w.anyRec(), on}
	case 20:
		return StopRecording{w.anyRec()}
	case 21:
		return RecordingFailed{w.anyRec(), "The disk is full."}
	case 22:
		return TimerFired{CallID(conf), TimerGrace, uint64(w.rnd.IntN(2))}
	}
	return ProfileSet{append(Presets(), Profile{Name: "mute", Forbidden: CallVerbs})[w.rnd.IntN(6)]}
}

func (w *world) anyMember(call CallID) Input {
	on, volume := w.rnd.IntN(2) == 0, w.rnd.IntN(40)-26
	return []Input{Member{Call: call, Deaf: &on}, Member{Call: call, Silent: &on}, Member{Call: call, Music: &on}, Member{Call: call, Volume: &volume}}[w.rnd.IntN(4)]
}

// anyConf picks a conference that is there, or names a new one.
func (w *world) anyConf() ConfID {
	if n := len(w.s.Conferences); n > 0 && w.rnd.IntN(4) > 0 {
		return w.s.Conferences[w.rnd.IntN(n)].ID
	}
	w.next++
	return ConfID(fmt.Sprintf("k%d", w.next))
}

func (w *world) anyParty() PartyID {
	if w.rnd.IntN(4) == 0 {
		return Operator
	}
	return PartyID(w.anyCall())
}

func (w *world) anyRec() RecID {
	if n := len(w.s.Recordings); n > 0 {
		return w.s.Recordings[w.rnd.IntN(n)].ID
	}
	return "none"
}

// someCalls picks one to four calls, mostly such as talk.
func (w *world) someCalls() []CallID {
	var ids []CallID
	for range 1 + w.rnd.IntN(4) {
		id := w.anyCall()
		for range 4 {
			if c, _ := w.s.Call(id); c.Phase != PhaseTalking {
				id = w.anyCall()
			}
		}
		ids = append(ids, id)
	}
	return ids
}

// checkConferences checks what must hold of conferences, recordings and their members.
func (w *world) checkConferences() {
	claims := 0
	for i := range w.s.Conferences {
		k := &w.s.Conferences[i]
		members := w.s.members(k.ID)
		if !k.Away {
			claims++
		}
		switch e, running := w.timers[timerKey(CallID(k.ID), TimerGrace)]; {
		case len(members) == 0 || len(members) == 1 && k.Room == "":
			w.fail("a conference with nobody to confer")
		case k.Left && !k.Away:
			w.fail("left, and still there")
		case !k.EndsAt.IsZero() && (!running || e.Gen != w.s.Timers[timerKey(CallID(k.ID), TimerGrace)]):
			w.fail("a grace that nothing ends")
		case k.Leaving != LeaveNone && !slices.ContainsFunc(members, func(c *Call) bool { return c.Transfer.Pending() }):
			w.fail("leaving, and nobody is being handed over")
		}
	}
	if w.s.focused() != nil {
		claims++
	}
	if claims > 1 {
		w.fail("two calls or conferences claim the operator")
	}
	for i := range w.s.Calls {
		w.checkHeard(&w.s.Calls[i])
	}
	for i := range w.s.Recordings {
		if r := &w.s.Recordings[i]; !slices.ContainsFunc(r.Calls, func(id CallID) bool { c, _ := w.s.Call(id); return c.lasting() }) {
			w.fail("a recording of nobody")
		}
	}
}

// checkHeard: nobody is left unheard without a state that says so.
func (w *world) checkHeard(c *Call) {
	k := w.s.conferenceOf(c)
	switch {
	case c.Conf != "" && c.lasting() && k == nil:
		w.fail("a member of a conference that is not there")
	case c.Phase != PhaseTalking || c.Recovering || c.Held || c.Transfer.Pending():
	case k == nil && w.s.focused() != c:
		w.fail("connected, not held, and nobody is there for " + string(c.ID))
	case k != nil && k.Away && len(w.s.members(k.ID)) == 1 && !slices.Contains(PlanFor(w.s).Tones, PlannedTone{ToneMusic, PartyID(c.ID)}):
		w.fail("alone in silence")
	}
}

// checkMatrix: the plan is what a plain reading of the rules gives.
func (w *world) checkMatrix() {
	if got, want := PlanFor(w.s).Edges, plainMatrix(w.s); !slices.Equal(got, want) {
		w.fail(fmt.Sprintf("who hears whom\n got %v\nwant %v", got, want))
	}
}

// plainMatrix reads the rules party by party, pair by pair, in the order of the plan, and shares no code with PlanFor.
func plainMatrix(s State) []Edge {
	names := []string{string(Operator)}
	calls := map[string]*Call{string(Operator): {}}
	for i := range s.Calls {
		names = append(names, string(s.Calls[i].ID))
		calls[string(s.Calls[i].ID)] = &s.Calls[i]
	}
	slices.Sort(names)
	var edges []Edge
	for _, l := range names {
		for _, src := range names {
			if volume, ok := plainlyHears(s, calls, l, src); ok && l != src {
				edges = append(edges, Edge{PartyID(src), PartyID(l), decibels[volume]})
			}
		}
	}
	return edges
}

// decibels are the factors of the volumes, from the definition: 20 dB are a factor of ten.
var decibels = func() map[int]float32 {
	m := map[int]float32{}
	for db := MinVolume; db <= MaxVolume; db++ {
		m[db] = gain(db)
	}
	return m
}()

// plainlyHears tells whether l hears src, and at which volume.
func plainlyHears(s State, calls map[string]*Call, l, src string) (volume int, ok bool) {
	lc, lIsCall := calls[l], l != string(Operator)
	sc, sIsCall := calls[src], src != string(Operator)
	if lIsCall && sIsCall && (lc.Conf == "" || lc.Conf != sc.Conf) {
		return 0, false // two calls meet in a conference only
	}
	in := lc.Conf
	if sIsCall {
		in, volume = sc.Conf, sc.Volume
	}
	for _, c := range []*Call{lc, sc} {
		if c.ID == "" {
			continue
		}
		early := !lIsCall && in == "" && c.EarlyMedia && (c.Phase == PhaseDialing || c.Phase == PhaseRinging)
		if c.Held || c.Recovering || c.Phase != PhaseTalking && !early {
			return 0, false
		}
	}
	if !sIsCall && (lc.Muted || lc.Beeping) {
		return 0, false
	}
	if in == "" {
		return volume, lIsCall != sIsCall
	}
	if lIsCall && (lc.Deaf || lc.Music) || sIsCall && (sc.Silent || sc.Music || sc.HeldByPeer) {
		return 0, false
	}
	for _, k := range s.Conferences {
		if k.ID == in {
			operator := !lIsCall || !sIsCall
			return volume, !(operator && k.Away) && !(!sIsCall && k.Muted) && !slices.Contains(k.Cuts, Pair{PartyID(l), PartyID(src)})
		}
	}
	return 0, false
}

// TestMatrix walks through a conference of eight parties and compares who hears whom after every step.
func TestMatrix(t *testing.T) {
	const parties, steps = 8, 1000
	for i, profile := range Presets() {
		w := newWorld(t, uint64(i))
		w.s.Profile = profile
		for n := range parties {
			id := CallID(fmt.Sprintf("p%d", n))
			w.step(Offered{Call: id, Line: "desk", Number: fmt.Sprintf("20%02d", n)})
			w.step(Answer{id})
			w.step(Connected{Call: id, Session: session(1)})
		}
		var all []CallID
		for _, c := range w.s.Calls {
			all = append(all, c.ID)
		}
		edges := 0
		for n := range steps {
			in := w.anyTogether()
			switch {
			case n%50 == 0: // together again
				in = Join{Conf: w.anyConf(), Calls: all}
			case n%50 == 1:
				in = Arrange{Conf: w.anyConf(), Preset: PresetAll}
			case isAny[EndAll](in) || isAny[ProfileSet](in):
				continue
			}
			w.step(in)
			w.checkMatrix()
			edges = max(edges, len(plainMatrix(w.s)))
		}
		if want := map[bool]int{true: (parties + 1) * parties, false: 6}[profile.Extra == 0]; edges < want {
			t.Errorf("profile %s: the walk never went beyond %d pairs that hear each other", profile.Name, edges)
		}
	}
}

func isAny[T Input](in Input) bool {
	_, ok := in.(T)
	return ok
}
