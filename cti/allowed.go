package cti

import "fmt"

// Allowed says whether a verb can be given for a call now: "" when it can, else one sentence why not.
// Step refuses by the same words. VerbDial needs no call. Pure; any goroutine may ask.
func Allowed(s State, id CallID, verb Verb) string {
	switch verb {
	case VerbDial, VerbPickup:
		return tooMany(s)
	case VerbDND, VerbForward:
		return ""
	}
	for i := range s.Calls {
		if s.Calls[i].ID == id {
			return allowed(&s, &s.Calls[i], verb)
		}
	}
	if id == "" {
		return "Select a call first."
	}
	return "This call is not there any more."
}

// allowed is Allowed for a call that is there.
func allowed(s *State, c *Call, verb Verb) string {
	if why := overFor(c, verb); why != "" {
		return why
	}
	if why := s.policy().forbids(verb); why != "" {
		return why
	}
	switch verb {
	case VerbAnswer:
		return mayAnswer(c)
	case VerbHangup:
		return ""
	case VerbHold:
		return mayHold(s, c)
	case VerbResume:
		return mayResume(s, c)
	case VerbMute:
		return mayMute(c, true)
	case VerbUnmute:
		return mayMute(c, false)
	case VerbDTMF:
		return maySendDTMF(c)
	}
	if why, ok := allowedTransfer(s, c, verb); ok {
		return why
	}
	return allowedTogether(s, c, verb)
}

// overFor refuses every verb for a call that is over or nearly so.
func overFor(c *Call, verb Verb) string {
	switch {
	case c.Phase == PhaseEnding && verb == VerbHangup:
		return "The call is being ended already."
	case c.Phase == PhaseEnding:
		return "The call is being ended."
	case !c.Live():
		return "The call is over."
	}
	return ""
}

func mayAnswer(c *Call) string {
	switch {
	case c.Direction == Outgoing:
		return "This is a call of your own: the far end has to answer."
	case c.Phase != PhaseRinging:
		return "The call is answered already."
	}
	return ""
}

func mayHold(s *State, c *Call) string {
	switch {
	case c.Phase != PhaseTalking:
		return "Only a connected call can be put on hold."
	case c.Held && c.HoldNote == "":
		return "The call is on hold already."
	}
	return s.noHoldFor(c)
}

// mayResume lets a call be taken back that was held while it was set up, and a refused resume be tried again: for those it
// is the only way back, with or without a customer.
func mayResume(s *State, c *Call) string {
	switch {
	case c.Held || c.Phase == PhaseTalking && c.HoldNote != "":
		return ""
	case s.withoutCustomer(c):
		return noCustomer
	}
	return "The call is not on hold."
}

func mayMute(c *Call, on bool) string {
	switch {
	case c.ringsHere():
		return "The call is not answered yet."
	case c.Muted && on:
		return "The microphone is muted already."
	case !c.Muted && !on:
		return "The microphone is not muted."
	}
	return ""
}

func maySendDTMF(c *Call) string {
	switch {
	case c.Phase != PhaseTalking:
		return "Digits can be sent once the call is connected."
	case c.Held:
		return "The call is on hold: take it back to send digits."
	case c.Recovering:
		return "The call is being taken up again, one moment."
	}
	return ""
}

// tooMany says why no further call fits on the desk.
func tooMany(s State) string {
	live := 0
	for i := range s.Calls {
		if s.Calls[i].Live() {
			live++
		}
	}
	if live >= MaxCalls {
		return fmt.Sprintf("There are %d calls already, end one first.", live)
	}
	return ""
}

// Current is the call that a verb without a call acts on: the open one, else the only incoming one that
// rings, else the only live one. It reports false when there is none or the choice would be a guess.
func Current(s State) (CallID, bool) {
	if c := s.focused(); c != nil {
		return c.ID, true
	}
	if id, ok := only(s, (*Call).ringsHere); ok {
		return id, true
	}
	return only(s, (*Call).alive)
}

// only returns the call for which is holds, if there is exactly one.
func only(s State, is func(*Call) bool) (id CallID, ok bool) {
	for i := range s.Calls {
		if !is(&s.Calls[i]) {
			continue
		}
		if ok {
			return "", false
		}
		id, ok = s.Calls[i].ID, true
	}
	return id, ok
}
