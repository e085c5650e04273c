package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// Key names a key as it is printed: "F2", "Ctrl+F7", "Alt+M".
type Key string

// Keys of the commands about a member of a conference; those of all others are in package cti.
const (
	KeySilent Key = "Alt+M"
	KeyDeaf   Key = "Alt+D"
	KeyMusic  Key = "Alt+U"
	KeyLouder Key = "Alt+PgUp"
	KeySofter Key = "Alt+PgDn"
	KeyMute   Key = cti.KeyMute // pressed twice on purpose
)

// Style is how much a command stands out.
type Style uint8

// Styles of commands.
const (
	StylePlain Style = iota
	StyleGo
	StyleDanger
	StyleRecord // has the red dot of a recording before its label
)

// Command is a button of the command bar, an entry of a row's menu, and a key.
type Command struct {
	Label  string
	Key    Key
	Style  Style
	Reason string // why it cannot be given now; empty when it can
	Plan   string // what it will do, where that is not plain; said before it is given
	Ask    Ask    // what must be known besides, from the Number field or by asking for it
	On     bool   // stands for a state that is in force, as Deafen of a deafened member
	First  bool   // begins a group: there is more room before it

	// Send is what to ask the desk for; nil when there is a Reason. With an Ask it lacks its target, and the ID of what it
	// begins is always empty: Complete puts both in.
	Send cti.Command
}

// Enabled reports whether the command can be given now.
func (c Command) Enabled() bool { return c.Reason == "" && c.Send != nil }

// Saying is what there is to say about a command before it is given: why not, or what will happen.
func (c Command) Saying() string { return firstOf(c.Reason, c.Plan) }

// subject is what the commands act on: a call, or a conference as a whole, with the calls that are marked besides.
type subject struct {
	snap  *cti.Snapshot
	call  cti.CallView       // the zero call when none or a conference is selected
	conf  cti.ConferenceView // the selected one, or that of the selected call
	also  []cti.CallID
	typed bool // there is something in the Number field
	lost  string
}

// subjectOf is what the operator has selected.
func subjectOf(s *cti.Snapshot, w Wish) subject {
	x := subject{snap: s, also: w.Selection.Also, typed: Clean(w.Number) != "", lost: w.Lost}
	x.call, _ = findCall(s.Calls, w.Selection.Call)
	id := w.Selection.Conf
	if x.call.ID != "" {
		id = x.call.Conf
	}
	x.conf, _ = findConf(s.Conferences, id)
	return x
}

// whole reports whether the row of a conference is selected.
func (x subject) whole() bool { return x.call.ID == "" && x.conf.ID != "" }

// none reports whether nothing is selected.
func (x subject) none() bool { return x.call.ID == "" && x.conf.ID == "" }

// Commands makes the command bar for what is selected.
func (x subject) Commands() []Command {
	basics := []Command{connect(x.call), hold(x.call), mute(x.call), hangUp(x.call)}
	if x.whole() {
		basics = []Command{attend(x), holdAll(x), muteAll(x.conf), hangUpAll()}
	}
	list := append(basics, x.transfer(), x.consult(), x.confirm(), x.abort(), x.pickup(),
		x.conference(), x.leave(), x.endAll(), x.record(), x.stop())
	return x.limited(list)
}

// Menu are the commands of the bar and those that have no room there.
func (x subject) Menu() []Command {
	list := x.Commands()
	var more []Command
	if x.call.Conf != "" {
		more = append(more, memberCommands(x.call)...)
	}
	if x.call.Referral.Target != "" && x.call.Referral.Call == "" {
		more = append(more, follow(x.call), refuse(x.call))
	}
	if !x.none() {
		more = append(more, x.instant())
	}
	return append(list, x.limited(more)...)
}

// limited takes the commands away that lack a call or the desk itself. Pickup needs no call.
func (x subject) limited(list []Command) []Command {
	for i := range list {
		_, pickup := list[i].Send.(cti.Pickup)
		switch {
		case x.lost != "":
			list[i].Reason = lang.DeskLostCall.String()
		case x.none() && !pickup:
			list[i].Reason = lang.NoSelection.String()
		}
		if list[i].Reason != "" {
			list[i].Send = nil
		}
	}
	return list
}

// connect answers what rings and takes back what is held: one key for whatever connects me (R31).
func connect(c cti.CallView) Command {
	cmd := Command{Label: lang.Connect.String(), Key: cti.KeyConnect, Style: StyleGo}
	if c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging {
		cmd.Label, cmd.Reason, cmd.Send = lang.Answer.String(), whyNot(c, cti.VerbAnswer), cti.Answer{Call: c.ID}
		return cmd
	}
	cmd.Reason, cmd.Send = whyNot(c, cti.VerbResume), cti.Hold{Call: c.ID}
	if c.Call.Open() && cmd.Reason != "" { // a refused resume can be tried again
		cmd.Reason = lang.AlreadyInTalk.With(partyName(c, nil))
	}
	return cmd
}

// hold does not toggle: its key means hold whatever the state, and Connect means the opposite.
func hold(c cti.CallView) Command {
	return Command{Label: lang.Hold.String(), Key: cti.KeyHold, Reason: whyNot(c, cti.VerbHold), Send: cti.Hold{Call: c.ID, On: true}}
}

// mute does toggle, as the key of every headset.
func mute(c cti.CallView) Command {
	if c.Muted {
		return Command{Label: lang.Unmute.String(), Key: KeyMute, Reason: whyNot(c, cti.VerbUnmute), Send: cti.Mute{Call: c.ID}}
	}
	return Command{Label: lang.Mute.String(), Key: KeyMute, Reason: whyNot(c, cti.VerbMute), Send: cti.Mute{Call: c.ID, On: true}}
}

// hangUp rejects a call that still rings here, and is labelled so.
func hangUp(c cti.CallView) Command {
	label := lang.HangUp
	if c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging {
		label = lang.Reject
	}
	return Command{Label: label.String(), Key: cti.KeyHangUp, Style: StyleDanger, Reason: whyNot(c, cti.VerbHangup), Send: cti.Hangup{Call: c.ID}}
}

// whyNot is the desk's reason against a verb; a verb that the desk does not mention is not possible.
func whyNot(c cti.CallView, v cti.Verb) string { return denied(c.Allowed, v) }

// denied is the reason against a verb in a table of what is allowed.
func denied(table map[cti.Verb]string, v cti.Verb) string {
	reason, known := table[v]
	if !known {
		return lang.NotNow.String()
	}
	return Clean(reason)
}
