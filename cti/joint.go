package cti

// joint is a way in which two calls become one without the operator.
type joint uint8

// Ways to join two calls, the best first.
const (
	jointForward  joint = iota // the first far end is asked by REFER to take the second call's place
	jointBackward              // the other way round: the first takes no REFER, or the second cannot be replaced
	jointBridge                // neither: the desk mixes them and they stay here
)

// jointOf decides how the far ends of two calls can be joined. Nothing known about a far end counts as able. Calls of
// different exchanges are joined here: a REFER would name a dialog or a number that the other exchange does not know.
func (s *State) jointOf(a, b *Call) joint {
	switch {
	case !s.sameExchange(a.Line, b.Line):
		return jointBridge
	case !a.Peer.NoRefer && !b.Peer.NoReplaces:
		return jointForward
	case !b.Peer.NoRefer && !a.Peer.NoReplaces:
		return jointBackward
	}
	return jointBridge
}

// sameExchange reports whether two lines belong to one exchange.
func (s *State) sameExchange(a, b LineID) bool {
	la, _ := s.Line(a)
	lb, _ := s.Line(b)
	home := func(c LineConfig) string { return orElse(c.Domain, c.Server) }
	return a == b || home(la.Config) != "" && home(la.Config) == home(lb.Config)
}

// consultOf finds the live consult that a call belongs to: the customer's call, nil when it was a conference that
// stepped back, and the consulted leg. Both are nil when the call is in no consult.
func (s *State) consultOf(id CallID) (customer, leg *Call) {
	for i := range s.Calls {
		c := &s.Calls[i]
		if !c.lasting() || c.Consult == (Consult{}) || c.ID != id && c.Consult.For != id {
			continue
		}
		leg = c
	}
	if leg == nil || id == "" {
		return nil, nil
	}
	for i := range s.Calls {
		if c := &s.Calls[i]; c.ID == leg.Consult.For && c.lasting() {
			customer = c
		}
	}
	return customer, leg
}
