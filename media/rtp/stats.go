package rtp

import (
	"net/netip"
	"time"

	"cordboard/cti"
)

// Stats is a Port's account of itself at one moment; counters only grow while the Port is open.
type Stats struct {
	cti.Quality // levels, loss, jitter, round trip, MOS, buffer delay, packets

	Remote     netip.AddrPort // where packets really go: the announced or the learnt address
	LastPacket time.Time      // when the last valid RTP packet came; zero before the first

	Late        uint64 // packets that came after their sound was due
	Concealed   uint64 // ticks of sound that were guessed, wholly or in part
	Stretched   uint64 // times that sound was stretched or squeezed to change the delay
	Overrun     uint64 // packets dropped because the tick did not fetch them
	Strangers   uint64 // packets from addresses other than the learnt one
	Unprotected uint64 // packets in clear or with a wrong key where SRTP was agreed, and replays
	Malformed   uint64 // packets that are no RTP or RTCP, or carry no codec that was agreed
	SendErrors  uint64 // packets that the system refused to send
}
