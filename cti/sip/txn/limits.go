package txn

import (
	"cmp"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Limits bound what peers can make a line hold or do. Zero fields take the value named.
type Limits struct {
	Transactions int // open at a time, 2000
	Rate         int // requests per second and source, 300
	Burst        int // requests of a source at once, 1000
}

func (l Limits) withDefaults() Limits {
	l.Transactions = cmp.Or(l.Transactions, 2000)
	l.Rate = cmp.Or(l.Rate, 300)
	l.Burst = cmp.Or(l.Burst, 1000)
	return l
}

// maxSources bounds the rate table; when it is full it is begun anew.
const maxSources = 1024

// rateTable is a token bucket per source address. Safe for concurrent use: the readers ask it before they queue.
type rateTable struct {
	limits Limits
	mu     sync.Mutex
	bucket map[netip.Addr]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// allow takes one token of the source, if it has one. Tokens grow back at the rate, up to the burst.
func (r *rateTable) allow(src netip.Addr, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.bucket[src]
	if !ok {
		if r.bucket == nil || len(r.bucket) >= maxSources {
			r.bucket = map[netip.Addr]bucket{}
		}
		b = bucket{tokens: float64(r.limits.Burst), at: now}
	}
	b.tokens = min(b.tokens+now.Sub(b.at).Seconds()*float64(r.limits.Rate), float64(r.limits.Burst))
	b.at = now
	allowed := b.tokens >= 1
	if allowed {
		b.tokens--
	}
	r.bucket[src] = b
	return allowed
}

// counters are what Stats reads.
type counters struct {
	strangers, malformed, flooded, stray atomic.Uint64
	logged                               atomic.Int64 // unix second of the last line about refused messages
}

// Stats counts what a line refused since it was opened, for diagnostics.
type Stats struct {
	Strangers uint64 // requests from addresses that are not welcome
	Malformed uint64 // messages that could not be read or were against the rules
	Flooded   uint64 // messages beyond the rate of their source or the line's bounds
	Stray     uint64 // responses without a request
}

// Stats may be called from any goroutine.
func (l *Layer) Stats() Stats {
	return Stats{l.strangers.Load(), l.malformed.Load(), l.flooded.Load(), l.stray.Load()}
}

// refuse counts a message that is not handled, and logs one such line a second at most: a flood must not fill a disk.
func (l *Layer) refuse(counter *atomic.Uint64, why string, src netip.AddrPort) {
	n := counter.Add(1)
	now := time.Now().Unix()
	if last := l.logged.Load(); now != last && l.logged.CompareAndSwap(last, now) {
		l.log.Info("messages refused", "why", why, "source", src.Addr(), "count", n)
	}
}

// admitDatagram is asked by the readers before a message costs more than its octets.
func (l *Layer) admitDatagram(src netip.AddrPort) bool {
	if l.queue.Len() < maxWaiting && l.rates.allow(src.Addr(), time.Now()) {
		return true
	}
	l.refuse(&l.flooded, "too many at once", src)
	return false
}
