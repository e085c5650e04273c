package cti

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// conference finds a conference, nil when there is none. The pointer is good until one is added or goes.
func (s *State) conference(id ConfID) *Conference {
	for i := range s.Conferences {
		if s.Conferences[i].ID == id {
			return &s.Conferences[i]
		}
	}
	return nil
}

// conferenceOf finds the conference that a call is a member of.
func (s *State) conferenceOf(c *Call) *Conference {
	if c.Conf == "" {
		return nil
	}
	return s.conference(c.Conf)
}

// members returns the calls of a conference in order of joining. One that is being ended is none any more.
func (s *State) members(id ConfID) []*Call {
	var all []*Call
	for i := range s.Calls {
		if c := &s.Calls[i]; c.memberOf(id) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *Call) int { return a.Joined.Compare(b.Joined) })
	return all
}

// memberOf reports whether the call takes part in a conference, be it on hold.
func (c *Call) memberOf(id ConfID) bool { return c.Conf == id && id != "" && c.lasting() }

// lasting reports whether the call goes on: it is neither over nor being ended.
func (c *Call) lasting() bool { return c.Live() && c.Phase != PhaseEnding }

// present reports whether the sound of a member can be heard and it can hear.
func (c *Call) present() bool { return c.Phase == PhaseTalking && !c.Held && !c.Recovering }

// label is what people call the far end.
func (c *Call) label() string { return cmp.Or(c.Name, c.Number, "the far end") }

// taken reports whether an ID is in use by a call or a conference: both are keys of timers.
func (s *State) taken(id CallID) bool {
	for i := range s.Calls {
		if s.Calls[i].ID == id {
			return true
		}
	}
	return s.conference(ConfID(id)) != nil
}

// freeName finds the first number that no conference bears.
func (s *State) freeName() string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("Conference %d", n)
		if !slices.ContainsFunc(s.Conferences, func(k Conference) bool { return k.Name == name }) {
			return name
		}
	}
}

// confIDFor makes the ID of a conference that comes about without one: of an instant conference, a bridge, a room. It is
// as unique as the call that it is made from.
func confIDFor(call CallID) ConfID { return ConfID(fmt.Sprintf("with-%.35s", string(call))) }

// listed joins names for a sentence: "Anna, Bert and Carla".
func listed(calls []*Call) string {
	names := make([]string, len(calls))
	for i, c := range calls {
		names[i] = c.label()
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
