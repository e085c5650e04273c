// Package resample changes sample rates: Converter by the whole ratios between 8, 16 and 48 kHz, Drift by the few
// hundred parts per million by which a sound card's clock differs from ours.
//
// Both are FIR filters with linear phase; nothing allocates after New, and nothing is safe for concurrent use.
package resample

import (
	"fmt"
	"math"
)

// tapsPerPhase is the length of each branch of the polyphase filter, in samples of the lower rate: half of it is
// the delay, 12 samples or 1.5 ms between 8 kHz and the rest, 0.75 ms between 16 and 48 kHz.
const tapsPerPhase = 24

// Converter changes the rate by a whole ratio of 1, 2, 3 or 6, up or down, frame by frame.
type Converter struct {
	up, down int
	phases   [][]float32 // up: one branch per output phase; down: a single branch, the whole filter
	history  []float32   // the last samples in, followed by room for a frame
	kept     int         // how many of them stay from frame to frame
}

// New returns a converter between two of the rates 8000, 16000 and 48000 Hz.
func New(from, to int) (*Converter, error) {
	c := &Converter{up: 1, down: 1}
	switch {
	case from <= 0 || to <= 0:
		return nil, fmt.Errorf("cannot convert sound from %d to %d Hz", from, to)
	case to%from == 0 && to/from <= 6:
		c.up = to / from
	case from%to == 0 && from/to <= 6:
		c.down = from / to
	default:
		return nil, fmt.Errorf("cannot convert sound from %d to %d Hz", from, to)
	}
	if from != to {
		c.design(from / 100)
	}
	return c, nil
}

// design makes the low-pass filter of the ratio for frames of 10 ms and splits it into its phases.
func (c *Converter) design(frame int) {
	ratio := max(c.up, c.down)
	filter := lowPass(tapsPerPhase*ratio, ratio)
	if c.up == 1 {
		c.phases = [][]float32{filter}
	} else {
		c.phases = polyphase(filter, ratio)
	}
	c.kept = len(c.phases[0]) - c.down
	c.history = make([]float32, c.kept+frame)
}

// Len is how many samples n samples in become.
func (c *Converter) Len(n int) int { return n * c.up / c.down }

// Reset forgets the sound so far, for a stream that starts anew.
func (c *Converter) Reset() { clear(c.history) }

// Process converts src into dst and returns the number of samples written, Len(len(src)). src is at most 10 ms and
// a multiple of the ratio when the rate goes down; dst has room for the result.
func (c *Converter) Process(dst, src []int16) int {
	if c.up == c.down {
		return copy(dst, src)
	}
	in := c.history[:c.kept+len(src)]
	for i, s := range src {
		in[c.kept+i] = float32(s)
	}
	dst = dst[:c.Len(len(src))]
	if c.up > 1 {
		c.raise(dst, in)
	} else {
		c.lower(dst, in)
	}
	copy(in, in[len(src):])
	return len(dst)
}

func (c *Converter) raise(dst []int16, in []float32) {
	for i := 0; i < len(dst); i += c.up {
		window := in[i/c.up:]
		for p, branch := range c.phases {
			dst[i+p] = clip(dot(branch, window))
		}
	}
}

func (c *Converter) lower(dst []int16, in []float32) {
	filter := c.phases[0]
	for i := range dst {
		dst[i] = clip(dot(filter, in[i*c.down:]))
	}
}

// dot keeps four sums, so that one addition need not wait for the one before.
func dot(taps, in []float32) float32 {
	in = in[:len(taps)]
	var a, b, c, d float32
	for i := 0; i+4 <= len(taps); i += 4 {
		t, v := taps[i:i+4:i+4], in[i:i+4:i+4]
		a += t[0] * v[0]
		b += t[1] * v[1]
		c += t[2] * v[2]
		d += t[3] * v[3]
	}
	return a + b + (c + d)
}

// clip rounds to the nearest sample.
func clip(v float32) int16 {
	return int16(math.Floor(float64(min(max(v, -32768), 32767)) + 0.5))
}
