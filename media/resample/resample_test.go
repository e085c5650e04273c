package resample

import (
	"fmt"
	"math"
	"testing"

	"cordboard/media/audiotest"
)

// convert sends a tone of a level through a converter, frame by frame, and returns the steady part of the result.
func convert(t testing.TB, from, to int, freq, level float64) []int16 {
	t.Helper()
	c, err := New(from, to)
	if err != nil {
		t.Fatal(err)
	}
	in, out := make([]int16, from/100), make([]int16, to/100)
	tone := audiotest.NewTone(freq, from, level)
	var all []int16
	for range 50 {
		tone.Fill(in)
		if n := c.Process(out, in); n != len(out) {
			t.Fatalf("10 ms became %d samples", n)
		}
		all = append(all, out...)
	}
	return all[to/10:]
}

var pairs = [][2]int{{8000, 16000}, {16000, 48000}, {8000, 48000}, {16000, 8000}, {48000, 16000}, {48000, 8000}}

func TestTonesPassUnchanged(t *testing.T) {
	for _, p := range pairs {
		low := min(p[0], p[1])
		for _, freq := range []float64{100, 300, 1000, 0.3 * float64(low), 0.4 * float64(low), 0.425 * float64(low)} {
			out := convert(t, p[0], p[1], freq, -12)
			if got := audiotest.LevelAt(out, freq, p[1]); math.Abs(got+12) > 0.5 {
				t.Errorf("%d to %d Hz: %.0f Hz at %.2f dBFS instead of -12", p[0], p[1], freq, got)
			}
			if got := audiotest.Residual(out, freq, p[1]); got > -50 {
				t.Errorf("%d to %d Hz: beside %.0f Hz a rest of %.1f dB", p[0], p[1], freq, got)
			}
		}
	}
}

// What the lower rate cannot carry must not fold back into it.
func TestAliasesAreDown(t *testing.T) {
	for _, p := range pairs[3:] {
		for _, f := range []float64{0.6, 0.75, 0.9, 0.99} {
			freq := f * float64(p[1])
			if freq > float64(p[0])/2-100 {
				continue
			}
			out := convert(t, p[0], p[1], freq, -6)
			alias := float64(p[1]) - freq
			if got := audiotest.LevelAt(out, math.Abs(alias), p[1]) + 6; got > -55 {
				t.Errorf("%d to %d Hz: %.0f Hz folds back at %.1f dB", p[0], p[1], freq, got)
			}
		}
	}
}

func TestFullScaleDoesNotWrap(t *testing.T) {
	for _, p := range pairs {
		out := convert(t, p[0], p[1], 100, 0)
		if d := audiotest.Inspect(out, 100, p[1]); d.Clicks > 0 {
			t.Errorf("%d to %d Hz: %v", p[0], p[1], d)
		}
	}
}

func TestDelayIsShort(t *testing.T) {
	for _, p := range pairs {
		c, err := New(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		in, out := make([]int16, p[0]/100), make([]int16, p[1]/100)
		in[0] = 32767
		c.Process(out, in)
		peak := 0
		for i, v := range out {
			if v > out[peak] {
				peak = i
			}
		}
		if ms := 1000 * float64(peak) / float64(p[1]); ms > 1.6 || ms == 0 {
			t.Errorf("%d to %d Hz delays by %.2f ms", p[0], p[1], ms)
		}
	}
}

func TestSameRateIsACopy(t *testing.T) {
	c, err := New(8000, 8000)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int16, 3)
	if n := c.Process(out, []int16{1, -2, 3}); n != 3 || out[1] != -2 {
		t.Errorf("%v", out)
	}
}

func TestImpossibleRates(t *testing.T) {
	for _, p := range [][2]int{{8000, 44100}, {0, 8000}, {48000, 5}, {48000, 4000}} {
		if _, err := New(p[0], p[1]); err == nil {
			t.Errorf("%d to %d Hz is offered", p[0], p[1])
		}
	}
}

func TestProcessAllocatesNothing(t *testing.T) {
	for _, p := range pairs {
		c, _ := New(p[0], p[1])
		in, out := make([]int16, p[0]/100), make([]int16, p[1]/100)
		if n := testing.AllocsPerRun(100, func() { c.Process(out, in) }); n > 0 {
			t.Errorf("%d to %d Hz: %v allocations a frame", p[0], p[1], n)
		}
	}
}

func BenchmarkConverter(b *testing.B) {
	for _, p := range pairs {
		b.Run(fmt.Sprintf("%dto%d", p[0]/1000, p[1]/1000), func(b *testing.B) {
			c, _ := New(p[0], p[1])
			in, out := make([]int16, p[0]/100), make([]int16, p[1]/100)
			b.ReportAllocs()
			for b.Loop() {
				c.Process(out, in)
			}
		})
	}
}
