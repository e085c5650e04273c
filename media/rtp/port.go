package rtp

import (
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/rtp/jitter"
)

// Port is one party's pair of UDP sockets with the stream that runs over them.
//
// Read, Write and SetPhase belong to the tick goroutine; all other methods may be called by any goroutine.
type Port struct {
	cfg   Config
	cname string // our canonical name in RTCP, random so that it tells nothing (RFC 7022)
	local netip.AddrPort
	rtp   *net.UDPConn
	rtcp  *net.UDPConn

	applying sync.Mutex // one Apply at a time
	stream   atomic.Pointer[stream]
	in       receiver
	out      *sender
	rep      reports

	// The tick's own.
	reading *stream // what buffer was told last
	writing *stream // what out was told last
	buffer  *jitter.Buffer
	levelIn levelMeter
	playing playing

	rate, sendRate atomic.Int32
	closing        chan struct{}
	closed         atomic.Bool // for the tick, which may run on a little
	closeOnce      sync.Once
	closeErr       error // written by report before it ends
	done           sync.WaitGroup
}

const (
	bindAttempts = 200

	// stale is the age at which packets that no tick fetched are not worth hearing any more.
	stale = 200 * time.Millisecond
)

// Listen binds an even port of ip for RTP and the odd one above for RTCP (RFC 3550 11), starting at a random
// place in the range. Nothing is sent before Apply; packets that come before are dropped.
func Listen(ip netip.Addr, cfg Config) (*Port, error) {
	cfg.fill()
	lowest := (int(cfg.PortMin) + 1) &^ 1
	pairs := (int(cfg.PortMax) - lowest + 1) / 2
	if pairs <= 0 {
		return nil, fmt.Errorf("the RTP port range %d to %d holds no pair of ports", cfg.PortMin, cfg.PortMax)
	}
	first := rand.IntN(pairs)
	var err error
	for i := range min(pairs, bindAttempts) {
		even := uint16(lowest + 2*((first+i)%pairs))
		var p *Port
		if p, err = bind(netip.AddrPortFrom(ip, even), cfg); err == nil {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no free pair of RTP ports at %v between %d and %d: %w", ip, cfg.PortMin, cfg.PortMax, err)
}

// bind opens both sockets or none.
func bind(at netip.AddrPort, cfg Config) (*Port, error) {
	sound, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	control, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at.Addr(), at.Port()+1)))
	if err != nil {
		_ = sound.Close() // nothing was sent on it; the error that matters is the other
		return nil, err
	}
	p := &Port{
		cfg: cfg, cname: crand.Text(), local: at, rtp: sound, rtcp: control,
		out: newSender(), buffer: jitter.New(), closing: make(chan struct{}),
	}
	p.rate.Store(8000)
	p.sendRate.Store(8000)
	p.mark()
	p.done.Add(3)
	go p.serve(sound, p.receiveRTP)
	go p.serve(control, p.receiveRTCP)
	go p.report()
	return p, nil
}

// mark asks the network for expedited forwarding (RFC 4594 4.1). Networks and systems may refuse: Windows wants
// a policy for it. Sound works without, so errors are of no use to anybody.
func (p *Port) mark() {
	const expedited = 46 << 2
	for _, conn := range []*net.UDPConn{p.rtp, p.rtcp} {
		if p.local.Addr().Is4() {
			_ = ipv4.NewConn(conn).SetTOS(expedited)
		} else {
			_ = ipv6.NewConn(conn).SetTrafficClass(expedited)
		}
	}
}

// now is the time on the Port's clock.
func (p *Port) now() time.Duration { return p.cfg.Clock() }

// Local is the RTP address; RTCP has the port above.
func (p *Port) Local() netip.AddrPort { return p.local }

// Apply starts the stream or alters it in flight: codec, payload types, addresses, direction, keys. What did not
// change goes on without a seam: same keys keep their packet index, same remote address keeps the learnt one.
// It takes effect at the next Read and Write. An error leaves the stream as it was.
func (p *Port) Apply(s cti.MediaSession) error {
	p.applying.Lock()
	defer p.applying.Unlock()
	st, err := newStream(s, p.stream.Load(), &p.cfg)
	if err != nil {
		return err
	}
	p.sendRate.Store(int32(st.session.Codec.Rate))
	p.stream.Store(st)
	return nil
}

// Rate is the sample rate in Hz of what Read gave last, SendRate that which Write wants.
// They differ while the peer sends another of the agreed codecs than we do. 8000 before Apply.
func (p *Port) Rate() int { return int(p.rate.Load()) }

// SendRate is the sample rate in Hz of the codec that is sent.
func (p *Port) SendRate() int { return int(p.sendRate.Load()) }

// Read fills dst with the next media.Tick of the peer's sound and returns its number of samples, which is
// media.FrameLen(p.Rate()). dst has room for media.MaxFrame. Silence comes when nothing does; it never waits.
//
// Sound is due when it is read. A mixer whose legs all use packets of 20 ms or more does best to run two frames
// back to back every 20 ms: a packet then passes whole, which saves 5 ms of transit on average against one
// frame every 10 ms. Both ways are fine, the buffer finds out.
func (p *Port) Read(dst []int16) int {
	if p.closed.Load() {
		clear(dst)
		return media.FrameLen(p.Rate())
	}
	if st := p.stream.Load(); st != p.reading {
		p.reading = st
		p.buffer.SetFormats(&st.formats)
	}
	now := p.now()
	for pkt := p.in.ring.peek(); pkt != nil; pkt = p.in.ring.peek() {
		if now-pkt.Arrival > stale {
			p.in.overrun.Add(1)
		} else {
			p.buffer.Put(pkt)
		}
		p.in.ring.pop()
	}
	n := p.buffer.Read(now, dst)
	p.rate.Store(int32(p.buffer.Rate()))
	p.levelIn.add(dst[:n])
	p.playing.publish(p.buffer)
	return n
}

// Write takes one media.Tick of sound for the peer, at SendRate (a frame of another rate, as may slip in at the
// tick of a codec change, is converted). The packet that it completes is encoded, protected and sent at once.
func (p *Port) Write(src []int16) {
	st := p.stream.Load()
	if st == nil || p.closed.Load() {
		return
	}
	if st != p.writing {
		p.out.alter(p.writing, st)
		p.writing = st
	}
	p.out.level.add(src)
	if p.out.write(st, src) {
		p.send(st)
	}
}

// send lets the finished packet go.
func (p *Port) send(st *stream) {
	plain, err := p.out.packet(st, p.now())
	dest := *st.media.dest.Load()
	if err == nil && plain != nil && reachable(dest) {
		var b []byte
		if b, err = p.out.seal(st, plain); err == nil {
			_, err = p.rtp.WriteToUDPAddrPort(b, dest)
			p.out.packets.Add(1)
			p.out.octets.Add(uint64(len(plain) - headerLen))
		}
	}
	if err != nil {
		p.out.failed.Add(1)
	}
}

// reachable is false for the addresses that mean "nowhere": none at all, or the 0.0.0.0 by which old phones
// hold a call (RFC 3264 8.4).
func reachable(a netip.AddrPort) bool {
	return a.IsValid() && a.Port() != 0 && !a.Addr().IsUnspecified()
}

// Slack tells by how much earlier the tick might read and still find nearly all packets in time, and of how many packets
// since the last call this has been learnt. Tick only.
func (p *Port) Slack() (least time.Duration, packets int) { return p.buffer.Slack() }

// SetPhase tells the number of the coming tick: a packet of n ticks is sent with the Write of every tick whose
// number is n-1 modulo n, so that legs told the same number send together. It counts when sending starts;
// without it the first Write sends a packet.
func (p *Port) SetPhase(tick int) { p.out.phase, p.out.phased = tick, true }

// PlayDigits sends keys (0-9 * # A-D, and a comma for a pause of a second) as telephone-events in place of sound,
// after those still waiting. It returns at once; an error if the peer did not agree on telephone-events, a key
// does not exist or too many wait.
func (p *Port) PlayDigits(keys string) error {
	if st := p.stream.Load(); st == nil || st.session.EventSend == 0 {
		return ErrNoEvents
	}
	return p.out.keys.push(keys)
}

// Close says BYE (RFC 3550 6.6), closes the sockets and waits for the Port's goroutines. It may be called twice.
func (p *Port) Close() error {
	p.closeOnce.Do(func() {
		p.closed.Store(true)
		close(p.closing)
	})
	p.done.Wait()
	return p.closeErr
}
