package cti

import "fmt"

// confirm completes a consult (R40, R46): the parties are joined by whichever way works, and leave the desk if they can.
func (t *turn) confirm(in Confirm) error {
	c, err := t.commanded(in.Call, VerbConfirm)
	if err != nil {
		return err
	}
	customer, leg := t.consultOf(in.Call)
	switch {
	case leg == nil: // a transfer that has failed because the far end takes none
		t.callForBridge(c)
	case customer == nil:
		t.handConference(leg)
	case leg.Consult.Purpose == ForConference:
		t.joinConsult(customer, leg)
	case leg.callsOut():
		t.sendOnUnanswered(customer, leg)
	default:
		t.joinAway(customer, leg)
	}
	return nil
}

// joinAway hands customer and consulted party to each other: by REFER with Replaces, else through this desk. Both are on
// hold until the far end says what has become of it.
func (t *turn) joinAway(customer, leg *Call) {
	if t.jointOf(customer, leg) == jointBridge {
		t.bridge(customer, leg)
		return
	}
	for _, c := range []*Call{customer, leg} {
		if !c.Held && c.Conf == "" {
			t.setHeld(c, true)
		}
	}
	t.refer(customer, Transfer{Number: leg.Number, Consult: leg.ID})
}

// sendOnUnanswered gives a consulted party that has not answered to the customer: Replaces may not take over a dialog
// that we began and nobody has answered (RFC 3891 section 3), so our call is cancelled and the customer sent there once
// that is done, lest the target finds itself busy with us.
func (t *turn) sendOnUnanswered(customer, leg *Call) {
	if !customer.Held {
		t.setHeld(customer, true)
	}
	p, _ := t.planRefer(leg, Dial{Route: leg.Route, Number: leg.Number, Identity: leg.ShowAs})
	customer.Transfer = Transfer{
		Phase: TransferGrace, Since: t.now, Number: leg.Number, Target: p.Target, Route: leg.Route, ShowAs: leg.ShowAs, Consult: leg.ID,
	}
	leg.Consult = Consult{}
	t.release(leg, End{By: SideUs, Result: ResultNoAnswer, Reason: "The caller was sent on before this was answered."}, EndingAfter)
}

// joinConsult makes customer and consulted party members of one conference with the operator (R47, R57).
func (t *turn) joinConsult(customer, leg *Call) {
	id := customer.Conf
	if id == "" {
		id = confIDFor(leg.ID)
	}
	t.join(id, true, customer.ID, leg.ID)
}

// handConference gives a whole conference to the consulted party (R59), or takes the party into it: the desk mixes on
// either way, and only in the first case without the operator.
func (t *turn) handConference(leg *Call) {
	id, purpose := leg.Consult.Conf, leg.Consult.Purpose
	k := t.join(id, purpose == ForConference, leg.ID)
	if purpose == ForTransfer {
		k.Away, k.Left = true, true
	}
}

// bridge joins two calls through this desk, where they stay as a conference without the operator.
func (t *turn) bridge(customer, leg *Call) {
	id, fresh := customer.Conf, customer.Conf == ""
	if fresh {
		id = confIDFor(leg.ID)
	}
	customer.Transfer, leg.Consult = Transfer{}, Consult{}
	k := t.join(id, false, customer.ID, leg.ID)
	if fresh {
		k.Bridge, k.Note = true, fmt.Sprintf("%s and %s are joined through this desk.", customer.label(), leg.label())
	}
}
