package cti

// What the buttons of a headset do, each with the words that say so.

// knocking is the call that a button answers or rejects: of those that ring here, the one that came first.
func (s *State) knocking() *Call {
	for i := range s.Calls {
		if s.Calls[i].ringsHere() {
			return &s.Calls[i]
		}
	}
	return nil
}

// background reports whether a call goes on without the operator: in a room, a bridge or a conference that he has left.
func (s *State) background(c *Call) bool {
	k := s.conferenceOf(c)
	return k != nil && k.Away && (k.Left || k.Bridge || k.Room != "")
}

// waiting is the call that a button takes back: of those that the operator holds, the one held last. A call that is being
// handed over does not wait for him.
func (s *State) waiting() *Call {
	var latest *Call
	for i := range s.Calls {
		c := &s.Calls[i]
		if c.lasting() && c.Held && c.Conf == "" && !c.Transfer.Pending() && (latest == nil || c.HeldAt.After(latest.HeldAt)) {
			latest = c
		}
	}
	return latest
}

// stepped is a conference that the operator has stepped out of and may come back to.
func (s *State) stepped() *Conference {
	for i := range s.Conferences {
		if k := &s.Conferences[i]; k.Away && !k.Left && !k.Bridge && k.Room == "" {
			return k
		}
	}
	return nil
}

// waits reports whether somebody waits for the operator to come back.
func (s *State) waits() bool { return s.waiting() != nil || s.stepped() != nil }

// muted reports whether the operator is silent where he is.
func (s *State) muted() bool {
	if c := s.focused(); c != nil {
		return c.Muted
	}
	k := s.attended()
	return k != nil && k.Muted
}

func (s *State) answers(c *Call) Reaction {
	return s.unless(allowed(s, c, VerbAnswer), Answer{Call: c.ID}, "answers "+s.row(c)+holdsRow(*s, c))
}

func (s *State) rejects() Reaction {
	c := s.knocking()
	if c == nil {
		return nothing("no call rings")
	}
	return s.unless(allowed(s, c, VerbHangup), Hangup{Call: c.ID}, "rejects "+s.row(c))
}

// ends ends what claims the operator, never a call that waits. The profile says whether that is a whole conference (R68).
func (s *State) ends(otherwise string) Reaction {
	c, k := s.focused(), s.attended()
	switch {
	case c != nil:
		return s.unless(allowed(s, c, VerbHangup), Hangup{Call: c.ID}, s.endWords(c))
	case k == nil:
		return nothing(otherwise)
	case s.policy().Hook != HookEnds:
		return s.unless(allowedIn(s, k, VerbLeave), Leave{Conf: k.ID}, "leaves "+s.conf(k))
	case !k.EndsAt.IsZero():
		return s.unless(allowedIn(s, k, VerbEndAll), EndAll{Conf: k.ID}, "takes the end of "+s.conf(k)+" back")
	}
	return s.unless(allowedIn(s, k, VerbEndAll), EndAll{Conf: k.ID}, "ends "+s.conf(k)+" for all")
}

// endWords also names the customer's row, where a profile ends it with the consultation (R48).
func (s *State) endWords(c *Call) string {
	words := "ends " + s.row(c)
	if c.callsOut() {
		words = "cancels " + s.row(c)
	}
	if customer, leg := s.consultOf(c.ID); s.policy().HangupEndsBoth && leg != nil && leg.ID == c.ID && customer != nil {
		words += ", and ends " + s.row(customer) + " with it"
	}
	return words
}

// holds puts the open call on hold; with exactly one other who waits it swaps the two, as flash does on every phone.
func (s *State) holds(c *Call) Reaction {
	if customer, leg := s.consultOf(c.ID); leg != nil && allowed(s, c, VerbSwap) == "" {
		return Reaction{Command: Swap{Call: c.ID}, Words: "holds " + s.row(c) + ", takes " + s.otherSide(c, customer, leg) + " back"}
	}
	if o, one := s.onlyWaiting(); one && c.Phase == PhaseTalking {
		return s.unless(allowed(s, o, VerbResume), Hold{Call: o.ID}, "holds "+s.row(c)+", takes "+s.row(o)+" back")
	}
	return s.unless(allowed(s, c, VerbHold), Hold{Call: c.ID, On: true}, "holds "+s.row(c))
}

// otherSide names whom a Swap takes back, when c is the side that is open.
func (s *State) otherSide(c, customer, leg *Call) string {
	switch {
	case leg.ID != c.ID:
		return s.row(leg)
	case customer != nil:
		return s.row(customer)
	}
	return "the conference"
}

// onlyWaiting is the call that waits for the operator, if it is the only one.
func (s *State) onlyWaiting() (*Call, bool) {
	id, ok := only(*s, func(c *Call) bool {
		return c.lasting() && c.Held && c.Conf == "" && !c.Transfer.Pending()
	})
	if !ok {
		return nil, false
	}
	c, _ := s.Call(id)
	return &c, true
}

// holdsAll holds the members of a conference, or takes them back when somebody is on hold.
func (s *State) holdsAll(k *Conference) Reaction {
	on, words := true, "holds all of "+s.conf(k)
	for _, c := range s.members(k.ID) {
		if c.Held {
			on, words = false, "takes all of "+s.conf(k)+" back"
		}
	}
	return s.unless(allowedIn(s, k, VerbHoldAll), HoldAll{Conf: k.ID, On: on}, words)
}

func (s *State) takesBack() Reaction {
	if c := s.waiting(); c != nil {
		return s.unless(allowed(s, c, VerbResume), Hold{Call: c.ID}, "takes "+s.row(c)+" back")
	}
	k := s.stepped()
	return s.unless(allowedIn(s, k, VerbAttend), Attend{Conf: k.ID, On: true}, "joins "+s.conf(k)+" again")
}

// dials is off-hook dialling.
func (s *State) dials() Reaction {
	if why := tooMany(*s); why != "" {
		return nothing(why)
	}
	return Reaction{Wish: WishDial, Words: "opens the Number field"}
}
