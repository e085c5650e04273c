package jitter

import "time"

const (
	// nearly is the share of packets that slack leaves in time: a reader who uses it up misses next to none.
	nearly = 0.995
	// stragglers are not waited for: packets that are by so much later than enough of them.
	stragglers = 8 * time.Millisecond
)

// slack is the least time between the arrival of nearly all packets and the need for them.
type slack struct {
	least time.Duration
	seen  int // packets
}

func (s *slack) note(d time.Duration) {
	if s.seen == 0 || d < s.least {
		s.least = d
	}
	s.seen++
}

// nearlyAll is the offset by which nearly all packets have come.
func (b *Buffer) nearlyAll() time.Duration {
	return min(b.lateness.quantile(nearly), b.lateness.quantile(enough)+stragglers)
}

// Slack tells by how much earlier the reader might come and still find nearly all packets, and of how many packets this
// has been learnt: those that were needed since the last call. It is less than zero when the reader comes too early. A
// change of the delay that is wished for counts as done.
func (b *Buffer) Slack() (least time.Duration, packets int) {
	s := b.slack
	b.slack = slack{}
	return s.least, s.seen
}
