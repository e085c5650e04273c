package resample

// Steer finds the correction that keeps a queue between two clocks at its wanted length. The zero value is not
// usable; make one with NewSteer.
type Steer struct {
	want   float64 // samples
	smooth float64 // queue length, averaged over some seconds
	sum    float64 // what has been learnt of the drift so far, ppm
}

const (
	steerMost      = 1000  // ppm: no clock is as far off
	steerSmoothing = 0.01  // per update of 10 ms: a time constant of one second
	steerNow       = 6.0   // ppm per sample of error: a card 300 ppm off shifts the queue by 1 ms until that is learnt
	steerLearn     = 0.003 // ppm per sample of error and update
)

// NewSteer returns a controller for a queue that is wanted to hold that many samples.
func NewSteer(want int) *Steer { return &Steer{want: float64(want), smooth: float64(want)} }

// SetWant changes the wanted length; the queue glides there.
func (s *Steer) SetWant(want int) { s.want = float64(want) }

// Length is the length of the queue as found by Update, averaged over some seconds.
func (s *Steer) Length() int { return int(s.smooth) }

// Update takes the length of the queue as found once a tick and returns the correction for Drift.SetPPM of the side
// that reads the queue, or of the one that writes it: more than zero when the queue is too long.
func (s *Steer) Update(length int) float64 {
	s.smooth += (float64(length) - s.smooth) * steerSmoothing
	err := s.smooth - s.want
	s.sum = min(max(s.sum+err*steerLearn, -steerMost), steerMost)
	return min(max(s.sum+err*steerNow, -steerMost), steerMost)
}
