package cti

import "time"

// answer takes an incoming call.
func (t *turn) answer(in Answer) error {
	c, err := t.commanded(in.Call, VerbAnswer)
	if err != nil {
		return err
	}
	t.accept(c)
	return nil
}

// accept connects an incoming call to the operator.
func (t *turn) accept(c *Call) {
	t.enter(c, PhaseAnswering)
	t.holdOthers(c)
	t.do(Accept{c.ID})
}

// hangup ends a call in whatever phase it is.
func (t *turn) hangup(in Hangup) error {
	c, err := t.commanded(in.Call, VerbHangup)
	if err != nil {
		return err
	}
	if in.Busy && !c.ringsHere() {
		return &Refused{Verb: VerbHangup, Reason: "Only a ringing call can be refused as busy."}
	}
	end := End{By: SideUs, Result: resultOfHangup(c), Reason: "You ended the call."}
	if c.ringsHere() {
		end.Code, end.Reason = 603, "You declined the call."
	}
	if in.Busy {
		end.Code, end.Reason = 486, "You refused the call as busy."
	}
	customer, leg := t.consultOf(c.ID)
	t.release(c, end, EndingAfter)
	if t.policy().HangupEndsBoth && leg == c && customer != nil {
		t.release(customer, End{By: SideUs, Result: ResultAnswered, Reason: "You ended the consultation, and with it this call."}, EndingAfter)
	}
	return nil
}

// hold puts a call on hold or takes it back. Held follows the operator's will at once; the far end's
// agreement comes later and cannot undo it.
func (t *turn) hold(in Hold) error {
	verb := VerbHold
	if !in.On {
		verb = VerbResume
	}
	c, err := t.commanded(in.Call, verb)
	if err != nil {
		return err
	}
	if !in.On && c.Conf == "" { // a member is taken back into its conference, wherever the operator is
		t.holdOthers(c)
	}
	t.setHeld(c, in.On)
	return nil
}

// setHeld changes the operator's will, and tells the far end when there is a dialog to tell it in.
func (t *turn) setHeld(c *Call, on bool) {
	if c.Held != on {
		c.Held, c.HeldAt = on, time.Time{}
		if on {
			c.HeldAt = t.now
		}
	}
	c.HeldAgreed, c.HoldNote, c.Outside = false, "", false
	if !on && !c.Transfer.underWay() {
		c.Transfer = Transfer{} // whoever takes a call back is done with what became of its transfer
	}
	if c.Phase == PhaseTalking {
		t.do(SetHold{Call: c.ID, On: on})
	}
}

// mute silences the microphone for a call, or opens it again.
func (t *turn) mute(in Mute) error {
	verb := VerbMute
	if !in.On {
		verb = VerbUnmute
	}
	c, err := t.commanded(in.Call, verb)
	if err != nil {
		return err
	}
	c.Muted = in.On
	return nil
}

// sendDTMF sends digits the way the line says; a far end without telephone-event gets INFO (R37).
func (t *turn) sendDTMF(in SendDTMF) error {
	c, err := t.commanded(in.Call, VerbDTMF)
	if err != nil {
		return err
	}
	if why := badDTMF(in.Digits); why != "" {
		return &Refused{Verb: VerbDTMF, Reason: why}
	}
	if t.lineOf(c).DTMF != DTMFInfo && c.Session.EventSend != 0 {
		t.do(PlayDigits(in))
	} else {
		t.do(SendDigits(in))
	}
	t.do(EchoDigits(in))
	return nil
}
