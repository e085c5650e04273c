package engine

import (
	"fmt"
	"path/filepath"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/mix"
	"cordboard/media/record"
)

// MaxRecordings is how many recordings can run at the same time.
const MaxRecordings = 16

// recording is a running recording. The Engine's mutex guards it; the tick knows it as a take.
type recording struct {
	files *record.Recorder
	slot  int // of our side; theirs is the next one
}

// followRecordings starts what the plan has and no recorder yet, and ends what it has no more.
func (e *Engine) followRecordings() {
	planned := map[cti.RecID]bool{}
	for _, p := range e.plan.Recordings {
		planned[p.ID] = true
		if e.takes[p.ID] == nil {
			if err := e.startRecording(p); err != nil {
				e.cfg.Log.Error("recording", "id", p.ID, "err", err)
				e.takes[p.ID] = &recording{} // told once, not at every plan
				e.tell(cti.RecordingFailed{Rec: p.ID, Reason: err.Error()})
			}
		}
		if r := e.takes[p.ID]; r.files != nil && p.Many {
			r.files.SetMany()
		}
	}
	for id, r := range e.takes {
		if !planned[id] {
			delete(e.takes, id)
			e.endRecording(r)
		}
	}
}

// tell posts news without the Engine's mutex, since whoever takes it may wait for us.
func (e *Engine) tell(in cti.Input) { e.closing.Go(func() { e.cfg.Post(in) }) }

// startRecording makes the recorder of a plan's recording. Its files are opened by a goroutine of its own.
func (e *Engine) startRecording(p cti.PlannedRecording) error {
	slot, ok := e.freeTake()
	switch {
	case !ok:
		return fmt.Errorf("%d recordings are running already, which is all that the desk can do", MaxRecordings)
	case e.cfg.Recordings == "" || !cti.CallID(p.ID).Valid():
		return fmt.Errorf("there is no folder for this recording")
	}
	e.takes[p.ID] = &recording{slot: slot, files: record.Start(record.Config{
		Folder: func() string { return recordingFolder(e.cfg.Recordings, p.ID) }, ID: string(p.ID), Owner: string(p.Owner), Many: p.Many,
		Failed: func(why string) { e.cfg.Post(cti.RecordingFailed{Rec: p.ID, Reason: why}) },
	})}
	return nil
}

// freeTake finds mixer slots that no recording has.
func (e *Engine) freeTake() (slot int, ok bool) {
	for slot = slotRecords; slot < slots; slot += 2 {
		taken := false
		for _, r := range e.takes {
			taken = taken || r.files != nil && r.slot == slot
		}
		if !taken {
			return slot, true
		}
	}
	return 0, false
}

// recordingFolder is where a recording is kept: by month, but one that goes on after a restart stays where it began.
func recordingFolder(root string, id cti.RecID) string {
	if begun, err := filepath.Glob(filepath.Join(root, "*", string(id))); err == nil && len(begun) > 0 {
		return begun[0]
	}
	return filepath.Join(root, time.Now().Format("2006-01"), string(id))
}

// endRecording completes the files in the background: a slow disk must not hold up the calls.
func (e *Engine) endRecording(r *recording) {
	if r.files != nil {
		e.closing.Go(r.files.Close)
	}
}

// mark notes something in a recording.
func (e *Engine) mark(m cti.MarkRecording) error {
	r := e.takes[m.Rec]
	if r == nil || r.files == nil {
		return fmt.Errorf("no recording %s to put a mark into", m.Rec)
	}
	r.files.Mark(record.Mark{At: m.At, Kind: string(m.Kind), Call: string(m.Call), Text: m.Text})
	return nil
}

// take is a recording as the tick knows it.
type take struct {
	tap    *record.Tap
	slot   int
	tracks []track
}

// track is a kept party of a take.
type track struct{ number, slot int }

// addTakes makes the recordings of a plan ready for the tick: our side hears the operator, theirs every kept party that
// somebody hears, as loud as it is heard. A paused recording has no take at all.
func (p *patch) addTakes(planned []cti.PlannedRecording, legs map[cti.CallID]*leg, running map[cti.RecID]*recording) {
	loudness := p.loudness()
	for _, plan := range planned {
		r := running[plan.ID]
		if r == nil || r.files == nil || plan.Paused {
			continue
		}
		t := take{tap: r.files.Tap(), slot: r.slot}
		if plan.Us {
			p.gains = append(p.gains, gain{r.slot, slotOperator, 1})
		}
		for _, id := range plan.Tracks {
			number, room := r.files.Track(string(id))
			slot, ok := slotOf(id, legs)
			if !room || !ok {
				continue
			}
			t.tracks = append(t.tracks, track{number, slot})
			p.gains = append(p.gains, gain{r.slot + 1, slot, loudness[slot]})
		}
		p.takes = append(p.takes, t)
	}
}

// loudness is the highest gain at which each source is heard by anybody.
func (p *patch) loudness() [slots]float32 {
	var all [slots]float32
	for _, g := range p.gains {
		all[g.source] = max(all[g.source], g.value)
	}
	return all
}

// gates are the sources that tracks let through, with a fade of one tick where that changes.
type gates struct {
	open  [slots]bool
	frame [media.MaxFrame]int16
}

// record hands the tick's sound to the recordings.
func (t *ticker) record() {
	for _, take := range t.patch.takes {
		us, them := t.mixer.Out(take.slot), t.mixer.Out(take.slot+1)
		if !take.tap.Begin(us, them, len(take.tracks)) {
			continue // the disk is too slow; the recording counts it
		}
		for _, k := range take.tracks {
			take.tap.Track(k.number, t.gates.pass(t.mixer, k.slot, t.patch.heard[k.slot]))
		}
	}
	t.gates.open = t.patch.heard
}

// pass is what a source says, silent while nobody hears it: what is held or silenced is in no recording either.
func (g *gates) pass(m *mix.Mixer, slot int, open bool) []int16 {
	pcm := m.In(slot)
	was := g.open[slot]
	if was && open {
		return pcm
	}
	out := g.frame[:len(pcm)]
	clear(out)
	if was == open {
		return out
	}
	for i, s := range pcm {
		part := i
		if was {
			part = len(pcm) - i
		}
		out[i] = int16(int(s) * part / len(pcm))
	}
	return out
}
