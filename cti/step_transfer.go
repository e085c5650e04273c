package cti

import (
	"fmt"
	"time"

	"cordboard/cti/dial"
)

// quickTransfer hands a call over without asking the target first (R41, R43): the customer is put on hold at once, and
// the REFER goes out when the grace is over. The same verb takes it back until then.
func (t *turn) quickTransfer(in QuickTransfer) error {
	c, err := t.commanded(in.Call, VerbTransfer)
	if err != nil {
		return err
	}
	if c.Transfer.Phase == TransferGrace {
		t.takeBack(c)
		return nil
	}
	p, way := t.planRefer(c, Dial{Route: in.Route, Number: in.Number, Identity: in.Identity})
	why := p.Why
	if p.OK {
		why = badContext(in.Context)
	}
	if why != "" {
		return &Refused{Verb: VerbTransfer, Reason: why}
	}
	if in.Context != nil {
		c.Context = in.Context
	}
	t.handOver(c, Transfer{Number: p.Number, Target: p.Target, Route: way.route.Name, ShowAs: way.identity})
	return nil
}

// planRefer decides what goes into a Refer-To. The line of the call need not be registered for it, as the call is up.
func (t *turn) planRefer(c *Call, in Dial) (dial.Preview, way) {
	line, ok := t.Line(c.Line)
	if !ok {
		return dial.Preview{Why: "The line of this call has been taken away: its numbers mean nothing here."}, way{}
	}
	line.Reg = Registration{State: RegDirect}
	return planDial([]Line{line}, *t.policy(), in)
}

// handOver begins a transfer to a number: hold, grace, REFER.
func (t *turn) handOver(c *Call, tr Transfer) {
	tr.Phase, tr.Since, tr.Bridge = TransferGrace, t.now, c.Peer.NoRefer
	if !c.Held {
		t.setHeld(c, true)
	}
	c.Transfer = tr
	if grace := time.Duration(t.policy().Grace) * time.Millisecond; grace > 0 {
		t.start(c.ID, TimerGrace, grace)
		return
	}
	t.sendTransfer(c)
}

// takeBack undoes a transfer that has not left yet. A call that was on hold before stays there.
func (t *turn) takeBack(c *Call) {
	heldForIt := c.HeldAt.Equal(c.Transfer.Since)
	c.Transfer = Transfer{}
	if heldForIt {
		t.takeOperatorBack(c)
	}
}

// takeOperatorBack connects the operator with a held call again; whatever else is open is put on hold. A member of a
// conference goes back to the others instead.
func (t *turn) takeOperatorBack(c *Call) {
	if c.Conf == "" {
		t.holdOthers(c)
	}
	t.setHeld(c, false)
}

// sendTransfer is the end of the grace: by REFER, or by a call of our own when the far end takes no REFER.
func (t *turn) sendTransfer(c *Call) {
	if c.Peer.NoRefer {
		t.callForBridge(c)
		return
	}
	t.refer(c, c.Transfer)
}

// refer asks the far end of c to call the target, or with tr.Consult to take that call's place (RFC 3515, RFC 3891).
// Whom the operator may hear meanwhile is the caller's business; Referring drives all that follows, whoever began it.
func (t *turn) refer(c *Call, tr Transfer) {
	tr.Phase, tr.Since, tr.Code, tr.Note = TransferAsked, t.now, 0, ""
	c.Transfer = tr
	e := Refer{Call: c.ID, Target: tr.Target, Replaces: tr.Consult, Context: c.Context, Identity: tr.ShowAs}
	if r, why := pickRoute(t.lineOf(c), tr.Route); why == "" && tr.Consult == "" {
		e.Proxy = r.Proxy
	}
	if other := t.find(tr.Consult); other != nil && t.jointOf(c, other) == jointBackward {
		e.Call, e.Replaces = other.ID, c.ID
	}
	t.do(e)
	t.start(c.ID, TimerTransfer, TransferAfter)
}

// callForBridge calls the target from here, in the background, to join both through this desk when it answers.
func (t *turn) callForBridge(c *Call) {
	id, tr := c.ID, c.Transfer
	leg := t.derivedID(id)
	p, way := planDial(t.Lines, *t.policy(), Dial{Line: c.Line, Route: tr.Route, Number: tr.Number, Identity: tr.ShowAs})
	why := p.Why
	if p.OK {
		why = tooMany(t.State)
	}
	if why != "" {
		t.transferFails(c, 0, why)
		return
	}
	fresh := way.call(leg, p)
	fresh.Held, fresh.HeldAt, fresh.Context = true, t.now, c.Context // the operator is free meanwhile
	fresh.Consult = Consult{For: id, Purpose: ForTransfer, Join: true}
	t.begin(fresh, way.invite(p))
	c = t.find(id)
	c.Transfer.Phase, c.Transfer.Consult, c.Transfer.Bridge, c.Transfer.Since = TransferTrying, leg, true, t.now
}

// legRings passes on that a call rings at its far end to what waits for it.
func (t *turn) legRings(leg *Call) {
	t.referralGoes(leg.ID, 180)
	if c := t.find(leg.Consult.For); c != nil && c.Transfer.Consult == leg.ID && c.Transfer.Phase == TransferTrying {
		c.Transfer.Phase, c.Transfer.Since = TransferRinging, t.now
	}
}

// transferTimes is what the timers of this part do; false when one fired in vain.
func (t *turn) transferTimes(name TimerName, c *Call) bool {
	switch tr := &c.Transfer; {
	case name == TimerGrace && tr.Phase == TransferGrace && tr.Consult == "":
		t.sendTransfer(c)
	case name == TimerTransfer && tr.sent() && tr.Phase != TransferUnknown:
		t.transferUnknown(c, "Nothing more was heard of the transfer.")
	case name == TimerForward && c.ringsHere() && t.lineOf(c).Forward.NoAnswer != "":
		t.divert(c, t.lineOf(c).Forward.NoAnswer, divertedNoAnswer)
	case name == TimerBeep && c.Beeping:
		c.Beeping = false
	case name == TimerReferral:
		return t.referralTimes(c)
	default:
		return false
	}
	return true
}

// dropPending is the restart of the desk in the middle of things that were agreed with far ends: whatever had not left
// is undone, and of the rest nobody here knows how it went. The customer stays on hold.
func (t *turn) dropPending() {
	for i := range t.Calls {
		c := &t.Calls[i]
		if !c.alive() {
			continue
		}
		c.Beeping = false
		switch {
		case c.Transfer.sent():
			t.transferUnknown(c, "Cordboard was restarted while the transfer was under way.")
		case c.Transfer.Pending():
			t.transferFails(c, 0, "Cordboard was restarted before the transfer could be made.")
		}
		if followed := t.find(c.Referral.Call); followed != nil && followed.Phase == PhaseTalking {
			t.start(c.ID, TimerReferral, ReferralEnds)
		} else {
			c.Referral = Referral{}
		}
	}
}

// transferFails leaves the customer where he is, on hold, with the reason in words (R42).
func (t *turn) transferFails(c *Call, code int, note string) {
	tr := &c.Transfer
	tr.Phase, tr.Code, tr.Note, tr.Since = TransferFailed, code, note, t.now
	tr.Bridge = c.Peer.NoRefer
	if other := t.find(tr.Consult); other != nil && other.lasting() {
		tr.Bridge = t.jointOf(c, other) == jointBridge
	}
}

// transferEnds is what becomes of a transfer that a call is in when that call ends. It gives the words of the end: a far
// end that leaves while it is being sent on has mostly done what it was asked for.
func (t *turn) transferEnds(c *Call, in Ended) string {
	switch c.Transfer.Phase {
	case TransferAsked:
		return "The far end left before it had answered the transfer."
	case TransferTrying, TransferRinging, TransferUnknown:
		if c.Transfer.Bridge {
			return in.Reason
		}
		c.Transfer.Phase = TransferDone
		return fmt.Sprintf("The far end took the transfer to %s and left.", c.Transfer.Number)
	}
	if t.transferOf(c.ID) != nil {
		return "The far end took the transfer and left."
	}
	return in.Reason
}

// derivedID names a call that the desk places by itself as a consequence of another one. It is made of the time and that
// call's ID alone, so that a replay gives the same.
func (t *turn) derivedID(from CallID) CallID {
	id := callIDAt(t.now, string(from))
	for n := 1; t.find(id) != nil; n++ {
		id = callIDAt(t.now, fmt.Sprint(from, n))
	}
	return id
}
