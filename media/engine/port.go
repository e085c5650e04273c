package engine

import (
	"net/netip"
	"time"

	"cordboard/cti"
)

// Voice is the tick's side of a party on the network. The tick calls it from its own goroutine, once per
// media.Tick; no method may wait, allocate or lock.
type Voice interface {
	// Read fills dst, which has room for media.MaxFrame, with the next media.Tick of what the party says and
	// returns its number of samples, a hundredth of its rate. What is missing is concealed, or zeros.
	Read(dst []int16) int
	// Write takes one media.Tick for the party, at the rate of the agreed codec, and sends a packet when it is full.
	Write(src []int16)
	// SetPhase tells the number of the coming tick, once before the first one: voices that are told of the same
	// tick send together.
	SetPhase(tick int)
	// Slack tells by how much earlier Read might come and still find nearly all packets in time, and of how many
	// packets since the last call this has been learnt.
	Slack() (least time.Duration, packets int)
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
