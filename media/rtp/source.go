package rtp

import "time"

// source keeps the account of one synchronisation source after RFC 3550 appendix A: packets expected and
// received, jitter, and what of it was reported last.
type source struct {
	ssrc     uint32
	active   bool
	base     uint16 // first sequence number
	max      uint16 // highest one
	cycles   uint32 // times that it wrapped, shifted by 16
	received uint64
	bad      uint16 // sequence number that would confirm a jump
	jumped   bool

	transit float64 // of the packet before, in timestamp units
	jitter  float64 // in timestamp units
	clock   int

	reportedExpected, reportedReceived uint64
	windowExpected, windowReceived     uint64 // at the start of the present loss window
	windowStart                        time.Duration
	loss                               float32 // fraction in the last full window
}

const (
	maxDropout  = 3000 // RFC 3550 A.1
	maxMisorder = 100
	lossWindow  = 3 * time.Second // the "last seconds" that Quality.Loss speaks of
)

// restart begins the account of a new source.
func (s *source) restart(ssrc uint32, seq uint16, now time.Duration) {
	*s = source{ssrc: ssrc, active: true, base: seq, max: seq - 1, windowStart: now, loss: s.loss}
}

// packet takes note of a packet with sound or an event. ts counts only when timed is true: events repeat theirs.
func (s *source) packet(ssrc uint32, seq uint16, ts uint32, clock int, timed bool, now time.Duration) {
	if !s.active || s.ssrc != ssrc {
		s.restart(ssrc, seq, now)
	}
	if !s.count(seq, now) {
		return
	}
	if timed {
		s.measure(ts, clock, now)
	}
	s.window(now)
}

// count is update_seq of RFC 3550 A.1: false while a jump in the numbers is not confirmed by a second packet.
func (s *source) count(seq uint16, now time.Duration) bool {
	switch delta := seq - s.max; {
	case delta < maxDropout:
		if seq < s.max {
			s.cycles += 1 << 16
		}
		s.max = seq
	case delta <= ^uint16(0)-maxMisorder:
		if !s.jumped || seq != s.bad {
			s.jumped, s.bad = true, seq+1
			return false
		}
		s.restart(s.ssrc, seq, now)
		s.max = seq
	}
	s.received++
	return true
}

// measure is the jitter of RFC 3550 A.8.
func (s *source) measure(ts uint32, clock int, now time.Duration) {
	arrival := now.Seconds() * float64(clock)
	transit := float64(int32(uint32(int64(arrival)) - ts))
	if s.clock != clock {
		s.clock, s.transit = clock, transit
	}
	d := transit - s.transit
	s.transit = transit
	s.jitter += (max(d, -d) - s.jitter) / 16
}

// expected is the number of packets that the sequence numbers speak of.
func (s *source) expected() uint64 {
	if !s.active {
		return 0
	}
	return uint64(s.cycles) + uint64(s.max) - uint64(s.base) + 1
}

// window renews the loss fraction when a window is over.
func (s *source) window(now time.Duration) {
	if now-s.windowStart < lossWindow {
		return
	}
	s.loss = lossFraction(s.expected()-s.windowExpected, s.received-s.windowReceived)
	s.windowStart, s.windowExpected, s.windowReceived = now, s.expected(), s.received
}

// lossFraction is never negative: duplicates make received exceed expected.
func lossFraction(expected, received uint64) float32 {
	if expected == 0 || received >= expected {
		return 0
	}
	return float32(expected-received) / float32(expected)
}

// jitterMS is the interarrival jitter in milliseconds.
func (s *source) jitterMS() float32 {
	if s.clock == 0 {
		return 0
	}
	return float32(s.jitter / float64(s.clock) * 1000)
}
