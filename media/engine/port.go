package engine

import (
	"net/netip"

	"cordboard/cti"
)

// Voice is the tick's side of a party on the network. The tick calls it from its own goroutine, once per
// media.Tick; no method may wait, allocate or lock.
type Voice interface {
	// Rate is the sample rate in Hz of the codec in use: 8000, 16000 or 48000.
	Rate() int
	// Read fills dst with the next media.Tick of what the party says: concealed when a packet is missing, zeros
	// when there is nothing. len(dst) is media.FrameLen(Rate()).
	Read(dst []int16)
	// Write takes one media.Tick for the party and sends a packet when it is full.
	Write(src []int16)
}

// Port is one party's stream on the network; media/rtp has the real one. Apply, PlayDigits and Close come from
// callers' goroutines, at any time, also while the tick is inside Voice; after Close the Voice reads zeros.
type Port interface {
	Voice
	Local() netip.AddrPort
	Apply(cti.MediaSession) error
	PlayDigits(digits string) error
	Quality() cti.Quality
	Close() error
}

// ListenFunc binds a Port at an address. digit is called for every DTMF digit that arrives, from a goroutine of
// the port.
type ListenFunc func(local netip.Addr, digit func(string)) (Port, error)
