package engine

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"cordboard/cti"
	"cordboard/media/audiotest"
	"cordboard/media/record"
	"cordboard/media/wav"
)

// recordings is a studio that keeps its recordings in a folder.
func recordings(t *testing.T) (*studio, string) {
	t.Helper()
	dir := t.TempDir()
	return newStudio(t, func(c *Config) { c.Recordings = dir }), dir
}

// roundTable is a plan in which all hear all, the operator too.
func roundTable(parties ...cti.PartyID) cti.Plan {
	var p cti.Plan
	for i, a := range parties {
		for _, b := range parties[i+1:] {
			p.Edges = append(p.Edges, both(a, b)...)
		}
	}
	return p
}

// finished ends all recordings and returns the folder of one.
func (s *studio) finished(p cti.Plan, root string, id cti.RecID) string {
	s.t.Helper()
	p.Recordings = nil
	s.Do(cti.ApplyPlan{Plan: p})
	s.closing.Wait()
	found, err := filepath.Glob(filepath.Join(root, "*", string(id)))
	if err != nil || len(found) != 1 {
		s.t.Fatalf("the recording is in the folders %q, %v", found, err)
	}
	return found[0]
}

// kept reads one channel of a file.
func kept(t *testing.T, dir, name string, channel int) []int16 {
	t.Helper()
	sound, err := wav.Read(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var pcm []int16
	for i := channel; i < len(sound.PCM); i += sound.Channels {
		pcm = append(pcm, sound.PCM[i])
	}
	return pcm
}

// R74, R88: a call is stereo, us left, them right; who is not selected is nowhere in it.
func TestRecordingOfACallLeavesTheOthersOut(t *testing.T) {
	s, root := recordings(t)
	for i, rate := range []int{8000, 48000} {
		s.call(callID(i), rate)
	}
	s.devices()
	p := roundTable(cti.Operator, "call-0", "call-1")
	p.Recordings = []cti.PlannedRecording{{ID: "rec", Owner: "call-0", Tracks: []cti.PartyID{"call-0"}, Us: true}}
	s.Do(cti.ApplyPlan{Plan: p})
	s.step(settled + 100)
	dir := s.finished(p, root, "rec")
	hears(t, "the left side", kept(t, dir, "call.wav", 0), record.Rate, micFreq)
	hears(t, "the right side", kept(t, dir, "call.wav", 1), record.Rate, audiotest.Freq(0))
	if _, err := os.Stat(filepath.Join(dir, "track-01.wav")); err == nil {
		t.Error("a call has a track besides")
	}
}

// R75: the tone of member k is in track k alone.
func TestEveryMemberHasATrackOfItsOwn(t *testing.T) {
	s, root := recordings(t)
	var members []cti.PartyID
	for i := range 4 {
		s.call(callID(i), rates[i%len(rates)])
		members = append(members, cti.PartyID(callID(i)))
	}
	s.devices()
	p := roundTable(append([]cti.PartyID{cti.Operator}, members...)...)
	p.Recordings = []cti.PlannedRecording{{ID: "rec", Owner: "call-0", Tracks: members[:3], Us: true, Many: true}}
	s.Do(cti.ApplyPlan{Plan: p})
	s.step(settled + 100)
	dir := s.finished(p, root, "rec")
	for i, name := range []string{"track-01.wav", "track-02.wav", "track-03.wav"} {
		hears(t, name, kept(t, dir, name, 0), record.Rate, audiotest.Freq(i))
	}
	hears(t, "the mix", kept(t, dir, "call.wav", 1), record.Rate, audiotest.Freq(0), audiotest.Freq(1), audiotest.Freq(2))
}

// Mute, hold and pause hold for recordings too, and none of them clicks.
func TestRecordingKeepsWhatIsHeardOnly(t *testing.T) {
	s, root := recordings(t)
	s.call("call-0", 16000)
	s.devices()
	talk := roundTable(cti.Operator, "call-0")
	rec := cti.PlannedRecording{ID: "rec", Owner: "call-0", Tracks: []cti.PartyID{"call-0"}, Us: true, Many: true}
	paused := rec
	paused.Paused = true
	held := cti.PlannedRecording{ID: "rec", Owner: "call-0", Tracks: rec.Tracks, Many: true}
	s.step(settled)
	for _, part := range []struct {
		edges []cti.Edge
		rec   cti.PlannedRecording
	}{{talk.Edges, rec}, {nil, held}, {talk.Edges, rec}, {talk.Edges, paused}, {talk.Edges, rec}} {
		s.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: part.edges, Recordings: []cti.PlannedRecording{part.rec}}})
		s.Do(cti.MarkRecording{Rec: "rec", Kind: cti.MarkHold, Call: "call-0"})
		s.step(50)
	}
	dir := s.finished(talk, root, "rec")
	const half = record.Rate / 2
	for _, file := range []struct {
		name    string
		channel int
		freq    float64
	}{{"call.wav", 0, micFreq}, {"call.wav", 1, audiotest.Freq(0)}, {"track-01.wav", 0, audiotest.Freq(0)}} {
		pcm := kept(t, dir, file.name, file.channel)
		if len(pcm) != 4*half {
			t.Fatalf("%s has %d ms; what was paused must not be in it", file.name, len(pcm)*1000/record.Rate)
		}
		hears(t, file.name+" in the talk", pcm[:half], record.Rate, file.freq)
		hears(t, file.name+" on hold", pcm[half:2*half], record.Rate)
		hears(t, file.name+" after all", pcm, record.Rate, file.freq)
		if steep := steepest(pcm); steep > 2*steepest(pcm[half/2:half]) {
			t.Errorf("%s clicks: a step of %d where the tone itself makes %d", file.name, steep, steepest(pcm[half/2:half]))
		}
	}
	x, err := record.ReadIndex(dir)
	if err != nil || len(x.Parts[0].Marks) != 5 || x.Parts[0].Marks[2].Sample != 2*half {
		t.Errorf("%+v, %v", x.Parts, err)
	}
}

// steepest is the highest step from one sample to the next.
func steepest(pcm []int16) int {
	steep := 0
	for i := 1; i < len(pcm); i++ {
		steep = max(steep, int(math.Abs(float64(int(pcm[i])-int(pcm[i-1])))))
	}
	return steep
}

// A recording that cannot be made is said in words, once, and the calls go on.
func TestRecordingWithoutAFolderIsSaid(t *testing.T) {
	s := newStudio(t, nil)
	party := s.call("call-0", 8000)
	s.devices()
	p := roundTable(cti.Operator, "call-0")
	p.Recordings = []cti.PlannedRecording{{ID: "rec", Owner: "call-0", Tracks: []cti.PartyID{"call-0"}}}
	s.Do(cti.ApplyPlan{Plan: p})
	s.Do(cti.ApplyPlan{Plan: p})
	s.step(settled)
	s.forget()
	s.step(50)
	hears(t, "the call", party.take(), 8000, micFreq)
	s.closing.Wait()
	told := 0
	for len(s.posts) > 0 {
		if f, ok := (<-s.posts).(cti.RecordingFailed); ok && f.Rec == "rec" && f.Reason != "" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

// The tick allocates nothing for recordings either.
func TestRecordingAllocatesNothing(t *testing.T) {
	s, _ := recordings(t)
	p := cti.Plan{Recordings: []cti.PlannedRecording{{ID: "rec", Owner: "call-0", Us: true, Many: true}}}
	for i := range 4 {
		s.call(callID(i), 16000)
		p.Recordings[0].Tracks = append(p.Recordings[0].Tracks, cti.PartyID(callID(i)))
	}
	s.devices()
	p.Edges = roundTable(p.Recordings[0].Tracks...).Edges
	s.Do(cti.ApplyPlan{Plan: p})
	s.step(settled)
	if n := testing.AllocsPerRun(50, s.tick.record); n != 0 {
		t.Errorf("%.1f allocations a tick", n)
	}
}
