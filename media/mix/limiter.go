package mix

const (
	fullScale = 32767
	// A gain that was needed is kept for holdTicks after the last overload, so that a beat between talkers does not
	// pump it, and then given back in releaseTicks equal steps: unity again within 200 ms.
	holdTicks    = 10
	releaseTicks = 9
	// While the sum stays over full scale, only less so, the gain follows with a time constant of three seconds:
	// following a beat is a distortion too.
	follow = 0.003
)

// limiter keeps one listener's sum below full scale by turning it down as a whole, which distorts far less than
// clipping. It looks no further ahead than the frame in hand, so it adds no delay.
type limiter struct {
	gain float32
	hold int     // ticks until release begins
	step float32 // gain given back per tick
}

func (l *limiter) reset() { *l = limiter{gain: 1} }

func (l *limiter) resting() bool { return l.gain == 1 }

// run writes acc to out with the limiter's gain.
func (l *limiter) run(out []int16, acc []int32) {
	peak := peakOf(acc)
	if l.resting() && peak <= fullScale {
		narrow(out, acc)
		return
	}
	from := l.gain
	need := min(1, float32(fullScale)/float32(max(peak, 1)))
	if need <= from {
		l.engage(need)
		lower(out, acc, from, need)
		return
	}
	l.release(need)
	raise(out, acc, from, l.gain)
}

// engage takes a gain no higher than the frame needs and starts the hold anew.
func (l *limiter) engage(need float32) {
	l.gain = need
	l.hold = holdTicks
	l.step = (1 - need) / releaseTicks
}

// release follows a sum that is still too loud, waits out the hold once it is not, then gives back one step.
func (l *limiter) release(need float32) {
	if need < 1 {
		l.engage(l.gain + (need-l.gain)*follow)
		return
	}
	if l.hold > 0 {
		l.hold--
		return
	}
	l.gain += l.step
	if l.gain > 1-l.step/2 {
		l.gain = 1
	}
}

// peakOf is the highest magnitude, where -32768 counts as 32767 because both fit a sample.
func peakOf(acc []int32) int32 {
	var peak int32
	for _, v := range acc {
		peak = max(peak, v, ^v)
	}
	return peak
}

func narrow(out []int16, acc []int32) {
	acc = acc[:len(out)]
	for i := range out {
		out[i] = int16(acc[i])
	}
}

// lower glides from one gain to a lower one along the gentlest line that keeps every sample of the frame below full
// scale, then stays there.
func lower(out []int16, acc []int32, from, to float32) {
	slope := float32(0)
	for i, v := range acc {
		if v = max(v, ^v); float32(v)*from > fullScale {
			slope = min(slope, (fullScale/float32(v)-from)/float32(i+1))
		}
	}
	if slope == 0 {
		slope = (to - from) / float32(len(acc))
	}
	g := from
	for i, v := range acc {
		g = max(g+slope, to)
		out[i] = clip(float32(v) * g)
	}
}

// raise glides up over the whole frame. The end of the glide fits the frame's peak, so all of it does.
func raise(out []int16, acc []int32, from, to float32) {
	slope := (to - from) / float32(len(acc))
	for i, v := range acc {
		from += slope
		out[i] = clip(float32(v) * from)
	}
}

// clip rounds to the nearest sample; the limit only catches the last step of rounding.
func clip(v float32) int16 {
	if v < 0 {
		return int16(max(v-0.5, -fullScale-1))
	}
	return int16(min(v+0.5, fullScale))
}
