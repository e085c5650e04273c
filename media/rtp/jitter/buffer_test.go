package jitter

import (
	"fmt"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/codec"
)

var g722 = cti.Codec{Name: "g722", PT: 9, Rate: 16000}

const packetTime = 20 * time.Millisecond

// talker makes packets of a tone whose numbers a test can bend.
type talker struct {
	codec cti.Codec
	enc   media.Encoder
	tone  *audiotest.Tone
	seq   uint16
	ts    uint32
	ssrc  uint32
}

func newTalker(t testing.TB, c cti.Codec, hz float64) *talker {
	t.Helper()
	enc, _, err := codec.New(c, 20)
	if err != nil {
		t.Fatal(err)
	}
	return &talker{codec: c, enc: enc, tone: audiotest.NewTone(hz, c.Rate, -20), seq: 65530, ts: 1<<32 - 800, ssrc: 1}
}

// packet is the next one, arriving at a time.
func (s *talker) packet(at time.Duration) *Packet {
	pcm := make([]int16, s.codec.Rate/50)
	s.tone.Fill(pcm)
	payload := make([]byte, 1500)
	n, err := s.enc.Encode(payload, pcm)
	if err != nil {
		panic(err) // a codec that made a packet before
	}
	p := &Packet{Arrival: at, Seq: s.seq, TS: s.ts, SSRC: s.ssrc, PT: s.codec.PT, Payload: payload[:n]}
	s.seq++
	s.ts += uint32(clock(s.codec) / 50)
	return p
}

// bench is a Buffer with a clock of its own and what was heard of it, all at 8 kHz.
type bench struct {
	*Buffer
	now   time.Duration
	heard []int16
}

func newBench(t testing.TB) *bench {
	t.Helper()
	var f Formats
	for _, c := range []cti.Codec{pcmu, g722} {
		_, dec, err := codec.New(c, 20)
		if err != nil {
			t.Fatal(err)
		}
		f[c.PT] = Format{Codec: c, Clock: clock(c), Decoder: dec}
	}
	b := &bench{Buffer: New(), now: time.Second}
	b.SetFormats(&f)
	return b
}

// read lets time pass.
func (b *bench) read(d time.Duration) {
	var frame, narrow [media.MaxFrame]int16
	for end := b.now + d; b.now < end; b.now += media.Tick {
		n := b.Read(b.now, frame[:])
		Convert(narrow[:80], frame[:n])
		b.heard = append(b.heard, narrow[:80]...)
	}
}

// hear lets n packets come on time, leaving out those that lost names.
func (b *bench) hear(s *talker, n int, lost ...int) {
	for i := range n {
		p := s.packet(b.now)
		missing := false
		for _, k := range lost {
			missing = missing || k == i
		}
		if !missing {
			b.Put(p)
		}
		b.read(packetTime)
	}
}

// silence is the longest time in pcm without sound.
func silence(pcm []int16) time.Duration {
	const step = 20 // 2.5 ms
	longest, run := 0, 0
	for i := 0; i+step <= len(pcm); i += step {
		if media.LevelOf(pcm[i:i+step]) > -32 {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return time.Duration(longest) * 2500 * time.Microsecond
}

const inMidWord = 40 * time.Millisecond // the longest gap that a change may make

func wantNoGap(t *testing.T, pcm []int16) {
	t.Helper()
	if gap := silence(pcm); gap > inMidWord {
		t.Errorf("a gap of %v", gap)
	}
}

func TestNewSourceIsHeardAtOnceAndTheOldNoMore(t *testing.T) {
	b := newBench(t)
	old := newTalker(t, pcmu, 500)
	b.hear(old, 50)
	fresh := newTalker(t, pcmu, 800)
	fresh.seq, fresh.ts, fresh.ssrc = 30000, 123456, 2
	before := len(b.heard)
	b.hear(fresh, 50)
	wantNoGap(t, b.heard[before-400:])
	after := b.heard[before+400:]
	if l := audiotest.LevelAt(after, 500, 8000); l > -50 {
		t.Errorf("the old source goes on with %.0f dBFS", l)
	}
	if l := audiotest.LevelAt(after, 800, 8000); l < -21 {
		t.Errorf("the new source has only %.1f dBFS", l)
	}
}

func TestTimestampsThatLeap(t *testing.T) {
	for _, leap := range []int32{1 << 30, -(1 << 30), 8000, -8000, 2400, -2400, 30000, -30000} {
		t.Run(fmt.Sprint(leap), func(t *testing.T) {
			b := newBench(t)
			s := newTalker(t, pcmu, 500)
			b.hear(s, 50)
			s.ts += uint32(leap)
			before := len(b.heard)
			b.hear(s, 50)
			if gap := silence(b.heard[before-400:]); gap > 60*time.Millisecond {
				t.Errorf("a gap of %v", gap)
			}
			if d := b.Delay(); d > 30*time.Millisecond {
				t.Errorf("the delay has become %v", d)
			}
		})
	}
}

func TestOneStrayTimestampMovesNothing(t *testing.T) {
	b := newBench(t)
	s := newTalker(t, pcmu, 500)
	b.hear(s, 50)
	stray := *newTalker(t, pcmu, 900).packet(b.now)
	stray.TS, stray.Seq = s.ts+1<<30, 7
	b.Put(&stray)
	before := len(b.heard)
	b.hear(s, 50)
	if d := audiotest.Inspect(b.heard[before-160:], 500, 8000); d.Bad > 0 || b.Counters().Restarts > 0 {
		t.Errorf("a single stray packet leaves %v, %+v", d, b.Counters())
	}
}

func TestCodecChangesInMidWord(t *testing.T) {
	b := newBench(t)
	b.hear(newTalker(t, pcmu, 500), 50)
	wide := newTalker(t, g722, 500)
	wide.ts, wide.seq = b.ts32(), 44
	before := len(b.heard)
	b.hear(wide, 25)
	if b.Rate() != 16000 {
		t.Fatalf("reading at %d Hz", b.Rate())
	}
	narrow := newTalker(t, pcmu, 500)
	narrow.ts, narrow.seq = b.ts32(), 70
	b.hear(narrow, 25)
	if b.Rate() != 8000 {
		t.Fatalf("back, reading at %d Hz", b.Rate())
	}
	wantNoGap(t, b.heard[before-400:])
}

// ts32 is the timestamp that a sender would use next.
func (b *bench) ts32() uint32 { return b.origin + uint32(b.next) }

func TestPauseOfASenderThatSavesPackets(t *testing.T) {
	for name, counts := range map[string]bool{"its timestamps go on": true, "its timestamps stand still": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s := newTalker(t, pcmu, 500)
			b.hear(s, 50)
			b.read(1500 * time.Millisecond)
			if counts {
				s.ts += 12000
			}
			before := len(b.heard)
			p := s.packet(b.now)
			p.Marker = true
			b.Put(p)
			b.read(packetTime)
			b.hear(s, 20)
			if gap := silence(b.heard[before:]); gap > packetTime {
				t.Errorf("the first %v after the pause are missing", gap)
			}
		})
	}
}

func TestReaderThatWasAwayHearsThePresent(t *testing.T) {
	b := newBench(t)
	old := newTalker(t, pcmu, 500)
	b.hear(old, 50)
	for i := range 40 { // nobody reads
		b.Put(old.packet(b.now + time.Duration(i)*packetTime))
	}
	b.now += 40 * packetTime
	fresh := newTalker(t, pcmu, 800)
	fresh.seq, fresh.ts = old.seq, old.ts
	before := len(b.heard)
	b.hear(fresh, 50)
	if l := audiotest.LevelAt(b.heard[before+400:], 500, 8000); l > -50 {
		t.Errorf("sound of before is heard with %.0f dBFS", l)
	}
	if d := b.Delay(); d > 40*time.Millisecond {
		t.Errorf("the delay is %v", d)
	}
}

func TestSlowerRouteIsFollowed(t *testing.T) {
	b := newBench(t)
	s := newTalker(t, pcmu, 500)
	b.hear(s, 100)
	var waiting []*Packet
	for range 200 { // from now on everything takes 120 ms longer
		waiting = append(waiting, s.packet(b.now+120*time.Millisecond))
		if waiting[0].Arrival <= b.now {
			b.Put(waiting[0])
			waiting = waiting[1:]
		}
		b.read(packetTime)
	}
	if gap := silence(b.heard[len(b.heard)-8*3000:]); gap > 5*time.Millisecond {
		t.Errorf("a second after the change there is still a gap of %v", gap)
	}
}

func TestDoubledPacketsAreHeardOnce(t *testing.T) {
	b := newBench(t)
	s := newTalker(t, pcmu, 437)
	for range 100 {
		p := s.packet(b.now)
		p.Marker = p.Seq%10 == 0
		b.Put(p)
		b.Put(p)
		b.read(packetTime)
		b.Put(p)
	}
	if c := b.Counters(); c.Late > 100 || c.Restarts > 0 {
		t.Errorf("%+v", c)
	}
	if d := audiotest.Inspect(b.heard[4000:], 437, 8000); d.Bad > 0 {
		t.Error(d)
	}
	if d := b.Delay(); d > 20*time.Millisecond {
		t.Errorf("the delay is %v", d)
	}
}

func TestLongerLossesDecayWithoutBuzzing(t *testing.T) {
	for lost := 1; lost <= 10; lost++ {
		b := newBench(t)
		s := newTalker(t, pcmu, 500)
		b.hear(s, 50)
		start := len(b.heard)
		for range lost {
			s.packet(b.now)
			b.read(packetTime)
		}
		gap := b.heard[start:] // begins up to a tick before the loss is due
		b.hear(s, 10)
		if lost > 4 {
			if l := media.LevelOf(gap[8*72:]); l > -50 {
				t.Errorf("%d packets lost: %.0f dBFS are left after 60 ms", lost, l)
			}
		}
		if lost > 3 {
			if first, third := media.LevelOf(gap[:8*20]), media.LevelOf(gap[8*50:8*70]); third > first-2 {
				t.Errorf("%d packets lost: the third still has %.1f dBFS after %.1f", lost, third, first)
			}
		}
		if l := media.LevelOf(gap[:8*20]); l < -23 {
			t.Errorf("%d packets lost: the first of them sounds with only %.0f dBFS", lost, l)
		}
		if d := audiotest.Inspect(b.heard[len(b.heard)-8*160:], 500, 8000); d.Bad > 0 {
			t.Errorf("%d packets lost: afterwards %v", lost, d)
		}
	}
}

func TestALittleMoreDelayIsMadeToo(t *testing.T) {
	b := newBench(t)
	s := newTalker(t, pcmu, 500)
	b.hear(s, 50)
	before, delay := b.Counters().Stretched, b.Delay()
	b.control.want = time.Millisecond
	b.hear(s, 4)
	if b.Counters().Stretched == before || b.control.want > 0 {
		t.Errorf("a wish of 1 ms leaves %v, with a delay of %v before and %v now", b.control.want, delay, b.Delay())
	}
}

func TestNoiseEndsWhenNobodyIsThere(t *testing.T) {
	b := newBench(t)
	b.hear(newTalker(t, pcmu, 500), 50)
	b.read(5 * time.Second)
	if l := media.LevelOf(b.heard[len(b.heard)-800:]); l != media.Silence {
		t.Errorf("after five seconds without a packet %.0f dBFS are left", l)
	}
}

func TestReadAndPutDoNotAllocate(t *testing.T) {
	b := newBench(t)
	s := newTalker(t, pcmu, 500)
	b.hear(s, 50)
	p := s.packet(b.now)
	var frame [media.MaxFrame]int16
	allocs := testing.AllocsPerRun(500, func() {
		p.Arrival, p.Seq, p.TS = b.now, p.Seq+1, p.TS+160
		if p.Seq%9 != 0 { // losses too
			b.Put(p)
		}
		b.Read(b.now, frame[:])
		b.now += media.Tick
		b.Read(b.now, frame[:])
		b.now += media.Tick
	})
	if allocs != 0 {
		t.Errorf("%v allocations a packet", allocs)
	}
}

func BenchmarkPacket(b *testing.B) {
	for _, c := range []cti.Codec{pcmu, g722} {
		b.Run(c.Name, func(b *testing.B) {
			bench, s := newBench(b), newTalker(b, c, 500)
			p := s.packet(bench.now)
			var frame [media.MaxFrame]int16
			b.ReportAllocs()
			for b.Loop() {
				p.Arrival, p.Seq, p.TS = bench.now, p.Seq+1, p.TS+160
				if p.Seq%20 != 0 {
					bench.Put(p)
				}
				for range 2 {
					bench.Read(bench.now, frame[:])
					bench.now += media.Tick
				}
			}
		})
	}
}
