package cti

import "time"

// startConsult calls a second party (R44). The customer goes on hold, or the conference on without the operator, since a
// call that one makes takes the operator.
func (t *turn) startConsult(in StartConsult) error {
	why := t.mayDial(in.Call)
	if why == "" {
		why = t.mayConsult(in.For, in.Conf)
	}
	if why == "" && in.Join {
		why = t.policy().noInstant()
	}
	if why != "" {
		return &Refused{Verb: VerbConsult, Reason: why}
	}
	consult := Consult{For: in.For, Conf: in.Conf, Purpose: in.Purpose, Join: in.Join}
	if consult.Purpose == "" {
		consult.Purpose = ForTransfer
	}
	if in.Join { // what becomes a member by itself is not handed over
		consult.Purpose = ForConference
	}
	if customer := t.find(in.For); customer != nil {
		in.Line = LineID(orElse(string(in.Line), string(customer.Line)))
		if in.Context == nil {
			in.Context = customer.Context
		}
	}
	_, err := t.place(VerbConsult, Dial{
		Call: in.Call, Line: in.Line, Route: in.Route, Number: in.Number, Identity: in.Identity, Context: in.Context,
	}, consult)
	return err
}

// mayConsult says why no second party can be called for a call or a conference.
func (t *turn) mayConsult(customer CallID, conf ConfID) string {
	if customer != "" && conf != "" {
		return "A consult is for a call or for a conference, not for both."
	}
	if conf != "" {
		return AllowedIn(t.State, conf, VerbConsult)
	}
	return Allowed(t.State, customer, VerbConsult)
}

// swap goes to the other party of a consult (R45).
func (t *turn) swap(in Swap) error {
	if _, err := t.commanded(in.Call, VerbSwap); err != nil {
		return err
	}
	customer, leg := t.consultOf(in.Call)
	switch {
	case leg.Held:
		t.takeOperatorBack(leg)
	case customer != nil:
		t.takeOperatorBack(customer)
	default:
		t.attendAgain(leg.Consult.Conf)
	}
	return nil
}

// abort ends the consulted leg and takes the customer back (R48).
func (t *turn) abort(in Abort) error {
	if _, err := t.commanded(in.Call, VerbAbort); err != nil {
		return err
	}
	customer, leg := t.consultOf(in.Call)
	conf := leg.Consult.Conf
	if customer != nil {
		customer.Transfer = Transfer{} // of a bridge that was being made
	}
	t.release(leg, End{By: SideUs, Result: resultOfHangup(leg), Reason: "You ended the consultation."}, EndingAfter)
	if customer != nil {
		t.takeOperatorBack(customer)
		return nil
	}
	t.attendAgain(conf)
	return nil
}

// attendAgain brings the operator back into a conference that he stepped out of for a consult.
func (t *turn) attendAgain(id ConfID) {
	if k := t.conference(id); k != nil {
		t.takePart(k)
	}
}

// consultAnswered is what an answer of the consulted party leads to by itself: an instant member (R55), or the second half
// of a transfer that this desk has to bridge.
func (t *turn) consultAnswered(leg *Call) {
	switch customer := t.find(leg.Consult.For); {
	case !leg.Consult.Join:
	case leg.Consult.Purpose == ForConference:
		t.joinAtOnce(leg)
	case customer != nil:
		leg.Held, leg.HeldAt, leg.HeldAgreed = false, time.Time{}, true // it was on hold for the operator's sake alone
		t.bridge(customer, leg)
	}
}

// loosen takes a call that ends out of what others are tied to it by. A consulted party whose customer is gone is an
// ordinary call from then on (R51), unless nobody was to talk to it but the customer, or the profile says so (R48).
func (t *turn) loosen(id CallID) {
	for i := range t.Calls {
		c := &t.Calls[i]
		switch {
		case !c.lasting():
		case c.Consult.For == id:
			t.loseCustomer(c, id)
		case c.Transfer.Consult == id:
			t.loseTarget(c, id)
		case c.Referral.Call == id:
			t.referralEnds(c, id)
		}
	}
}

// loseCustomer frees a consulted leg.
func (t *turn) loseCustomer(leg *Call, id CallID) {
	customer := t.find(id)
	background := leg.Consult.Join && leg.Consult.Purpose == ForTransfer
	leg.Consult = Consult{}
	if background || t.policy().HangupEndsBoth && !customer.Transfer.handedOver() {
		t.release(leg, End{By: SideUs, Result: resultOfHangup(leg), Reason: "The call that it was for has ended."}, EndingAfter)
	}
}

// loseTarget goes on with a transfer whose second leg has ended: after our CANCEL the REFER can leave, a bridge has
// nobody to lead to, and in all other cases the far end will still tell what has become of it.
func (t *turn) loseTarget(c *Call, id CallID) {
	leg := t.find(id)
	switch {
	case c.Transfer.Phase == TransferGrace && leg.Phase == PhaseEnded:
		c.Transfer.Consult = ""
		t.refer(c, c.Transfer)
	case c.Transfer.Bridge && c.Transfer.underWay():
		t.transferFails(c, leg.End.Code, refusalOf(c.Transfer.Number, leg.End.Code))
	}
}
