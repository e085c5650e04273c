package jitter

import (
	"time"
)

const (
	slots      = 64
	maxPayload = 1460
	maxSamples = 5760 // 120 ms at 48 kHz, the longest packet of Opus (RFC 6716 2.1.4)

	farAway  = 2 * time.Second        // a timestamp further off begins a new stream,
	tooEarly = 200 * time.Millisecond // as does one so much faster than the fastest
	lateRun  = 3                      // late packets in a row that show the sender's clock, not the network, has moved
)

// Buffer holds one party's packets until their sound is due.
//
// Sound is due when Read asks for it: time passes on the reader's side whether or not packets come. What is
// missing then is guessed, and a packet that comes later still gives what is left of it.
type Buffer struct {
	formats Formats
	slots   [slots]slot
	line    line
	guess   guess
	mend    mend
	decoded [maxSamples]int16

	running  bool
	ssrc     uint32
	clock    int    // rate of the timestamps
	origin   uint32 // timestamp that the stream began with; those below are counted from it and do not wrap
	next     int64  // of the next sample to decode
	packet   int    // length of the last packet in timestamp units
	guessing bool   // the end of the line is made up
	follows  int64  // the timestamp that the decoder expects
	jumpSeq  uint16
	jumped   bool
	lates    int // in a row

	lateness lateness
	inTime   lateness // as known before the present run of late packets
	control  control
	slack    slack
	counters Counters
}

type slot struct {
	used    bool
	ts      int64
	pt      uint8
	n       int
	payload [maxPayload]byte
}

// Counters tell what a buffer had to do; they only grow.
type Counters struct {
	Late      uint64 // packets that came after all of their sound was due
	Concealed uint64 // reads with sound made up, wholly or in part
	Stretched uint64 // pieces cut out or repeated to change the delay
	Broken    uint64 // packets that the decoder refused
	Restarts  uint64 // new streams within this one: source or timestamps changed
}

// New returns an empty buffer that reads silence at 8 kHz.
func New() *Buffer {
	b := &Buffer{packet: 160}
	b.line.rate = 8000
	b.control.reset()
	return b
}

// SetFormats changes what the buffer can decode.
func (b *Buffer) SetFormats(f *Formats) { b.formats = *f }

// Rate is the sample rate in Hz of what Read gave last.
func (b *Buffer) Rate() int { return b.line.rate }

// Counters returns the counts so far.
func (b *Buffer) Counters() Counters { return b.counters }

// Delay is what the buffer adds: from the arrival of a packet with no delay to its playing.
func (b *Buffer) Delay() time.Duration { return b.control.delay }

// Target is the delay that the buffer strives for.
func (b *Buffer) Target() time.Duration { return b.lateness.quantile(plenty) - b.lateness.base() }

// Put adds a packet; its payload is copied.
func (b *Buffer) Put(p *Packet) {
	f := &b.formats[p.PT&127]
	if f.Decoder == nil || len(p.Payload) > maxPayload {
		return
	}
	if !b.running || p.SSRC != b.ssrc || f.Clock != b.clock || b.control.away(p.Arrival) {
		b.restart(p, f.Clock)
	}
	if b.leaps(p) {
		if !b.jumped || p.Seq != b.jumpSeq {
			b.jumped, b.jumpSeq = true, p.Seq+1
			return // a single stray packet does not move the stream (RFC 3550 A.1)
		}
		b.restart(p, f.Clock)
	}
	b.jumped = false
	if ts := b.unwrap(p.TS); ts+int64(b.packet) <= b.next && !b.catchUp(p) {
		return
	}
	ts := b.unwrap(p.TS)
	b.lateness.add(p.Arrival-b.duration(ts), p.Arrival)
	b.store(ts, p)
}

// leaps reports whether a timestamp cannot belong to the stream so far.
func (b *Buffer) leaps(p *Packet) bool {
	ts := b.unwrap(p.TS)
	far := b.duration(ts - b.next)
	early := b.lateness.spans > 0 && p.Arrival-b.duration(ts) < b.lateness.base()-tooEarly
	return far > farAway || far < -farAway || early
}

// catchUp judges a packet that is wholly late. After several in a row, or at the start of talk, with nothing else to
// play, it was no lateness: the sender's timestamps fell behind or the route became slower, and the stream restarts
// there. Otherwise the packet is lost.
func (b *Buffer) catchUp(p *Packet) bool {
	b.counters.Late++
	if b.lates == 0 {
		b.inTime = b.lateness
	}
	b.lates++
	talkBegins := p.Marker && b.guessing
	if b.waiting() > 0 || (b.lates < lateRun && !talkBegins) {
		b.lateness.add(p.Arrival-b.duration(b.unwrap(p.TS)), p.Arrival)
		return false
	}
	b.lateness = b.inTime
	b.restart(p, b.clock)
	return true
}

// restart begins a stream with p as the next to be heard; what is still to be played goes before it.
func (b *Buffer) restart(p *Packet, clock int) {
	if b.running {
		b.counters.Restarts++
	}
	for i := range b.slots {
		b.slots[i].used = false
	}
	b.running, b.ssrc, b.clock, b.origin, b.next = true, p.SSRC, clock, p.TS, 0
	b.jumped, b.lates = false, 0
	b.lateness.rebase()
	b.control.reset()
	b.pretend()
}

// unwrap counts a timestamp from the stream's origin, as the one nearest to what is played.
func (b *Buffer) unwrap(ts uint32) int64 { return b.next + int64(int32(ts-b.origin-uint32(b.next))) }

// duration is a length in timestamp units as a time.
func (b *Buffer) duration(units int64) time.Duration {
	return time.Duration(units * int64(time.Second) / int64(b.clock))
}

// perUnit is the number of samples in a timestamp unit: 2 for G.722, else 1.
func (b *Buffer) perUnit() int { return max(b.line.rate/b.clock, 1) }

// store keeps a packet. Of two with one timestamp the first counts. When all slots are full it is dropped: so much
// cannot wait while somebody reads.
func (b *Buffer) store(ts int64, p *Packet) {
	free := -1
	for i := range b.slots {
		switch s := &b.slots[i]; {
		case !s.used:
			free = i
		case s.ts == ts:
			return
		}
	}
	if free < 0 {
		b.counters.Late++
		return
	}
	s := &b.slots[free]
	s.used, s.ts, s.pt = true, ts, p.PT
	s.n = copy(s.payload[:], p.Payload)
}

// waiting is the number of packets not yet decoded.
func (b *Buffer) waiting() (n int) {
	for i := range b.slots {
		if b.slots[i].used {
			n++
		}
	}
	return n
}

// first is the waiting packet with the lowest timestamp, nil for none.
func (b *Buffer) first() *slot {
	var low *slot
	for i := range b.slots {
		if s := &b.slots[i]; s.used && (low == nil || s.ts < low.ts) {
			low = s
		}
	}
	return low
}

// Read fills dst with the media.Tick of sound that is due now, on the clock of the packets' arrivals, and
// returns its number of samples; dst has room for media.MaxFrame. It allocates nothing unless the codec changes.
func (b *Buffer) Read(now time.Duration, dst []int16) int {
	b.control.wake(now)
	b.measure(now)
	made := b.guessing
	for b.line.ahead() < b.line.frame() {
		b.pull()
		made = made || b.guessing
	}
	b.stretch()
	n := b.line.frame()
	b.line.play(dst[:n])
	if made && b.running {
		b.counters.Concealed++
	} else {
		b.guess.noise.listen(dst[:n])
	}
	return n
}

// pull adds the next sound to the line: decoded, restored from the packet behind, or guessed.
func (b *Buffer) pull() {
	s := b.first()
	for s != nil && s.ts+int64(b.packet) <= b.next && s.ts < b.next {
		s.used = false // overtaken since it was stored
		b.counters.Late++
		s = b.first()
	}
	switch {
	case s == nil:
		b.conceal(b.line.frame() - b.line.ahead())
	case s.ts <= b.next:
		b.decode(s)
	case b.restore(s):
	default:
		gap := (s.ts - b.next) * int64(b.line.rate) / int64(b.clock)
		b.conceal(int(min(max(gap, 1), int64(b.line.frame()-b.line.ahead()))))
	}
}

// decode plays a packet, or what is left of it.
func (b *Buffer) decode(s *slot) {
	f := &b.formats[s.pt&127]
	s.used = false
	if f.Decoder == nil || f.Clock != b.clock {
		return // agreed no longer, or anew for another codec
	}
	b.line.setRate(f.Codec.Rate)
	n, err := f.Decoder.Decode(b.decoded[:], s.payload[:s.n])
	if err != nil || n == 0 {
		b.counters.Broken++
		return
	}
	perUnit := b.perUnit()
	b.packet = max(n/perUnit, 1)
	_, builds := f.Decoder.(fecDecoder)
	adrift := builds && s.ts != b.follows
	b.follows = s.ts + int64(b.packet)
	skip := min(int(b.next-s.ts)*perUnit, n)
	b.next, b.lates = max(b.next, s.ts+int64(b.packet)), 0
	b.join(b.decoded[skip:n], adrift)
}

// join appends real sound, fading into it from the guess. adrift tells that its decoder has missed packets.
func (b *Buffer) join(pcm []int16, adrift bool) {
	if b.guessing && len(pcm) > 0 {
		b.mend.begin(&b.guess, &b.line, adrift)
		b.guessing = false
	}
	b.mend.apply(pcm, &b.guess, b.line.rate)
	b.line.push(pcm)
}

// pretend turns from real sound to guessing.
func (b *Buffer) pretend() {
	if !b.guessing {
		b.guessing, b.mend = true, mend{}
		b.guess.start(&b.line)
	}
}

// conceal makes up n samples. The decoder is left alone even if it could do it, as Opus can: its guesses fade and
// upset what it decodes next, so that ours damaged a quarter as many windows of a tone.
func (b *Buffer) conceal(n int) {
	b.pretend()
	dst := b.line.room(n)
	b.guess.fill(dst, b.line.rate)
	b.line.end += len(dst)
	b.pass(len(dst))
}

// pass moves the timestamp on by n guessed samples.
func (b *Buffer) pass(n int) {
	if b.running {
		b.next += int64(n * b.clock / b.line.rate)
	}
}
