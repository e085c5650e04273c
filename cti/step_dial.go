package cti

// dial places a call.
func (t *turn) dial(in Dial) error {
	if why := t.mayDial(in.Call); why != "" {
		return &Refused{Verb: VerbDial, Reason: why}
	}
	_, err := t.place(VerbDial, in, Consult{})
	return err
}

// mayDial says why a call of that ID cannot be placed, whatever the number.
func (t *turn) mayDial(id CallID) string {
	switch {
	case !id.Valid():
		return "A call needs an ID of its own, of letters and digits."
	case t.taken(id):
		return "There is a call with this ID already."
	}
	return Allowed(t.State, "", VerbDial)
}

// place makes the call of a Dial if number, line, route, identity and context allow it. The pointer is good until the
// next call is added, and pointers from before are void.
func (t *turn) place(verb Verb, in Dial, consult Consult) (*Call, error) {
	p, way := planDial(t.Lines, *t.policy(), in)
	why := p.Why
	if p.OK {
		why = badContext(in.Context)
	}
	if why != "" {
		return nil, &Refused{Verb: verb, Reason: why}
	}
	fresh := way.call(in.Call, p)
	fresh.Context, fresh.Consult = in.Context, consult
	return t.begin(fresh, way.invite(p)), nil
}

// begin puts a new outgoing call on the desk and its INVITE on the wire. Unless it is Held from the start it takes the
// operator (R33).
func (t *turn) begin(fresh Call, invite Invite) *Call {
	fresh.Direction, fresh.Created = Outgoing, t.now
	t.Calls = append(t.Calls, fresh)
	c := &t.Calls[len(t.Calls)-1]
	t.enter(c, PhaseDialing)
	if !c.Held {
		t.holdOthers(c)
	}
	invite.Call, invite.Context = c.ID, c.Context
	t.do(invite)
	t.start(c.ID, TimerNoAnswer, NoAnswerAfter)
	t.do(Record{*c})
	return c
}
