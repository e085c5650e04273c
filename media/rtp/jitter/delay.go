package jitter

import "time"

const (
	histogramMS = 500 // longest lateness that is told apart
	memory      = 400 // packets that the histogram remembers: each weighs 1/400 less with every newer one

	// The delay grows when less than enough of the packets would be in time, and shrinks when even with less delay
	// plenty would. NetEQ strives for 95 %; the distance between the two keeps the delay from wavering.
	enough = 0.94
	plenty = 0.96

	minimumSpans = 4 // the fastest packet is sought in this many spans
	minimumSpan  = 500 * time.Millisecond
)

// lateness learns how much later than the fastest packet packets come, as NetEQ's delay manager does: a histogram
// that forgets, of delays relative to the least delay of the last two seconds. The least delay follows the drift
// between the clocks of sender and receiver.
type lateness struct {
	share [histogramMS]float32 // of packets, by milliseconds; sums to 1
	count int

	least     [minimumSpans]time.Duration // least offset by span, newest first
	spans     int
	spanStart time.Duration
}

// add takes note of a packet. offset is its arrival less its timestamp, both as times.
func (l *lateness) add(offset, arrival time.Duration) {
	before, fresh := l.base(), l.spans == 0
	l.note(offset, arrival)
	if !fresh && l.count < memory/4 {
		l.shift(int((before - l.base()) / time.Millisecond))
	}
	bin := min(max(int((offset-l.base())/time.Millisecond), 0), histogramMS-1)
	l.count = min(l.count+1, memory)
	weight := 1 / float32(l.count)
	for i := range l.share {
		l.share[i] *= 1 - weight
	}
	l.share[bin] += weight
}

// note keeps the least offset of each span.
func (l *lateness) note(offset, arrival time.Duration) {
	switch {
	case l.spans == 0 || arrival-l.spanStart >= minimumSpan:
		copy(l.least[1:], l.least[:])
		l.least[0], l.spanStart = offset, arrival
		l.spans = min(l.spans+1, minimumSpans)
	case offset < l.least[0]:
		l.least[0] = offset
	}
}

// shift moves what was learnt to later bins: the first packets were measured against one that was not the fastest.
func (l *lateness) shift(ms int) {
	if ms <= 0 {
		return
	}
	ms = min(ms, histogramMS-1)
	var rest float32
	for _, v := range l.share[histogramMS-ms:] {
		rest += v
	}
	copy(l.share[ms:], l.share[:histogramMS-ms])
	clear(l.share[:ms])
	l.share[histogramMS-1] += rest
}

// base is the offset of the fastest packet of late.
func (l *lateness) base() time.Duration {
	if l.spans == 0 {
		return 0
	}
	least := l.least[0]
	for _, v := range l.least[1:l.spans] {
		least = min(least, v)
	}
	return least
}

// rebase forgets the fastest packet, not the histogram: the timestamps began anew, the network stays what it is.
func (l *lateness) rebase() { l.spans = 0 }

// quantile is the offset by which a share of the packets has come.
func (l *lateness) quantile(share float32) time.Duration {
	var sum float32
	for i, v := range l.share {
		if sum += v; sum >= share {
			return l.base() + time.Duration(i+1)*time.Millisecond
		}
	}
	return l.base() + histogramMS*time.Millisecond
}
