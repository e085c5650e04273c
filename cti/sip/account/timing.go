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
