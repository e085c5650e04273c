package cti

import (
	"fmt"

	"cordboard/cti/dial"
)

// pickUp takes a call that rings at another number (R9): by Replaces when the lamp knows the dialog, else by the feature
// code of the line.
func (t *turn) pickUp(in Pickup) error {
	refuse := func(why string) error { return &Refused{Verb: VerbPickup, Reason: why} }
	if why := t.mayDial(in.Call); why != "" {
		return refuse(why)
	}
	if why := Allowed(t.State, "", VerbPickup); why != "" {
		return refuse(why)
	}
	line, why := pickLine(t.Lines, in.Line)
	if why != "" {
		return refuse(why)
	}
	n, err := dial.Clean(in.Number)
	if err != nil {
		return refuse(dial.Sentence(err))
	}
	fresh := Call{ID: in.Call, Line: line.Config.ID, Number: n.Text, Pickup: n.Text}
	lamp, watched := t.lamp(line.Config.ID, n.Text)
	switch {
	case lamp.Pickup != nil: // it may be talking on another line besides
		fresh.Number = orElse(lamp.Caller, n.Text)
		t.begin(fresh, Invite{Line: line.Config, Target: lamp.Pickup.Target, Take: lamp.Pickup})
	case line.Config.Pickup != "":
		fresh.Number = orElse(lamp.Caller, n.Text)
		t.pickUpByCode(fresh, line.Config)
	case watched && lamp.State != LampRinging && lamp.State != LampUnknown:
		return refuse(fmt.Sprintf("Nothing rings at %s.", n.Text))
	default:
		return refuse(fmt.Sprintf("%s has no pickup code, and nobody says which call rings at %s.", line.Config.Name, n.Text))
	}
	return nil
}

// pickUpByCode dials the feature code and the number; a route's prefix has no business there.
func (t *turn) pickUpByCode(fresh Call, line LineConfig) {
	fresh.ByCode = true
	t.begin(fresh, Invite{Line: line, Target: line.Pickup + fresh.Pickup})
}

// pickupEnds is a pickup that came to nothing. An exchange that does not know the dialog (481) may still know the code;
// it gets a call of its own, since the first one is over on the wire.
func (t *turn) pickupEnds(id CallID, code int) {
	c, line := *t.find(id), t.lineOf(t.find(id))
	if c.ByCode || code != 481 || line.Pickup == "" || tooMany(t.State) != "" {
		return
	}
	t.pickUpByCode(Call{
		ID: t.derivedID(id), Line: c.Line, Number: c.Number, Name: c.Name, Pickup: c.Pickup, Held: c.Held, HeldAt: c.HeldAt,
	}, line)
}

// lostPickup says in words that the ringing call was not there any more.
func lostPickup(c *Call, in Ended) string {
	switch in.Code {
	case 404, 410, 480, 481, 486, 487, 603:
		return fmt.Sprintf("Nothing rings at %s any more: somebody else took the call, or the caller hung up.", c.Pickup)
	}
	return in.Reason
}
