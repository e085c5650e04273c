package jitter

import "math"

// match finds by how many samples, from lo to hi, sound repeats itself: the lag at which the template
// pcm[at:at+n] is most like pcm[at+dir*lag:]. dir is -1 to look back, 1 to look ahead. The likeness is the
// normalised correlation, 1 for equal up to loudness. Everything must lie within pcm; hi may come back smaller.
func match(pcm []int16, at, n, lo, hi, dir, stride int) (lag int, likeness float64) {
	if dir < 0 {
		hi = min(hi, at)
	} else {
		hi = min(hi, len(pcm)-at-n)
	}
	best := func(from, to, step, stride int) {
		for k := from; k <= to; k += step {
			if s := correlate(pcm[at:at+n], pcm[at+dir*k:at+dir*k+n], stride); lag == 0 || s > likeness {
				lag, likeness = k, s
			}
		}
	}
	best(lo, hi, stride, stride)
	if stride > 1 && lag != 0 { // then to the sample, around the coarse find
		from, to := max(lag-stride+1, lo), min(lag+stride-1, hi)
		lag, likeness = 0, 0
		best(from, to, 1, 1)
	}
	return lag, likeness
}

// correlate is the normalised correlation of every stride-th sample of a and b. Silence is like silence.
func correlate(a, b []int16, stride int) float64 {
	var ab, aa, bb int64
	for i := 0; i < len(a); i += stride {
		x, y := int64(a[i]), int64(b[i])
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		if aa == bb {
			return 1
		}
		return 0
	}
	return float64(ab) / math.Sqrt(float64(aa)*float64(bb))
}
