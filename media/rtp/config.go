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

	// NewCodec makes the encoder and decoder of a codec for packets of ptime milliseconds. nil: codec.New.
	NewCodec func(c cti.Codec, ptime int) (media.Encoder, media.Decoder, error)

	// Digit is told each key the peer pressed (RFC 4733), once per event: "0" to "9", "*", "#", "A" to "D".
	// It is called from a reader goroutine and must return at once. nil: not told.
	Digit func(key string)

	Log *slog.Logger // nil: slog.Default()

	// Clock is a monotonic time for arrivals and playing; tests bring their own. nil: the machine's.
	Clock func() time.Duration
}
