package cti

import (
	"slices"
	"time"
)

// applyTogether is the part of the table about conferences, recordings and the profile.
func (t *turn) applyTogether(in Input) error {
	switch in := in.(type) {
	case Join:
		return t.joinCalls(in)
	case Split:
		return t.split(in)
	case Member:
		return t.member(in)
	case Hear:
		return t.hear(in)
	case Arrange:
		return t.arrange(in)
	case HoldAll:
		return t.holdAll(in)
	case Attend:
		return t.attend(in)
	case MuteAll:
		return t.muteAll(in)
	case Leave:
		return t.leave(in)
	case EndAll:
		return t.endAll(in)
	case StartRecording:
		return t.startRecording(in)
	case PauseRecording:
		return t.pauseRecording(in)
	case StopRecording:
		return t.stopRecording(in)
	case RecordingFailed:
		return t.recordingFailed(in)
	case ProfileSet:
		return t.profileSet(in)
	}
	return t.applyTransfer(in)
}

// commandedIn finds the conference of a command and asks AllowedIn, so that what is refused is what was dimmed.
func (t *turn) commandedIn(id ConfID, verb Verb) (*Conference, error) {
	if why := AllowedIn(t.State, id, verb); why != "" {
		return nil, &Refused{Verb: verb, Reason: why}
	}
	return t.conference(id), nil
}

// joinCalls makes calls members of one conference (R53, R54). The operator takes part, but in a conference that he had
// stepped out of he does so only when he comes along with the call that he is in.
func (t *turn) joinCalls(in Join) error {
	ids := t.withCustomers(in.Calls)
	conf := t.destination(in.Conf, ids)
	if why := t.mayJoin(conf, ids); why != "" {
		return &Refused{Verb: VerbConference, Reason: why}
	}
	along := slices.ContainsFunc(ids, func(id CallID) bool { return t.find(id).engaged() })
	k := t.conference(conf)
	t.join(conf, k == nil || !k.Away || along, ids...)
	return nil
}

// withCustomers adds the customer of a consult when its second leg is the only call named: the second press of R53 (R57).
func (t *turn) withCustomers(ids []CallID) []CallID {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) != 1 {
		return ids
	}
	if c := t.find(ids[0]); c != nil && c.Consult.For != "" {
		ids = append(ids, c.Consult.For)
	}
	return ids
}

// destination is the conference that a Join means: the one named, else one that a call named is in or was called for, so
// that a row dragged onto a member joins it there; else a new one.
func (t *turn) destination(id ConfID, calls []CallID) ConfID {
	if t.conference(id) != nil {
		return id
	}
	for _, call := range calls {
		c := t.find(call)
		if c == nil {
			continue
		}
		for _, there := range []ConfID{c.Conf, c.Consult.Conf} {
			if t.conference(there) != nil {
				return there
			}
		}
	}
	return id
}

// join makes calls members of a conference, which is made when there is none of that ID: the one way in for Join, an
// instant conference and a bridge. Calls on hold are taken back. With attend the operator takes part and steps out of
// everything else; without it he stays where he is. Pointers to conferences are void afterwards.
func (t *turn) join(id ConfID, attend bool, calls ...CallID) *Conference {
	k := t.conference(id)
	if k == nil {
		t.Conferences = append(t.Conferences, Conference{ID: id, Name: t.freeName(), Created: t.now, Away: true})
		k = t.conference(id)
	}
	t.meetCustomer(k, calls)
	for _, call := range calls {
		t.enterConference(k, t.find(call))
	}
	t.consultsOf(calls, id)
	if attend {
		t.takePart(k)
	}
	return k
}

// joinAtOnce makes an instant conference of a call that was just answered and of who it was called for (R55, R56). The
// operator is in it unless he has turned to somebody else meanwhile. When there is nobody to join any more, or no room,
// it stays an ordinary call.
func (t *turn) joinAtOnce(c *Call) {
	id, ids := c.Consult.Conf, []CallID{c.ID}
	if t.conference(id) == nil {
		id, ids = confIDFor(c.ID), append(ids, c.Consult.For)
	}
	if t.mayJoin(id, ids) == "" {
		t.join(id, c.engaged(), ids...)
	}
}

// resumeConferences takes up conferences after a restart. What could be taken back is: the timer of it died.
func (t *turn) resumeConferences() {
	for i := range t.Conferences {
		t.Conferences[i].EndsAt = time.Time{}
	}
}

// enterConference makes a call a member. What another conference had set for it does not count here.
func (t *turn) enterConference(k *Conference, c *Call) {
	if c.memberOf(k.ID) {
		return
	}
	c.leaveConference()
	c.Conf, c.Joined, c.Orphaned = k.ID, t.now, false
	c.Consult, c.Transfer = Consult{}, Transfer{}
	if c.Held {
		t.setHeld(c, false)
	}
	t.cutNewcomer(k, c)
}

// consultsOf ties second legs that were called for one of the calls to the conference that it is in now.
func (t *turn) consultsOf(calls []CallID, id ConfID) {
	for i := range t.Calls {
		if c := &t.Calls[i]; c.Consult.For != "" && slices.Contains(calls, c.Consult.For) {
			c.Consult.For, c.Consult.Conf = "", id
		}
	}
}

// leaveConference makes a call an ordinary one.
func (c *Call) leaveConference() {
	c.Conf, c.Joined = "", time.Time{}
	c.Deaf, c.Silent, c.Music = false, false, false
}

// takePart lets the operator into a conference and out of everything else. One that he comes back to is an ordinary one.
func (t *turn) takePart(k *Conference) {
	t.stepBack("", k.ID)
	k.Away, k.Left, k.Bridge = false, false, false
}

// split takes a member out for a private call; the others go on without the operator.
func (t *turn) split(in Split) error {
	c, err := t.commanded(in.Call, VerbSplit)
	if err != nil {
		return err
	}
	k := t.conferenceOf(c)
	k.Bridge = false // the one who stays behind is not to be ended with the bridge
	c.Orphaned = t.customerLeft(k)
	c.leaveConference()
	t.holdOthers(c)
	if c.Held {
		t.setHeld(c, false)
	}
	return nil
}

// holdAll holds all members together, or takes all back (R63).
func (t *turn) holdAll(in HoldAll) error {
	k, err := t.commandedIn(in.Conf, VerbHoldAll)
	if err != nil {
		return err
	}
	if why := t.noHoldIn(k); in.On && why != "" {
		return &Refused{Verb: VerbHoldAll, Reason: why}
	}
	for _, c := range t.members(k.ID) {
		if c.Held != in.On {
			t.setHeld(c, in.On)
		}
	}
	return nil
}

// attend lets the operator take part, or step out while the members go on.
func (t *turn) attend(in Attend) error {
	k, err := t.commandedIn(in.Conf, VerbAttend)
	if err != nil {
		return err
	}
	if in.On {
		t.takePart(k)
	} else {
		k.Away = true
	}
	return nil
}

// muteAll shuts the operator's microphone for all members, later ones too.
func (t *turn) muteAll(in MuteAll) error {
	k, err := t.commandedIn(in.Conf, VerbMuteAll)
	if err != nil {
		return err
	}
	k.Muted = in.On
	return nil
}

// admit answers a caller of a room line into its conference (the line is set up as a room). The operator need not be there.
func (t *turn) admit(c *Call) {
	t.enter(c, PhaseAnswering)
	i := slices.IndexFunc(t.Conferences, func(k Conference) bool { return k.Room == c.Line })
	if i < 0 {
		name := orElse(t.lineOf(c).Name, "Room")
		t.Conferences = append(t.Conferences, Conference{ID: confIDFor(c.ID), Name: name, Room: c.Line, Created: t.now, Away: true})
		i = len(t.Conferences) - 1
	}
	t.enterConference(&t.Conferences[i], c)
	t.do(Accept{c.ID})
}
