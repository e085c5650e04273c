package rtp

import (
	"log/slog"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// Config is what a Port needs from its owner. The zero value of each field has a meaning.
type Config struct {
	PortMin, PortMax uint16 // range for local ports, 20000 to 29999 when zero

	// NewCodec makes the encoder and decoder of a codec for packets of ptime milliseconds. Required.
	// Decoders may also be a Concealer or an FECDecoder.
	NewCodec func(c cti.Codec, ptime int) (media.Encoder, media.Decoder, error)

	// Digit is told each key the peer pressed (RFC 4733), once per event: "0" to "9", "*", "#", "A" to "D".
	// It is called from a reader goroutine and must return at once. nil: not told.
	Digit func(key string)

	Log *slog.Logger // nil: slog.Default()

	// Clock is a monotonic time for arrivals and playing; tests bring their own. nil: the machine's.
	Clock func() time.Duration
}

// Concealer is a Decoder that fills gaps itself, as Opus does.
type Concealer interface {
	// Conceal writes len(dst) samples of guessed sound for a missing packet and returns how many it wrote.
	Conceal(dst []int16) int
}

// FECDecoder is a Decoder that finds a copy of the packet before inside a payload (RFC 6716 2.1.7).
type FECDecoder interface {
	// DecodeFEC writes the lost predecessor of payload into dst, which is as long as that packet.
	DecodeFEC(dst []int16, payload []byte) (int, error)
}
