package jitter

// fecDecoder is a decoder that can restore the packet before the one it is given. Such codecs build every packet upon
// those before it.
type fecDecoder interface {
	DecodeFEC(dst []int16, next []byte) (int, error)
}

// restore decodes the lost packet before s from the copy in s, if there is one.
func (b *Buffer) restore(s *slot) bool {
	f := &b.formats[s.pt&127]
	fec, able := f.Decoder.(fecDecoder)
	if !able || f.Codec.Rate != b.line.rate || s.ts-b.next != int64(b.packet) || !hasCopy(s.payload[:s.n]) {
		return false
	}
	n, err := fec.DecodeFEC(b.decoded[:b.packet*b.perUnit()], s.payload[:s.n])
	if err != nil || n == 0 {
		return false
	}
	b.next += int64(b.packet)
	b.follows = b.next
	b.join(b.decoded[:n], false)
	return true
}

const (
	firstCELT  = 16 // configurations from here on have no SILK layer, and so no copies (RFC 6716 3.1, table 2)
	firstMixed = 12 // SILK below, CELT above: 10 or 20 ms
)

// hasCopy reports whether an Opus packet of one frame carries its predecessor (RFC 6716 4.2.3: the LBRR flag comes
// behind one VAD flag for each 20 ms). Asked for a copy that is not there, the decoder would guess.
func hasCopy(payload []byte) bool {
	if len(payload) < 2 || payload[0]&3 != 0 {
		return false
	}
	config := payload[0] >> 3
	if config >= firstCELT {
		return false
	}
	flags := 1
	if size := config % 4; config < firstMixed && size > 1 { // 40 and 60 ms
		flags = int(size)
	}
	return payload[1]>>(7-flags)&1 == 1
}
