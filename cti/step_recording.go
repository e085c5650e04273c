package cti

import (
	"slices"
	"time"
)

// startRecording begins to keep calls or a conference (R74, R88). It belongs to the call that was recorded first.
func (t *turn) startRecording(in StartRecording) error {
	calls := slices.Clone(in.Calls)
	if in.Conf != "" {
		if why := AllowedIn(t.State, in.Conf, VerbRecord); why != "" {
			return &Refused{Verb: VerbRecord, Reason: why}
		}
		calls = idsOf(t.members(in.Conf))
	}
	if why := t.mayRecord(in, calls); why != "" {
		return &Refused{Verb: VerbRecord, Reason: why}
	}
	t.Recordings = slices.DeleteFunc(slices.Clone(t.Recordings), func(r Recording) bool { // a new one replaces what has failed
		return r.Fault != "" && slices.ContainsFunc(r.Calls, func(id CallID) bool { return slices.Contains(calls, id) })
	})
	t.Recordings = append(t.Recordings, Recording{ID: in.Rec, Owner: calls[0], Calls: calls, Conf: in.Conf, Started: t.now})
	return nil
}

// mayRecord says why a recording cannot start.
func (t *turn) mayRecord(in StartRecording, calls []CallID) string {
	switch {
	case !CallID(in.Rec).Valid():
		return "A recording needs an ID of its own, of letters and digits."
	case t.recording(in.Rec) != nil:
		return "There is a recording with this ID already."
	case len(calls) == 0:
		return "Select a call first."
	}
	for _, id := range calls {
		if why := Allowed(t.State, id, VerbRecord); in.Conf == "" && why != "" {
			return why
		}
	}
	return ""
}

// pauseRecording pauses a recording or lets it go on.
func (t *turn) pauseRecording(in PauseRecording) error {
	r, err := t.commandedRecording(in.Rec, VerbPause)
	if err != nil {
		return err
	}
	r.Paused = in.On
	return nil
}

// stopRecording ends a recording; its file stays.
func (t *turn) stopRecording(in StopRecording) error {
	r, err := t.commandedRecording(in.Rec, VerbStop)
	if err != nil {
		return err
	}
	id := r.ID
	t.Recordings = slices.DeleteFunc(t.Recordings, func(r Recording) bool { return r.ID == id })
	return nil
}

// recordingFailed notes that nothing is written any more. It stays in view with its fault until its calls are over, it is
// stopped, or a new one takes its place.
func (t *turn) recordingFailed(in RecordingFailed) error {
	if r := t.recording(in.Rec); r == nil || r.Fault != "" {
		return &Ignored{Kind: in.Kind(), Reason: "no such recording is running"}
	}
	t.Recordings = slices.Clone(t.Recordings)
	t.recording(in.Rec).Fault = orElse(in.Reason, "The recording cannot be written.")
	return nil
}

// commandedRecording finds the recording of a command, in a copy of the list that may be changed.
func (t *turn) commandedRecording(id RecID, verb Verb) (*Recording, error) {
	why := t.policy().forbids(verb)
	if t.recording(id) == nil {
		why = "This recording is not running any more."
	}
	if why != "" {
		return nil, &Refused{Verb: verb, Reason: why}
	}
	t.Recordings = slices.Clone(t.Recordings)
	return t.recording(id), nil
}

// recording finds a recording, nil when there is none.
func (s *State) recording(id RecID) *Recording {
	for i := range s.Recordings {
		if s.Recordings[i].ID == id {
			return &s.Recordings[i]
		}
	}
	return nil
}

// recordingOf finds the recording that keeps a call: its own before that of its conference. One that failed keeps nothing.
func (s *State) recordingOf(id CallID) *Recording {
	var found *Recording
	for i := range s.Recordings {
		r := &s.Recordings[i]
		if r.Fault == "" && slices.Contains(r.Calls, id) && (found == nil || r.Conf == "") {
			found = r
		}
	}
	return found
}

// recordingIn finds the recording of a whole conference.
func (s *State) recordingIn(id ConfID) *Recording {
	for i := range s.Recordings {
		if r := &s.Recordings[i]; r.Conf == id && id != "" && r.Fault == "" {
			return r
		}
	}
	return nil
}

func idsOf(calls []*Call) []CallID {
	ids := make([]CallID, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	return ids
}

// recordInstead lets a call take the place of another in every recording, on the same track (INVITE with Replaces).
func (t *turn) recordInstead(old, now CallID) {
	t.Recordings = slices.Clone(t.Recordings)
	for i := range t.Recordings {
		r := &t.Recordings[i]
		if at := slices.Index(r.Calls, old); at >= 0 {
			r.Calls = slices.Clone(r.Calls)
			r.Calls[at] = now
		}
	}
}

// settleRecordings lets recordings follow their calls: those of a conference take in who joins, and each of them ends
// with its last call (R66, R75). What changed since the Step began is marked and put into the index.
func (t *turn) settleRecordings(before *State) {
	if len(t.Recordings) == 0 && len(before.Recordings) == 0 {
		return
	}
	t.Recordings = slices.DeleteFunc(slices.Clone(t.Recordings), func(r Recording) bool { return !t.keeps(&r) })
	for i := range t.Recordings {
		r := &t.Recordings[i]
		for _, c := range t.members(r.Conf) {
			if !slices.Contains(r.Calls, c.ID) {
				r.Calls = append(slices.Clip(r.Calls), c.ID)
			}
		}
	}
	for i := range before.Recordings {
		t.markRecording(before, &before.Recordings[i])
	}
	t.indexRecordings(before)
}

// keeps reports whether a recording has anything left to record.
func (t *turn) keeps(r *Recording) bool {
	return len(t.members(r.Conf)) > 0 || slices.ContainsFunc(r.Calls, func(id CallID) bool {
		c := t.find(id)
		return c != nil && c.lasting()
	})
}

// indexRecordings tells the history what began, changed or ended.
func (t *turn) indexRecordings(before *State) {
	for i := range t.Recordings {
		r := &t.Recordings[i]
		if was := before.recording(r.ID); was == nil || !was.equal(r) {
			t.do(KeepRecording{Recording: *r})
		}
	}
	for i := range before.Recordings {
		if r := before.Recordings[i]; t.recording(r.ID) == nil {
			t.do(KeepRecording{Recording: r, Ended: t.now})
		}
	}
}

func (r *Recording) equal(o *Recording) bool {
	return r.ID == o.ID && r.Owner == o.Owner && r.Conf == o.Conf && r.Paused == o.Paused && r.Fault == o.Fault && slices.Equal(r.Calls, o.Calls)
}

// markRecording notes what happened to a recording that ran before this Step.
func (t *turn) markRecording(before *State, was *Recording) {
	if was.Fault != "" {
		return
	}
	is := t.recording(was.ID)
	calls := was.Calls
	if is != nil {
		calls = is.Calls
		t.markIf(was, nil, is.Paused && !was.Paused, MarkPause)
		t.markIf(was, nil, !is.Paused && was.Paused, MarkGo)
	}
	for _, id := range calls {
		if now := t.find(id); now != nil {
			then, known := before.Call(id)
			t.markCall(was, then, now, known && then.lasting() && slices.Contains(was.Calls, id))
		}
	}
}

// markCall notes what happened to one call of a recording; there says that the recording had it before this Step.
func (t *turn) markCall(r *Recording, then Call, now *Call, there bool) {
	here := now.lasting()
	t.markIf(r, now, here && (!there || then.Conf == "" && now.Conf != ""), MarkJoin)
	t.markIf(r, now, there && (!here || then.Conf != "" && now.Conf == ""), MarkLeave)
	t.markIf(r, now, there && here && now.Held && !then.Held, MarkHold)
	t.markIf(r, now, there && here && !now.Held && then.Held, MarkResume)
}

// markIf notes something at this place of a recording; a nil call means the whole of it.
func (t *turn) markIf(r *Recording, c *Call, so bool, kind MarkKind) {
	if !so {
		return
	}
	mark := MarkRecording{Rec: r.ID, At: t.now, Kind: kind}
	if c != nil {
		mark.Call, mark.Text = c.ID, c.label()
	}
	t.do(mark)
}

// resumeRecordings gives what ran before a restart to the index again; the engine goes on in a new part of the same
// recording once it has the plan.
func (t *turn) resumeRecordings() {
	for i := range t.Recordings {
		t.do(KeepRecording{Recording: t.Recordings[i], Ended: time.Time{}})
	}
}
