package tone

import (
	"math"
	"slices"
	"testing"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

var rates = []int{8000, 16000, 48000}

func play(g *Generator, rate int, seconds float64) []int16 {
	pcm := make([]int16, int(seconds*float64(rate)+0.5))
	for at := 0; at < len(pcm); at += rate / 100 {
		g.Fill(pcm[at : at+rate/100])
	}
	return pcm
}

// sounding is how much of pcm, in seconds, is louder than -45 dBFS.
func sounding(pcm []int16, rate int) float64 {
	n, loud := rate/100, 0
	for at := 0; at+n <= len(pcm); at += n {
		if media.LevelOf(pcm[at:at+n]) > -45 {
			loud++
		}
	}
	return float64(loud) / 100
}

func TestCadences(t *testing.T) {
	for _, row := range []struct {
		tone        cti.Tone
		freq        float64
		cycle, loud float64 // seconds
	}{
		{cti.ToneRingback, 425, 5, 1},
		{cti.ToneBusy, 425, 0.96, 0.48},
		{cti.ToneFailure, 425, 0.48, 0.24},
		{cti.ToneKnock, 425, 4, 0.24},
		{cti.ToneRinging, 784, 4, 1.6},
	} {
		for _, rate := range rates {
			g := New(rate)
			g.Play(row.tone)
			pcm := play(g, rate, 3*row.cycle)
			if got := sounding(pcm, rate) / 3; math.Abs(got-row.loud) > 0.05 {
				t.Errorf("tone %d at %d Hz sounds %.2f s of %.2f", row.tone, rate, got, row.cycle)
			}
			if got := audiotest.LevelAt(pcm[:rate*8/10], row.freq, rate); got < -60 {
				t.Errorf("tone %d at %d Hz: %v Hz is at %.1f dBFS", row.tone, rate, row.freq, got)
			}
		}
	}
}

func TestDigitsAreTheirTwoFrequencies(t *testing.T) {
	for digit, want := range map[rune][2]float64{'1': {697, 1209}, '5': {770, 1336}, '0': {941, 1336}, '#': {941, 1477}, 'D': {941, 1633}} {
		for _, rate := range rates {
			g := New(rate)
			g.Digit(digit)
			pcm := play(g, rate, 0.3)
			for _, f := range []float64{697, 770, 852, 941, 1209, 1336, 1477, 1633} {
				level := audiotest.LevelAt(pcm[:rate/10], f, rate)
				if there := level > -25; there != slices.Contains(want[:], f) {
					t.Errorf("%c at %d Hz: %v Hz at %.1f dBFS", digit, rate, f, level)
				}
			}
			if got := sounding(pcm, rate); math.Abs(got-0.1) > 0.021 {
				t.Errorf("%c at %d Hz lasts %.2f s", digit, rate, got)
			}
			if !g.Silent() {
				t.Errorf("%c at %d Hz never ends", digit, rate)
			}
		}
	}
}

// The steepest step in any tone must be one that its own sines make, at starts, stops and changes too.
func TestNothingClicks(t *testing.T) {
	const rate = 48000
	g := New(rate)
	var pcm []int16
	for _, step := range []func(){
		func() { g.Play(cti.ToneBusy) }, func() { g.Play(cti.ToneNone) }, func() { g.Play(cti.ToneRingback) },
		func() { g.Digit('9') }, func() { g.Digit('8') }, func() { g.Play(cti.ToneKnock) }, func() { g.Play(cti.ToneRinging) },
		func() { g.Digit('x') },
	} {
		step()
		pcm = append(pcm, play(g, rate, 0.57)...)
	}
	for i := 1; i < len(pcm); i++ {
		if step := int(pcm[i]) - int(pcm[i-1]); step > 3400 || step < -3400 {
			t.Fatalf("a step of %d after %.3f s", step, float64(i)/rate)
		}
	}
	if !g.Silent() {
		t.Error("sounds on after the end")
	}
}

func TestPlayingTheSameToneAgainDoesNotRestartIt(t *testing.T) {
	once, twice := New(8000), New(8000)
	once.Play(cti.ToneRinging)
	twice.Play(cti.ToneRinging)
	a, b := play(once, 8000, 0.4), play(twice, 8000, 0.4)
	twice.Play(cti.ToneRinging)
	a, b = append(a, play(once, 8000, 1)...), append(b, play(twice, 8000, 1)...)
	if !slices.Equal(a, b) {
		t.Error("the tone stumbled")
	}
}

func TestToneChangesOnlyAfterTheFade(t *testing.T) {
	g := New(8000)
	g.Play(cti.ToneBusy)
	play(g, 8000, 0.1)
	g.Play(cti.ToneNone)
	if g.Silent() {
		t.Error("cut off without a fade")
	}
	if pcm := play(g, 8000, 0.1); media.LevelOf(pcm[160:]) != media.Silence || !g.Silent() {
		t.Error("sounds on after the fade")
	}
}

func TestFillAllocatesNothing(t *testing.T) {
	g := New(48000)
	dst := make([]int16, 480)
	if n := testing.AllocsPerRun(200, func() {
		g.Play(cti.ToneRinging)
		g.Fill(dst)
		g.Digit('5')
		g.Fill(dst)
	}); n > 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkRinging(b *testing.B) {
	g := New(48000)
	g.Play(cti.ToneRinging)
	dst := make([]int16, 480)
	b.ReportAllocs()
	for b.Loop() {
		g.Fill(dst)
	}
}
