package cti

import (
	"cmp"
	"strings"
)

// viewConference derives what is shown of a conference.
func viewConference(s *State, k *Conference) ConferenceView {
	v := ConferenceView{
		Conference: *k, Parties: []PartyID{Operator}, Hears: []Pair{},
		Allowed: make(map[Verb]string, len(ConferenceVerbs)),
		Plans:   map[Verb]string{VerbLeave: s.exitOf(k).plan, VerbEndAll: s.endAllPlan(k)},
	}
	if s.customerLeft(k) {
		v.Note = strings.TrimLeft(k.Note+" The customer has left; the others go on.", " ")
	}
	for _, c := range s.members(k.ID) {
		v.Parties = append(v.Parties, PartyID(c.ID))
	}
	s.heard(k, func(listener, source *Call) {
		v.Hears = append(v.Hears, Pair{Listener: partyOf(listener), Source: partyOf(source)})
	})
	for _, verb := range ConferenceVerbs {
		v.Allowed[verb] = allowedIn(s, k, verb)
	}
	if r := s.recordingIn(k.ID); r != nil {
		v.Record = r.ID
	}
	return v
}

// recordOf names the recording that keeps a call.
func recordOf(s *State, id CallID) RecID {
	if r := s.recordingOf(id); r != nil {
		return r.ID
	}
	return ""
}

// openIn reports whether operator and far end can hear each other right now, by a call or by the conference it is in.
func openIn(s *State, c *Call) bool {
	k := s.conferenceOf(c)
	return c.Open() && (k == nil || !k.Away)
}

// nextOfMember is the hint in the row of a member that is connected.
func nextOfMember(s *State, k *Conference, c *Call) string {
	switch {
	case c.Held:
		return KeyConnect + " connect"
	case k.Away:
		return KeyConnect + " join " + cmp.Or(k.Name, "the conference") + holdsRow(*s, c)
	}
	if s.noHoldIn(k) != "" {
		return KeyHangUp + " hang up"
	}
	return KeyHold + " hold all"
}
