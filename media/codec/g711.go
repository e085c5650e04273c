package codec

import (
	"fmt"
	"math/bits"

	"cordboard/media"
)

// G.711 (ITU-T, 1988). Decoding is a table; encoding finds the segment by the highest bit set.
var (
	aLawTable  = table(aLawSample)
	muLawTable = table(muLawSample)
)

func table(sample func(byte) int16) *[256]int16 {
	var t [256]int16
	for i := range t {
		t[i] = sample(byte(i))
	}
	return &t
}

// law is G.711 in one of its two flavours, as an encoder and as a decoder.
type law struct {
	encode func(int16) byte
	decode *[256]int16
}

func newALaw(int) (media.Encoder, media.Decoder, error) {
	l := law{ALaw, aLawTable}
	return l, l, nil
}

func newMuLaw(int) (media.Encoder, media.Decoder, error) {
	l := law{MuLaw, muLawTable}
	return l, l, nil
}

// Encode writes one byte per sample.
func (l law) Encode(dst []byte, pcm []int16) (int, error) {
	if len(dst) < len(pcm) {
		return 0, fmt.Errorf("G.711 payload of %d bytes does not fit into %d", len(pcm), len(dst))
	}
	for i, s := range pcm {
		dst[i] = l.encode(s)
	}
	return len(pcm), nil
}

// Decode writes one sample per byte.
func (l law) Decode(dst []int16, payload []byte) (int, error) {
	if len(dst) < len(payload) {
		return 0, fmt.Errorf("G.711 payload of %d bytes is longer than a packet may be", len(payload))
	}
	for i, b := range payload {
		dst[i] = l.decode[b]
	}
	return len(payload), nil
}

// ALaw encodes one sample (G.711 table 1a; even bits inverted).
func ALaw(s int16) byte {
	sign := byte(0x80)
	v := int(s) >> 3 // 13 bits
	if v < 0 {
		sign, v = 0, ^v
	}
	code := v >> 1
	if v >= 32 {
		segment := bits.Len(uint(v)) - 5
		code = segment<<4 | v>>segment&0xF
	}
	return (sign | byte(code)) ^ 0x55
}

func aLawSample(b byte) int16 {
	b ^= 0x55
	v := int(b&0xF)<<4 | 8
	if segment := int(b >> 4 & 7); segment > 0 {
		v = (v | 0x100) << (segment - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return int16(v)
}

// muLawBias makes every segment start at a power of two.
const muLawBias = 0x84

// MuLaw encodes one sample (G.711 table 2a; all bits inverted).
func MuLaw(s int16) byte {
	sign, v := byte(0), int(s)
	if v < 0 {
		sign, v = 0x80, -v
	}
	v = min(v, 0x7FFF-muLawBias) + muLawBias
	segment := bits.Len(uint(v)) - 8
	return ^(sign | byte(segment<<4) | byte(v>>(segment+3)&0xF))
}

func muLawSample(b byte) int16 {
	b = ^b
	v := (int(b&0xF)<<3+muLawBias)<<(b>>4&7) - muLawBias
	if b&0x80 != 0 {
		v = -v
	}
	return int16(v)
}
