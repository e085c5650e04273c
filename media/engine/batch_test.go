package engine

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

// wake lets as much time pass as the engine asks for until its next wake-up, n times, and returns the ticks of the last.
func (s *studio) wake(n int) (ticks int) {
	for range n {
		ticks = s.tick.batch()
		s.card.Advance(ticks * media.MaxFrame)
		s.tick.ticks(ticks, 0)
	}
	return ticks
}

// shorten gives a call packets of 10 ms.
func (s *studio) shorten(id cti.CallID) {
	short := cti.MediaSession{Codec: cti.Codec{Name: "test", Rate: 8000}, Ptime: 10}
	s.Do(cti.ApplySession{Call: id, Session: short})
}

func TestTicksComeInPairsAndNobodyHearsIt(t *testing.T) {
	s := newStudio(t, nil)
	a, b := s.call("a", 8000), s.call("b", 8000)
	s.devices()
	edges := append(both("a", "b"), both("a", cti.Operator)...)
	s.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: edges}})
	if n := s.wake(settled); n != 2 {
		t.Errorf("%d ticks at a wake-up, want 2", n)
	}
	s.forget()
	s.wake(100)
	hears(t, "a", a.take(), 8000, audiotest.Freq(1), micFreq)
	hears(t, "b", b.take(), 8000, audiotest.Freq(0))
	ear := s.card.Heard(media.Speaker)
	hears(t, "the operator", ear, deviceRate, audiotest.Freq(0))
	noJump(t, "the operator", ear, audiotest.Freq(0), deviceRate)
	if got := s.Pacing().UnderRuns; got > 0 {
		t.Errorf("%d under-runs of the devices", got)
	}
}

// What lies in the rings between two wake-ups is no reserve: the delay of the devices is that of single ticks.
func TestPairsLeaveNoDelayAtTheDevices(t *testing.T) {
	for _, pairs := range []bool{true, false} {
		s := newStudio(t, nil)
		s.call("a", 8000)
		if !pairs {
			s.shorten("a")
		}
		s.devices()
		s.talk("a")
		s.wake(1000)
		capture, playback := s.desk.delay()
		latency := msOf(time.Duration(s.desk.latency[0].Load()))
		if most := latency + reserveFirst/ms + 1; capture > most || playback > most {
			t.Errorf("pairs %v: %.1f and %.1f ms of delay at the devices, want %.1f at most", pairs, capture, playback, most)
		}
	}
}

func TestPacketsOfOneTickAreNotPaired(t *testing.T) {
	s := newStudio(t, nil)
	s.call("a", 8000)
	s.devices()
	s.talk("a")
	if n := s.wake(settled); n != 2 {
		t.Errorf("%d ticks at a wake-up with packets of 20 ms, want 2", n)
	}
	s.call("b", 8000)
	s.shorten("b")
	if n := s.wake(1); n != 1 {
		t.Errorf("%d ticks at a wake-up with packets of 10 ms, want 1", n)
	}
	s.wake(settled)
	s.forget()
	s.wake(50)
	hears(t, "the operator", s.card.Heard(media.Speaker), deviceRate, audiotest.Freq(0))
}

// While the wake-ups move, the card has more or fewer samples between them.
func TestDevicesFollowTheBeatThatMoves(t *testing.T) {
	const step = int(slewStep * deviceRate / time.Second)
	for _, samples := range []int{-step, step} {
		s := newStudio(t, nil)
		a := s.call("a", 8000)
		s.devices()
		s.talk("a")
		s.wake(settled)
		s.forget()
		for range 2 * media.MaxFrame / step { // 20 ms in all
			n := s.tick.batch()
			s.card.Advance(n*media.MaxFrame - samples)
			s.tick.ticks(n, float64(samples)/float64(2*media.MaxFrame)*1e6)
		}
		noJump(t, "the operator", s.card.Heard(media.Speaker), audiotest.Freq(0), deviceRate)
		noJump(t, "a", a.take(), micFreq, 8000)
		s.wake(settled)
		hears(t, "a", a.take(), 8000, micFreq)
		capture, playback := s.desk.delay()
		if got := s.Pacing().UnderRuns; got > 0 || max(capture, playback) > 17 {
			t.Errorf("%d samples less at a wake-up: %d under-runs, %.1f and %.1f ms of delay", samples, got, capture, playback)
		}
	}
}
