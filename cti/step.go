package cti

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Limits of the desk.
const (
	MaxCalls   = 64 // live calls
	MaxRinging = 8  // incoming calls that ring at once; a further one hears busy
	MaxDigits  = 64 // received DTMF digits that are kept, the latest ones
)

// How long the desk waits before it goes on by itself.
const (
	NoAnswerAfter = 180 * time.Second // an outgoing call that nobody takes (RFC 3261 section 16.6 timer C is as long)
	EndingAfter   = 40 * time.Second  // CANCEL or BYE without an answer: 64*T1 = 32 s and some air
	RecoverAfter  = 4 * time.Second   // after a restart
	EndToneFor    = 4 * time.Second   // busy or failure tone
)

// Refused is the error of Step for a command that cannot be done now.
type Refused struct {
	Verb   Verb
	Reason string // one sentence for the operator, the same that Allowed gives
}

// Error returns the sentence.
func (r *Refused) Error() string { return r.Reason }

// Ignored is the error of Step for an event that means nothing in the present state: late, doubled or
// reordered news. It is an ordinary row of the table; the Switchboard counts it and goes on.
type Ignored struct {
	Kind   string
	Call   CallID
	Reason string
}

// Error says what was ignored and why.
func (i *Ignored) Error() string { return i.Kind + " ignored: " + i.Reason }

// Step is the domain: from a State, an Input and the time it makes the next State and the Effects that
// follow. It is pure: it never changes s, and the same arguments give the same results, which is what
// makes the journal a recovery and a proof. now should carry no monotonic clock, as a journal has none.
//
// The error is *Refused for a command that cannot be done and *Ignored for an event without meaning;
// the State is then the one given, and there are no effects.
func Step(s State, in Input, now time.Time) (State, []Effect, error) {
	t := turn{State: s, now: now}
	t.Calls = append(make([]Call, 0, len(s.Calls)+1), s.Calls...)
	t.Conferences = slices.Clone(s.Conferences)
	if err := t.apply(in); err != nil {
		return s, nil, err
	}
	t.settle(&s)
	return t.State, t.effects, nil
}

// apply is the table: one row per kind of input.
func (t *turn) apply(in Input) error {
	switch in := in.(type) {
	case Dial:
		return t.dial(in)
	case Answer:
		return t.answer(in)
	case Hangup:
		return t.hangup(in)
	case Hold:
		return t.hold(in)
	case Mute:
		return t.mute(in)
	case SendDTMF:
		return t.sendDTMF(in)
	case LineSet:
		return t.lineSet(in)
	case LineRemoved:
		return t.lineRemoved(in)
	case LineRegistered:
		return t.lineRegistered(in)
	case Offered:
		return t.offered(in)
	case Progressed:
		return t.progressed(in)
	case Connected:
		return t.connected(in)
	case HoldSettled:
		return t.holdSettled(in)
	case SessionChanged:
		return t.sessionChanged(in)
	case Identified:
		return t.identified(in)
	case DTMFReceived:
		return t.dtmfReceived(in)
	case DialogKept:
		return t.dialogKept(in)
	case Recovered:
		return t.recovered(in)
	case Ended:
		return t.ended(in)
	case Faulted:
		return t.faulted(in)
	case Restarted:
		return t.restarted()
	case SoundChanged:
		return t.soundChanged(in)
	case TimerFired:
		return t.timerFired(in)
	}
	return t.applyTogether(in)
}

// turn is one Step at work: the State that is being made, and what shall happen.
type turn struct {
	State
	now       time.Time
	effects   []Effect
	ownTimers bool // Timers is a copy of our own already
}

// find returns the call to work on, nil when there is none. The pointer is good until a call is added.
func (t *turn) find(id CallID) *Call {
	for i := range t.Calls {
		if t.Calls[i].ID == id {
			return &t.Calls[i]
		}
	}
	return nil
}

// commanded finds the call of a command and asks Allowed, so that what is refused is what was dimmed.
func (t *turn) commanded(id CallID, verb Verb) (*Call, error) {
	if why := Allowed(t.State, id, verb); why != "" {
		return nil, &Refused{Verb: verb, Reason: why}
	}
	return t.find(id), nil
}

// concerned finds the call of an event if the event has a meaning for it.
func (t *turn) concerned(in Input, id CallID, meant func(*Call) bool) (*Call, error) {
	c := t.find(id)
	if c == nil {
		return nil, &Ignored{Kind: in.Kind(), Call: id, Reason: "no such call"}
	}
	if !meant(c) {
		return nil, ignored(in, c)
	}
	return c, nil
}

// ignored is the answer to an event that comes at the wrong time.
func ignored(in Input, c *Call) error {
	return &Ignored{Kind: in.Kind(), Call: c.ID, Reason: "the " + c.Direction.String() + " call is " + c.Phase.String()}
}

// do adds an effect; effects leave in this order.
func (t *turn) do(e Effect) { t.effects = append(t.effects, e) }

// enter moves a call to a phase.
func (t *turn) enter(c *Call, p Phase) {
	c.Phase, c.Since = p, t.now
}

// lineOf returns the configuration of a call's line; it is empty when the line has been removed.
func (t *turn) lineOf(c *Call) LineConfig {
	l, _ := t.Line(c.Line)
	return l.Config
}

// timerKey is the key in State.Timers.
func timerKey(id CallID, name TimerName) string { return string(id) + "/" + string(name) }

// ownTimerMap copies the map before the first change of a turn.
func (t *turn) ownTimerMap() {
	if t.ownTimers {
		return
	}
	t.ownTimers = true
	if t.Timers = maps.Clone(t.Timers); t.Timers == nil {
		t.Timers = make(map[string]uint64, 2)
	}
}

// start starts a timer, or starts it anew.
func (t *turn) start(id CallID, name TimerName, after time.Duration) {
	t.ownTimerMap()
	key := timerKey(id, name)
	t.Timers[key]++
	t.do(StartTimer{Call: id, Name: name, Gen: t.Timers[key], After: after})
}

// forgetTimers drops what is kept of a call's timers.
func (t *turn) forgetTimers(id CallID) {
	t.ownTimerMap()
	maps.DeleteFunc(t.Timers, func(key string, _ uint64) bool {
		return strings.HasPrefix(key, string(id)+"/")
	})
}
