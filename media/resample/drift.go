package resample

// MaxDrift is the largest correction, in parts per million: more than clocks differ, since the mix may move its beat.
const MaxDrift = 4000

const (
	driftTaps   = 16  // the delay is half of it: 8 samples, 0.17 ms at 48 kHz
	driftPhases = 512 // positions between two samples; the nearest is taken, good for 64 dB up to 8 kHz at 48 kHz
)

// driftTable holds the filter of every position. Its entries are never written after the start.
var driftTable = designDrift()

func designDrift() [driftPhases + 1][driftTaps]float32 {
	var table [driftPhases + 1][driftTaps]float32
	for p := range table {
		at, sum := float64(p)/driftPhases, 0.0
		var taps [driftTaps]float64
		for i := range taps {
			t := float64(i-driftTaps/2+1) - at
			taps[i] = sinc(t) * kaiser(t/(driftTaps/2))
			sum += taps[i]
		}
		for i := range taps {
			table[p][i] = float32(taps[i] / sum)
		}
	}
	return table
}

// Drift is a resampler with a ratio close to one that may change at any time without a click. It stands between
// the sound card's clock and ours, at the card's rate.
type Drift struct {
	step    float64 // samples in per sample out
	at      float64 // position of the next sample out, in samples after the start of in
	in      []float32
	waiting int // samples in in
}

// NewDrift returns a resampler for frames of up to longest samples, with no correction.
func NewDrift(longest int) *Drift {
	d := &Drift{in: make([]float32, 2*longest+2*driftTaps)}
	d.SetPPM(0)
	d.Reset()
	return d
}

// SetPPM sets the correction: more than zero uses up more samples than it gives. Beyond MaxDrift it is cut.
func (d *Drift) SetPPM(ppm float64) { d.step = 1 + min(max(ppm, -MaxDrift), MaxDrift)*1e-6 }

// Reset forgets the sound so far.
func (d *Drift) Reset() {
	clear(d.in)
	d.at, d.waiting = 0, driftTaps-1
}

// Need is how many samples Pull must be given to fill n samples.
func (d *Drift) Need(n int) int {
	last := d.at + float64(n-1)*d.step
	return max(0, int(last)+driftTaps-d.waiting)
}

// Pull fills all of dst from src, which has exactly Need(len(dst)) samples: the side with the fixed frame reads.
func (d *Drift) Pull(dst, src []int16) {
	d.take(src)
	d.make(dst)
}

// Push takes all of src and returns how many samples it made of it in dst: the side with the fixed frame writes. dst
// needs room for five samples more than src, when that is a frame of 10 ms.
func (d *Drift) Push(dst, src []int16) int {
	d.take(src)
	n := int((float64(d.waiting-driftTaps)-d.at)/d.step) + 1
	// Floating point may be one off at the edge: Need decides.
	for n > 0 && d.Need(n) > 0 {
		n--
	}
	n = min(max(n, 0), len(dst))
	d.make(dst[:n])
	return n
}

func (d *Drift) take(src []int16) {
	for i, s := range src {
		d.in[d.waiting+i] = float32(s)
	}
	d.waiting += len(src)
}

func (d *Drift) make(dst []int16) {
	for i := range dst {
		at := d.at + float64(i)*d.step
		whole := int(at)
		phase := int((at-float64(whole))*driftPhases + 0.5)
		dst[i] = clip(dot(driftTable[phase][:], d.in[whole:]))
	}
	d.at += float64(len(dst)) * d.step
	used := int(d.at)
	copy(d.in, d.in[used:d.waiting])
	d.waiting -= used
	d.at -= float64(used)
}
