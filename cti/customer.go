package cti

import "slices"

// The customer is whom a conference is about; the others are there to help him. When he leaves, the interaction is over
// for its owner. The others may go on, but nobody is kept waiting for a customer who is not there any more (R73).

// noCustomer is why there is neither hold, nor resume, nor consult after the customer has left.
const noCustomer = "The customer has left: the others go on without hold and without further consult."

// meetCustomer notes whom a conference is about when it comes about. Once he has left, one who calls in and is taken into
// it is the next one: mostly the same person, who was cut off and calls again.
func (t *turn) meetCustomer(k *Conference, calls []CallID) {
	if k.Room != "" {
		return
	}
	first := t.customerAmong(calls)
	if k.Customer == "" || t.customerLeft(k) && first.Direction == Incoming {
		k.Customer = first.ID
	}
}

// customerAmong picks the customer of calls that are joined: the one for whom another was consulted, or whom another
// conference was about, since that says so. Else who called in first: a desk is called by customers, and itself calls the
// colleagues that it asks. Else who was called first.
func (t *turn) customerAmong(calls []CallID) *Call {
	var all []*Call // in the order of the table, which is that of time
	for i := range t.Calls {
		if slices.Contains(calls, t.Calls[i].ID) {
			all = append(all, &t.Calls[i])
		}
	}
	return slices.MinFunc(all, func(a, b *Call) int { return t.remoteness(a) - t.remoteness(b) })
}

// remoteness is how far a call is from being that of the customer: what has told more comes first.
func (t *turn) remoteness(c *Call) int {
	_, leg := t.consultOf(c.ID)
	k := t.conferenceOf(c)
	switch {
	case leg != nil && leg.Consult.For == c.ID, k != nil && k.Customer == c.ID:
		return 0
	case leg == c, c.Orphaned:
		return 3
	case c.Direction == Incoming:
		return 1
	}
	return 2
}

// customerLeft reports whether the customer's call is over. While he is only taken out of the conference he is still here.
func (s *State) customerLeft(k *Conference) bool {
	if k.Customer == "" {
		return false
	}
	for i := range s.Calls {
		if c := &s.Calls[i]; c.ID == k.Customer && c.lasting() {
			return false
		}
	}
	return true
}

// withoutCustomer reports whether a call goes on after its customer has left, in a conference or as what is left of one.
func (s *State) withoutCustomer(c *Call) bool {
	k := s.conferenceOf(c)
	return c.Orphaned || k != nil && s.customerLeft(k)
}

// missCustomer takes those off hold who waited in a conference when its customer leaves: they talk with each other from
// then on. Who is just being handed over keeps its place; it can be taken back if that fails.
func (t *turn) missCustomer(k *Conference, before *State) {
	was := before.conference(k.ID)
	if was == nil || !t.customerLeft(k) || before.customerLeft(was) {
		return
	}
	if c := t.find(k.Customer); c != nil && c.Transfer.handedOver() {
		k.Customer = "" // he has not left: he was joined or moved to where the others go, too
		return
	}
	members := t.members(k.ID)
	if len(members) < 2 {
		return // the last one goes on alone
	}
	for _, c := range members {
		if c.Held && !c.Transfer.Pending() {
			t.setHeld(c, false)
		}
	}
}

// noHoldFor says why a call is not put on hold, "" when it may be.
func (s *State) noHoldFor(c *Call) string {
	if c.Orphaned {
		return noCustomer
	}
	if k := s.conferenceOf(c); k != nil {
		return s.noHoldIn(k)
	}
	return ""
}

// noHoldIn says why nobody in a conference is put on hold, "" when they may be (R64, R73).
func (s *State) noHoldIn(k *Conference) string {
	switch {
	case s.policy().NoHoldInConf:
		return s.policy().noHold()
	case s.customerLeft(k):
		return noCustomer
	}
	return ""
}

// mayConsultIn says why nobody further can be called for a conference.
func (s *State) mayConsultIn(k *Conference) string {
	if s.customerLeft(k) {
		return noCustomer
	}
	return s.mayGrow(k, 1)
}
