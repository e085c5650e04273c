package engine

import (
	"sync/atomic"
	"time"

	"cordboard/media"
)

// maxRepay is how many late ticks are made up at once. A longer stall (a suspended machine) is skipped: repaying it
// would send a burst that every far end throws away.
const maxRepay = 5

// Pacing is how punctual the ticks were, for diagnostics and benchmarks.
type Pacing struct {
	Ticks   uint64        // run since the start
	Repaid  uint64        // run late, one directly after another
	Skipped uint64        // never run: the stall was longer than what is made up
	P50     time.Duration // lateness of the start of a tick, upper bound of its class
	P99     time.Duration
	Max     time.Duration

	UnderRuns uint64 // frames that the open microphone and speaker did not have in time
}

// pacer decides when the next tick is due. Only the tick goroutine calls its methods, but for pacing.
type pacer struct {
	clock clock
	due   time.Duration
	hist  lateness
	// counted by the tick, read by anybody
	ticks, repaid, skipped atomic.Uint64
}

// restart makes the first tick after a park due at once.
func (p *pacer) restart() { p.due = p.clock.now() }

// advance makes all that is due come earlier.
func (p *pacer) advance(d time.Duration) { p.due -= d }

// wait sleeps until the last of the next n ticks is due, for all of them to be run, and notes how late it came back.
// The schedule is that of single ticks, so n may change every time.
func (p *pacer) wait(n int) {
	now := p.clock.now()
	if behind := now - p.due; behind > maxRepay*media.Tick {
		lost := behind / media.Tick
		p.skipped.Add(uint64(lost))
		p.due += lost * media.Tick
	}
	batch := time.Duration(n) * media.Tick
	last := p.due + batch - media.Tick
	if now < last {
		p.clock.sleepUntil(last)
	} else if now-last >= batch {
		p.repaid.Add(uint64(n))
	}
	p.hist.add(p.clock.now() - last)
	p.ticks.Add(uint64(n))
	p.due += batch
}

func (p *pacer) pacing() Pacing {
	return Pacing{
		Ticks: p.ticks.Load(), Repaid: p.repaid.Load(), Skipped: p.skipped.Load(),
		P50: p.hist.quantile(0.50), P99: p.hist.quantile(0.99), Max: time.Duration(p.hist.max.Load()),
	}
}

// classes of lateness grow by a quarter each from 10 µs on: the last one begins at about 12 s.
const (
	classes    = 64
	firstClass = 10 * time.Microsecond
)

// lateness is a histogram with one writer and any number of readers.
type lateness struct {
	count [classes]atomic.Uint64
	max   atomic.Int64
}

func (l *lateness) add(d time.Duration) {
	i := 0
	for edge := firstClass; d > edge && i < classes-1; i++ {
		edge += edge / 4
	}
	l.count[i].Add(1)
	if int64(d) > l.max.Load() {
		l.max.Store(int64(d))
	}
}

// quantile returns the upper edge of the class in which the q-th of all values lies, 0 when there are none.
func (l *lateness) quantile(q float64) time.Duration {
	var total, seen uint64
	for i := range l.count {
		total += l.count[i].Load()
	}
	edge := firstClass
	for i := range l.count {
		seen += l.count[i].Load()
		if total > 0 && float64(seen) >= q*float64(total) {
			return edge
		}
		edge += edge / 4
	}
	return 0
}
