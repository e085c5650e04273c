package record

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordboard/media/audiotest"
	"cordboard/media/wav"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		recordUntilKilled(dir)
	}
	goleak.VerifyTestMain(m)
}

// faults collects what Config.Failed is told.
type faults struct {
	mu  sync.Mutex
	all []string
	ch  chan string
}

func newFaults() *faults { return &faults{ch: make(chan string, 16)} }

func (f *faults) tell(s string) {
	f.mu.Lock()
	f.all = append(f.all, s)
	f.mu.Unlock()
	f.ch <- s
}

// at is a folder that is known.
func at(dir string) func() string { return func() string { return dir } }

func start(t *testing.T, f *faults, dir string) *Recorder {
	t.Helper()
	r := Start(Config{Folder: at(dir), ID: "rec", Owner: "a", Failed: f.tell, Poll: time.Millisecond})
	t.Cleanup(r.Close)
	return r
}

const tick = Rate / 100

// frame is the tick of that number out of an endless sine.
func frame(number int, hz float64) []int16 {
	return audiotest.Sine((number+1)*tick, hz, Rate, -12)[number*tick:]
}

func read(t *testing.T, dir, name string) wav.Sound {
	t.Helper()
	s, err := wav.Read(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// side takes one channel out of a stereo file.
func side(s wav.Sound, channel int) []int16 {
	var pcm []int16
	for i := channel; i < len(s.PCM); i += s.Channels {
		pcm = append(pcm, s.PCM[i])
	}
	return pcm
}

func TestCallIsStereo(t *testing.T) {
	dir, f := filepath.Join(t.TempDir(), "rec"), newFaults()
	r := start(t, f, dir)
	for i := range 30 {
		if !r.Tap().Begin(frame(i, 440), frame(i, 700), 0) {
			t.Fatal("no room in an empty ring")
		}
	}
	r.Close()
	s := read(t, dir, "call.wav")
	us, them := audiotest.Sine(30*tick, 440, Rate, -12), audiotest.Sine(30*tick, 700, Rate, -12)
	if s.Rate != Rate || s.Channels != 2 || !slices.Equal(side(s, 0), us) || !slices.Equal(side(s, 1), them) {
		t.Errorf("%d Hz, %d channels, %d samples of %d", s.Rate, s.Channels, len(s.PCM), 2*len(us))
	}
	if len(f.all) != 0 {
		t.Errorf("faults %q", f.all)
	}
}

// R75: a conference has a track for each member, every sample at its place, also of who came late or was away for a while.
func TestTracksAreAligned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rec")
	r := start(t, newFaults(), dir)
	r.SetMany()
	for i := range 40 {
		here := []string{"a", "b"}
		if i < 10 || i >= 20 && i < 30 {
			here = here[:1]
		}
		r.Tap().Begin(frame(i, 300), frame(i, 500), len(here))
		for k, call := range here {
			n, ok := r.Track(call)
			if !ok || n != k {
				t.Fatalf("track %d of %s", n, call)
			}
			r.Tap().Track(n, frame(i, []float64{500, 900}[n]))
		}
	}
	r.Close()
	late := audiotest.Sine(40*tick, 900, Rate, -12)
	clear(late[:10*tick])
	clear(late[20*tick : 30*tick])
	if got := read(t, dir, "track-02.wav").PCM; !slices.Equal(got, late) {
		t.Errorf("the late party has %d samples, want %d, at their places", len(got), len(late))
	}
	if got := read(t, dir, "track-01.wav").PCM; !slices.Equal(got, audiotest.Sine(40*tick, 500, Rate, -12)) {
		t.Errorf("the first party has %d samples", len(got))
	}
	x, err := ReadIndex(dir)
	if err != nil || len(x.Parts) != 1 || len(x.Parts[0].Tracks) != 2 || x.Parts[0].Tracks[1] != (Track{2, "b", "track-02.wav"}) {
		t.Errorf("%+v, %v", x, err)
	}
}

// A call of another rate joins: the recording stays at its own.
func TestMixRateMayChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rec")
	r := start(t, newFaults(), dir)
	for _, rate := range []int{8000, 48000, 16000} {
		pcm := audiotest.Sine(rate, 600, rate, -12)
		for at := 0; at < len(pcm); at += rate / 100 {
			r.Tap().Begin(pcm[at:at+rate/100], pcm[at:at+rate/100], 0)
		}
	}
	r.Close()
	s := read(t, dir, "call.wav")
	if len(s.PCM) != 3*2*Rate {
		t.Fatalf("%d samples of 3 s", len(s.PCM)/2)
	}
	left := side(s, 0)
	for i := range 3 {
		if level := audiotest.LevelAt(left[i*Rate+Rate/4:(i+1)*Rate], 600, Rate); level < -13 || level > -11 {
			t.Errorf("second %d: the tone is at %.1f dBFS", i, level)
		}
	}
}

func TestMarksKeepTheirPlace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rec")
	r := start(t, newFaults(), dir)
	for i := range 30 {
		if i == 12 {
			r.Mark(Mark{Kind: "hold", Call: "a"})
		}
		r.Tap().Begin(frame(i, 500), frame(i, 500), 0)
	}
	r.Mark(Mark{Kind: "leave", Call: "a"})
	r.Close()
	x, err := ReadIndex(dir)
	if err != nil || len(x.Parts[0].Marks) != 2 || x.Parts[0].Marks[0].Sample != 12*tick || x.Parts[0].Marks[1].Sample != 30*tick {
		t.Errorf("%+v, %v", x.Parts, err)
	}
}

// A program that was killed goes on in the same recording.
func TestSecondPart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rec")
	for range 2 {
		r := start(t, newFaults(), dir)
		r.Tap().Begin(frame(0, 500), frame(0, 500), 0)
		r.Close()
	}
	x, err := ReadIndex(dir)
	if err != nil || len(x.Parts) != 2 || x.Parts[1].Call != "call-2.wav" {
		t.Fatalf("%+v, %v", x, err)
	}
	for _, p := range x.Parts {
		if n := len(read(t, dir, p.Call).PCM); n != 2*tick {
			t.Errorf("%s has %d samples", p.Call, n)
		}
	}
}

// A ring that is full costs the sound of that time in all tracks alike, and says so.
func TestSlowDiskIsCounted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rec")
	r := Start(Config{Folder: at(dir), ID: "rec", Failed: func(string) {}, Poll: time.Hour})
	long := make([]int16, 480)
	kept, lost := 0, 0
	for range ringWords/(blockHead+2*480) + 10 {
		if r.Tap().Begin(long, long, 0) {
			kept++
		} else {
			lost++
		}
	}
	r.Close()
	x, err := ReadIndex(dir)
	if err != nil || lost < 9 || x.Parts[0].Lost != uint64(lost*10) {
		t.Errorf("%d ticks lost, index %+v, %v", lost, x.Parts, err)
	}
	if n := len(read(t, dir, "call.wav").PCM); n != kept*2*tick {
		t.Errorf("%d samples of %d", n, kept*2*tick)
	}
}

func TestFolderThatGoesAway(t *testing.T) {
	dir, f := filepath.Join(t.TempDir(), "rec"), newFaults()
	r := start(t, f, dir)
	pcm := frame(0, 500)
	for !fileThere(dir) { // made by the writer's goroutine
		r.Tap().Begin(pcm, pcm, 0)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	select {
	case why := <-f.ch:
		if !strings.Contains(why, "has gone") {
			t.Errorf("said %q", why)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nobody was told")
	}
	for fits := 0; fits < 2*ringWords/(2*tick); { // the writer goes on to make room
		if r.Tap().Begin(pcm, pcm, 0) {
			fits++
		}
	}
	r.Close()
	if len(f.all) != 1 {
		t.Errorf("told %q", f.all)
	}
}

func fileThere(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, IndexFile))
	return err == nil
}

func TestFolderThatCannotBeMade(t *testing.T) {
	f := newFaults()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, f, filepath.Join(file, "rec")).Close()
	if len(f.all) != 1 || !strings.Contains(f.all[0], "the call goes on") {
		t.Errorf("said %q", f.all)
	}
}

// The tick allocates nothing.
func TestTapAllocatesNothing(t *testing.T) {
	r := Start(Config{Folder: at(filepath.Join(t.TempDir(), "rec")), ID: "rec", Failed: func(string) {}, Poll: time.Hour})
	t.Cleanup(r.Close)
	pcm := frame(0, 500)
	if n := testing.AllocsPerRun(100, func() {
		if r.Tap().Begin(pcm, pcm, 1) {
			r.Tap().Track(0, pcm)
		}
	}); n != 0 {
		t.Errorf("%.1f allocations a tick", n)
	}
}
