package jitter

import (
	"encoding/binary"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// flat decodes any payload to as many samples as its bytes, times a factor.
type flat int

func (f flat) Decode(dst []int16, payload []byte) (int, error) {
	return min(len(payload)*int(f), len(dst)), nil
}

// FuzzBuffer reads its input as packets of eight bytes: payload type, length, pause, flags, timestamp.
func FuzzBuffer(f *testing.F) {
	f.Add([]byte{0, 160, 2, 0, 0, 0, 0, 0, 0, 160, 2, 0, 0, 0, 0, 160})
	f.Add([]byte{0, 160, 2, 0, 0, 0, 0, 0, 96, 96, 2, 0, 0, 0, 3, 192, 96, 96, 2, 1, 0, 0, 3, 195, 9, 160, 0, 0, 0, 0, 1, 0})
	f.Add([]byte{96, 96, 60, 0, 255, 255, 255, 255, 0, 1, 0, 1, 127, 255, 255, 255, 9, 3, 1, 0, 128, 0, 0, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		b := New()
		b.SetFormats(&Formats{
			0:  {Codec: cti.Codec{Rate: 8000}, Clock: 8000, Decoder: flat(1)},
			9:  {Codec: cti.Codec{Rate: 16000}, Clock: 8000, Decoder: flat(2)},
			96: {Codec: cti.Codec{Rate: 48000}, Clock: 48000, Decoder: flat(10)},
		})
		var frame [media.MaxFrame]int16
		now := time.Second
		for seq := uint16(0); len(script) >= 8 && seq < 60; seq, script = seq+1, script[8:] {
			b.Put(&Packet{
				Arrival: now, Seq: seq, PT: script[0], Marker: script[3]&1 != 0, SSRC: uint32(script[3] >> 6),
				TS: binary.BigEndian.Uint32(script[4:]), Payload: make([]byte, script[1]),
			})
			for range script[2] % 16 {
				if n := b.Read(now, frame[:]); n != media.FrameLen(b.Rate()) {
					t.Fatalf("a tick of %d samples at %d Hz", n, b.Rate())
				}
				now += media.Tick
			}
		}
	})
}
