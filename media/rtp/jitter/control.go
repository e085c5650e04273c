package jitter

import (
	"time"

	"cordboard/media"
)

const (
	shortestLag = 2500 * time.Microsecond // pieces shorter than a period of 400 Hz are not cut or repeated
	usualLag    = 10 * time.Millisecond   // of 100 Hz: most voices have a period that short
	longestLag  = 15 * time.Millisecond   // a period of 66 Hz, the lowest voices
	patience    = 10                      // reads without a good place before longer pieces are tried
	calm        = 25                      // packets in a row with too much delay before it is reduced
	tooMuch     = 150 * time.Millisecond  // more delay than this above the target is cut off at once
	unrest      = time.Millisecond        // of the reader's wake-ups and the histogram's steps
	longAway    = 200 * time.Millisecond  // a reader that was away longer starts afresh
	sameWake    = 3 * time.Millisecond    // reads closer together than this belong to one wake-up of the reader
)

// control decides when the delay is to change, and by how much.
//
// The reader comes at whole ticks only, so that most changes of the delay change nothing: a packet is needed at the
// first wake-up at which its first sample is due. The delay worth having is therefore the one at which packets
// start right at a wake-up, and by as many wake-ups later as the target asks.
type control struct {
	last   time.Duration
	index  int     // of this read among those of one wake-up
	reads  float64 // per wake-up, on average
	want   time.Duration
	spare  time.Duration // least delay that could have been saved with any of the last packets
	seen   int
	waited int // reads since want was set
	delay  time.Duration
}

// reset forgets the wish, not the reader's habits.
func (c *control) reset() {
	c.want, c.spare, c.seen, c.waited = 0, 0, 0, 0
	c.reads = max(c.reads, 1)
}

// wake notes the time of a read.
func (c *control) wake(now time.Duration) {
	if now-c.last < sameWake && c.last != 0 {
		c.index++
	} else {
		c.reads += (float64(c.index+1) - c.reads) / 8
		c.index = 0
	}
	c.last = now
}

// away reports whether the reader has been gone so long that what waits for it is past.
func (c *control) away(now time.Duration) bool { return c.last != 0 && now-c.last > longAway }

// grid is the time between wake-ups.
func (c *control) grid() time.Duration { return max(time.Duration(c.reads+0.5), 1) * media.Tick }

// measure compares the delay with the target whenever a packet is needed: now is then the last moment for it.
func (b *Buffer) measure(now time.Duration) {
	c := &b.control
	if !b.running || b.guessing {
		return
	}
	perUnit := b.perUnit()
	into := b.line.ahead() % (b.packet * perUnit) // how far into this frame the next packet starts
	if into >= b.line.frame() {
		return
	}
	start := b.next - int64(b.line.ahead()/perUnit) + int64(into/perUnit)
	need := now - b.duration(start) // on the scale of offsets
	slip := time.Duration(into)*time.Second/time.Duration(b.line.rate) + min(time.Duration(c.index)*media.Tick, c.grid()-media.Tick)
	c.delay += (need - b.lateness.base() - c.delay) / 8
	c.judge(need-b.lateness.quantile(enough), need-b.lateness.quantile(plenty), slip)
	b.slack.note(need + c.want - b.nearlyAll())
}

// judge sets the wish. margin is the time between the arrival of enough packets and the need for them, easy that
// after the arrival of plenty, slip how far the delay may shrink without making the need any earlier.
func (c *control) judge(margin, easy, slip time.Duration) {
	grid := c.grid()
	if margin < 0 {
		c.seen = 0
		if steps := (-margin + grid - 1) / grid; steps*grid > slip {
			c.wish(steps*grid - slip)
		}
		return
	}
	spare := slip + max(easy-unrest, 0)/grid*grid
	if c.seen == 0 || spare < c.spare {
		c.spare = spare
	}
	if c.seen++; c.seen >= calm {
		c.seen = 0
		if c.spare >= shortestLag {
			c.wish(-c.spare)
		}
	}
}

// wish asks for a change of the delay; how long it waits counts from when its direction changed.
func (c *control) wish(want time.Duration) {
	if (want > 0) != (c.want > 0) || c.want == 0 {
		c.waited = 0
	}
	c.want = want
}

// stretch takes one step towards the wished delay, where the sound allows it: one period cut out or repeated.
func (b *Buffer) stretch() {
	c := &b.control
	c.waited++
	switch {
	case c.want > 0: // also a little: what packets miss by a sample they miss
		b.expand()
	case c.want < -tooMuch:
		b.drop()
	case c.want <= -shortestLag:
		b.shrink()
	}
}

// alike is the likeness that a splice must have: less and less, the longer the wish waits.
func (c *control) alike() float64 { return max(0.9-0.01*float64(c.waited), 0.3) }

// expand repeats a period before the play position.
func (b *Buffer) expand() {
	l := &b.line
	fade := l.ms(fadeMS)
	if l.ahead() < fade || b.guessing {
		return
	}
	hi := min(max(b.control.want+shortestLag, usualLag), longestLag)
	if b.control.waited > patience {
		hi = longestLag
	}
	lag, like := match(l.pcm[:l.end], l.at, fade, fade, l.samples(hi), -1, max(l.rate/8000, 1))
	if lag == 0 || like < b.control.alike() {
		return
	}
	l.repeat(lag, fade)
	b.spliced(l.time(lag))
}

// shrink cuts out a period at the play position, if so much is decoded or can be.
func (b *Buffer) shrink() {
	l := &b.line
	fade := l.ms(fadeMS)
	hi := l.samples(min(-b.control.want, longestLag))
	for l.ahead() < hi+fade+l.frame() && !b.guessing {
		s := b.first()
		if s == nil || s.ts != b.next {
			break
		}
		b.decode(s)
	}
	hi = min(hi, l.ahead()-fade-l.frame())
	lag, like := match(l.pcm[:l.end], l.at, fade, l.samples(shortestLag), hi, 1, max(l.rate/8000, 1))
	if lag == 0 || like < b.control.alike() || b.guessing {
		return
	}
	l.cut(lag, fade)
	b.spliced(-l.time(lag))
}

// spliced books a change of the delay.
func (b *Buffer) spliced(by time.Duration) {
	b.counters.Stretched++
	b.control.want -= by
	b.control.seen = 0
	b.control.waited = 0
}

// drop gives up sound that has piled up, as after a stall of the reader.
func (b *Buffer) drop() {
	skip := int64(-b.control.want) * int64(b.clock) / int64(time.Second)
	b.next += skip / int64(b.packet) * int64(b.packet)
	b.control.reset()
	b.pretend()
}

// samples and time convert between lengths.
func (l *line) samples(d time.Duration) int { return int(d * time.Duration(l.rate) / time.Second) }

func (l *line) time(samples int) time.Duration {
	return time.Duration(samples) * time.Second / time.Duration(l.rate)
}
