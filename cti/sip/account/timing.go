package account

import (
	"cmp"
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
	t.Probe = cmp.Or(t.Probe, 4*time.Second)
	t.RetryMin = cmp.Or(t.RetryMin, 2*time.Second)
	t.RetryMax = cmp.Or(t.RetryMax, time.Minute)
	t.FailBack = cmp.Or(t.FailBack, 2*time.Minute)
	t.Watch = cmp.Or(t.Watch, 2*time.Second)
	return t
}
