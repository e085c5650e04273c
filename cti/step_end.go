package cti

import "time"

// release begins to end a call from our side. What the end will be is noted at once, so that whatever
// the wire says later, or does not say, cannot change how the call went.
func (t *turn) release(c *Call, end End, patience time.Duration) {
	t.do(Release{Call: c.ID, Code: end.Code})
	t.endingBy(c, end, patience)
}

// endingBy puts a call into PhaseEnding with the end it will have after patience at the latest.
func (t *turn) endingBy(c *Call, end End, patience time.Duration) {
	c.End, c.Recovering, c.EarlyMedia = end, false, false
	t.enter(c, PhaseEnding)
	t.start(c.ID, TimerEnding, patience)
	t.loosen(c.ID)
}

// ended is the end on the wire.
func (t *turn) ended(in Ended) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	if c.Phase == PhaseEnding {
		t.finish(c, c.End)
		return nil
	}
	result, lost := resultOf(c, in), c.callsOut() && c.Pickup != ""
	if lost {
		in.Reason = lostPickup(c, in)
	} else {
		in.Reason = t.transferEnds(c, in)
	}
	t.finish(c, End{By: in.By, Code: in.Code, Reason: in.Reason, Result: result})
	if lost {
		t.pickupEnds(in.Call, in.Code)
	}
	return nil
}

// finish makes a call's end final: the stream is closed, the history gets its row, the table keeps the
// reason for a while. Pointers to calls are void afterwards.
func (t *turn) finish(c *Call, end End) {
	end.Reason = orElse(end.Reason, reasonFor(end))
	c.End, c.Finished = end, t.now
	c.EndTone = endToneOf(c)
	c.Recovering, c.EarlyMedia, c.Dialog = false, false, nil
	t.enter(c, PhaseEnded)
	t.do(CloseSession{c.ID})
	t.do(Record{*c})
	if c.EndTone != ToneNone {
		t.start(c.ID, TimerTone, EndToneFor)
	}
	t.start(c.ID, TimerShown, EndedShown)
	t.loosen(c.ID)
	t.crowdOut()
}

// crowdOut lets the call that has been over longest leave when there are more than EndedMost.
func (t *turn) crowdOut() {
	var oldest *Call
	over := 0
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Phase != PhaseEnded {
			continue
		}
		over++
		if oldest == nil || c.Finished.Before(oldest.Finished) {
			oldest = c
		}
	}
	if over > EndedMost {
		t.remove(oldest.ID)
	}
}

// resultOf says how a call went that the wire ended.
func resultOf(c *Call, in Ended) Result {
	switch {
	case !c.Answered.IsZero():
		return ResultAnswered
	case c.Direction == Outgoing:
		return resultOfCode(in.Code)
	case in.Elsewhere:
		return ResultElsewhere
	case in.By == SideUs && c.Phase == PhaseRinging:
		return ResultRefused
	case c.Phase == PhaseAnswering && in.By != SidePeer:
		return ResultFailed // answered here, but the connection never came about
	}
	return ResultMissed
}

// resultOfCode says how an outgoing call went by its final status (RFC 3261 section 21). 487 follows
// a CANCEL, 408 and 480 mean that nobody was there.
func resultOfCode(code int) Result {
	switch code {
	case 486, 600:
		return ResultBusy
	case 603:
		return ResultDeclined
	case 408, 480, 487:
		return ResultNoAnswer
	}
	return ResultFailed
}

// resultOfHangup says how a call went that the operator ends.
func resultOfHangup(c *Call) Result {
	switch {
	case !c.Answered.IsZero():
		return ResultAnswered
	case c.Direction == Outgoing:
		return ResultNoAnswer
	case c.Phase == PhaseRinging:
		return ResultRefused
	}
	return ResultFailed
}

// reasonFor gives the words when an adapter had none.
func reasonFor(end End) string {
	switch end.Result {
	case ResultBusy:
		return "The number is busy."
	case ResultDeclined:
		return "The far end declined the call."
	case ResultNoAnswer:
		return "Nobody answered."
	case ResultMissed:
		return "The caller gave up."
	case ResultElsewhere:
		return "The call was answered on another phone."
	case ResultRefused:
		return "The call was refused here."
	case ResultAnswered:
		if end.By == SidePeer {
			return "The far end ended the call."
		}
		return "The call ended."
	}
	return "The call failed."
}

// endToneOf is what the operator hears of an outgoing call that came to nothing; an end of the operator's
// own making is silent.
func endToneOf(c *Call) Tone {
	switch {
	case !c.callsOut():
		return ToneNone
	case c.End.Result == ResultBusy:
		return ToneBusy
	}
	return ToneFailure
}

// faulted ends the one call over which the desk itself failed.
func (t *turn) faulted(in Faulted) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	if c.Phase == PhaseEnding { // the end is on its way, but what carried it may be what failed
		t.do(Release{Call: c.ID})
		return nil
	}
	end := End{By: SideUs, Result: ResultFailed, Reason: orElse(in.Reason, "An internal fault ended the call.")}
	if !c.Answered.IsZero() {
		end.Result = ResultAnswered
	}
	if c.ringsHere() {
		end.Code = 480
	}
	t.release(c, end, EndingAfter)
	return nil
}

// timerFired is what the desk does when nobody else did anything. Timers are never stopped: the state that
// one waited for has passed when it fires in vain.
func (t *turn) timerFired(in TimerFired) error {
	c := t.find(in.Call)
	if c == nil && t.Timers[timerKey(in.Call, in.Name)] == in.Gen {
		return t.graceOver(in)
	}
	if c == nil || t.Timers[timerKey(in.Call, in.Name)] != in.Gen {
		return &Ignored{Kind: in.Kind(), Call: in.Call, Reason: "the timer was replaced, or its call has gone"}
	}
	if !t.callTimes(in.Name, c) && !t.transferTimes(in.Name, c) {
		return ignored(in, c)
	}
	return nil
}

// callTimes is what a call waits for that nobody hands over. It reports false when it no longer waits for this.
func (t *turn) callTimes(name TimerName, c *Call) bool {
	switch {
	case name == TimerNoAnswer && c.callsOut():
		t.release(c, End{By: SideUs, Result: ResultNoAnswer, Reason: "Nobody answered within three minutes."}, EndingAfter)
	case name == TimerEnding && c.Phase == PhaseEnding:
		c.End.Reason += " The far end never confirmed the end."
		t.finish(c, c.End)
	case name == TimerRecover && c.Recovering:
		t.release(c, End{By: SideUs, Result: ResultAnswered, Reason: "The far end did not take the call up again after a restart."}, time.Second)
	case name == TimerTone && c.EndTone != ToneNone:
		c.EndTone = ToneNone
	case name == TimerShown && c.Phase == PhaseEnded:
		t.remove(c.ID)
	default:
		return false
	}
	return true
}

// remove takes an ended call out of the table.
func (t *turn) remove(id CallID) {
	for i := range t.Calls {
		if t.Calls[i].ID == id {
			t.Calls = append(t.Calls[:i], t.Calls[i+1:]...)
			break
		}
	}
	t.forgetTimers(id)
}
