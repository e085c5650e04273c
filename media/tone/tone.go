// Package tone makes the sounds of the desk: ringing, ringback, busy, congestion, the knock, and DTMF digits. They are
// generated frame by frame at any rate, without allocation, and start and stop without a click.
package tone

import (
	"math"

	"cordboard/cti"
)

// Generator plays one tone at a time. Not safe for concurrent use: the tick owns it.
type Generator struct {
	rate   float64
	plan   *cadence
	at     int // samples since the tone began
	phases [maxPartials]float64
	level  float64 // of the envelope, 0 to 1
	next   *cadence
	swap   bool // fade out, then go on with next
}

// New returns a silent generator for rate in Hz.
func New(rate int) *Generator { return &Generator{rate: float64(rate)} }

// Play starts t from its beginning; ToneNone fades out what plays. A tone that plays already goes on undisturbed.
func (g *Generator) Play(t cti.Tone) { g.start(cadences[t]) }

// Digit plays the DTMF digit (0-9, *, #, A-D) for its usual 100 ms (ITU-T Q.23, Q.24) and then falls silent. Other
// characters are silent too.
func (g *Generator) Digit(r rune) {
	g.swap, g.next = true, digits[r]
	if g.plan == nil {
		g.change()
	}
}

// Silent reports whether the next frame will be all zeros because nothing is to be played.
func (g *Generator) Silent() bool { return g.plan == nil && g.next == nil }

func (g *Generator) start(c *cadence) {
	if c == g.plan && !g.swap || g.swap && c == g.next {
		return
	}
	g.swap, g.next = true, c
	if g.plan == nil {
		g.change()
	}
}

// change goes over to the next tone, once the present one has faded out.
func (g *Generator) change() {
	g.plan, g.next, g.swap = g.next, nil, false
	g.at, g.level = 0, 0
	clear(g.phases[:])
}

// Fill overwrites dst with the tone's next samples.
func (g *Generator) Fill(dst []int16) {
	clear(dst)
	step := 1 / (fade.Seconds() * g.rate)
	for i := range dst {
		if g.swap && g.level <= 0 {
			g.change()
		}
		if g.plan == nil {
			return
		}
		beat := g.plan.beat(float64(g.at) / g.rate)
		g.envelope(beat, step)
		if g.level > 0 {
			dst[i] = g.sample(beat)
		}
		g.at++
		if g.plan.over(float64(g.at)/g.rate) && g.level <= 0 {
			g.plan = nil
			return
		}
	}
}

// envelope moves the level towards where the beat wants it. A beat that rests keeps its partials sounding until the
// level is down.
func (g *Generator) envelope(b *beat, step float64) {
	if b.rest || g.swap {
		g.level = max(0, g.level-step)
		return
	}
	g.level = min(1, g.level+step)
}

func (g *Generator) sample(b *beat) int16 {
	sum := 0.0
	for k, p := range b.partials {
		if p.freq == 0 {
			break
		}
		sum += p.amp * math.Sin(g.phases[k])
		if g.phases[k] += 2 * math.Pi * p.freq / g.rate; g.phases[k] > 2*math.Pi {
			g.phases[k] -= 2 * math.Pi
		}
	}
	shape := 0.5 - 0.5*math.Cos(math.Pi*g.level)
	return int16(math.Round(sum * shape * 32767))
}
