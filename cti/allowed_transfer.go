package cti

// allowedTransfer is Allowed for the verbs of consult and transfer; ok is false for another verb.
func allowedTransfer(s *State, c *Call, verb Verb) (why string, ok bool) {
	switch verb {
	case VerbConsult:
		return mayConsultFor(s, c), true
	case VerbSwap:
		return maySwap(s, c), true
	case VerbTransfer:
		return mayTransfer(s, c), true
	case VerbConfirm:
		return mayConfirm(s, c), true
	case VerbAbort:
		return mayAbort(s, c), true
	case VerbReferral:
		return mayFollow(c), true
	}
	return "", false
}

// notThere says why a call cannot be handed over or left waiting: there is nobody connected.
func notThere(c *Call) string {
	switch {
	case c.Phase != PhaseTalking:
		return "The call is not connected yet."
	case c.Recovering:
		return "The call is being taken up again, one moment."
	}
	return ""
}

const underWay = "The transfer is under way."

func mayConsultFor(s *State, c *Call) string {
	if why := notThere(c); why != "" {
		return why
	}
	switch _, leg := s.consultOf(c.ID); {
	case leg != nil:
		return "There is a second call for this one already."
	case c.Transfer.Pending():
		return underWay
	case s.withoutCustomer(c):
		return noCustomer
	}
	return tooMany(*s)
}

func mayTransfer(s *State, c *Call) string {
	if why := notThere(c); why != "" {
		return why
	}
	switch {
	case c.Transfer.Phase == TransferGrace && c.Transfer.Consult == "":
		return "" // given again it takes the transfer back
	case c.Transfer.Pending() || s.beingTaken(c.ID):
		return underWay
	case s.policy().NoOnward && c.Direction == Incoming:
		return "Your profile does not let you pass on a call that came to you."
	case c.Consult != (Consult{}) && c.Consult.Join:
		return "This call is about to join another one."
	}
	return ""
}

// beingTaken reports whether somebody is asked to take the place of a call.
func (s *State) beingTaken(id CallID) bool {
	for i := range s.Calls {
		if c := &s.Calls[i]; c.Transfer.Consult == id && c.Transfer.underWay() && c.lasting() {
			return true
		}
	}
	return false
}

func maySwap(s *State, c *Call) string {
	customer, leg := s.consultOf(c.ID)
	switch {
	case leg == nil:
		return noConsult
	case customer != nil && customer.Transfer.Pending():
		return underWay
	case customer == nil && s.conference(leg.Consult.Conf) == nil:
		return "The conference is not there any more."
	case leg.Phase != PhaseTalking:
		return "The second party has not answered yet."
	}
	return ""
}

const noConsult = "There is no second call to go with this one."

func mayAbort(s *State, c *Call) string {
	customer, leg := s.consultOf(c.ID)
	switch {
	case leg == nil:
		return noConsult
	case customer != nil && customer.Transfer.Pending() && !leg.Consult.Join:
		return underWay
	}
	return ""
}

func mayConfirm(s *State, c *Call) string {
	customer, leg := s.consultOf(c.ID)
	switch {
	case leg == nil && c.Transfer.Phase == TransferFailed && c.Transfer.Bridge:
		return mayTransfer(s, c)
	case leg == nil:
		return noConsult
	case customer == nil && s.conference(leg.Consult.Conf) == nil:
		return "The conference is not there any more."
	case customer != nil:
		return mayJoinAway(s, customer, leg)
	}
	return notThere(leg)
}

// mayJoinAway says why customer and consulted party cannot be joined now.
func mayJoinAway(s *State, customer, leg *Call) string {
	switch why := mayTransfer(s, customer); {
	case customer.Transfer.Phase == TransferGrace:
		return underWay
	case why != "" && leg.Consult.Purpose != ForConference:
		return why
	case leg.Transfer.Pending():
		return underWay
	case !leg.callsOut():
		return notThere(leg)
	case leg.Consult.Purpose == ForConference:
		return "The second party has not answered yet."
	case customer.Peer.NoRefer || !s.sameExchange(customer.Line, leg.Line):
		return "The first party cannot be sent on: wait for an answer, then both are joined through this desk."
	}
	return ""
}

// mayFollow lets a wish of the far end be answered once.
func mayFollow(c *Call) string {
	switch {
	case c.Referral.Target == "":
		return "The far end has not asked to call anybody."
	case c.Referral.Call != "":
		return "The far end's wish is being followed already."
	}
	return notThere(c)
}
