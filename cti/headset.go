package cti

import (
	"cmp"
	"fmt"
)

// Button is what a hand does at a headset or handset.
type Button string

// Buttons. A headset has one hook button; a handset is lifted and replaced, which are two different wishes.
const (
	ButtonHook    Button = "hook"
	ButtonLift    Button = "lift"
	ButtonReplace Button = "replace"
	ButtonFlash   Button = "flash"
	ButtonMute    Button = "mute" // the other way round
	ButtonMuteOn  Button = "mute-on"
	ButtonMuteOff Button = "mute-off"
	ButtonReject  Button = "reject"
	ButtonDrop    Button = "drop" // rejects or ends
	ButtonRedial  Button = "redial"
)

// Buttons are all buttons but the digits, in the order in which the window and the manual show them.
var Buttons = []Button{
	ButtonHook, ButtonLift, ButtonReplace, ButtonFlash, ButtonMute, ButtonMuteOn, ButtonMuteOff, ButtonReject, ButtonDrop, ButtonRedial,
}

// Wish is something that a button asks of the desk beside its calls.
type Wish string

// Wishes.
const (
	WishNone   Wish = ""
	WishDial   Wish = "dial"   // off-hook dialling: the window shows the Number field
	WishRedial Wish = "redial" // dial the last number again, which the history knows
	WishDigit  Wish = "digit"  // a digit for the Number field
)

// Reaction is what a button does now, said before it is pressed.
type Reaction struct {
	Button  Button
	Command Command // nil when the button does nothing for a call
	Wish    Wish
	Words   string // never empty: "ends row 2", "nothing: no call rings"
}

// String is the line that the operator reads: "hook: ends row 2".
func (r Reaction) String() string { return string(r.Button) + ": " + r.Words }

// HookFor says what the hook button of a headset does now. It answers what rings, else ends what the operator is in,
// else takes back what waits for him. It never ends a row other than the one that it names. Pure; any goroutine.
func HookFor(s State) Reaction { return ButtonFor(s, ButtonHook) }

// ButtonFor says what a button does now: the decision table of the manual. Every Command in it is one that Step takes in
// this state. An unknown button does nothing. Pure; any goroutine.
func ButtonFor(s State, b Button) Reaction {
	r := s.reaction(b)
	r.Button = b
	return r
}

func (s *State) reaction(b Button) Reaction {
	switch b {
	case ButtonHook:
		return s.onHook()
	case ButtonLift:
		return s.onLift()
	case ButtonReplace:
		return s.ends("no call to end")
	case ButtonFlash:
		return s.onFlash()
	case ButtonMute:
		return s.onMute(!s.muted())
	case ButtonMuteOn:
		return s.onMute(true)
	case ButtonMuteOff:
		return s.onMute(false)
	case ButtonReject:
		return s.rejects()
	case ButtonDrop:
		if s.knocking() != nil {
			return s.rejects()
		}
		return s.ends("no call to end")
	case ButtonRedial:
		return s.onRedial()
	}
	return nothing("this button has no meaning")
}

// DigitFor says what a key of a keypad does now. Pure; any goroutine.
func DigitFor(s State, digit string) Reaction {
	r := s.onDigit(digit)
	r.Button = Button(digit)
	return r
}

// Press is ButtonFor for whoever has a Snapshot only.
func (s *Snapshot) Press(b Button) Reaction { return ButtonFor(s.state(), b) }

// PressDigit is DigitFor for whoever has a Snapshot only.
func (s *Snapshot) PressDigit(digit string) Reaction { return DigitFor(s.state(), digit) }

// state is as much of the State as buttons and headset lamps depend on.
func (s *Snapshot) state() State {
	st := State{Calls: make([]Call, len(s.Calls)), Conferences: make([]Conference, len(s.Conferences)), Profile: s.Profile}
	for i := range s.Calls {
		st.Calls[i] = s.Calls[i].Call
	}
	for i := range s.Conferences {
		st.Conferences[i] = s.Conferences[i].Conference
	}
	for _, l := range s.Lines {
		st.Lines = append(st.Lines, Line{Config: l.Config, Reg: l.Registration})
	}
	return st
}

func nothing(why string) Reaction { return Reaction{Words: "nothing: " + why} }

func (s *State) onHook() Reaction {
	switch {
	case s.knocking() != nil:
		return s.answers(s.knocking())
	case s.claimed():
		return s.ends("")
	case s.waits():
		return s.takesBack()
	}
	return s.dials()
}

// onLift never ends anything: who takes the receiver up wants to talk.
func (s *State) onLift() Reaction {
	switch {
	case s.knocking() != nil:
		return s.answers(s.knocking())
	case s.claimed():
		return nothing("you are in a call already")
	case s.waits():
		return s.takesBack()
	}
	return s.dials()
}

func (s *State) onFlash() Reaction {
	c, k := s.focused(), s.attended()
	switch {
	case s.knocking() != nil:
		return s.answers(s.knocking())
	case c != nil:
		return s.holds(c)
	case k != nil:
		return s.holdsAll(k)
	case s.waits():
		return s.takesBack()
	}
	return nothing("no call to hold")
}

// onMute silences the operator where he is, or lets him be heard again.
func (s *State) onMute(on bool) Reaction {
	c, k := s.focused(), s.attended()
	verb, words := VerbMute, "mutes the microphone"
	if !on {
		verb, words = VerbUnmute, "opens the microphone"
	}
	switch {
	case c != nil:
		return s.unless(allowed(s, c, verb), Mute{Call: c.ID, On: on}, words)
	case k == nil:
		return nothing("you are in no call")
	case k.Muted && on:
		return nothing("The microphone is muted already.")
	case k.Muted == on:
		return nothing("The microphone is not muted.")
	}
	return s.unless(allowedIn(s, k, VerbMuteAll), MuteAll{Conf: k.ID, On: on}, words)
}

func (s *State) onRedial() Reaction {
	switch {
	case s.knocking() != nil:
		return nothing("a call rings")
	case s.claimed():
		return nothing("you are in a call already")
	case tooMany(*s) != "":
		return nothing(tooMany(*s))
	}
	return Reaction{Wish: WishRedial, Words: "dials the last number again"}
}

func (s *State) onDigit(digit string) Reaction {
	c := s.focused()
	switch {
	case badDTMF(digit) != "":
		return nothing("this is no digit")
	case c != nil:
		return s.unless(allowed(s, c, VerbDTMF), SendDTMF{Call: c.ID, Digits: digit}, "sends "+digit+" in "+s.row(c))
	case s.attended() != nil:
		return nothing("digits go to one member, chosen in the window")
	}
	return Reaction{Wish: WishDigit, Words: "types " + digit}
}

// unless is a command with its words, or the reason why it cannot be given.
func (s *State) unless(why string, c Command, words string) Reaction {
	if why != "" {
		return nothing(why)
	}
	return Reaction{Command: c, Words: words}
}

// row names a call by its row, counted from one as shown.
func (s *State) row(c *Call) string {
	for i := range s.Calls {
		if s.Calls[i].ID == c.ID {
			return fmt.Sprintf("row %d", i+1)
		}
	}
	return "the call"
}

// conf names a conference.
func (s *State) conf(k *Conference) string { return cmp.Or(k.Name, "the conference") }
