package jitter

import (
	"testing"

	"cordboard/media/audiotest"
)

// mended tells in which share of places of a sound the guess would be trusted for long after a loss.
func mended(pcm []int16, rate int, adrift bool) float64 {
	var l line
	l.rate = rate
	long, all := 0, 0
	for at := 0; at+480 <= len(pcm); at += 480 {
		l.push(pcm[at : at+480])
		l.at = l.end
		if l.end < l.ms(historyMS) {
			continue
		}
		var g guess
		var m mend
		g.start(&l)
		if m.begin(&g, &l, adrift); m.hold > 0 {
			long++
		}
		all++
	}
	return float64(long) / float64(all)
}

func TestOnlyPureSoundIsMendedSlowly(t *testing.T) {
	tone := audiotest.Sine(48000, 437.3, 48000, -20)
	if share := mended(tone, 48000, true); share < 0.99 {
		t.Errorf("the guess of a tone is trusted in %.0f %% of all places only", 100*share)
	}
	if share := mended(tone, 48000, false); share > 0 {
		t.Errorf("a decoder that missed nothing is mistrusted in %.0f %% of all places", 100*share)
	}
	if share := mended(voice(96000, 48000), 48000, true); share > 0.4 {
		t.Errorf("the guess of a voice is trusted in %.0f %% of all places", 100*share)
	}
}

// However the packets are cut, the guess fades away over the same samples.
func TestMendGoesOnAcrossPackets(t *testing.T) {
	const n = (mendHoldMS + mendFadeMS) * 48
	for _, piece := range []int{n, 960, 100} {
		g := guess{length: 1, fullMS: 100, endMS: 100}
		g.cycle[0] = 1000
		m := mend{hold: mendHoldMS * 48, fade: mendFadeMS * 48}
		pcm := make([]int16, n+960)
		for rest := pcm; len(rest) > 0; rest = rest[min(piece, len(rest)):] {
			m.apply(rest[:min(piece, len(rest))], &g, 48000)
		}
		for ms, want := range map[int]int16{5: 1000, 25: 500, 39: 33, 45: 0} {
			if got := pcm[ms*48]; got < want-1 || got > want+1 {
				t.Errorf("in pieces of %d, %d at %d ms, want %d", piece, got, ms, want)
			}
		}
	}
}
