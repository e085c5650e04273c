//go:build cgo && linux

package e2e

import (
	"path/filepath"
	"slices"
	"testing"

	"cordboard/cti"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// recorded reads a file of the desk's only recording; its newest second when it still runs.
func (d *desk) recorded(name string) wav.Sound {
	d.t.Helper()
	found, err := filepath.Glob(filepath.Join(d.home, "recordings", "*", "*", name))
	if err != nil || len(found) != 1 {
		d.t.Fatalf("%s is found %d times, %v", name, len(found), err)
	}
	s, err := wav.Read(found[0])
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// keptAbove in dBFS is what a talker has in a recording. A guest whose machine is short of breath crackles, which is in all
// tones a little; how silent an unselected member is has a test of the media engine.
const keptAbove = -30

// tones lists the tones of a table's places in one channel of a recording: those that are in most of the tenths of its last
// second. A longer look would take a tone whose desk is bringing its clock in line for another one.
func (tb *table) tones(s wav.Sound, channel int) (who []int) {
	const tenths = 10
	var pcm []int16
	for i := channel; i < len(s.PCM); i += s.Channels {
		pcm = append(pcm, s.PCM[i])
	}
	n := s.Rate / tenths
	pcm = pcm[max(len(pcm)-(tenths+3)*n, 0):max(len(pcm)-3*n, 0)] // the end may be of calls that end one after another
	heard := make([]int, len(tb.desks))
	for at := 0; at+n <= len(pcm); at += n {
		for _, i := range audiotest.Heard(pcm[at:at+n], s.Rate, len(heard), keptAbove) {
			heard[i]++
		}
	}
	for i, times := range heard {
		if times > tenths/2 {
			who = append(who, i)
		}
	}
	return who
}

// R74, R88, R75: a call is recorded at a press, us and them, also through a conference that it joins; the conference has a
// track for each member, and the history row finds it.
func TestRecordingAtAPress(t *testing.T) {
	tb := newTable(t, 3)
	op := tb.operator()
	for i := 1; i <= 3; i++ {
		tb.call(i)
	}
	op.do("conference", tb.calls[1], tb.calls[2], tb.calls[3])
	rec := op.do("record", tb.calls[1], tb.calls[2])
	op.await("it is recorded", func(s *cti.Snapshot) bool { return len(s.Recordings) == 1 && string(s.Recordings[0].ID) == rec })
	tb.hear("all hear all", []int{1, 2, 3}, []int{0, 2, 3}, []int{0, 1, 3}, []int{0, 1, 2})
	op.do("stop-recording")
	op.await("it has ended", func(s *cti.Snapshot) bool { return len(s.Recordings) == 0 })
	for i := 1; i <= 3; i++ {
		op.do("hangup", tb.calls[i])
	}
	if row := op.row(tb.calls[1]); row.Recorded != 1 {
		t.Errorf("the owner's row has %d recordings", row.Recorded)
	}
	op.do("quit") // which completes the files
	<-op.exited
	for _, want := range []struct {
		name    string
		channel int
		tones   []int
	}{{"call.wav", 0, []int{0}}, {"call.wav", 1, []int{1, 2}}, {"track-01.wav", 0, []int{1}}, {"track-02.wav", 0, []int{2}}} {
		if got := tb.tones(op.recorded(want.name), want.channel); !slices.Equal(got, want.tones) {
			t.Errorf("%s, channel %d has the tones of %v, want %v", want.name, want.channel, got, want.tones)
		}
	}
}

// R66, R75: the desk is killed while it records: what was kept plays, and the recording goes on with the call.
func TestRecordingGoesOnAfterAKill(t *testing.T) {
	tb := newTable(t, 1)
	op := tb.operator()
	tb.call(1)
	op.do("record", tb.calls[1])
	tb.hear("both hear each other", []int{1}, []int{0})
	op.kill()
	op.call(tb.calls[1], "taken up again", talking)
	tb.hear("after the crash", []int{1}, []int{0})
	if got := tb.tones(op.recorded("call.wav"), 1); !slices.Equal(got, []int{1}) {
		t.Errorf("before the crash the tones of %v were kept", got)
	}
	if got := tb.tones(op.recorded("call-2.wav"), 1); !slices.Equal(got, []int{1}) {
		t.Errorf("after the crash the tones of %v were kept", got)
	}
}
