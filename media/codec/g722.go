package codec

import (
	"fmt"

	"cordboard/media"
)

func newG722(int) (media.Encoder, media.Decoder, error) {
	return newG722Encoder(), newG722Decoder(), nil
}

// g722Encoder is G.722 at 64 kbit/s (ITU-T G.722, 1988): two samples at 16 kHz become one byte.
type g722Encoder struct {
	split     qmf
	low, high band
}

func newG722Encoder() *g722Encoder {
	e := &g722Encoder{}
	e.low.reset(32)
	e.high.reset(8)
	return e
}

// Encode writes one byte for every two samples.
func (e *g722Encoder) Encode(dst []byte, pcm []int16) (int, error) {
	if len(pcm)%2 != 0 || len(dst) < len(pcm)/2 {
		return 0, fmt.Errorf("G.722 cannot encode %d samples into %d bytes", len(pcm), len(dst))
	}
	for i := 0; i < len(pcm); i += 2 {
		xl, xh := e.split.analyse(int(pcm[i]), int(pcm[i+1]))
		il := quantizeLow(xl-e.low.s, e.low.det)
		e.low.adaptLow(il)
		ih := quantizeHigh(xh-e.high.s, e.high.det)
		e.high.adaptHigh(ih)
		dst[i/2] = byte(ih<<6 | il)
	}
	return len(pcm) / 2, nil
}

// g722Decoder is the decoder in mode 1: all six bits of the low band are used.
type g722Decoder struct {
	join      qmf
	low, high band
}

func newG722Decoder() *g722Decoder {
	d := &g722Decoder{}
	d.low.reset(32)
	d.high.reset(8)
	return d
}

// Decode writes two samples for every byte.
func (d *g722Decoder) Decode(dst []int16, payload []byte) (int, error) {
	if len(dst) < 2*len(payload) {
		return 0, fmt.Errorf("G.722 payload of %d bytes is longer than a packet may be", len(payload))
	}
	for i, b := range payload {
		il, ih := int(b&0x3F), int(b>>6)
		rl := limit15(d.low.s + d.low.det*levels6[il]>>15)
		d.low.adaptLow(il)
		rh := limit15(d.high.s + d.high.det*levels2[ih]>>15)
		d.high.adaptHigh(ih)
		dst[2*i], dst[2*i+1] = d.join.synthesise(rl, rh)
	}
	return 2 * len(payload), nil
}
