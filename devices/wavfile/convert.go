package wavfile

import (
	"math"

	"cordboard/media/wav"
)

// deviceRate is the rate in Hz that every device of the desk runs at.
const deviceRate = 48000

// convert brings s to one channel and to the devices' rate by cubic interpolation (Catmull-Rom): a file is converted
// once, before it is played, so any rate will do and its ends join into a loop.
func convert(s wav.Sound) []int16 {
	in := s.Mono()
	out := make([]int16, len(in)*deviceRate/s.Rate)
	for i := range out {
		at := float64(i) * float64(s.Rate) / deviceRate
		out[i] = toSample(cubic(in, int(at), at-math.Floor(at)))
	}
	return out
}

// cubic is the curve through four neighbours at a fraction behind the second one.
func cubic(in []int16, i int, t float64) float64 {
	n := len(in)
	a, b := float64(in[(i+n-1)%n]), float64(in[i%n])
	c, d := float64(in[(i+1)%n]), float64(in[(i+2)%n])
	return b + t/2*(c-a+t*(2*a-5*b+4*c-d+t*(3*(b-c)+d-a)))
}

func toSample(v float64) int16 {
	return int16(math.Round(min(max(v, math.MinInt16), math.MaxInt16)))
}
