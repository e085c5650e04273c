package engine

import (
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

const tapeFreq = 700.0

// tapeFile writes a second of a tone as a recording of a call is written: us on the left, them on the right.
func tapeFile(t *testing.T, rate int, freq float64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "call.wav")
	w, err := wav.Create(path, rate, 2)
	if err != nil {
		t.Fatal(err)
	}
	var both []int16
	for _, s := range audiotest.Sine(rate, freq, rate, speechLevel) {
		both = append(both, s, s)
	}
	if err := w.Write(both); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// until lets ticks pass until something is so. The reader of a tape is a goroutine of its own and gets its turn in between.
func (s *studio) until(what string, so func() bool) {
	s.t.Helper()
	for late := time.Now().Add(patience); !so(); runtime.Gosched() {
		if time.Now().After(late) {
			s.t.Fatalf("never %s", what)
		}
		if s.Engine.lead() > 0 || !s.playing() {
			s.step(1)
		}
	}
}

func (s *studio) playing() bool { _, _, on := s.Playing(); return on }

// lead is what the reader of the tape is ahead of the tick.
func (e *Engine) lead() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tape == nil {
		return 0
	}
	return e.tape.ring.Len()
}

// playThrough plays files to their end and returns what the operator heard of it.
func (s *studio) playThrough(from time.Duration, files ...string) []int16 {
	s.t.Helper()
	s.forget()
	if _, err := s.Play(files, from); err != nil {
		s.t.Fatal(err)
	}
	s.opened(media.Speaker, headset)
	s.step(5) // the device begins
	s.until("at the end of the recording", func() bool { return !s.playing() })
	s.step(20)
	return s.card.Heard(media.Speaker)
}

// loud is how many milliseconds of a tone there are.
func loud(pcm []int16, freq float64) (total int) {
	for ; len(pcm) >= 10*ms; pcm = pcm[10*ms:] {
		if audiotest.LevelAt(pcm[:10*ms], freq, deviceRate) > speechLevel-6 {
			total += 10
		}
	}
	return total
}

func TestRecordingIsPlayedToTheOperator(t *testing.T) {
	for _, rate := range rates {
		s := newStudio(t, nil)
		if got := loud(s.playThrough(0, tapeFile(t, rate, tapeFreq)), tapeFreq); math.Abs(float64(got)-1000) > 60 {
			t.Errorf("%d Hz: %d ms of a second are heard", rate, got)
		}
	}
}

func TestRecordingIsPlayedFromAPlaceAndInParts(t *testing.T) {
	s := newStudio(t, nil)
	first, second := tapeFile(t, 16000, tapeFreq), tapeFile(t, 8000, 1900)
	heard := s.playThrough(600*time.Millisecond, first, second)
	if a, b := loud(heard, tapeFreq), loud(heard, 1900); math.Abs(float64(a)-400) > 60 || math.Abs(float64(b)-1000) > 60 {
		t.Errorf("%d ms of the first part, %d of the second; want 400 and 1000", a, b)
	}
	heard = s.playThrough(1500*time.Millisecond, first, second)
	if a, b := loud(heard, tapeFreq), loud(heard, 1900); a != 0 || math.Abs(float64(b)-500) > 60 {
		t.Errorf("%d ms of the first part, %d of the second; want 0 and 500", a, b)
	}
}

func TestPlayingTellsWhereItIsAndStops(t *testing.T) {
	s := newStudio(t, nil)
	length, err := s.Play([]string{tapeFile(t, 16000, tapeFreq)}, 200*time.Millisecond)
	if err != nil || length != time.Second {
		t.Fatal(length, err)
	}
	if at, _, on := s.Playing(); !on || at != 200*time.Millisecond {
		t.Errorf("at the beginning: %v, %v", at, on)
	}
	s.opened(media.Speaker, headset)
	s.until("half way", func() bool { at, _, on := s.Playing(); return on && at >= 500*time.Millisecond })
	s.StopPlaying()
	s.step(50)
	s.forget()
	s.step(20)
	if got := loud(s.card.Heard(media.Speaker), tapeFreq); got != 0 || s.playing() {
		t.Errorf("%d ms are heard after the stop", got)
	}
}

func TestCallComesBeforeARecording(t *testing.T) {
	s := newStudio(t, nil)
	file := tapeFile(t, 16000, tapeFreq)
	if _, err := s.Play([]string{file}, 0); err != nil {
		t.Fatal(err)
	}
	s.call("a", 8000)
	s.talk("a")
	if s.playing() {
		t.Error("the recording goes on in the call")
	}
	if _, err := s.Play([]string{file}, 0); err == nil || !strings.Contains(err.Error(), "a call is open") {
		t.Errorf("within a call: %v", err)
	}
	s.devices()
	s.step(50)
	s.forget()
	s.step(50)
	if got := loud(s.card.Heard(media.Speaker), tapeFreq); got != 0 {
		t.Errorf("%d ms of the recording are heard in the call", got)
	}
	if audiotest.LevelAt(s.ports["a"].take(), tapeFreq, 8000) > -60 {
		t.Error("the caller hears the recording")
	}
	s.Do(cti.ApplyPlan{}) // the call is held
	if _, err := s.Play([]string{file}, 0); err != nil {
		t.Errorf("with the call on hold: %v", err)
	}
	s.StopPlaying()
}

func TestFilesThatCannotBePlayedAreNamed(t *testing.T) {
	s := newStudio(t, nil)
	for _, file := range []string{filepath.Join(t.TempDir(), "none.wav"), tapeFile(t, 44100, tapeFreq)} {
		if _, err := s.Play([]string{file}, 0); err == nil || s.playing() {
			t.Errorf("%s is played", file)
		}
	}
}
