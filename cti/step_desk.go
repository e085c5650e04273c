package cti

import "slices"

// lineSet adds a line or replaces its configuration; it is registered anew either way.
func (t *turn) lineSet(in LineSet) error {
	if in.Config.ID == "" {
		return &Ignored{Kind: in.Kind(), Reason: "a line needs an ID"}
	}
	t.Lines = slices.Clone(t.Lines)
	line, was := Line{Config: in.Config}, LineConfig{}
	if i := t.lineIndex(in.Config.ID); i >= 0 {
		was, t.Lines[i] = t.Lines[i].Config, line
	} else {
		t.Lines = append(t.Lines, line)
	}
	t.do(SetLine(in))
	t.watchBySettings(was, in.Config)
	return nil
}

// lineRemoved takes a line away; its calls go on.
func (t *turn) lineRemoved(in LineRemoved) error {
	i := t.lineIndex(in.Line)
	if i < 0 {
		return &Ignored{Kind: in.Kind(), Reason: "no such line"}
	}
	t.Lines = slices.Delete(slices.Clone(t.Lines), i, i+1)
	t.forgetLine(in.Line)
	t.do(DropLine(in))
	return nil
}

// lineRegistered notes what a line's registration is doing.
func (t *turn) lineRegistered(in LineRegistered) error {
	i := t.lineIndex(in.Line)
	if i < 0 || t.Lines[i].Reg == in.Reg {
		return &Ignored{Kind: in.Kind(), Reason: "nothing new about a line that is here"}
	}
	t.Lines = slices.Clone(t.Lines)
	t.Lines[i].Reg = in.Reg
	return nil
}

func (t *turn) lineIndex(id LineID) int {
	return slices.IndexFunc(t.Lines, func(l Line) bool { return l.Config.ID == id })
}

// soundChanged notes the state of the sound devices.
func (t *turn) soundChanged(in SoundChanged) error {
	if in.Sound.equal(&t.Sound) {
		return &Ignored{Kind: in.Kind(), Reason: "nothing new about the sound devices"}
	}
	t.Sound = in.Sound
	return nil
}

func (s *Sound) equal(o *Sound) bool {
	return s.Mic == o.Mic && s.Speaker == o.Speaker && s.Ringer == o.Ringer &&
		slices.Equal(s.Inputs, o.Inputs) && slices.Equal(s.Outputs, o.Outputs)
}

// restarted takes up what the journal says: lines register anew, connected calls are resumed, and what
// was only being set up is ended, since nobody here remembers its transaction.
func (t *turn) restarted() error {
	t.Lines = slices.Clone(t.Lines)
	for i := range t.Lines {
		t.Lines[i].Reg = Registration{}
		t.do(SetLine{t.Lines[i].Config})
	}
	t.watchAnew()
	t.dropPending()
	over := make([]CallID, 0, len(t.Calls))
	t.resumeConferences()
	t.resumeRecordings()
	for i := range t.Calls {
		if c := &t.Calls[i]; c.Live() {
			t.takeUp(c)
		} else {
			t.do(Record{*c}) // the row may not have reached the disk; it replaces itself
			over = append(over, c.ID)
		}
	}
	for _, id := range over {
		t.remove(id)
	}
	return nil
}

// takeUp asks the SIP adapter to resume one call, or to end what is left of it.
func (t *turn) takeUp(c *Call) {
	resume := c.Phase == PhaseTalking
	t.do(Recover{Call: c.ID, Line: t.lineOf(c), Dialog: c.Dialog, Resume: resume, Hold: c.Held && resume})
	c.Session = MediaSession{} // its keys and ports died with the process
	if !resume {
		end := c.End
		if c.Phase != PhaseEnding {
			end = End{By: SideUs, Result: ResultFailed, Reason: "Cordboard was restarted while the call was being set up."}
			if c.ringsHere() {
				end.Result = ResultMissed
			}
		}
		t.endingBy(c, end, RecoverAfter)
		return
	}
	// The re-INVITE itself carries the hold, so that Recovered is the far end's agreement to it too.
	c.Recovering, c.HeldAgreed, c.HoldNote = true, true, ""
	t.start(c.ID, TimerRecover, RecoverAfter)
}
