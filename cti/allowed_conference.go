package cti

import "fmt"

// ConferenceVerbs are the verbs that need a conference, in the order in which the window shows them.
var ConferenceVerbs = []Verb{VerbAttend, VerbHoldAll, VerbMuteAll, VerbConsult, VerbConference, VerbHear, VerbArrange, VerbRecord, VerbPause, VerbStop, VerbLeave, VerbEndAll}

// AllowedIn says whether a verb can be given for a conference now: "" when it can, else one sentence why not. Step
// refuses by the same words. Pure; any goroutine may ask.
func AllowedIn(s State, id ConfID, verb Verb) string {
	k := s.conference(id)
	if k == nil {
		return "This conference is not there any more."
	}
	return allowedIn(&s, k, verb)
}

// allowedIn is AllowedIn for a conference that is there.
func allowedIn(s *State, k *Conference, verb Verb) string {
	if why := s.policy().forbids(verb); why != "" {
		return why
	}
	switch verb {
	case VerbAttend, VerbMuteAll, VerbHear, VerbArrange, VerbEndAll:
		return ""
	case VerbHoldAll:
		return mayHoldAll(s, k)
	case VerbConsult:
		return s.mayConsultIn(k)
	case VerbConference:
		return s.mayGrow(k, 1)
	case VerbLeave:
		return mayLeave(k)
	case VerbRecord:
		if s.recordingIn(k.ID) != nil {
			return "The conference is being recorded already."
		}
		return ""
	case VerbPause, VerbStop:
		if s.recordingIn(k.ID) == nil {
			return "The conference is not being recorded."
		}
		return ""
	}
	return fmt.Sprintf("There is no command %q for a conference.", string(verb))
}

// mayHoldAll lets those be taken back who are on hold, whatever forbids the hold itself.
func mayHoldAll(s *State, k *Conference) string {
	for _, c := range s.members(k.ID) {
		if c.Held {
			return ""
		}
	}
	return s.noHoldIn(k)
}

// noHold is why nobody in a conference is put on hold (R64).
func (p *Profile) noHold() string {
	return fmt.Sprintf("The profile %.40q puts nobody in a conference on hold.", p.Name)
}

func mayLeave(k *Conference) string {
	switch {
	case k.Leaving != LeaveNone:
		return "You are leaving already: the others are being handed over."
	case k.Bridge:
		return "The two are joined through this desk, since their side takes no transfer."
	case k.Left:
		return "You have left already: this desk mixes on for the others."
	}
	return ""
}

// mayGrow says why a conference takes no further members.
func (s *State) mayGrow(k *Conference, more int) string {
	if k.Leaving != LeaveNone {
		return "You are leaving the conference: the others are being handed over."
	}
	return s.policy().full(len(s.members(k.ID)) + more)
}

// allowedTogether is allowed for the verbs about conferences and recordings.
func allowedTogether(s *State, c *Call, verb Verb) string {
	switch verb {
	case VerbConference:
		return mayConfer(s, c)
	case VerbSplit, VerbMember:
		if s.conferenceOf(c) == nil {
			return "The call is in no conference."
		}
		return mayTakeOut(c, verb)
	case VerbRecord:
		return mayRecord(s, c)
	case VerbPause, VerbStop:
		if s.recordingOf(c.ID) == nil {
			return "The call is not being recorded."
		}
		return ""
	}
	return fmt.Sprintf("There is no command %q.", string(verb))
}

// mayConfer says why a call can be no member of a conference.
func mayConfer(s *State, c *Call) string {
	switch {
	case c.Phase != PhaseTalking:
		return "Only a connected call can join a conference."
	case c.Recovering:
		return "The call is being taken up again, one moment."
	case c.Transfer.Pending():
		return "The call is being transferred."
	}
	if k := s.conferenceOf(c); k != nil {
		return s.mayGrow(k, 1)
	}
	return ""
}

func mayTakeOut(c *Call, verb Verb) string {
	switch {
	case verb == VerbMember:
		return ""
	case c.Phase != PhaseTalking:
		return "The call is not connected yet."
	case c.Transfer.Pending():
		return "The call is being transferred."
	}
	return ""
}

func mayRecord(s *State, c *Call) string {
	r := s.recordingOf(c.ID)
	switch {
	case c.Phase != PhaseTalking:
		return "Only a connected call can be recorded."
	case r != nil && r.Conf == "":
		return "The call is being recorded already."
	}
	return ""
}

// mayJoin says why calls cannot become members of a conference together.
func (t *turn) mayJoin(id ConfID, calls []CallID) string {
	k, more := t.conference(id), 0
	for _, call := range calls {
		c := t.find(call)
		if c != nil && c.memberOf(id) {
			continue
		}
		if why := t.mayMove(call); why != "" {
			return why
		}
		more++
	}
	switch {
	case k != nil && more == 0:
		return "They are in this conference already."
	case k != nil:
		return t.mayGrow(k, more)
	case !CallID(id).Valid() || t.taken(CallID(id)):
		return "A conference needs an ID of its own, of letters and digits."
	case more < 2:
		return "A conference needs two connected calls: select the rows, or call one more."
	}
	return t.policy().full(more)
}

// mayMove says why a call cannot go into a conference, be it out of another one.
func (t *turn) mayMove(id CallID) string {
	c := t.find(id)
	if c == nil {
		return Allowed(t.State, id, VerbConference)
	}
	alone := *c
	alone.Conf = "" // the limit is that of the conference that it goes to
	return allowed(&t.State, &alone, VerbConference)
}
