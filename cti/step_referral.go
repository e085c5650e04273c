package cti

import "fmt"

// referredBy is a far end's wish that we call somebody (REFER inside a call). Nothing is dialled without the rule of the
// line that allows it, or the operator.
func (t *turn) referredBy(in Referred) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	policy := t.lineOf(c).Refers
	switch {
	case notThere(c) != "" || c.Referral.Target != "":
		t.do(AnswerReferral{Call: c.ID, Code: 491})
	case policy == ReferRefuse:
		t.do(AnswerReferral{Call: c.ID})
	case policy == ReferAllow:
		c.Referral = in.Referral
		return t.follow(c, t.derivedID(c.ID))
	default:
		c.Referral = in.Referral
		c.Referral.Call = ""
		t.start(c.ID, TimerReferral, ReferralAfter)
	}
	return nil
}

// followReferral is the operator's answer to such a wish.
func (t *turn) followReferral(in FollowReferral) error {
	c, err := t.commanded(in.Call, VerbReferral)
	if err != nil {
		return err
	}
	if !in.Accept {
		t.refuseReferral(c, 603)
		return nil
	}
	if why := t.mayDial(in.New); why != "" {
		return &Refused{Verb: VerbReferral, Reason: why}
	}
	return t.follow(c, in.New)
}

// refuseReferral tells the far end that nobody will be called.
func (t *turn) refuseReferral(c *Call, code int) {
	c.Referral = Referral{}
	t.do(AnswerReferral{Call: c.ID, Code: code})
}

// follow calls whom the far end named. A member of a conference is followed into it, so that the others keep their
// company; the call with the far end waits until one side or the other ends it.
func (t *turn) follow(c *Call, id CallID) error {
	old, target := c.ID, c.Referral.Target
	p, way := planDial(t.Lines, *t.policy(), Dial{Line: c.Line, Number: target, Identity: c.ShowAs})
	why := p.Why
	if p.OK {
		why = tooMany(t.State)
	}
	if why != "" {
		t.refuseReferral(c, 603)
		c.Transfer.Note = "The far end asked to call " + shorten(target) + ": " + why
		return nil
	}
	fresh := way.call(id, p)
	fresh.Context = c.Context
	if c.Conf != "" {
		fresh.Consult = Consult{Conf: c.Conf, Purpose: ForConference, Join: true}
	}
	invite := way.invite(p)
	invite.Referred = old
	c.Referral.Call = id
	t.do(AnswerReferral{Call: old, Accept: true})
	t.begin(fresh, invite)
	return nil
}

// shorten bounds text of a stranger inside a sentence.
func shorten(text string) string { return fmt.Sprintf("%.60q", text) }

// referrer finds the call whose far end asked for the call id.
func (t *turn) referrer(id CallID) *Call {
	for i := range t.Calls {
		if c := &t.Calls[i]; c.Referral.Call == id && id != "" && c.alive() {
			return c
		}
	}
	return nil
}

// referralGoes tells the far end how the call that it asked for is doing (RFC 3515 section 2.4.4). Once it is connected
// the far end ends the call with us, and if it does not, we do.
func (t *turn) referralGoes(id CallID, code int) {
	c := t.referrer(id)
	if c == nil {
		return
	}
	t.do(ReportReferral{Call: c.ID, Code: code})
	if code >= 200 {
		t.start(c.ID, TimerReferral, ReferralEnds)
	}
}

// referralEnds is the end of the call that a far end asked for. If it never came about, the operator goes back to who
// asked, unless he is busy elsewhere.
func (t *turn) referralEnds(c *Call, id CallID) {
	followed := t.find(id)
	c.Referral = Referral{}
	if !followed.Answered.IsZero() {
		return
	}
	code := followed.End.Code
	if code < 300 {
		code = 487
	}
	t.do(ReportReferral{Call: c.ID, Code: code})
	if c.Held && c.HeldAt.Equal(followed.Created) && !t.claimed() {
		t.takeOperatorBack(c)
	}
}

// referralTimes is the end of patience: of the operator's, or of ours with a far end that has got what it asked for.
func (t *turn) referralTimes(c *Call) bool {
	switch followed := t.find(c.Referral.Call); {
	case c.Referral.Target == "" || c.Phase == PhaseEnding:
		return false
	case c.Referral.Call == "":
		t.refuseReferral(c, 480)
	case followed != nil && followed.Phase == PhaseTalking:
		t.release(c, End{By: SideUs, Result: ResultAnswered, Reason: "The far end sent you on to " + followed.Number + "."}, EndingAfter)
	default:
		return false
	}
	return true
}
