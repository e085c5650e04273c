package cti

import (
	"fmt"
	"time"

	"cordboard/cti/dial"
)

// dial places a call.
func (t *turn) dial(in Dial) error {
	if why := t.mayDial(in); why != "" {
		return &Refused{Verb: VerbDial, Reason: why}
	}
	p, way := planDial(t.Lines, in)
	if !p.OK {
		return &Refused{Verb: VerbDial, Reason: p.Why}
	}
	t.Calls = append(t.Calls, Call{
		ID: in.Call, Line: way.line.Config.ID, Route: way.route.Name, Direction: Outgoing,
		Number: p.Number, ShowAs: way.identity, Created: t.now,
	})
	c := &t.Calls[len(t.Calls)-1]
	t.enter(c, PhaseDialing)
	t.holdOthers(c)
	t.do(Invite{
		Call: c.ID, Line: way.line.Config, Target: p.Target, Proxy: way.route.Proxy,
		Headers: way.route.Headers, Identity: way.identity,
	})
	t.start(c.ID, TimerNoAnswer, NoAnswerAfter)
	t.do(Record{*c})
	return nil
}

// mayDial says why a call of that ID cannot be placed, whatever the number.
func (t *turn) mayDial(in Dial) string {
	switch {
	case !in.Call.Valid():
		return "A call needs an ID of its own, of letters and digits."
	case t.find(in.Call) != nil:
		return "There is a call with this ID already."
	}
	return tooMany(t.State)
}

// answer takes an incoming call.
func (t *turn) answer(in Answer) error {
	c, err := t.commanded(in.Call, VerbAnswer)
	if err != nil {
		return err
	}
	t.accept(c)
	return nil
}

// accept connects an incoming call to the operator.
func (t *turn) accept(c *Call) {
	t.enter(c, PhaseAnswering)
	t.holdOthers(c)
	t.do(Accept{c.ID})
}

// hangup ends a call in whatever phase it is.
func (t *turn) hangup(in Hangup) error {
	c, err := t.commanded(in.Call, VerbHangup)
	if err != nil {
		return err
	}
	if in.Busy && !c.ringsHere() {
		return &Refused{Verb: VerbHangup, Reason: "Only a ringing call can be refused as busy."}
	}
	end := End{By: SideUs, Result: resultOfHangup(c), Reason: "You ended the call."}
	if c.ringsHere() {
		end.Code, end.Reason = 603, "You declined the call."
	}
	if in.Busy {
		end.Code, end.Reason = 486, "You refused the call as busy."
	}
	t.release(c, end, EndingAfter)
	return nil
}

// hold puts a call on hold or takes it back. Held follows the operator's will at once; the far end's
// agreement comes later and cannot undo it.
func (t *turn) hold(in Hold) error {
	verb := VerbHold
	if !in.On {
		verb = VerbResume
	}
	c, err := t.commanded(in.Call, verb)
	if err != nil {
		return err
	}
	if !in.On {
		t.holdOthers(c)
	}
	t.setHeld(c, in.On)
	return nil
}

// setHeld changes the operator's will, and tells the far end when there is a dialog to tell it in.
func (t *turn) setHeld(c *Call, on bool) {
	if c.Held != on {
		c.Held, c.HeldAt = on, time.Time{}
		if on {
			c.HeldAt = t.now
		}
	}
	c.HeldAgreed, c.HoldNote = false, ""
	if c.Phase == PhaseTalking {
		t.do(SetHold{Call: c.ID, On: on})
	}
}

// holdOthers leaves c alone with the operator (R33). A call that is still being set up is held too and
// tells its far end once it is connected: otherwise two would be open when both answer.
func (t *turn) holdOthers(c *Call) {
	for i := range t.Calls {
		if o := &t.Calls[i]; o.ID != c.ID && o.engaged() {
			t.setHeld(o, true)
		}
	}
}

// mute silences the microphone for a call, or opens it again.
func (t *turn) mute(in Mute) error {
	verb := VerbMute
	if !in.On {
		verb = VerbUnmute
	}
	c, err := t.commanded(in.Call, verb)
	if err != nil {
		return err
	}
	c.Muted = in.On
	return nil
}

// sendDTMF sends digits the way the line says; a far end without telephone-event gets INFO (R37).
func (t *turn) sendDTMF(in SendDTMF) error {
	c, err := t.commanded(in.Call, VerbDTMF)
	if err != nil {
		return err
	}
	if why := badDTMF(in.Digits); why != "" {
		return &Refused{Verb: VerbDTMF, Reason: why}
	}
	if t.lineOf(c).DTMF != DTMFInfo && c.Session.EventSend != 0 {
		t.do(PlayDigits(in))
	} else {
		t.do(SendDigits(in))
	}
	t.do(EchoDigits(in))
	return nil
}

// way is how an outgoing call leaves the desk.
type way struct {
	line     Line
	route    Route
	identity Identity
}

// planDial decides what a Dial would do. Step and the preview share it.
func planDial(lines []Line, in Dial) (dial.Preview, way) {
	line, why := pickLine(lines, in.Line)
	w := way{line: line}
	if why == "" {
		w.route, why = pickRoute(line.Config, in.Route)
	}
	if why == "" {
		w.identity, why = pickIdentity(line.Config, in.Identity)
	}
	cfg := line.Config
	p := dial.Make(in.Number, dial.Line{
		Name: cfg.Name, Why: why, Default: dial.Identity(cfg.identity()),
		AddressOnly: cfg.Server == "" && cfg.Domain == "" && cfg.Outbound == "" && w.route.Proxy == "",
	}, dial.Route{Name: w.route.Name, Prefix: w.route.Prefix, Strip: w.route.Strip}, dial.Identity(w.identity))
	return p, w
}

// identity is what a callee sees of the line when nothing is chosen.
func (c LineConfig) identity() Identity {
	name := c.Display
	if name == "" {
		name = c.Name
	}
	return Identity{Name: name, Number: c.User}
}

// pickLine finds the line to dial on, and says why it cannot be used. What was asked for is quoted in a refusal, for it
// may hold anything, and a sentence is one line.
func pickLine(lines []Line, id LineID) (Line, string) {
	if len(lines) == 0 {
		return Line{}, "No line is set up."
	}
	for _, l := range lines {
		ok, why := l.Usable()
		if l.Config.ID == id || id == "" && ok {
			return l, why
		}
	}
	if id != "" {
		return Line{}, fmt.Sprintf("There is no line %.60q.", id)
	}
	_, why := lines[0].Usable()
	return lines[0], why
}

// pickRoute finds the route; the line's first one is the default.
func pickRoute(c LineConfig, name string) (Route, string) {
	if name == "" {
		if len(c.Routes) > 0 {
			return c.Routes[0], ""
		}
		return Route{}, ""
	}
	for _, r := range c.Routes {
		if r.Name == name {
			return r, ""
		}
	}
	return Route{}, fmt.Sprintf("%s has no route %.60q.", c.Name, name)
}

// pickIdentity lets only identities of the line's list pass (R14, R17): a caller ID is a promise of the
// administrator, not of whoever can reach the API.
func pickIdentity(c LineConfig, id Identity) (Identity, string) {
	if id == (Identity{}) || id == c.identity() {
		return Identity{}, ""
	}
	for _, allowed := range c.Identity {
		if id == allowed {
			return id, ""
		}
	}
	return Identity{}, fmt.Sprintf("%s may not call as %.60q.", c.Name, dial.Identity(id).String())
}
