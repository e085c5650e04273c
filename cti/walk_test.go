package cti

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// world is a random walk over Step with a clock and timers of its own, and the invariants of the design.
type world struct {
	t      *testing.T
	rnd    *rand.Rand
	s      State
	now    time.Time
	timers map[string]StartTimer // running, by key
	due    map[string]time.Time
	seen   map[CallID]bool // every call that an Invite went out for, or that was offered
	finals map[CallID]int  // final Records since the last restart
	ends   map[CallID]End
	trail  []Input // the last inputs, for the failure message
	next   int     // for call IDs
	steps  int
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{
		t: t, rnd: rand.New(rand.NewPCG(seed, 1)), s: desk(), now: noon,
		timers: map[string]StartTimer{}, due: map[string]time.Time{},
		seen: map[CallID]bool{}, finals: map[CallID]int{}, ends: map[CallID]End{},
	}
	w.s.Lines = append(w.s.Lines, Line{Config: LineConfig{ID: "hall", Name: "Hall", IsRoom: true}, Reg: Registration{State: RegDirect}})
	w.s.Profile = Presets()[seed%5]
	return w
}

// TestRandomInputs throws more than 100,000 inputs at Step, in worlds small enough that calls meet.
func TestRandomInputs(t *testing.T) {
	worlds, inputs := 24, 5000
	if raced {
		worlds = 8
	}
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			for range inputs {
				w.step(w.anyInput())
				w.now = w.now.Add(time.Duration(w.rnd.IntN(3000)) * time.Millisecond)
				w.fireDue()
			}
			w.drain()
		})
	}
}

// step takes one input and checks everything that must hold.
func (w *world) step(in Input) {
	w.t.Helper()
	w.trail = append(w.trail, in)
	w.trail = w.trail[max(len(w.trail)-12, 0):]
	before, copied := w.s, State{}
	if w.steps++; w.steps%8 == 0 { // not each time, since it takes as long as all the rest
		copied = deepCopy(before)
	}
	next, effects, err := Step(before, in, w.now)
	if w.steps%8 == 0 && !reflect.DeepEqual(before, copied) {
		w.fail("Step changed the State it was given")
	}
	var refused *Refused
	var ignored *Ignored
	switch {
	case err == nil:
	case errors.As(err, &refused), errors.As(err, &ignored):
		if len(effects) != 0 || err.Error() == "" {
			w.fail("turned down with effects or without a word")
		}
	default:
		w.fail(fmt.Sprintf("an error of neither kind: %v", err))
	}
	w.s = next
	if _, ok := in.(Restarted); ok {
		clear(w.timers)
		clear(w.due)
		clear(w.finals)
	}
	for _, e := range effects {
		w.effect(e)
	}
	w.checkCalls()
	w.checkPlan()
	w.checkConferences()
	w.checkNobodyDropped(&before, in)
	w.checkUnheard()
}

func (w *world) fail(why string) {
	w.t.Helper()
	state, _ := json.MarshalIndent(w.s.Calls, "", " ") // for the message only
	confs, _ := json.MarshalIndent(w.s.Conferences, "", " ")
	trail := ""
	for _, in := range w.trail {
		trail += fmt.Sprintf("\n%s %+v", in.Kind(), in)
	}
	w.t.Fatalf("%s\nconferences: %s\nlast inputs: %s\ncalls: %s", why, confs, trail, state)
}

// deepCopy copies what Step could change in place.
func deepCopy(s State) State {
	s.Lines, s.Calls, s.Timers = slices.Clone(s.Lines), slices.Clone(s.Calls), maps.Clone(s.Timers)
	s.Conferences, s.Recordings = slices.Clone(s.Conferences), slices.Clone(s.Recordings)
	for i := range s.Conferences {
		s.Conferences[i].Cuts = slices.Clone(s.Conferences[i].Cuts)
	}
	for i := range s.Recordings {
		s.Recordings[i].Calls = slices.Clone(s.Recordings[i].Calls)
	}
	return s
}

// effect notes what leaves and checks that it may.
func (w *world) effect(e Effect) {
	id := callOfEffect(e)
	c, here := w.s.Call(id)
	switch e := e.(type) {
	case Invite:
		w.seen[e.Call] = true
	case StartTimer:
		key := timerKey(e.Call, e.Name)
		w.timers[key], w.due[key] = e, w.now.Add(e.After)
	case Record:
		if e.Call.Phase == PhaseEnded {
			if w.finals[id]++; w.finals[id] > 1 {
				w.fail("a second final row for " + string(id))
			}
			w.ends[id] = e.Call.End // where many end at once it may leave the table in the same Step
		}
	case SetHold:
		if c.Held != e.On {
			w.fail("SetHold against the operator's will")
		}
	case ApplySession, PlayDigits, SendDigits, EchoDigits, Accept:
		if !here || !c.Live() || c.Phase == PhaseEnding {
			w.fail(fmt.Sprintf("%T for a call that is over", e))
		}
	}
}

// checkCalls checks what must hold of the calls.
func (w *world) checkCalls() {
	engaged, over := 0, 0
	for i := range w.s.Calls {
		c := &w.s.Calls[i]
		w.seen[c.ID] = true
		if c.engaged() {
			engaged++
		}
		if c.Phase == PhaseEnded {
			over++
		}
		if c.Open() && !c.engaged() && c.Conf == "" {
			w.fail("open, but does not claim the operator")
		}
		w.checkEnd(c)
		w.checkWayOut(c)
	}
	if over > EndedMost {
		w.fail("more ended calls than anybody reads")
	}
	if engaged > 1 {
		w.fail("two calls claim the operator")
	}
	if len(w.s.Timers) > 9*(len(w.s.Calls)+len(w.s.Conferences)) {
		w.fail("timers of calls that are gone")
	}
}

// checkEnd: Ended is absorbing and has a reason.
func (w *world) checkEnd(c *Call) {
	end, was := w.ends[c.ID]
	switch {
	case was && (c.Phase != PhaseEnded || c.End != end):
		w.fail("an ended call came back or changed its end")
	case c.Phase == PhaseEnded && (c.End.Reason == "" || c.End.Result == ResultUnknown || w.finals[c.ID] != 1):
		w.fail("ended without reason, result or row")
	}
	if c.Phase == PhaseEnded {
		w.ends[c.ID] = c.End
	}
}

// checkWayOut: no call is stuck. The operator can do something about it, or a timer will.
func (w *world) checkWayOut(c *Call) {
	timer := func(name TimerName) bool {
		key := timerKey(c.ID, name)
		e, ok := w.timers[key]
		return ok && e.Gen == w.s.Timers[key]
	}
	switch {
	case c.Phase == PhaseEnded && !timer(TimerShown):
		w.fail("an ended call stays in the table")
	case c.Phase == PhaseEnding && !timer(TimerEnding):
		w.fail("ending, and nothing will end it")
	case c.Recovering && !timer(TimerRecover):
		w.fail("recovering, and nothing watches")
	case c.callsOut() && !timer(TimerNoAnswer):
		w.fail("dials for ever")
	case c.Live() && c.Phase != PhaseEnding && (allowed(&w.s, c, VerbHangup) != "" || nextKey(w.s, c) == ""):
		w.fail("no next key")
	case c.Held && c.Live() && c.Phase != PhaseEnding && allowed(&w.s, c, VerbResume) != "":
		w.fail("held and cannot be taken back")
	}
}

// checkPlan: nobody hears whom they must not.
func (w *world) checkPlan() {
	if w.steps%8 == 0 { // not each time, since it takes longer than all the rest
		w.checkMatrix()
	}
	plan := PlanFor(w.s)
	for _, e := range plan.Edges {
		for _, party := range []PartyID{e.Source, e.Listener} {
			if c, ok := w.s.Call(CallID(party)); party != Operator && (!ok || !c.lasting()) {
				w.fail("the plan names a call that is over")
			}
		}
	}
	for i := range w.s.Calls {
		c := &w.s.Calls[i]
		if c.Open() && !c.Recovering && c.Conf == "" && !slices.Contains(plan.Edges, Edge{PartyID(c.ID), Operator, gain(c.Volume)}) {
			w.fail("an open call is not heard")
		}
	}
}

// fireDue fires the timers whose time has come, and now and then one that was stopped or replaced.
func (w *world) fireDue() {
	for _, key := range slices.Sorted(maps.Keys(w.due)) {
		if e, ok := w.timers[key]; ok && !w.due[key].After(w.now) {
			delete(w.timers, key)
			delete(w.due, key)
			w.step(TimerFired{Call: e.Call, Name: e.Name, Gen: e.Gen})
		}
	}
}

// drain: with nobody doing anything but hanging up, every call that ever was comes to its end.
func (w *world) drain() {
	for range 40 {
		for _, c := range w.s.Calls {
			if allowed(&w.s, &c, VerbHangup) == "" {
				w.step(Hangup{Call: c.ID})
			}
		}
		w.now = w.now.Add(10 * time.Second)
		w.fireDue()
	}
	if len(w.s.Calls) != 0 || len(w.s.Timers) != 0 || len(w.s.Conferences) != 0 || len(w.s.Recordings) != 0 {
		w.fail("calls or timers are left over")
	}
	for id := range w.seen {
		if _, ok := w.ends[id]; !ok {
			w.fail("the call " + string(id) + " never ended")
		}
	}
}

// anyInput makes an input, mostly about a call that is there.
func (w *world) anyInput() Input {
	id := w.anyCall()
	on, peer := w.rnd.IntN(2) == 0, Side(w.rnd.IntN(3))
	m := session(w.rnd.IntN(4))
	code := []int{0, 180, 183, 200, 404, 408, 480, 486, 487, 503, 600, 603}[w.rnd.IntN(12)]
	name := []TimerName{TimerNoAnswer, TimerEnding, TimerRecover, TimerTone, TimerShown}[w.rnd.IntN(5)]
	if w.rnd.IntN(3) == 0 {
		return w.anyTogether()
	}
	if w.rnd.IntN(4) == 0 {
		return w.anyHandover()
	}
	switch w.rnd.IntN(40) {
	case 0, 1, 2, 3:
		w.next++
		return Dial{Call: CallID(fmt.Sprintf("c%d", w.next)), Number: "2044", Line: []LineID{"", "desk", "sales"}[w.rnd.IntN(3)]}
	case 4, 5, 6, 7:
		w.next++
		return Offered{Call: CallID(fmt.Sprintf("c%d", w.next)), Line: []LineID{"desk", "desk", "hall"}[w.rnd.IntN(3)], Auto: w.rnd.IntN(8) == 0}
	case 8, 9, 10:
		return Answer{id}
	case 11, 12:
		return Hangup{Call: id, Busy: w.rnd.IntN(4) == 0}
	case 13, 14, 15:
		return Hold{id, on}
	case 16:
		return Mute{id, on}
	case 17:
		return SendDTMF{id, "1"}
	case 18:
		return w.lineNews()
	case 19, 20, 21:
		return Progressed{Call: id, Code: code, Session: []*MediaSession{nil, &m}[w.rnd.IntN(2)]}
	case 22, 23, 24, 25:
		return Connected{Call: id, Session: m}
	case 26, 27, 28:
		return HoldSettled{Call: id, On: on, OK: w.rnd.IntN(3) > 0}
	case 29, 30:
		return SessionChanged{id, m, on}
	case 31:
		return Identified{id, "2077", "Anna"}
	case 32:
		return DTMFReceived{id, "5"}
	case 33:
		return DialogKept{id, []byte("{}")}
	case 34:
		return Recovered{id, m, on}
	case 35, 36:
		return Ended{Call: id, By: peer, Code: code, Elsewhere: w.rnd.IntN(4) == 0}
	case 37:
		return TimerFired{id, name, uint64(w.rnd.IntN(2))}
	case 38:
		return Faulted{Call: id}
	}
	if w.rnd.IntN(5) == 0 {
		return Restarted{}
	}
	return SoundChanged{Sound{Inputs: []string{fmt.Sprint(w.rnd.IntN(3))}}}
}

func (w *world) lineNews() Input {
	id := []LineID{"desk", "sales", "none"}[w.rnd.IntN(3)]
	switch w.rnd.IntN(6) {
	case 0:
		return LineRemoved{id}
	case 1, 2:
		return LineSet{LineConfig{ID: id, Name: string(id), Server: "pbx.example.org", Room: []string{"", "8000"}[w.rnd.IntN(2)]}}
	}
	return LineRegistered{id, Registration{State: RegState(w.rnd.IntN(6))}}
}

// anyCall picks a call in the table, or rarely one that never was.
func (w *world) anyCall() CallID {
	if len(w.s.Calls) == 0 || w.rnd.IntN(30) == 0 {
		return "nobody"
	}
	return w.s.Calls[w.rnd.IntN(len(w.s.Calls))].ID
}
