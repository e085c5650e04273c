package cti

import (
	"fmt"
	"time"

	"cordboard/cti/dial"
)

// View derives the Snapshot. Quality is left to app, which asks media for it. Pure; the result shares
// nothing that changes.
func View(s State, desk DeskInfo, seq uint64, now time.Time) *Snapshot {
	snap := &Snapshot{
		Seq: seq, At: now, Desk: desk, Sound: s.Sound, Profile: *s.policy(),
		Lines: make([]LineView, len(s.Lines)), Calls: make([]CallView, len(s.Calls)),
	}
	for i, l := range s.Lines {
		ok, why := l.Usable()
		snap.Lines[i] = LineView{ID: l.Config.ID, Name: l.Config.Name, Registration: l.Reg, Usable: ok, Why: why, Config: l.Config}
	}
	for i := range s.Calls {
		snap.Calls[i] = viewCall(s, i)
	}
	snap.Conferences = make([]ConferenceView, len(s.Conferences))
	for i := range s.Conferences {
		snap.Conferences[i] = viewConference(&s, &s.Conferences[i])
	}
	snap.Recordings = append([]Recording{}, s.Recordings...)
	snap.Lamps, snap.VoiceMail = viewLamps(s.Lamps), s.VoiceMail
	return snap
}

// viewCall derives one row.
func viewCall(s State, i int) CallView {
	c := &s.Calls[i]
	v := CallView{
		Call: *c, Codec: c.Session.Codec.label(), Secure: c.Session.Secure(), Open: openIn(&s, c), Record: recordOf(&s, c.ID),
		Allowed: make(map[Verb]string, len(CallVerbs)), Next: nextKey(s, c), Plans: transferPlans(&s, c),
	}
	v.Dialog, v.Referral.Refer = nil, nil // tags and addresses of the dialog are nobody's business outside
	for _, verb := range CallVerbs {
		v.Allowed[verb] = allowed(&s, c, verb)
	}
	return v
}

// label names a codec for people.
func (c Codec) label() string {
	switch c.Name {
	case "":
		return ""
	case "opus":
		return "Opus 48 kHz"
	case "g722":
		return "G.722 16 kHz"
	case "pcma":
		return "G.711 A"
	case "pcmu":
		return "G.711 µ"
	}
	return c.Name
}

// nextKey is the hint in the row of a call: the key to press next and what it does, with the row that it
// would put on hold. Empty for a call that is over.
func nextKey(s State, c *Call) string {
	switch {
	case !c.Live() || c.Phase == PhaseEnding:
		return ""
	case transferKey(&s, c) != "":
		return transferKey(&s, c)
	case c.ringsHere():
		return "F2 answer" + holdsRow(s, c)
	case s.conferenceOf(c) != nil && c.Phase == PhaseTalking && !c.Recovering:
		return nextOfMember(&s, s.conferenceOf(c), c)
	case c.Held:
		return "F2 connect" + holdsRow(s, c)
	case c.callsOut():
		return "F5 cancel"
	case c.Recovering || c.Phase == PhaseAnswering:
		return "F5 hang up"
	case c.HoldNote != "":
		return "F2 connect again"
	case c.Orphaned:
		return "F5 hang up"
	}
	return "F3 hold"
}

// holdsRow names the row, counted from one as shown, that would be put on hold.
func holdsRow(s State, c *Call) string {
	for i := range s.Calls {
		if o := &s.Calls[i]; o.ID != c.ID && o.engaged() {
			return fmt.Sprintf(", holds row %d", i+1)
		}
	}
	if k := s.attended(); k != nil && k.ID != c.Conf {
		return ", leaves " + k.Name + " to itself"
	}
	return ""
}

// Preview tells what a Dial would do: the line under the Number field. It is what Step does, by the same code.
func (s *Snapshot) Preview(d Dial) dial.Preview {
	lines := make([]Line, len(s.Lines))
	for i, l := range s.Lines {
		lines[i] = Line{Config: l.Config, Reg: l.Registration}
	}
	p, _ := planDial(lines, s.Profile, d)
	return p
}
