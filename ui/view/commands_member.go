package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// volumeStep is how much louder or softer a member becomes at a press, in dB.
const volumeStep = 3

// memberCommands are what can be done with one member of a conference alone. They stand in its row, in its card and in
// its menu.
func memberCommands(c cti.CallView) []Command {
	return []Command{memberHold(c), silenced(c), deafen(c), music(c), split(c), drop(c),
		volume(c, lang.MemberLouder, KeyLouder, volumeStep), volume(c, lang.MemberSofter, KeySofter, -volumeStep)}
}

// memberHold does toggle, unlike the key of the bar: it is a button beside a name (R62).
func memberHold(c cti.CallView) Command {
	if c.Held {
		return Command{Label: lang.MemberHold.String(), On: true, Reason: whyNot(c, cti.VerbResume), Send: cti.Hold{Call: c.ID}}
	}
	return Command{Label: lang.MemberHold.String(), Reason: whyNot(c, cti.VerbHold), Send: cti.Hold{Call: c.ID, On: true}}
}

// toggled is a state of a member that is switched.
func toggled(c cti.CallView, label lang.Text, key Key, on bool, change cti.Member) Command {
	change.Call = c.ID
	return Command{Label: label.String(), Key: key, On: on, Reason: whyNot(c, cti.VerbMember), Send: change}
}

func silenced(c cti.CallView) Command {
	on := !c.Silent
	return toggled(c, lang.MemberSilent, KeySilent, c.Silent, cti.Member{Silent: &on})
}

// deafen lets a member speak and hear nobody (R61).
func deafen(c cti.CallView) Command {
	on := !c.Deaf
	return toggled(c, lang.MemberDeaf, KeyDeaf, c.Deaf, cti.Member{Deaf: &on})
}

func music(c cti.CallView) Command {
	on := !c.Music
	return toggled(c, lang.MemberMusic, KeyMusic, c.Music, cti.Member{Music: &on})
}

// split takes a member out for a private call; the others go on.
func split(c cti.CallView) Command {
	return Command{Label: lang.Split.String(), Key: cti.KeySplit, Reason: whyNot(c, cti.VerbSplit), Send: cti.Split{Call: c.ID}}
}

// drop ends one member's call and leaves the others as they are (R60).
func drop(c cti.CallView) Command {
	return Command{Label: lang.MemberDrop.String(), Key: cti.KeyHangUp, Style: StyleDanger,
		Reason: whyNot(c, cti.VerbHangup), Send: cti.Hangup{Call: c.ID}}
}

// volume makes a member louder or softer for everybody.
func volume(c cti.CallView, label lang.Text, key Key, step int) Command {
	to := min(max(c.Volume+step, cti.MinVolume), cti.MaxVolume)
	cmd := Command{Label: label.String(), Key: key, Reason: whyNot(c, cti.VerbMember), Send: cti.Member{Call: c.ID, Volume: &to}}
	switch {
	case cmd.Reason != "" || to != c.Volume:
	case step > 0:
		cmd.Reason = lang.VolumeAtTop.String()
	default:
		cmd.Reason = lang.VolumeAtBottom.String()
	}
	return cmd
}
