package resample

import "math"

// Kaiser's beta for about 57 dB in the stop band: more would cost delay or the upper end of the telephone band.
const beta = 5.2

// lowPass designs a windowed sinc of n taps that passes the band of 1/ratio of the rate, with a gain of one at zero
// frequency. Half its level is at 0.98 of the lower Nyquist frequency: the telephone band up to 3.4 kHz stays whole,
// and only what is next to 4 kHz folds back, to next to 4 kHz.
func lowPass(n, ratio int) []float32 {
	cutoff := 0.98 / float64(ratio) // of the higher Nyquist frequency
	taps := make([]float64, n)
	sum := 0.0
	for i := range taps {
		t := float64(i) - float64(n-1)/2
		taps[i] = sinc(cutoff*t) * kaiser(2*t/float64(n))
		sum += taps[i]
	}
	out := make([]float32, n)
	for i := range taps {
		out[i] = float32(taps[i] / sum)
	}
	return out
}

// polyphase splits a filter into the branches of an interpolator, each turned round so that it meets its samples in
// order of time and each with a gain of exactly one: a steady level in is a steady level out.
func polyphase(filter []float32, ratio int) [][]float32 {
	phases := make([][]float32, ratio)
	for p := range phases {
		n := len(filter) / ratio
		branch, sum := make([]float32, n), float32(0)
		for i := range branch {
			branch[i] = filter[(n-1-i)*ratio+p]
			sum += branch[i]
		}
		for i := range branch {
			branch[i] /= sum
		}
		phases[p] = branch
	}
	return phases
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the window at x, -1 to 1 (Kaiser and Schafer, 1980).
func kaiser(x float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
}

// bessel is the modified Bessel function of the first kind, order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}
