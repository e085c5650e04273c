package cti

import (
	"fmt"
	"slices"
	"time"

	"cordboard/cti/dial"
)

// Times of calls from outside.
const (
	ForwardAfter = 20 * time.Second       // of ringing before a call goes on to where unanswered ones go
	BeepFor      = 400 * time.Millisecond // before the microphone of a call opens that answered by itself
	MaxForward   = 180                    // seconds of ringing that may be set
)

// Reasons of a Redirect (RFC 5806 section 5).
const (
	divertedAlways   = "unconditional"
	divertedBusy     = "user-busy"
	divertedDND      = "do-not-disturb"
	divertedNoAnswer = "no-answer"
)

// welcome decides what becomes of a call that has just begun to ring: refused, sent elsewhere, answered by itself, or left
// to ring until it goes where unanswered calls go.
func (t *turn) welcome(c *Call, in Offered, claimed bool) {
	cfg := t.lineOf(c)
	f := cfg.Forward
	switch {
	case cfg.DND && f.Busy != "" && f.Busy != c.Number:
		t.divert(c, f.Busy, divertedDND)
	case cfg.DND:
		t.release(c, End{By: SideUs, Code: 486, Result: ResultRefused, Reason: "Do not disturb is on for this line."}, EndingAfter)
	case f.Always != "" && f.Always != c.Number:
		t.divert(c, f.Always, divertedAlways)
	case claimed && f.Busy != "" && f.Busy != c.Number:
		t.divert(c, f.Busy, divertedBusy)
	case in.Auto && !claimed:
		c.Beeping = in.Beep
		t.accept(c)
	case f.NoAnswer != "" && f.NoAnswer != c.Number:
		t.start(c.ID, TimerForward, f.patience())
	}
}

// patience is how long a call rings before it goes on.
func (f Forward) patience() time.Duration {
	if f.After == 0 {
		return ForwardAfter
	}
	return time.Duration(f.After) * time.Second
}

// divert sends a ringing call elsewhere.
func (t *turn) divert(c *Call, target, why string) {
	end := End{By: SideUs, Code: 302, Result: ResultRefused, Reason: "Forwarded to " + target + "."}
	if why == divertedNoAnswer {
		end.Result, end.Reason = ResultMissed, "Nobody answered: forwarded to "+target+"."
	}
	t.do(Redirect{Call: c.ID, Target: target, Why: why})
	t.endingBy(c, end, EndingAfter)
}

// doNotDisturb switches a line, or all of them.
func (t *turn) doNotDisturb(in DoNotDisturb) error {
	if why := Allowed(t.State, "", VerbDND); why != "" {
		return &Refused{Verb: VerbDND, Reason: why}
	}
	if in.Line != "" && t.lineIndex(in.Line) < 0 {
		return &Refused{Verb: VerbDND, Reason: fmt.Sprintf("There is no line %.60q.", in.Line)}
	}
	t.Lines = slices.Clone(t.Lines)
	for i := range t.Lines {
		if cfg := &t.Lines[i].Config; in.Line == "" || cfg.ID == in.Line {
			cfg.DND = in.On
		}
	}
	return nil
}

// forwarding sets where a line's calls go.
func (t *turn) forwarding(in Forwarding) error {
	i, f := t.lineIndex(in.Line), in.Forward
	why := Allowed(t.State, "", VerbForward)
	switch {
	case why != "":
	case i < 0:
		why = fmt.Sprintf("There is no line %.60q.", in.Line)
	case f.After < 0 || f.After > MaxForward:
		why = fmt.Sprintf("A call can ring for 0 to %d seconds before it is forwarded.", MaxForward)
	default:
		why = f.clean(t.Lines[i].Config)
	}
	if why != "" {
		return &Refused{Verb: VerbForward, Reason: why}
	}
	t.Lines = slices.Clone(t.Lines)
	t.Lines[i].Config.Forward = f
	return nil
}

// clean puts the targets into the form in which they are dialled, and says why one cannot be.
func (f *Forward) clean(line LineConfig) string {
	for _, target := range []*string{&f.Always, &f.Busy, &f.NoAnswer} {
		if *target == "" {
			continue
		}
		n, err := dial.Clean(*target)
		switch {
		case err != nil:
			return dial.Sentence(err)
		case n.Text == line.User:
			return line.Name + " cannot forward to itself."
		}
		*target = n.Text
	}
	return ""
}

// controlled is NOTIFY talk or hold. A far end may always be put on hold; it may open the operator's microphone only
// where a rule lets it: on a line that answers by itself, or after a hold that came the same way.
func (t *turn) controlled(in Controlled) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	switch {
	case !in.Talk && mayHold(&t.State, c) == "":
		t.setHeld(c, true)
		c.Outside = true
	case in.Talk && c.ringsHere() && t.answersFor(c) && !t.claimed():
		c.Beeping = true
		t.accept(c)
	case in.Talk && c.Held && c.Outside && !t.claimed():
		t.takeOperatorBack(c)
	default:
		return ignored(in, c)
	}
	return nil
}

// answersFor reports whether a caller may have his call answered from outside.
func (t *turn) answersFor(c *Call) bool {
	cfg := t.lineOf(c)
	_, watched := t.lamp(c.Line, c.Number)
	return cfg.Auto || cfg.AutoBy == AutoAll || cfg.AutoBy == AutoKnown && watched
}
