package cti

// What claims the operator is one open call (or one that is about to be), or one conference that he attends: never two.

// focused returns the call that claims the operator, nil when a conference or nothing does.
func (s State) focused() *Call {
	for i := range s.Calls {
		if s.Calls[i].engaged() {
			return &s.Calls[i]
		}
	}
	return nil
}

// attended returns the conference that claims the operator, nil when a call or nothing does. It does so even while he
// holds all of its members.
func (s State) attended() *Conference {
	for i := range s.Conferences {
		if !s.Conferences[i].Away {
			return &s.Conferences[i]
		}
	}
	return nil
}

// claimed reports whether the operator is in a call or a conference, or about to be.
func (s State) claimed() bool { return s.focused() != nil || s.attended() != nil }

// holdOthers leaves c, or the conference that it is in, alone with the operator (R33). A call that is still being set up
// is held too and tells its far end once it is connected: otherwise two would be open when both answer. A conference is
// not held: the operator steps out, and its members go on hearing each other.
func (t *turn) holdOthers(c *Call) {
	t.stepBack(c.ID, c.Conf)
}

// stepBack takes the operator out of everything but the call and the conference given.
func (t *turn) stepBack(call CallID, conf ConfID) {
	for i := range t.Calls {
		if o := &t.Calls[i]; o.ID != call && o.engaged() {
			t.setHeld(o, true)
		}
	}
	for i := range t.Conferences {
		if t.Conferences[i].ID != conf {
			t.Conferences[i].Away = true
		}
	}
}
