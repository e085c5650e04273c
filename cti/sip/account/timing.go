package account

import (
	"time"

	"cordboard/cti/sip/txn"
)

// Timing holds every time of an account; zero fields take the value named. Tests shorten them.
type Timing struct {
	Timers    txn.Timers
	KeepAlive txn.KeepAlive
	Probe     time.Duration // life of a REGISTER or OPTIONS before the next server is tried, 4 s
	RetryMin  time.Duration // first wait after a failed registration, 2 s, doubling
	RetryMax  time.Duration // longest wait, 60 s
	FailBack  time.Duration // how long the backup is kept before the first server is tried again, 2 min
	Watch     time.Duration // how often local address and clock are looked at, 2 s
}

func (t Timing) withDefaults() Timing {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&t.Probe, 4*time.Second)
	set(&t.RetryMin, 2*time.Second)
	set(&t.RetryMax, time.Minute)
	set(&t.FailBack, 2*time.Minute)
	set(&t.Watch, 2*time.Second)
	return t
}
