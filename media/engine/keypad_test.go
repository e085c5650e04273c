package engine

import (
	"testing"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

// The operator hears the keys, one after the other; the far end gets them as events and hears no tone of ours.
func TestOperatorHearsTheKeys(t *testing.T) {
	s := newStudio(t, nil)
	party := s.call("a", 8000)
	s.talk("a")
	s.devices()
	s.step(settled)
	s.forget()
	s.Do(cti.EchoDigits{Call: "a", Digits: "59"})
	s.step(2*keyEvery + 20)
	ear := s.card.Heard(media.Speaker)
	for _, f := range []float64{770, 1336, 852, 1477} {
		loudest := float64(media.Silence)
		for from := 0; from+deviceRate/20 <= len(ear); from += deviceRate / 100 {
			loudest = max(loudest, audiotest.LevelAt(ear[from:from+deviceRate/20], f, deviceRate))
		}
		if loudest < -30 {
			t.Errorf("of the keys, %v Hz is at most at %.1f dBFS in the ear", f, loudest)
		}
	}
	for _, f := range []float64{770, 1336} {
		if level := audiotest.LevelAt(party.take(), f, 8000); level > -60 {
			t.Errorf("the far end hears %v Hz at %.1f dBFS", f, level)
		}
	}
}
