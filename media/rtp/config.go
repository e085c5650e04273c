package rtp

import (
	"log/slog"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/codec"
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

// Default range of local ports, which few other programs use.
const (
	defaultPortMin = 20000
	defaultPortMax = 29999
)

// started is the zero of the machine's clock.
var started = time.Now()

// fill puts the defaults where nothing is set.
func (c *Config) fill() {
	if c.PortMin == 0 {
		c.PortMin, c.PortMax = defaultPortMin, defaultPortMax
	}
	if c.NewCodec == nil {
		c.NewCodec = codec.New
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = func() time.Duration { return time.Since(started) }
	}
}
