//go:build cgo

package jitter

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/codec"
)

var opus = cti.Codec{Name: "opus", PT: 96, Rate: 48000}

func TestNetworksWithOpus(t *testing.T) {
	n := network{
		codec: opus, loss: 0.05, jitter: 60 * time.Millisecond, length: 20 * time.Second, inPairs: true,
	}
	transit, bad, holes := n.average(t)
	t.Logf("transit %v, %.2f %% bad", transit, bad)
	if transit > 75*time.Millisecond || bad > 2 || holes > 0 {
		t.Errorf("transit %v, %.2f %% bad, %d holes", transit, bad, holes)
	}
}

func TestCopyInThePacketBehindIsUsed(t *testing.T) {
	enc, _, err := codec.New(opus, 20)
	if err != nil {
		t.Fatal(err)
	}
	pcm := voice(48000, 48000)
	b := network{codec: opus}.buffer(t)
	var frame [media.MaxFrame]int16
	copies, lost := 0, 0
	for i := range 40 {
		payload := make([]byte, codec.MaxPayload)
		n, err := enc.Encode(payload, pcm[i*960:(i+1)*960])
		if err != nil {
			t.Fatal(err)
		}
		now := time.Second + time.Duration(i)*packetTime
		switch {
		case i%4 == 2 && i > 4:
			lost++
			continue // and two packets come at once after it
		case i%4 == 3 && hasCopy(payload[:n]):
			copies++
		}
		b.Put(&Packet{Arrival: now, Seq: uint16(i), TS: uint32(i * 960), PT: opus.PT, Payload: payload[:n]})
		if i%4 == 3 {
			b.Read(now-packetTime, frame[:])
			b.Read(now-media.Tick, frame[:])
		}
		b.Read(now, frame[:])
		b.Read(now+media.Tick, frame[:])
	}
	t.Logf("%d packets lost, %d with a copy; %+v", lost, copies, b.Counters())
	if copies < lost/2 {
		t.Fatalf("only %d of %d have a copy", copies, lost)
	}
	if guessed := int(b.Counters().Concealed) - 1; guessed > 3*(lost-copies+1) { // a packet out of step with the ticks touches three
		t.Errorf("%d ticks were guessed, where %d packets had no copy", guessed, lost-copies)
	}
}

func TestVoiceInOpusIsMendedWithoutClicks(t *testing.T) {
	n := network{codec: opus, loss: 0.05, jitter: 60 * time.Millisecond, length: 20 * time.Second, seed: 3}
	pcm := voice(int(n.length.Seconds())*opus.Rate, opus.Rate)
	heard, _, b := n.play(t, pcm)
	if r, limit := roughness(heard), roughness(pcm)*2; r > limit {
		t.Errorf("a jump of %d, where the voice itself makes %d", r, limit/2)
	}
	if is, want := media.LevelOf(heard), media.LevelOf(pcm); is < want-1 || is > want+1 {
		t.Errorf("the level is %.1f, not %.1f dBFS; %+v", is, want, b.Counters())
	}
}
