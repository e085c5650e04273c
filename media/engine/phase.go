package engine

import (
	"time"

	"cordboard/media"
)

const (
	pair = 2 * media.Tick

	// The wake-ups move by no more than this in 20 ms: the devices follow by resampling, three cents off in pitch, which
	// nobody hears. Faster would have packets at their place sooner, but it would be a glide in the operator's voice.
	slewStep = 40 * time.Microsecond

	phaseEvery  = 12                    // wake-ups from choice to choice
	phaseSight  = 8                     // packets that tell a party's slack
	phaseGain   = time.Millisecond      // per party; less is not worth a move
	phaseMargin = time.Millisecond      // left between nearly all packets and the wake-up
	phaseShort  = phaseMargin / 2       // by so much less is left alone
	phaseLater  = 10 * time.Millisecond // at most, for a party whose packets have become late
	phaseBudget = 40 * time.Millisecond // of moves at once,
	phaseRefill = pair / 5000           // and 200 ppm of the time later on: more than clocks differ
)

// phase finds the moment within 20 ms at which packets wait least for the tick: right after those of one party, since in
// between it would only be later for all. The wake-ups go there slowly, mostly by coming earlier: nobody's packets are
// late by that, but for parties that are better served by the next wake-up, whose buffers grow in time.
//
// A far end whose packets follow ours, an echo or a desk that does the same, moves along and could be chased for ever:
// so moves have a budget.
type phase struct {
	left   time.Duration // to go, towards earlier
	budget time.Duration
	wakes  int
	slacks [MaxCalls]time.Duration // room for the caller of choose
}

// due reports whether it is time to choose. It is asked at every wake-up.
func (p *phase) due() bool {
	p.wakes++
	return p.wakes%phaseEvery == 0
}

// choose takes the slack of each party that is heard: by how much earlier the tick could come for it.
func (p *phase) choose(slacks []time.Duration) {
	now := waits(slacks, 0)
	best, to := now, time.Duration(0)
	for _, s := range slacks {
		by := spare(s)
		if w := waits(slacks, by); w < best {
			best, to = w, by
		}
	}
	worth := phaseGain * time.Duration(len(slacks))
	if p.left != 0 {
		worth /= 10 // a move that has begun is brought to its end
	}
	if p.left = 0; now-best >= worth {
		p.left = to
	}
}

// spare is the slack beyond the margin. More than a pair makes no difference: the buffer gives up the rest. Far too
// little does not either: it makes the packets wait for the next wake-up.
func spare(slack time.Duration) time.Duration {
	s := slack - phaseMargin
	if s < -phaseLater || s >= pair {
		return (s%pair + pair) % pair
	}
	return s
}

// waits is how long the packets of all parties wait in sum when the tick comes earlier by some time.
func waits(slacks []time.Duration, by time.Duration) (sum time.Duration) {
	for _, s := range slacks {
		w := spare(s) - by
		if w < -phaseShort {
			w += pair
		}
		sum += max(w%pair, 0)
	}
	return sum
}

// step is by how much the next wake-up comes earlier than 20 ms after the last one.
func (p *phase) step() time.Duration {
	p.budget = min(p.budget+phaseRefill, phaseBudget)
	by := min(max(p.left, -slewStep), slewStep)
	cost := max(by, -by)
	if cost > p.budget {
		return 0
	}
	p.budget -= cost
	p.left -= by
	return by
}
