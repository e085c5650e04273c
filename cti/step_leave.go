package cti

import (
	"fmt"
	"time"
)

// exit is how the operator gets out of a conference, and what he is told before he does.
type exit struct {
	phase LeavePhase // LeaveNone: the desk mixes on
	moves []move
	plan  string // one sentence
}

// move is a transfer of one member.
type move struct {
	call CallID
	to   Transfer
}

// exitOf chooses the way of a Leave: two members are joined by REFER with Replaces, more are moved to the room of the
// line, and where the far ends or the line do not allow that, the desk mixes on. Leave and LeavePlan share it.
func (s *State) exitOf(k *Conference) exit {
	members := s.members(k.ID)
	if k.Room != "" {
		return exit{plan: "You step out; callers of the room go on among themselves."}
	}
	if len(members) == 2 && members[0].movable() && members[1].movable() && s.jointOf(members[0], members[1]) != jointBridge {
		to := Transfer{Number: members[1].Number, Consult: members[1].ID}
		return exit{phase: LeaveJoining, moves: []move{{members[0].ID, to}},
			plan: "Joins " + listed(members) + " with each other; what this desk records or cuts for them ends."}
	}
	if room, moves := s.moving(members); room != "" {
		return exit{phase: LeaveMoving, moves: moves,
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

// moving finds the transfers into the room of the line, which has to be the same for all; none when somebody cannot be moved.
func (s *State) moving(members []*Call) (room string, moves []move) {
	for i, c := range members {
		line, _ := s.Line(c.Line)
		if i == 0 {
			room = line.Config.Room
		}
		line.Reg = Registration{State: RegDirect} // the call is up, so its line need not be registered
		p, way := planDial([]Line{line}, *s.policy(), Dial{Number: line.Config.Room})
		if !p.OK || line.Config.Room != room || !c.movable() || c.Peer.NoRefer {
			return "", nil
		}
		moves = append(moves, move{c.ID, Transfer{Number: room, Target: p.Target, Route: way.route.Name, Room: true}})
	}
	return room, moves
}

// movable reports whether a connected call can be handed over at all now.
func (c *Call) movable() bool {
	return c.Phase == PhaseTalking && !c.Recovering && !c.Transfer.Pending()
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
	for _, m := range way.moves {
		t.refer(t.find(m.call), m.to)
	}
	return nil
}

// leaveSettled ends a Leave when no news is to come any more. Those who could not be handed over are still here, in the
// conference as it was; the note says so.
func (t *turn) leaveSettled(k *Conference) {
	if k.Leaving == LeaveNone {
		return
	}
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
