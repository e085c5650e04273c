package cti

import "slices"

// replaced puts a new call into the place of an old one (INVITE with Replaces, RFC 3891): the operator sees one row
// change its far end. Whatever the old call was to others, the new one is.
func (t *turn) replaced(in Replaced) error {
	if !in.New.Valid() || t.find(in.New) != nil {
		return &Ignored{Kind: in.Kind(), Call: in.New, Reason: "there is a call with this ID already, or it is none"}
	}
	fresh := Call{
		ID: in.New, Line: in.Line, Direction: Incoming, Phase: PhaseAnswering, Since: t.now, Created: t.now,
		Number: in.Number, Name: in.Name, Context: in.Context,
	}
	old := t.find(in.Old)
	if old == nil || !(old.callsOut() || old.Phase == PhaseAnswering || old.Phase == PhaseTalking) {
		t.receive(fresh)
		return nil
	}
	fresh.inherit(old)
	at := slices.IndexFunc(t.Calls, func(c Call) bool { return c.ID == in.Old })
	t.Calls = slices.Insert(t.Calls, at, fresh)
	t.retie(in.Old, in.New)
	old = t.find(in.Old)
	t.endingBy(old, End{By: SidePeer, Result: resultOfHangup(old), Reason: "Another party took the place of this one."}, EndingAfter)
	t.do(Record{fresh})
	return nil
}

// receive is a replacing call whose old call has gone in the same moment: it is answered on the wire already, so it
// waits on hold when the operator is elsewhere.
func (t *turn) receive(fresh Call) {
	if t.claimed() {
		fresh.Held, fresh.HeldAt = true, t.now
	}
	t.Calls = append(t.Calls, fresh)
	t.do(Record{fresh})
}

// inherit takes over what a call was for the operator and for other calls. What was said about the old far end, or was
// being done with it, goes with it.
func (c *Call) inherit(old *Call) {
	c.Conf, c.Joined = old.Conf, old.Joined
	c.Deaf, c.Silent, c.Music, c.Volume = old.Deaf, old.Silent, old.Music, old.Volume
	c.Orphaned = old.Orphaned
	c.Held, c.HeldAt, c.Muted, c.Consult = old.Held, old.HeldAt, old.Muted, old.Consult
	if c.Context == nil {
		c.Context = old.Context
	}
	if old.Transfer.Pending() {
		c.Transfer = Transfer{Phase: TransferFailed, Number: old.Transfer.Number, Note: "Another party came in while the call was being transferred."}
	}
}

// retie lets everything that named the old call name the new one.
func (t *turn) retie(from, to CallID) {
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Consult.For == from {
			c.Consult.For = to
		}
		if c.Transfer.Consult == from && c.Transfer.Pending() {
			c.Transfer.Consult = to
		}
		if c.Referral.Call == from {
			c.Referral.Call = to
		}
	}
	t.recordInstead(from, to)
	t.hearInstead(from, to)
}
