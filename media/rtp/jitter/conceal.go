package jitter

import "math"

const (
	templateMS = 8  // end of the sound whose repetition is sought
	maxCycleMS = 20 // longest piece that is repeated: two periods of the lowest voices
	noisyLike  = 0.5

	steadyLike = 0.95 // likeness of a tone or a held vowel
	steadyMS   = 40   // such a piece is played at full level for this long,
	fullMS     = 20   // any other for this long
	fadedMS    = 60   // and both are silent after this long: repeated any longer they buzz

	noiseMS = 3000 // noise stands in for a talker's pause; after this long there is no talker

	fadeMS = 5 // length of a cross-fade
)

// guess makes up sound for what is missing: the last period over and over, its level falling, then noise like
// that behind the talker (the idea of ITU-T G.711 Appendix I).
type guess struct {
	cycle  [maxCycleMS * topRate / 1000]int16
	length int // of the cycle
	pos    int
	given  int     // samples made up so far
	fullMS int     // how long at full level
	endMS  int     // and when silent
	like   float64 // how much the sound is like itself about maxCycleMS ago; 0 when unknown
	step   int     // jump from the last real sample to the cycle, smoothed out at the start
	noise  noise
}

// start listens to the end of the sound.
func (g *guess) start(l *line) {
	g.given, g.pos, g.length, g.step, g.like = 0, 0, 0, 0, 0
	g.fullMS, g.endMS = fullMS, fadedMS
	tail, n := l.past(l.ms(templateMS+maxCycleMS)), l.ms(templateMS)
	if len(tail) < 2*n {
		return
	}
	at := len(tail) - n
	lag, like := match(tail, at, n, l.ms(5)/2, l.ms(maxCycleMS), -1, max(l.rate/8000, 1))
	if like < noisyLike {
		lag = min(l.ms(maxCycleMS), at) // nothing repeats in it: the longer the piece the less it buzzes
	}
	if like > steadyLike {
		g.fullMS = steadyMS
	}
	far := lag * max(min(l.ms(maxCycleMS), at)/lag, 1)
	g.like = correlate(tail[at:], tail[at-far:at-far+n], 1)
	g.length = copy(g.cycle[:lag], tail[len(tail)-lag:])
	g.smooth(tail)
}

// smooth joins the cycle to itself and to the sound before it.
func (g *guess) smooth(tail []int16) {
	before := tail[:len(tail)-g.length]
	fade := min(g.length/4, len(before))
	end := g.cycle[g.length-fade : g.length]
	for i := range end {
		end[i] = int16((int(end[i])*(fade-i) + int(before[len(before)-fade+i])*i) / max(fade, 1))
	}
	if len(before) > 0 {
		g.step = int(tail[len(tail)-1]) - int(before[len(before)-1])
	}
}

// prolong keeps the cycle at its level for some more milliseconds.
func (g *guess) prolong(ms int) {
	g.fullMS += ms
	g.endMS += ms
}

// fill makes up the next samples at a rate in Hz.
func (g *guess) fill(dst []int16, rate int) {
	full, faded, join := g.fullMS*rate/1000, g.endMS*rate/1000, max(rate/1000, 1)
	for i := range dst {
		v := 0
		if g.length > 0 && g.given < faded {
			v = int(g.cycle[g.pos])
			if g.pos++; g.pos == g.length {
				g.pos = 0
			}
			if g.given < join {
				v += g.step * (join - g.given) / join
			}
			if g.given > full {
				v = v * (faded - g.given) / (faded - full)
			}
		}
		if g.given > full && g.given < noiseMS*rate/1000 {
			v += g.noise.next() * min(g.given-full, faded-full) / (faded - full)
		}
		g.given++
		dst[i] = int16(min(max(v, math.MinInt16), math.MaxInt16))
	}
}

// noise is white noise as loud as the quiet moments of the sound.
type noise struct {
	seed  uint32
	floor float64 // RMS of the quietest frames of late
}

const (
	floorRise = 1.003 // the floor rises by 2.6 dB a second, and falls at once
	maxFloor  = 100   // -50 dBFS: never a loud hiss for a peer who never paused
)

// listen takes a played frame of real sound.
func (n *noise) listen(pcm []int16) {
	var sum int64
	for _, s := range pcm {
		sum += int64(s) * int64(s)
	}
	rms := math.Sqrt(float64(sum) / float64(max(len(pcm), 1)))
	n.floor = min(max(n.floor, 0.1)*floorRise, rms, maxFloor)
}

// next is one sample.
func (n *noise) next() int {
	n.seed = n.seed*1664525 + 1013904223
	return int(float64(int32(n.seed)) / math.MaxInt32 * n.floor * math.Sqrt(3)) // uniform noise has an RMS of its peak by √3
}
