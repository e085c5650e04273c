package view

import (
	"slices"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// attend lets the operator take part again in a conference, or takes back the members that he holds.
func attend(x subject) Command {
	conf := x.conf
	cmd := Command{Label: lang.JoinIn.String(), Key: cti.KeyConnect, Style: StyleGo,
		Reason: denied(conf.Allowed, cti.VerbAttend), Send: cti.Attend{Conf: conf.ID, On: true}}
	switch {
	case conf.Away:
	case x.allHeld():
		cmd.Label, cmd.Reason, cmd.Send = lang.Connect.String(), denied(conf.Allowed, cti.VerbHoldAll), cti.HoldAll{Conf: conf.ID}
	default:
		cmd.Reason = lang.ConfAttended.String()
	}
	return cmd
}

// holdAll holds all members (R63).
func holdAll(x subject) Command {
	cmd := Command{Label: lang.Hold.String(), Key: cti.KeyHold, Reason: denied(x.conf.Allowed, cti.VerbHoldAll),
		Plan: lang.HoldsAll.String(), Send: cti.HoldAll{Conf: x.conf.ID, On: true}}
	if cmd.Reason == "" && x.allHeld() {
		cmd.Reason = lang.AllHeld.String()
	}
	return cmd
}

// allHeld reports whether every member waits.
func (x subject) allHeld() bool {
	members := membersOf(x.snap.Calls, x.conf.ID)
	for _, c := range members {
		if !c.Held {
			return false
		}
	}
	return len(members) > 0
}

// membersOf are the live calls of a conference.
func membersOf(calls []cti.CallView, id cti.ConfID) []cti.CallView {
	var out []cti.CallView
	for _, c := range calls {
		if id != "" && c.Conf == id && c.Live() {
			out = append(out, c)
		}
	}
	return out
}

// muteAll silences the operator's microphone for the whole conference.
func muteAll(conf cti.ConferenceView) Command {
	cmd := Command{Label: lang.Mute.String(), Key: KeyMute, Reason: denied(conf.Allowed, cti.VerbMuteAll),
		Send: cti.MuteAll{Conf: conf.ID, On: !conf.Muted}}
	if conf.Muted {
		cmd.Label = lang.Unmute.String()
	}
	return cmd
}

// hangUpAll is never possible: whether leaving or ending is meant, the operator says (R65 to R68).
func hangUpAll() Command {
	return Command{Label: lang.HangUp.String(), Key: cti.KeyHangUp, Style: StyleDanger, Reason: lang.ConfNoHangUp.String()}
}

// conference asks for one more and joins him when he is connected (R53); marked rows, or a held row beside a talk, are
// joined at once (R54).
func (x subject) conference() Command {
	cmd := Command{Label: lang.Conference.String(), Key: cti.KeyConference, First: true}
	if calls := x.joinable(); len(calls) > 1 {
		cmd.Label, cmd.Send, cmd.Plan = lang.JoinCalls.String(), cti.Join{Conf: x.confOf(calls), Calls: calls}, x.joinPlan(calls)
		cmd.Reason = x.whyNotJoin(calls)
		return cmd
	}
	cmd.Ask = AskConference
	if x.conf.ID != "" {
		cmd.Reason, cmd.Send = denied(x.conf.Allowed, cti.VerbConsult), cti.StartConsult{Conf: x.conf.ID, Purpose: cti.ForConference}
		return cmd
	}
	cmd.Reason, cmd.Send = whyNot(x.call, cti.VerbConsult), cti.StartConsult{For: x.call.ID, Purpose: cti.ForConference}
	return cmd
}

// joinable are the calls that the conference key would join: what is marked, the two of a consult, or, while nothing is
// typed, the selected row and the talk beside it.
func (x subject) joinable() []cti.CallID {
	selected := x.call.ID
	if len(x.also) > 0 {
		if x.whole() {
			return append(ids(membersOf(x.snap.Calls, x.conf.ID)), x.also...)
		}
		return x.also
	}
	if selected == "" || x.call.Phase != cti.PhaseTalking {
		return nil
	}
	if o, ok := partner(x.snap.Calls, x.call); ok {
		return []cti.CallID{o.ID, selected}
	}
	if x.call.Consult.Conf != "" {
		return append(ids(membersOf(x.snap.Calls, x.call.Consult.Conf)), selected)
	}
	if x.typed || x.call.Conf != "" || !x.call.Held {
		return nil
	}
	for _, o := range x.snap.Calls {
		if o.ID != selected && o.Phase == cti.PhaseTalking && !o.Held && !x.away(o.Conf) {
			return []cti.CallID{o.ID, selected}
		}
	}
	return nil
}

// away reports whether the operator takes no part in a conference.
func (x subject) away(id cti.ConfID) bool {
	conf, _ := findConf(x.snap.Conferences, id)
	return conf.Away
}

// confOf is the conference that calls are joined to: the one that one of them is in, else a new one.
func (x subject) confOf(calls []cti.CallID) cti.ConfID {
	if x.whole() {
		return x.conf.ID
	}
	for _, id := range calls {
		if c, _ := findCall(x.snap.Calls, id); c.Conf != "" {
			return c.Conf
		}
	}
	return x.call.Consult.Conf
}

// whyNotJoin is the first reason against any of the calls; those that are members already need none.
func (x subject) whyNotJoin(calls []cti.CallID) string {
	for _, id := range calls {
		c, _ := findCall(x.snap.Calls, id)
		if c.Conf != "" {
			continue
		}
		if why := whyNot(c, cti.VerbConference); why != "" {
			return why
		}
	}
	return ""
}

// joinPlan names who will be joined.
func (x subject) joinPlan(calls []cti.CallID) string {
	names := make([]string, len(calls))
	for i, id := range calls {
		c, _ := findCall(x.snap.Calls, id)
		names[i] = partyName(c, nil)
	}
	last := len(names) - 1
	return lang.JoinsWith.With(listed(names[:last]), names[last])
}

// instant adds somebody who becomes a member as soon as he answers (R55, R56).
func (x subject) instant() Command {
	send := cti.StartConsult{For: x.call.ID, Conf: x.conf.ID, Purpose: cti.ForConference, Join: true}
	cmd := Command{Label: lang.InstantConf.String(), Ask: AskConference, Send: send, Reason: whyNot(x.call, cti.VerbConsult)}
	if x.conf.ID != "" {
		send.For = ""
		cmd.Send, cmd.Reason = send, denied(x.conf.Allowed, cti.VerbConsult)
	}
	if x.snap.Profile.NoInstantConf {
		cmd.Reason = lang.NoInstant.With(Clean(x.snap.Profile.Name))
	}
	return cmd
}

// leave and endAll are two commands, and both say beforehand what will happen (R65, R68).
func (x subject) leave() Command {
	cmd := Command{Label: lang.Leave.String(), Key: cti.KeyLeave, Reason: lang.NoConference.String()}
	if x.conf.ID != "" {
		cmd.Reason, cmd.Plan = denied(x.conf.Allowed, cti.VerbLeave), Clean(x.conf.Plans[cti.VerbLeave])
		cmd.Send = cti.Leave{Conf: x.conf.ID}
	}
	return cmd
}

func (x subject) endAll() Command {
	cmd := Command{Label: lang.EndAll.String(), Key: cti.KeyEndAll, Style: StyleDanger, Reason: lang.NoConference.String()}
	if x.conf.ID != "" {
		cmd.Reason, cmd.Plan = denied(x.conf.Allowed, cti.VerbEndAll), Clean(x.conf.Plans[cti.VerbEndAll])
		cmd.Send = cti.EndAll{Conf: x.conf.ID}
	}
	if !x.conf.EndsAt.IsZero() {
		cmd.Label, cmd.Style = lang.TakeBack.String(), StyleGo
	}
	return cmd
}

// ids are the names of calls.
func ids(calls []cti.CallView) []cti.CallID {
	out := make([]cti.CallID, len(calls))
	for i, c := range calls {
		out[i] = c.ID
	}
	return out
}

// findConf finds a conference of a snapshot.
func findConf(confs []cti.ConferenceView, id cti.ConfID) (cti.ConferenceView, bool) {
	i := slices.IndexFunc(confs, func(c cti.ConferenceView) bool { return id != "" && c.ID == id })
	if i < 0 {
		return cti.ConferenceView{}, false
	}
	return confs[i], true
}
