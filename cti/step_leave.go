package cti

import (
	"fmt"
	"time"
)

// exit is how the operator gets out of a conference, and what he is told before he does.
type exit struct {
	phase  LeavePhase // LeaveNone: the desk mixes on
	refers []Refer
	shown  string // what the members are sent to, for people
	plan   string // one sentence
}

// exitOf chooses the way of a Leave: two members are joined by REFER with Replaces, more are moved to the room of the
// line, and where the far ends or the line do not allow that, the desk mixes on. Leave and LeavePlan share it.
func (s *State) exitOf(k *Conference) exit {
	members := s.members(k.ID)
	if k.Room != "" {
		return exit{plan: "You step out; callers of the room go on among themselves."}
	}
	if refer, ok := joining(members); ok {
		return exit{phase: LeaveJoining, refers: []Refer{refer}, shown: s.labelOf(refer.Replaces),
			plan: "Joins " + listed(members) + " with each other; what this desk records or cuts for them ends."}
	}
	if room, refers := s.moving(members); room != "" {
		return exit{phase: LeaveMoving, refers: refers, shown: room,
			plan: fmt.Sprintf("Moves %s to the room %s; what this desk records or cuts for them ends.", listed(members), room)}
	}
	return exit{plan: "This desk mixes on for " + listed(members) + "; your own line is free."}
}

// LeavePlan says what a Leave would do, one sentence. Pure; any goroutine.
func LeavePlan(s State, id ConfID) string {
	if k := s.conference(id); k != nil {
		return s.exitOf(k).plan
	}
	return ""
}

// joining finds the REFER that joins two members: sent to the one who takes it, about the one who can be replaced. They
// have to be of one line, since one exchange knows nothing of the dialogs of another.
func joining(members []*Call) (Refer, bool) {
	if len(members) != 2 || members[0].Line != members[1].Line {
		return Refer{}, false
	}
	a, b := members[0], members[1]
	if !a.referable() || b.Peer.NoReplaces {
		a, b = b, a
	}
	if !a.referable() || b.Peer.NoReplaces || !b.movable() {
		return Refer{}, false
	}
	return Refer{Call: a.ID, Replaces: b.ID}, true
}

// moving finds the REFERs into the room of the line, which has to be the same for all.
func (s *State) moving(members []*Call) (room string, refers []Refer) {
	for i, c := range members {
		line, _ := s.Line(c.Line)
		if i == 0 {
			room = line.Config.Room
		}
		p, way := planDial(s.Lines, *s.policy(), Dial{Call: c.ID, Line: c.Line, Number: line.Config.Room})
		if !p.OK || line.Config.Room != room || !c.referable() {
			return "", nil
		}
		refers = append(refers, Refer{Call: c.ID, Target: p.Target, Proxy: way.route.Proxy, Context: c.Context})
	}
	return room, refers
}

// movable reports whether a connected call can be handed over at all now.
func (c *Call) movable() bool {
	return c.Phase == PhaseTalking && !c.Recovering && !c.Transfer.Pending()
}

// referable reports whether the far end may be asked to call somebody.
func (c *Call) referable() bool { return c.movable() && !c.Peer.NoRefer }

func (s *State) labelOf(id CallID) string {
	for i := range s.Calls {
		if s.Calls[i].ID == id {
			return s.Calls[i].label()
		}
	}
	return ""
}

// leave takes the operator out so that the others go on (R65, R67). Until they are joined or moved the conference stays
// as it is, so that nothing has to be put back when that fails.
func (t *turn) leave(in Leave) error {
	k, err := t.commandedIn(in.Conf, VerbLeave)
	if err != nil {
		return err
	}
	way := t.exitOf(k)
	k.Leaving, k.Note, k.EndsAt = way.phase, "", time.Time{}
	if way.phase == LeaveNone {
		k.Away, k.Left = true, k.Room == ""
		return nil
	}
	for _, refer := range way.refers {
		t.hand(refer, Transfer{Number: way.shown, Room: way.phase == LeaveMoving})
	}
	return nil
}

// leaveSettled ends a Leave when no news is to come any more. Those who could not be handed over are still here, in the
// conference as it was; the note says so.
func (t *turn) leaveSettled(k *Conference) {
	if k.Leaving == LeaveNone {
		return
	}
	t.replacedLeave(k)
	members := t.members(k.ID)
	var failed []*Call
	why := ""
	for _, c := range members {
		if c.Transfer.Pending() {
			return
		}
		if c.Transfer.Phase != TransferNone {
			failed, why = append(failed, c), c.Transfer.Note
		}
	}
	k.Leaving = LeaveNone
	if len(failed) == 0 || len(members) < 2 {
		return // the last one keeps its note in its own row
	}
	k.Note = orElse(listed(failed)+" could not be handed over. "+why, "Nobody could be handed over.")
	for _, c := range failed {
		c.Transfer = Transfer{}
	}
}

// replacedLeave ends our leg to a member whose place another has taken (RFC 3891), should its far end not do so first.
func (t *turn) replacedLeave(k *Conference) {
	for i := range t.Calls {
		a := &t.Calls[i]
		if a.Transfer.Phase != TransferDone || a.Transfer.Consult == "" {
			continue
		}
		if b := t.find(a.Transfer.Consult); b != nil && b.memberOf(k.ID) {
			t.release(b, End{By: SideUs, Result: ResultAnswered, Reason: "Joined with " + a.label() + "."}, EndingAfter)
		}
	}
}

// endAll ends a conference for all (R68), after a grace in which the same command takes it back.
func (t *turn) endAll(in EndAll) error {
	k, err := t.commandedIn(in.Conf, VerbEndAll)
	if err != nil {
		return err
	}
	grace := time.Duration(t.policy().Grace) * time.Millisecond
	switch {
	case !k.EndsAt.IsZero():
		k.EndsAt = time.Time{}
	case grace <= 0:
		t.endConference(k)
	default:
		k.EndsAt = t.now.Add(grace)
		t.start(CallID(k.ID), TimerGrace, grace)
	}
	return nil
}

// endAllPlan says what an End for all would do, one sentence.
func (s *State) endAllPlan(k *Conference) string {
	if !k.EndsAt.IsZero() {
		return "Takes the end for all back."
	}
	return "Ends the calls of " + listed(s.members(k.ID)) + "."
}

// graceOver ends a conference for all when nobody took it back.
func (t *turn) graceOver(in TimerFired) error {
	k := t.conference(ConfID(in.Call))
	if k == nil || in.Name != TimerGrace || k.EndsAt.IsZero() {
		return &Ignored{Kind: in.Kind(), Call: in.Call, Reason: "the end for all was taken back"}
	}
	t.endConference(k)
	return nil
}

// hand sends a REFER for a call and notes that it is out.
func (t *turn) hand(refer Refer, as Transfer) {
	c := t.find(refer.Call)
	as.Phase, as.Target, as.Consult, as.Since = TransferAsked, refer.Target, refer.Replaces, t.now
	c.Transfer = as
	t.do(refer)
	t.start(c.ID, TimerTransfer, TransferAfter)
}
