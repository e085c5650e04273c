package engine

import (
	"testing"
	"time"

	"cordboard/media"
	"cordboard/media/audiotest"
)

// A microphone that has nothing to say for a moment must fade, both ways.
func TestMicrophoneThatPausesDoesNotClick(t *testing.T) {
	ring := media.NewRing(ringSize)
	c := newCapture(ring, 10*time.Millisecond)
	tone := audiotest.NewTone(micFreq, deviceRate, speechLevel)
	frame, out := make([]int16, media.MaxFrame), make([]int16, media.MaxFrame)
	var heard []int16
	gaps := 0
	for tick := range 200 {
		if tick%40 < 35 { // else the device is late, by 50 ms
			tone.Fill(frame)
			ring.Write(frame)
		}
		c.read(out, deviceRate, turn{})
		heard = append(heard, out...)
		if media.LevelOf(out) == media.Silence {
			gaps++
		}
	}
	noJump(t, "who listens to the microphone", heard, micFreq, deviceRate)
	if gaps == 0 || gaps > 60 {
		t.Errorf("%d of 200 frames are silent, want those of five pauses of 50 ms and of filling up after them", gaps)
	}
	if n := c.lacked.Load(); n != 5 {
		t.Errorf("%d under-runs are counted, want 5", n)
	}
}

func TestSpeakerThatHasNotBegunGathersNoDelay(t *testing.T) {
	ring := media.NewRing(ringSize)
	p := newPlayback(ring, 10*time.Millisecond)
	frame := make([]int16, media.MaxFrame)
	for range 50 {
		p.write(frame, deviceRate, turn{})
	}
	if n := ring.Len(); n != 0 {
		t.Errorf("%d samples wait for a device that has not asked for any", n)
	}
	ring.Read(frame) // its first callback
	p.write(frame, deviceRate, turn{})
	if n := ring.Len(); n < media.MaxFrame || n > media.MaxFrame+reserveFirst+10 {
		t.Errorf("%d samples in the ring after the first write, want a frame and the reserve", n)
	}
}
