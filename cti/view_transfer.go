package cti

import "fmt"

// transferKey is the hint in a row while something is being handed over or asked for; empty for an ordinary row.
func transferKey(s *State, c *Call) string {
	switch {
	case c.Referral.Target != "" && c.Referral.Call == "" && notThere(c) == "":
		return KeyFollow + " calls " + shorten(c.Referral.Target) + ", " + KeyDecline + " refuses"
	case c.Transfer.Phase == TransferGrace && c.Transfer.Consult == "":
		return KeyTransfer + " takes back"
	case c.Open() && !c.Recovering && c.Conf == "" && allowed(s, c, VerbConfirm) == "":
		return KeyTransfer + " hands over"
	}
	return ""
}

// transferPlans says beforehand what a command will do where that is not plain.
func transferPlans(s *State, c *Call) map[Verb]string {
	plans := map[Verb]string{}
	if allowed(s, c, VerbTransfer) == "" && c.Transfer.Phase != TransferGrace && c.Peer.NoRefer {
		plans[VerbTransfer] = "The far end takes no transfer: the number is called from here, and both are joined through this desk."
	}
	if allowed(s, c, VerbConfirm) == "" {
		plans[VerbConfirm] = confirmPlan(s, c)
	}
	if len(plans) == 0 {
		return nil
	}
	return plans
}

// confirmPlan says what Confirm will do.
func confirmPlan(s *State, c *Call) string {
	switch customer, leg := s.consultOf(c.ID); {
	case leg == nil:
		return "Calls " + c.Transfer.Number + " from here and joins both through this desk."
	case customer == nil && leg.Consult.Purpose == ForTransfer:
		return "Takes " + leg.Number + " into the conference, which goes on without you."
	case customer == nil || leg.Consult.Purpose == ForConference:
		return "Takes " + leg.Number + " into a conference with you."
	case leg.callsOut():
		return fmt.Sprintf("Gives up calling %s and sends %s there.", leg.Number, customer.Number)
	case s.jointOf(customer, leg) == jointBridge:
		return fmt.Sprintf("%s and %s take no transfer to each other: joins both through this desk, without you.", customer.Number, leg.Number)
	default:
		return fmt.Sprintf("Connects %s with %s and ends both calls here.", customer.Number, leg.Number)
	}
}
