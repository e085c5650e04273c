package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// Key names a function key as the toolkit does: "F2".
type Key string

// The keys of the command bar. F6 to F9 are kept free for transfer, conference and pickup.
const (
	KeyConnect Key = "F2"
	KeyHold    Key = "F3"
	KeyMute    Key = "F4"
	KeyHangUp  Key = "F5"
)

// Style is how much a command stands out.
type Style uint8

// Styles of commands.
const (
	StylePlain Style = iota
	StyleGo
	StyleDanger
)

// Command is a button of the command bar, an entry of a row's menu, and a key.
type Command struct {
	Label  string
	Key    Key
	Style  Style
	Reason string      // why it cannot be given now; empty when it can
	Send   cti.Command // what to ask the desk for; nil when there is a Reason
}

// Enabled reports whether the command can be given now.
func (c Command) Enabled() bool { return c.Reason == "" && c.Send != nil }

// Commands makes the command bar for a call; one with an empty ID stands for none.
func Commands(c cti.CallView, lost string) []Command {
	list := []Command{connect(c), hold(c), mute(c), hangUp(c)}
	for i := range list {
		switch {
		case c.ID == "":
			list[i].Reason = lang.NoSelection.String()
		case lost != "":
			list[i].Reason = lang.DeskLostCall.String()
		}
		if list[i].Reason != "" {
			list[i].Send = nil
		}
	}
	return list
}

// connect answers what rings and takes back what is held: one key for whatever connects me (R31).
func connect(c cti.CallView) Command {
	if c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging {
		return Command{lang.Answer.String(), KeyConnect, StyleGo, whyNot(c, cti.VerbAnswer), cti.Answer{Call: c.ID}}
	}
	reason := whyNot(c, cti.VerbResume)
	if c.Call.Open() && reason != "" { // a refused resume can be tried again
		reason = lang.AlreadyInTalk.With(partyName(c, nil))
	}
	return Command{lang.Connect.String(), KeyConnect, StyleGo, reason, cti.Hold{Call: c.ID}}
}

// hold does not toggle: its key means hold whatever the state, and Connect means the opposite.
func hold(c cti.CallView) Command {
	return Command{lang.Hold.String(), KeyHold, StylePlain, whyNot(c, cti.VerbHold), cti.Hold{Call: c.ID, On: true}}
}

// mute does toggle, as the key of every headset.
func mute(c cti.CallView) Command {
	if c.Muted {
		return Command{lang.Unmute.String(), KeyMute, StylePlain, whyNot(c, cti.VerbUnmute), cti.Mute{Call: c.ID}}
	}
	return Command{lang.Mute.String(), KeyMute, StylePlain, whyNot(c, cti.VerbMute), cti.Mute{Call: c.ID, On: true}}
}

// hangUp rejects a call that still rings here, and is labelled so.
func hangUp(c cti.CallView) Command {
	label := lang.HangUp
	if c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging {
		label = lang.Reject
	}
	return Command{label.String(), KeyHangUp, StyleDanger, whyNot(c, cti.VerbHangup), cti.Hangup{Call: c.ID}}
}

// whyNot is the desk's reason against a verb; a verb that the desk does not mention is not possible.
func whyNot(c cti.CallView, v cti.Verb) string {
	reason, known := c.Allowed[v]
	if !known {
		return lang.NotNow.String()
	}
	return Clean(reason)
}
