package cti

import (
	"slices"
	"time"
)

// settle draws the conclusions of a Step: conferences that came down to one call or none dissolve, a Leave that has come
// to its end is told, recordings follow their calls. They are drawn from the State alone, whatever input led to it.
func (t *turn) settle(before *State) {
	for i := len(t.Conferences) - 1; i >= 0; i-- {
		t.prune(&t.Conferences[i])
		t.leaveSettled(&t.Conferences[i])
		t.missCustomer(&t.Conferences[i], before)
		t.dissolve(i)
	}
	t.settleRecordings(before)
}

// prune forgets the cells of who has left.
func (t *turn) prune(k *Conference) {
	gone := func(id PartyID) bool { return id != Operator && t.party(k, id) == nil }
	if slices.ContainsFunc(k.Cuts, func(p Pair) bool { return gone(p.Listener) || gone(p.Source) }) {
		k.Cuts = slices.DeleteFunc(slices.Clone(k.Cuts), func(p Pair) bool { return gone(p.Listener) || gone(p.Source) })
	}
	if k.About != "" && gone(PartyID(k.About)) {
		k.Preset, k.About = "", ""
	}
}

// dissolve ends a conference that has nobody to confer. The last call goes on as an ordinary one: open when the operator
// is there to hear it, else on hold, so that nobody is left unheard without a state. A room waits for the next caller.
func (t *turn) dissolve(i int) {
	k := t.Conferences[i]
	members := t.members(k.ID)
	if len(members) > 1 || len(members) == 1 && k.Room != "" {
		return
	}
	t.Conferences = slices.Delete(t.Conferences, i, i+1)
	t.forgetTimers(CallID(k.ID))
	for _, last := range members {
		t.goOnAlone(&k, last)
	}
	for i := range t.Calls {
		if c := &t.Calls[i]; c.Conf == k.ID {
			c.leaveConference()
		}
	}
	t.consultsAfter(&k, members)
}

// goOnAlone makes the last member of a conference an ordinary call. What the microphone was shut for stays shut.
func (t *turn) goOnAlone(k *Conference, c *Call) {
	unheard := k.mutedFor(c, nil) || c.Deaf || k.cut(PartyID(c.ID), Operator)
	c.Muted = c.Muted || unheard && !k.Away
	c.Orphaned = t.customerLeft(k)
	switch {
	case k.Bridge:
		t.release(c, End{By: SideUs, Result: ResultAnswered, Reason: "The other side of the joined call has ended it."}, EndingAfter)
	case (k.Away || c.Music || c.Transfer.Pending()) && !c.Held:
		t.setHeld(c, true)
	case !k.Away && c.Held && c.Orphaned:
		t.setHeld(c, false) // it waited for a talk with the customer; who is left is the operator
	}
}

// consultsAfter ties second legs that were called for a conference to the call that is left of it.
func (t *turn) consultsAfter(k *Conference, left []*Call) {
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Consult.Conf != k.ID {
			continue
		}
		c.Consult.Conf = ""
		if len(left) == 1 && left[0].lasting() {
			c.Consult.For = left[0].ID
		} else {
			c.Consult = Consult{}
		}
	}
}

// endConference ends every call of a conference, and those that are being called for it (R68).
func (t *turn) endConference(k *Conference) {
	k.EndsAt = time.Time{}
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.memberOf(k.ID) || c.Consult.Conf == k.ID && c.lasting() {
			t.release(c, End{By: SideUs, Result: resultOfHangup(c), Reason: "You ended the conference for all."}, EndingAfter)
		}
	}
}
