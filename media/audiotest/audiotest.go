// Package audiotest gives every party of a test a tone of its own and finds out, from what somebody heard, whose tones
// were in it and whether any of them had holes. It is for tests only.
package audiotest

import (
	"fmt"
	"math"
	"strings"

	"cordboard/media"
)

// MaxParties is how many parties have a tone.
const MaxParties = 24

// Freq is the tone of party i in Hz: a whole number of periods in 10 ms, within the band of a telephone, and no
// party's tone is twice or three times another's of the first eight.
func Freq(i int) float64 {
	freqs := [MaxParties]float64{
		500, 700, 900, 1100, 1300, 1700, 1900, 2300, 600, 800, 1200, 1600,
		2500, 2900, 3100, 2000, 2200, 2600, 2800, 1400, 1800, 2400, 2700, 3000,
	}
	return freqs[i]
}

// Tone is a steady sine.
type Tone struct {
	freq, amp float64
	rate      int
	at        int
}

// NewTone returns a sine of freq Hz with an RMS level in dBFS as media.LevelOf measures it.
func NewTone(freq float64, rate int, level float64) *Tone {
	return &Tone{freq: freq, amp: math.Sqrt2 * 32768 * math.Pow(10, level/20), rate: rate}
}

// Fill writes the next samples.
func (t *Tone) Fill(dst []int16) {
	for i := range dst {
		v := t.amp * math.Sin(2*math.Pi*t.freq*float64(t.at)/float64(t.rate))
		dst[i] = int16(math.Round(min(max(v, -32768), 32767)))
		t.at++
	}
}

// Sine returns n samples of a tone.
func Sine(n int, freq float64, rate int, level float64) []int16 {
	pcm := make([]int16, n)
	NewTone(freq, rate, level).Fill(pcm)
	return pcm
}

// LevelAt is the level in dBFS of the sine of freq Hz within pcm (Goertzel's algorithm), media.Silence for nothing.
// The longer pcm is the narrower it listens: 100 ms tell tones 20 Hz apart.
func LevelAt(pcm []int16, freq float64, rate int) float64 {
	if len(pcm) == 0 {
		return media.Silence
	}
	w := 2 * math.Pi * freq / float64(rate)
	c, s1, s2 := 2*math.Cos(w), 0.0, 0.0
	for i, v := range pcm {
		// A Hann window, or a tone that does not fit the length would be seen everywhere.
		hann := 1 - math.Cos(2*math.Pi*(float64(i)+0.5)/float64(len(pcm)))
		s1, s2 = float64(v)*hann+c*s1-s2, s1
	}
	power := (s1*s1 + s2*s2 - c*s1*s2) * 2 / float64(len(pcm)) / float64(len(pcm))
	return max(10*math.Log10(max(power, 1e-12)/(32768*32768)), media.Silence)
}

// Heard lists the parties of the first n whose tone is in pcm above threshold dBFS.
func Heard(pcm []int16, rate, n int, threshold float64) []int {
	var who []int
	for i := range n {
		if LevelAt(pcm, Freq(i), rate) > threshold {
			who = append(who, i)
		}
	}
	return who
}

// Matrix says who hears whom: Matrix[listener][source].
type Matrix [][]bool

// WhoHearsWhom makes the matrix from what each party heard. Party i must have said Freq(i).
func WhoHearsWhom(heard [][]int16, rate int, threshold float64) Matrix {
	m := make(Matrix, len(heard))
	for l, pcm := range heard {
		m[l] = make([]bool, len(heard))
		for _, s := range Heard(pcm, rate, len(heard), threshold) {
			m[l][s] = true
		}
	}
	return m
}

// String draws the matrix, a row per listener.
func (m Matrix) String() string {
	var b strings.Builder
	for l, row := range m {
		fmt.Fprintf(&b, "%2d hears ", l)
		for s, yes := range row {
			if yes {
				fmt.Fprintf(&b, "%3d", s)
			} else {
				b.WriteString("  .")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
