// Package jitter is an adaptive jitter buffer after the idea of WebRTC's NetEQ: it learns how late packets come,
// plays them just late enough for nearly all, changes its delay by squeezing and stretching sound at its own
// pitch, and hides what is missing.
//
// A Buffer has no clock and no goroutine; it belongs to whoever reads it.
package jitter

import (
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// Packet is one RTP packet with sound.
type Packet struct {
	Arrival time.Duration // on the clock that Read is given
	Seq     uint16
	TS      uint32
	SSRC    uint32
	PT      uint8
	Marker  bool // first packet after silence (RFC 3551 4.1)
	Payload []byte
}

// Format is how a payload type is decoded.
type Format struct {
	Codec   cti.Codec     // Codec.Rate is the rate of the samples
	Clock   int           // rate of the timestamps in Hz, which differs for G.722
	Decoder media.Decoder // nil: the payload type is not agreed
}

// Formats are the agreed payload types by number.
type Formats [128]Format
