package cti

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// anyHandover makes an input about transfers, consults, referrals and what comes from outside, mostly about calls that
// are there.
func (w *world) anyHandover() Input {
	call, other, on := w.anyCall(), w.anyCall(), w.rnd.IntN(2) == 0
	w.next++
	fresh := CallID(fmt.Sprintf("c%d", w.next))
	switch w.rnd.IntN(26) {
	case 0, 1, 2:
		return StartConsult{Call: fresh, For: call, Number: "2055", Line: w.anyLine(), Join: w.rnd.IntN(4) == 0, Purpose: []Purpose{"", ForConference}[w.rnd.IntN(2)]}
	case 3:
		return StartConsult{Call: fresh, Conf: w.anyConf(), Number: "2055"}
	case 4, 5:
		return Swap{call}
	case 6, 7, 8:
		return QuickTransfer{Call: call, Number: "2066"}
	case 9, 10, 11:
		return Confirm{call}
	case 12:
		return Abort{call}
	case 13:
		return Pickup{Call: fresh, Line: "desk", Number: "2077"}
	case 14:
		return FollowReferral{Call: call, Accept: on, New: fresh}
	case 15:
		return Referred{Call: call, Referral: Referral{Target: []string{"2088", "sip:x@y", "no number"}[w.rnd.IntN(3)]}}
	case 16:
		return Controlled{call, on}
	case 17:
		return Replaced{Old: call, New: fresh, Line: "desk", Number: "2099"}
	case 18:
		return PeerLearned{call, PeerFacts{NoRefer: on, NoReplaces: w.rnd.IntN(2) == 0}}
	case 19:
		return w.anyRule()
	case 20:
		return TimerFired{other, []TimerName{TimerGrace, TimerTransfer, TimerForward, TimerBeep, TimerReferral}[w.rnd.IntN(5)], uint64(w.rnd.IntN(3))}
	}
	return w.anyReferring(call)
}

// anyReferring is news of a REFER: in order or not, lost in part, doubled.
func (w *world) anyReferring(call CallID) Input {
	code := []int{100, 180, 202, 200, 403, 405, 420, 481, 486, 503, 603}[w.rnd.IntN(11)]
	return Referring{Call: call, Code: code, OfRefer: w.rnd.IntN(2) == 0, Over: w.rnd.IntN(4) == 0, Cannot: code == 405, NoNews: w.rnd.IntN(8) == 0}
}

// anyRule changes what becomes of calls from outside.
func (w *world) anyRule() Input {
	lamp := Lamp{Line: "desk", Number: "2077", State: LampRinging, Pickup: &Dialog{CallID: "a", LocalTag: "b", RemoteTag: "c", Target: "sip:2077@192.0.2.1"}}
	forward := Forward{Always: []string{"", "2033"}[w.rnd.IntN(2)], Busy: []string{"", "2034"}[w.rnd.IntN(2)], NoAnswer: []string{"", "2035"}[w.rnd.IntN(2)]}
	return []Input{
		DoNotDisturb{"desk", w.rnd.IntN(3) == 0}, Forwarding{"desk", forward}, LampChanged{lamp},
		Watched{"desk", []string{"2077", "2078"}[:w.rnd.IntN(3)]}, VoiceMailChanged{"desk", VoiceMail{New: w.rnd.IntN(3)}},
		LineSet{LineConfig{
			ID: "desk", Name: "desk", Server: "pbx.example.org", Pickup: []string{"", "*8"}[w.rnd.IntN(2)],
			Refers: []ReferPolicy{ReferAsk, ReferAllow, ReferRefuse}[w.rnd.IntN(3)], AutoBy: []AutoAnswer{AutoOff, AutoAll}[w.rnd.IntN(2)],
		}},
		LineRegistered{"desk", Registration{State: RegOK}},
	}[w.rnd.IntN(7)]
}

func (w *world) anyLine() LineID { return []LineID{"", "", "desk", "sales"}[w.rnd.IntN(4)] }

// checkNobodyDropped: a connected call ends by the operator's will, by its far end, by a transfer that has arrived, or by
// a defect of the desk; never because something else went wrong. It can have been a leg that nobody but another call was
// there for.
func (w *world) checkNobodyDropped(before *State, in Input) {
	if _, fault := in.(Faulted); fault {
		return
	}
	for i := range before.Calls {
		was := &before.Calls[i]
		c, _ := w.s.Call(was.ID)
		if was.Phase != PhaseTalking || c.lasting() || mayEndBy(before, was, &c, in) {
			continue
		}
		w.fail(fmt.Sprintf("%s dropped %s: %s", in.Kind(), was.ID, c.End.Reason))
	}
}

// mayEndBy reports whether an input is a good reason for a connected call to end.
func mayEndBy(before *State, was, is *Call, in Input) bool {
	switch in := in.(type) {
	case Ended:
		if in.Call == was.ID {
			return true
		}
	case Hangup, EndAll, Abort: // what goes with it is tested by rule
		return true
	case Replaced:
		return in.Old == was.ID
	case Referring:
		return in.Code/100 == 2 && !in.OfRefer
	case TimerFired:
		if in.Name == TimerGrace && is.End.Reason == "You ended the conference for all." {
			return true
		}
		if in.Call == was.ID && (was.Recovering || in.Name == TimerReferral) {
			return true
		}
	}
	other := before.conferenceOf(was)
	return other != nil && other.Bridge || before.Profile.HangupEndsBoth && was.Consult.For != ""
}

// checkUnheard: whoever is connected is with the operator, on hold with a way back, in a conference with somebody, or
// being taken up again: nobody is left without a state that has a name and a key that comes next.
func (w *world) checkUnheard() {
	for i := range w.s.Calls {
		c := &w.s.Calls[i]
		if c.Phase != PhaseTalking || c.Recovering {
			continue
		}
		named := c.Held || c.Open() && c.engaged() || w.s.conferenceOf(c) != nil
		if key := nextKey(w.s, c); !named || key == "" || strings.Contains(key, "\n") {
			w.fail(fmt.Sprintf("%s is left unheard, next key %q", c.ID, key))
		}
		if c.Transfer.Phase == TransferFailed && c.Transfer.Note == "" || c.Transfer.Phase == TransferUnknown && c.Transfer.Note == "" {
			w.fail("a transfer came to nothing without a word")
		}
		if c.Transfer.underWay() && !c.Transfer.Bridge && !w.running(c.ID, TimerTransfer) {
			w.fail("a transfer is under way, and nothing watches")
		}
		if c.Referral.Target != "" && c.Referral.Call == "" && !w.running(c.ID, TimerReferral) {
			w.fail("a far end waits for an answer to its REFER for ever")
		}
		if c.Beeping && !w.running(c.ID, TimerBeep) {
			w.fail("the microphone stays shut after the beep")
		}
	}
}

// running reports whether a timer will still fire.
func (w *world) running(id CallID, name TimerName) bool {
	key := timerKey(id, name)
	e, ok := w.timers[key]
	return ok && e.Gen == w.s.Timers[key]
}

// TestNobodyIsDropped hands calls over in more than 100,000 inputs, timers among them, with refusals, time-outs, lost and doubled news, far
// ends that leave at every moment, and a desk that is restarted.
func TestNobodyIsDropped(t *testing.T) {
	worlds, inputs := 14, 3000
	if raced {
		worlds = 3
	}
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed+1000)
			w.s.Lines[1].Reg.State = RegOK
			for i := range inputs {
				w.step(w.customer(i))
				w.now = w.now.Add(time.Duration(w.rnd.IntN(3000)) * time.Millisecond)
				w.fireDue()
			}
			w.drain()
		})
	}
}

// customer keeps a few customers on the desk and lets everything happen to them.
func (w *world) customer(i int) Input {
	live := 0
	for k := range w.s.Calls {
		if w.s.Calls[k].lasting() {
			live++
		}
	}
	switch {
	case live > 8:
		return Ended{Call: w.anyCall(), By: SidePeer}
	case live < 2 || i%40 == 0:
		w.next++
		return Offered{Call: CallID(fmt.Sprintf("c%d", w.next)), Line: "desk", Number: "+4930123", Auto: w.rnd.IntN(4) == 0, Beep: true}
	}
	switch w.rnd.IntN(10) {
	case 0:
		return Answer{w.anyCall()}
	case 1, 2:
		return Connected{Call: w.anyCall(), Session: session(w.rnd.IntN(4))}
	case 3:
		return w.anyInput()
	case 4:
		return Ended{Call: w.anyCall(), By: SidePeer, Code: []int{0, 481, 486, 487}[w.rnd.IntN(4)]}
	}
	return w.anyHandover()
}
