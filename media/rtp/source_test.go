package rtp

import (
	"math"
	"testing"
	"time"

	"cordboard/media/rtp/jitter"
)

// feed gives a source packets 20 ms apart with these sequence numbers.
func feed(s *source, from time.Duration, seqs ...uint16) time.Duration {
	for i, seq := range seqs {
		s.packet(1, seq, uint32(seq)*160, 8000, true, from+time.Duration(i)*20*time.Millisecond)
	}
	return from + time.Duration(len(seqs))*20*time.Millisecond
}

func TestSourceCountsOverTheWrap(t *testing.T) {
	var s source
	feed(&s, time.Second, 65534, 65535, 0, 1, 3)
	if s.expected() != 6 || s.received != 5 {
		t.Errorf("%d of %d, not 5 of 6", s.received, s.expected())
	}
	feed(&s, 2*time.Second, 2, 2) // late, then doubled
	if s.expected() != 6 || s.received != 7 || lossFraction(s.expected(), s.received) != 0 {
		t.Errorf("%d of %d after stragglers", s.received, s.expected())
	}
}

func TestSourceFollowsAConfirmedJumpOnly(t *testing.T) {
	var s source
	at := feed(&s, time.Second, 10, 11, 12)
	at = feed(&s, at, 40000)
	if s.received != 3 {
		t.Error("a single stray packet counts")
	}
	feed(&s, at, 40001, 40002)
	if s.expected() != 2 || s.received != 2 {
		t.Errorf("%d of %d after the jump, not 2 of 2", s.received, s.expected())
	}
}

func TestSourceMeasuresJitter(t *testing.T) {
	var s source
	for i := range 400 {
		late := time.Duration(i%2) * 8 * time.Millisecond
		s.packet(1, uint16(i), uint32(i*160), 8000, true, time.Second+time.Duration(i)*20*time.Millisecond+late)
	}
	if j := s.jitterMS(); math.Abs(float64(j)-8) > 0.2 {
		t.Errorf("jitter %.2f ms, where each packet differs by 8 from the one before", j)
	}
}

func TestSourceTellsRecentLoss(t *testing.T) {
	var s source
	at := time.Second
	for i := range 400 {
		if i%10 != 0 || i > 300 {
			s.packet(1, uint16(i), uint32(i*160), 8000, true, at)
		}
		at += 20 * time.Millisecond
		if i == 290 && (s.loss < 0.08 || s.loss > 0.12) {
			t.Errorf("loss %.3f, not 0.1", s.loss)
		}
	}
	for i := 400; i < 700; i++ {
		s.packet(1, uint16(i), uint32(i*160), 8000, true, at)
		at += 20 * time.Millisecond
	}
	if s.loss != 0 {
		t.Errorf("the loss is over, but %.3f is told", s.loss)
	}
}

func TestRingKeepsOrderAndRefusesWhenFull(t *testing.T) {
	r := new(packetRing)
	for i := range ringSlots {
		if !r.push(jitter.Packet{Seq: uint16(i), Payload: []byte{byte(i)}}) {
			t.Fatalf("packet %d is refused", i)
		}
	}
	if r.push(jitter.Packet{}) {
		t.Error("a full ring takes more")
	}
	for i := range ringSlots {
		if p := r.peek(); p == nil || p.Seq != uint16(i) || p.Payload[0] != byte(i) {
			t.Fatalf("packet %d is %+v", i, p)
		}
		r.pop()
	}
	if r.peek() != nil {
		t.Error("an empty ring gives packets")
	}
	if r.push(jitter.Packet{Payload: make([]byte, maxPayload+1)}) {
		t.Error("a payload too long is taken")
	}
}
