package jitter

import (
	"math"
	"testing"
	"time"

	"cordboard/media"
)

// voice is speech-like: a gliding pitch with harmonics, in syllables of 200 ms.
func voice(n, rate int) []int16 {
	pcm := make([]int16, n)
	phase := 0.0
	for i := range pcm {
		t := float64(i) / float64(rate)
		phase += 2 * math.Pi * (140 + 40*math.Sin(2*math.Pi*0.7*t)) / float64(rate)
		v := 0.0
		for h := 1.0; h <= 12; h++ {
			v += math.Sin(h*phase) / (1 + math.Abs(h-4)) // a formant around the fourth harmonic
		}
		pcm[i] = int16(2500 * v * (0.55 - 0.45*math.Cos(2*math.Pi*5*t)))
	}
	return pcm
}

// roughness is the largest jump of the slope between neighbouring samples: what clicks are made of.
func roughness(pcm []int16) (most int) {
	for i := 2; i < len(pcm); i++ {
		d := int(pcm[i]) - 2*int(pcm[i-1]) + int(pcm[i-2])
		most = max(most, d, -d)
	}
	return most
}

func TestVoiceIsMendedWithoutClicks(t *testing.T) {
	for _, n := range []network{
		{loss: 0.05}, {jitter: 60 * time.Millisecond}, {loss: 0.05, jitter: 60 * time.Millisecond}, {drift: 1000}, {drift: -1000},
	} {
		n.codec, n.length, n.seed = pcmu, 30*time.Second, 3
		pcm := voice(int(n.length.Seconds())*8000, 8000)
		heard, _, b := n.play(t, pcm)
		if r, limit := roughness(heard), roughness(pcm)*5/4; r > limit {
			t.Errorf("%+v: a jump of %d, where the voice itself makes %d", n, r, limit)
		}
		if is, want := media.LevelOf(heard), media.LevelOf(pcm); is < want-1 || is > want+1 {
			t.Errorf("%+v: the level is %.1f, not %.1f dBFS; %+v", n, is, want, b.Counters())
		}
	}
}
