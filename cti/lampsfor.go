package cti

// HeadsetLamps is what every headset has to show: facts about the desk, whatever lamps a device has.
type HeadsetLamps struct {
	Ours    bool `json:"ours"`     // some call of the desk concerns the operator; without it no device is touched
	OffHook bool `json:"off_hook"` // in a call, or keeping one: the way of the microphone is to be open
	Ring    bool `json:"ring"`
	Mute    bool `json:"mute"`
	Hold    bool `json:"hold"` // somebody waits and nobody talks to the operator
}

// LampsFor derives the lamps. A call that is being ended is over for the headset; a conference that the hook
// has ended for all is, too, during the grace, so that the hook can take that back. Pure; any goroutine.
func LampsFor(s State) HeadsetLamps {
	l := HeadsetLamps{Ring: s.knocking() != nil, Mute: s.muted()}
	kept := s.waiting() != nil || s.stepped() != nil
	talks := s.focused() != nil
	if k := s.attended(); k != nil && (k.EndsAt.IsZero() || s.policy().Hook != HookEnds) {
		held := s.allHeld(k)
		kept, talks = kept || held, talks || !held
	}
	l.OffHook, l.Hold = talks || kept, kept && !talks
	l.Ours = l.Ring || l.OffHook || s.concerned()
	return l
}

// LampsFor is the function of that name for whoever has a Snapshot only.
func (s *Snapshot) LampsFor() HeadsetLamps { return LampsFor(s.state()) }

// allHeld reports whether the operator holds every member.
func (s *State) allHeld(k *Conference) bool {
	members := s.members(k.ID)
	for _, c := range members {
		if !c.Held {
			return false
		}
	}
	return len(members) > 0
}

// concerned reports whether a call is there that the operator has not left to others.
func (s *State) concerned() bool {
	for i := range s.Calls {
		if c := &s.Calls[i]; c.lasting() && !s.background(c) {
			return true
		}
	}
	return false
}
