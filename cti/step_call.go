package cti

import "strings"

// offered lets a new call ring, or sends it away when too many ring already.
func (t *turn) offered(in Offered) error {
	if !in.Call.Valid() || t.taken(in.Call) {
		return &Ignored{Kind: in.Kind(), Call: in.Call, Reason: "there is a call with this ID already, or it is none"}
	}
	crowded := t.ringing() >= MaxRinging || tooMany(t.State) != ""
	claimed := t.claimed()
	t.Calls = append(t.Calls, Call{
		ID: in.Call, Line: in.Line, Direction: Incoming, Created: t.now,
		Number: in.Number, Name: in.Name, Called: in.Called, Via: in.Via, Context: in.Context,
	})
	c := &t.Calls[len(t.Calls)-1]
	t.enter(c, PhaseRinging)
	switch {
	case crowded:
		t.release(c, End{By: SideUs, Code: 486, Result: ResultRefused, Reason: "Too many calls were there already."}, EndingAfter)
	case t.lineOf(c).IsRoom:
		t.admit(c)
	default:
		t.welcome(c, in, claimed)
	}
	t.do(Record{*c})
	return nil
}

// ringing counts the incoming calls that ring.
func (t *turn) ringing() int {
	n := 0
	for i := range t.Calls {
		if t.Calls[i].ringsHere() {
			n++
		}
	}
	return n
}

// progressed is a provisional answer: 180 says that it rings, a session that there is something to hear.
func (t *turn) progressed(in Progressed) error {
	c, err := t.concerned(in, in.Call, (*Call).callsOut)
	if err != nil {
		return err
	}
	rings := in.Code == 180 && c.Phase == PhaseDialing
	sounds := in.Session != nil && (!c.EarlyMedia || !in.Session.equal(&c.Session))
	if !rings && !sounds {
		return ignored(in, c)
	}
	if rings {
		t.enter(c, PhaseRinging)
		t.legRings(c)
	}
	if sounds {
		c.EarlyMedia = true
		t.applySession(c, *in.Session)
	}
	return nil
}

// connected opens the call. One that comes while the call is being ended changes nothing: the SIP
// adapter acknowledges it and sends BYE by itself.
func (t *turn) connected(in Connected) error {
	c, err := t.concerned(in, in.Call, func(c *Call) bool { return c.callsOut() || c.Phase == PhaseAnswering })
	if err != nil {
		return err
	}
	t.enter(c, PhaseTalking)
	c.Answered, c.EarlyMedia = t.now, false
	c.HeldAgreed = !c.Held // a fresh call is off hold on both sides
	c.identify(in.Number, in.Name)
	t.applySession(c, in.Session)
	if c.Beeping {
		t.start(c.ID, TimerBeep, BeepFor)
	}
	t.referralGoes(c.ID, 200)
	t.consultAnswered(c)
	if c.Held {
		t.do(SetHold{Call: c.ID, On: true})
	}
	return nil
}

// applySession hands a session to media when it differs from the one in use.
func (t *turn) applySession(c *Call, s MediaSession) {
	if s.equal(&c.Session) {
		return
	}
	c.Session = s
	t.do(ApplySession{Call: c.ID, Session: s})
}

// holdSettled notes what the far end said to our latest wish. A refusal does not change Held: what the
// operator wants silent stays silent, and the note says what the far end does not know.
func (t *turn) holdSettled(in HoldSettled) error {
	c, err := t.concerned(in, in.Call, func(c *Call) bool { return c.Phase == PhaseTalking && c.Held == in.On })
	if err != nil {
		return err
	}
	note := ""
	if !in.OK {
		note = orElse(in.Note, "The far end did not agree.")
	}
	if c.HeldAgreed == in.OK && c.HoldNote == note {
		return ignored(in, c)
	}
	c.HeldAgreed, c.HoldNote = in.OK, note
	return nil
}

// sessionChanged is a new result of offer and answer.
func (t *turn) sessionChanged(in SessionChanged) error {
	c, err := t.concerned(in, in.Call, func(c *Call) bool {
		return c.callsOut() || c.Phase == PhaseAnswering || c.Phase == PhaseTalking
	})
	if err != nil {
		return err
	}
	if c.HeldByPeer == in.HeldByPeer && in.Session.equal(&c.Session) {
		return ignored(in, c)
	}
	c.HeldByPeer = in.HeldByPeer
	t.applySession(c, in.Session)
	return nil
}

// identified is a changed identity of the far end.
func (t *turn) identified(in Identified) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	if !c.identify(in.Number, in.Name) {
		return ignored(in, c)
	}
	return nil
}

// identify takes over what is given and reports whether it was new.
func (c *Call) identify(number, name string) bool {
	n, m := orElse(number, c.Number), orElse(name, c.Name)
	changed := n != c.Number || m != c.Name
	c.Number, c.Name = n, m
	return changed
}

// dtmfReceived keeps the latest digits.
func (t *turn) dtmfReceived(in DTMFReceived) error {
	c, err := t.concerned(in, in.Call, func(c *Call) bool { return c.Phase == PhaseTalking || c.EarlyMedia })
	if err != nil {
		return err
	}
	if badDTMF(in.Digit) != "" {
		return &Ignored{Kind: in.Kind(), Call: c.ID, Reason: "this is no DTMF digit"}
	}
	c.Digits += in.Digit
	c.Digits = c.Digits[max(len(c.Digits)-MaxDigits, 0):]
	return nil
}

// badDTMF says what is wrong with digits to send.
func badDTMF(digits string) string {
	switch {
	case digits == "":
		return "There is no digit to send."
	case len(digits) > MaxDigits:
		return "These are too many digits at once."
	case strings.Trim(digits, "0123456789*#ABCD") != "":
		return "DTMF has only the digits 0 to 9, * # and A to D."
	}
	return ""
}

// dialogKept keeps what the SIP adapter needs after a crash.
func (t *turn) dialogKept(in DialogKept) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	c.Dialog = in.Dialog
	return nil
}

// recovered brings a call back after a restart.
func (t *turn) recovered(in Recovered) error {
	c, err := t.concerned(in, in.Call, func(c *Call) bool { return c.Recovering })
	if err != nil {
		return err
	}
	c.Recovering, c.HeldByPeer = false, in.HeldByPeer
	t.applySession(c, in.Session)
	return nil
}

// orElse returns s, or other when s is empty.
func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// alive reports whether anything can still happen to the call.
func (c *Call) alive() bool { return c.Phase.Live() }

// callsOut reports whether an outgoing call waits for its answer.
func (c *Call) callsOut() bool {
	return c.Direction == Outgoing && (c.Phase == PhaseDialing || c.Phase == PhaseRinging)
}

// ringsHere reports whether an incoming call waits for the operator.
func (c *Call) ringsHere() bool { return c.Direction == Incoming && c.Phase == PhaseRinging }

// engaged reports whether the call claims the operator by itself: open, or about to be. A member of a conference
// does not: there it is the conference that claims him, unless he is Away.
func (c *Call) engaged() bool {
	return !c.Held && c.Conf == "" && (c.callsOut() || c.Phase == PhaseAnswering || c.Phase == PhaseTalking)
}
