package sip

import (
	"sync/atomic"
	"time"
)

// Stats counts what far ends asked for and did not get. What never came so far is in account.Account.Stats.
type Stats struct {
	Referrals uint64 // REFER outside of a call, malformed, or for something that cannot be called
	Replaces  uint64 // INVITE with Replaces that fits no call of ours, or is malformed
	Notifies  uint64 // NOTIFY that nobody asked for, or that cannot be read
	Contexts  uint64 // attached data that cannot be read
	Outside   uint64 // requests for a dialog that is not there, or is somebody else's
}

// counters are what Stats reads.
type counters struct {
	Referrals, Replaces, Notifies, Contexts, Outside atomic.Uint64
	logged                                           atomic.Int64 // unix second of the last line about them
}

// Stats may be called from any goroutine.
func (s *Stack) Stats() Stats {
	r := &s.refused
	return Stats{
		Referrals: r.Referrals.Load(), Replaces: r.Replaces.Load(), Notifies: r.Notifies.Load(),
		Contexts: r.Contexts.Load(), Outside: r.Outside.Load(),
	}
}

// refuse counts, and logs one line a second at most: a far end must not fill the disk. Any goroutine may call it.
func (s *Stack) refuse(counter *atomic.Uint64, what, why string) {
	n := counter.Add(1)
	now := time.Now().Unix()
	if last := s.refused.logged.Load(); now != last && s.refused.logged.CompareAndSwap(last, now) {
		s.cfg.Log.Info("refused", "what", what, "why", shown(why), "count", n)
	}
}
