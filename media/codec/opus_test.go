//go:build cgo

package codec

import (
	"testing"

	"cordboard/media"
	"cordboard/media/audiotest"
)

// voice is a second of a steady vowel at 150 Hz, the kind of sound that Opus conceals well.
func voice() []int16 {
	pcm := make([]int16, 48000)
	for h := 1; h <= 12; h++ {
		for i, s := range audiotest.Sine(len(pcm), float64(150*h), 48000, float64(-18-h)) {
			pcm[i] += s
		}
	}
	return pcm
}

// quietest carries a voice through Opus, loses every tenth packet, lets restore make up for it, and returns the
// lowest level of what was restored in dBFS.
func quietest(t *testing.T, restore func(dec opusDecoder, dst []int16, next []byte) int) float32 {
	t.Helper()
	enc, dec, rate := pair(t, "opus")
	packet, lowest, lost, n := make([]int16, MaxPacket), float32(0), false, rate/50
	for i, pcm := 0, voice(); len(pcm) >= n; i, pcm = i+1, pcm[n:] {
		payload := make([]byte, MaxPayload)
		size, err := enc.Encode(payload, pcm[:n])
		if err != nil {
			t.Fatal(err)
		}
		if lost {
			got := restore(dec.(opusDecoder), packet[:n], payload[:size])
			lowest = min(lowest, media.LevelOf(packet[:got]))
		}
		if lost = i%10 == 9; lost {
			continue
		}
		if _, err := dec.Decode(packet, payload[:size]); err != nil {
			t.Fatal(err)
		}
	}
	return lowest
}

func TestOpusConcealsALostPacket(t *testing.T) {
	got := quietest(t, func(dec opusDecoder, dst []int16, _ []byte) int { return dec.Conceal(dst) })
	if said := media.LevelOf(voice()); got < said-6 {
		t.Errorf("a voice of %.1f dBFS was concealed at %.1f", said, got)
	}
}

func TestOpusRestoresALostPacketFromTheNext(t *testing.T) {
	got := quietest(t, func(dec opusDecoder, dst []int16, next []byte) int {
		n, err := dec.DecodeFEC(dst, next)
		if err != nil {
			t.Fatal(err)
		}
		return n
	})
	if said := media.LevelOf(voice()); got < said-6 {
		t.Errorf("a voice of %.1f dBFS was restored at %.1f", said, got)
	}
}

// The library takes the room behind a slice for a part of it: what it made there was missing before what follows.
func TestOpusMendsNoMoreThanIsAskedFor(t *testing.T) {
	for name, restore := range map[string]func(dec opusDecoder, dst []int16, next []byte){
		"concealed": func(dec opusDecoder, dst []int16, _ []byte) { dec.Conceal(dst) },
		"restored":  func(dec opusDecoder, dst []int16, next []byte) { _, _ = dec.DecodeFEC(dst, next) },
	} {
		quietest(t, func(dec opusDecoder, dst []int16, next []byte) int {
			behind := dst[len(dst):cap(dst)]
			clear(behind)
			restore(dec, dst, next)
			if l := media.LevelOf(behind); l != media.Silence {
				t.Errorf("%s: %.0f dBFS behind the packet", name, l)
			}
			return len(dst)
		})
	}
}

func TestOpusRefusesOddPacketLengths(t *testing.T) {
	k, _ := find("opus")
	if _, _, err := New(k.codec, 30); err == nil {
		t.Error("took packets of 30 ms")
	}
}
