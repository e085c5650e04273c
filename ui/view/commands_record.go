package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// RecordMark says whether a row is being recorded.
type RecordMark uint8

// Marks of rows.
const (
	NotRecorded RecordMark = iota
	Recorded
	RecordingPaused
	RecordingFailed
)

// recordID is the recording that keeps what is selected.
func (x subject) recordID() cti.RecID {
	if x.whole() {
		return x.conf.Record
	}
	return x.call.Record
}

// record starts to record at a press, pauses, and goes on (R74, R88).
func (x subject) record() Command {
	rec, running := findRecording(x.snap.Recordings, x.recordID())
	verb, cmd := cti.VerbPause, Command{Key: cti.KeyRecord, First: true}
	switch {
	case !running:
		verb, cmd.Label, cmd.Style = cti.VerbRecord, lang.Record.String(), StyleRecord
		cmd.Send = cti.StartRecording{Calls: x.marked(), Conf: x.wholeID()}
	case rec.Paused:
		cmd.Label, cmd.Style, cmd.Send = lang.GoOnRecord.String(), StyleRecord, cti.PauseRecording{Rec: rec.ID}
	default:
		cmd.Label, cmd.Send = lang.PauseRecord.String(), cti.PauseRecording{Rec: rec.ID, On: true}
	}
	cmd.Reason = x.denied(verb)
	return cmd
}

// stop ends the recording that keeps what is selected.
func (x subject) stop() Command {
	cmd := Command{Label: lang.StopRecord.String(), Key: cti.KeyStop, Reason: lang.NoRecording.String()}
	if x.whole() {
		cmd.Reason = lang.ConfNoRecord.String()
	}
	if id := x.recordID(); id != "" {
		cmd.Reason, cmd.Send = x.denied(cti.VerbStop), cti.StopRecording{Rec: id}
	}
	return cmd
}

// denied is the reason against a verb for whatever is selected.
func (x subject) denied(v cti.Verb) string {
	if x.whole() {
		return denied(x.conf.Allowed, v)
	}
	return whyNot(x.call, v)
}

// marked are the calls that are marked, else the selected one.
func (x subject) marked() []cti.CallID {
	switch {
	case len(x.also) > 0 && !x.whole():
		return x.also
	case x.call.ID == "":
		return nil
	}
	return []cti.CallID{x.call.ID}
}

// wholeID is the conference that is selected as a whole.
func (x subject) wholeID() cti.ConfID {
	if x.whole() {
		return x.conf.ID
	}
	return ""
}

// findRecording finds a recording of a snapshot.
func findRecording(list []cti.Recording, id cti.RecID) (cti.Recording, bool) {
	for _, r := range list {
		if id != "" && r.ID == id {
			return r, true
		}
	}
	return cti.Recording{}, false
}

// recordMark is how the recording that keeps a row is doing.
func recordMark(s *cti.Snapshot, id cti.RecID) RecordMark {
	r, ok := findRecording(s.Recordings, id)
	switch {
	case !ok:
		return NotRecorded
	case r.Fault != "":
		return RecordingFailed
	case r.Paused:
		return RecordingPaused
	}
	return Recorded
}

// recordChip is the mark as it is read in the row.
func recordChip(m RecordMark) Chip {
	switch m {
	case Recorded:
		return Chip{Word: lang.Recording.String(), Role: Stop}
	case RecordingPaused:
		return Chip{Word: lang.RecordPaused.String(), Role: Wait}
	case RecordingFailed:
		return Chip{Word: lang.RecordFault.String(), Role: Stop}
	case NotRecorded:
	}
	return Chip{}
}
