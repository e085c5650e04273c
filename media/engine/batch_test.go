package engine

import (
	"testing"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/media"
	"cordboard/media/audiotest"
)

// wake lets as much time pass as the engine asks for until its next wake-up, n times, and returns the ticks of the last.
func (s *studio) wake(n int) (ticks int) {
	for range n {
		ticks = s.tick.batch()
		for range ticks {
			s.step(1)
		}
	}
	return ticks
}

func TestCallsAmongThemselvesAreTickedInPairs(t *testing.T) {
	s := newStudio(t, nil)
	a, b := s.call("a", 8000), s.call("b", 8000)
	s.devices()
	s.talk("a")
	if n := s.wake(settled); n != 1 {
		t.Errorf("%d ticks at a wake-up while the operator talks, want 1", n)
	}

	s.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: both("a", "b")}})
	if n := s.wake(settled); n != 2 {
		t.Errorf("%d ticks at a wake-up while only calls talk, want 2", n)
	}
	s.forget()
	s.wake(50)
	hears(t, "a", a.take(), 8000, audiotest.Freq(1))
	hears(t, "b", b.take(), 8000, audiotest.Freq(0))

	s.talk("a")
	if n := s.wake(settled); n != 1 {
		t.Errorf("%d ticks at a wake-up when the operator is back, want 1", n)
	}
	s.forget()
	s.wake(50)
	hears(t, "a with the operator back", a.take(), 8000, micFreq)
	hears(t, "the operator", s.card.Heard(media.Speaker), deviceRate, audiotest.Freq(0))
}

func TestPacketsOfOneTickAreNotPaired(t *testing.T) {
	s := newStudio(t, func(c *Config) { c.Sound = fake.New(nil, nil) })
	s.call("a", 8000)
	if n := s.wake(settled); n != 2 {
		t.Errorf("%d ticks at a wake-up with packets of 20 ms and no device, want 2", n)
	}
	s.call("b", 8000)
	short := cti.MediaSession{Codec: cti.Codec{Name: "test", Rate: 8000}, Ptime: 10}
	s.Do(cti.ApplySession{Call: "b", Session: short})
	if n := s.wake(1); n != 1 {
		t.Errorf("%d ticks at a wake-up with packets of 10 ms, want 1", n)
	}
}
