package rtp

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

func TestFirstWriteOpensTheWay(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, sessionTo(far.addr(), pcmu))
	p.Write(make([]int16, 80)) // muted: silence opens NAT as well as words
	if pkt := far.nextRTP(); !pkt.Marker || pkt.PayloadType != 0 || len(pkt.Payload) != 160 {
		t.Errorf("the first packet is %+v with %d bytes", pkt.Header, len(pkt.Payload))
	}
}

func TestPacketsFollowEachOther(t *testing.T) {
	for _, tc := range []struct {
		codec cti.Codec
		ptime int
		step  uint32 // timestamp units
		size  int
	}{{pcmu, 20, 160, 160}, {pcma, 30, 240, 240}, {pcmu, 10, 80, 80}, {g722, 20, 160, 160}} {
		far, p := newPeer(t), open(t, Config{})
		s := sessionTo(far.addr(), tc.codec)
		s.Ptime = tc.ptime
		apply(t, p, s)
		writeTone(p, 13)
		first := far.nextRTP()
		second := far.nextRTP()
		if second.SequenceNumber != first.SequenceNumber+1 || second.Timestamp-first.Timestamp != tc.step {
			t.Errorf("%s: %+v after %+v", tc.codec.Name, second.Header, first.Header)
		}
		if len(second.Payload) != tc.size || second.Marker || second.PayloadType != tc.codec.PT {
			t.Errorf("%s: %d bytes, %+v", tc.codec.Name, len(second.Payload), second.Header)
		}
	}
}

func TestPhaseSendsAtTheEndOfEachPair(t *testing.T) {
	for tick := range 4 {
		far, p := newPeer(t), open(t, Config{})
		apply(t, p, sessionTo(far.addr(), pcmu))
		p.SetPhase(tick)
		for i := tick; i < tick+6; i++ {
			before := p.Stats().Sent
			p.Write(make([]int16, 80))
			if sent := p.Stats().Sent > before; sent != (i%2 == 1) {
				t.Errorf("told tick %d: at tick %d sent is %v", tick, i, sent)
			}
		}
	}
}

func TestNothingIsSentAgainstTheDirection(t *testing.T) {
	var now time.Duration
	far, p := newPeer(t), open(t, Config{Clock: func() time.Duration { return now }})
	s := sessionTo(far.addr(), pcmu)
	s.Send = false
	apply(t, p, s)
	for range 4000 { // 40 s
		now += media.Tick
		p.Write(make([]int16, 80))
	}
	if sent := p.Stats().Sent; sent != 3 {
		t.Errorf("%d packets in 40 s, not 3 to keep the way open", sent)
	}
	if pkt := far.nextRTP(); len(pkt.Payload) != 0 || pkt.PayloadType != keepalivePT {
		t.Errorf("what keeps the way open carries %d bytes of type %d", len(pkt.Payload), pkt.PayloadType)
	}
	s.Send = true
	apply(t, p, s)
	writeTone(p, 2)
	far.nextRTP()
	far.nextRTP()
	if pkt := far.nextRTP(); !pkt.Marker || len(pkt.Payload) != 160 {
		t.Errorf("after the hold comes %+v", pkt.Header)
	}
}

func TestNowhereIsNotSentTo(t *testing.T) {
	p := open(t, Config{})
	s := sessionTo(newPeer(t).addr(), pcmu)
	s.Remote = mustAddrPort("0.0.0.0:4000")
	apply(t, p, s)
	writeTone(p, 10)
	if st := p.Stats(); st.Sent != 0 || st.SendErrors != 0 {
		t.Errorf("%d sent, %d errors", st.Sent, st.SendErrors)
	}
}

func TestFrameOfTheOldRateIsConverted(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, sessionTo(far.addr(), pcmu))
	writeTone(p, 3)
	apply(t, p, sessionTo(far.addr(), g722))
	p.Write(make([]int16, 80)) // rate of before
	p.Write(make([]int16, 160))
	types := map[uint8]bool{}
	for range 3 {
		types[far.nextRTP().PayloadType] = true
	}
	if !types[0] || !types[9] {
		t.Errorf("payload types %v, not both codecs", types)
	}
}

func TestWriteDoesNotAllocate(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, sessionTo(far.addr(), pcmu))
	frame := make([]int16, 80)
	if n := testing.AllocsPerRun(500, func() { p.Write(frame); p.Write(frame) }); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func TestSRTPWriteAllocatesLittle(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, secured(sessionTo(far.addr(), pcmu), 1, 2))
	frame := make([]int16, 80)
	n := testing.AllocsPerRun(500, func() { p.Write(frame); p.Write(frame) })
	t.Logf("%v allocations a packet", n)
	if n > 4 {
		t.Errorf("%v allocations a packet", n)
	}
}

func BenchmarkWrite(b *testing.B) {
	for name, s := range map[string]func(cti.MediaSession) cti.MediaSession{
		"clear": func(s cti.MediaSession) cti.MediaSession { return s },
		"srtp":  func(s cti.MediaSession) cti.MediaSession { return secured(s, 1, 2) },
	} {
		b.Run(name, func(b *testing.B) {
			far, p := newPeer(b), open(b, Config{})
			apply(b, p, s(sessionTo(far.addr(), pcmu)))
			frame := make([]int16, 80)
			b.ReportAllocs()
			for b.Loop() {
				p.Write(frame)
				p.Write(frame)
			}
		})
	}
}
