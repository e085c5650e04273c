package txn

import (
	"cmp"
	"time"
)

// Timers are the times of RFC 3261 section 17.1.1.1, by line and not process-wide, so that tests can shorten them.
type Timers struct {
	T1 time.Duration // round trip estimate, 500 ms: first retransmission; 64*T1 is the life of a transaction
	T2 time.Duration // longest retransmission interval of non-INVITE requests and INVITE responses, 4 s
	T4 time.Duration // how long a message can stay in the network, 5 s
	D  time.Duration // wait for retransmitted INVITE responses on UDP, 32 s
	// Trying is when an INVITE without an answer gets its 100 (section 17.2.1), 200 ms.
	Trying time.Duration
}

// withDefaults fills what is zero.
func (t Timers) withDefaults() Timers {
	t.T1 = cmp.Or(t.T1, 500*time.Millisecond)
	t.T2 = cmp.Or(t.T2, 4*time.Second)
	t.T4 = cmp.Or(t.T4, 5*time.Second)
	t.D = cmp.Or(t.D, 32*time.Second)
	t.Trying = cmp.Or(t.Trying, 200*time.Millisecond)
	return t
}

// life is timers B, F, H, L and M: 64*T1, 32 s.
func (t Timers) life() time.Duration { return 64 * t.T1 }
