package exchange

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/codec"
	"cordboard/media/tone"

	"github.com/pion/rtp"
)

// leg is the sound of one call: a socket, a goroutine that reads, and one that sends while there is something to send.
// Loopback neither loses nor reorders, so what arrives is played as it comes. Its methods belong to the exchange's
// goroutine, but for close, which may come from any.
type leg struct {
	conn    *net.UDPConn
	spawn   func(func())
	plan    atomic.Pointer[plan]
	digits  chan rune
	session cti.MediaSession
	stop    chan struct{} // of the sender
	stopped chan struct{}
	closed  sync.Once

	header rtp.Header // the sender's; handed from one to the next
}

// plan is what the reader needs; it is replaced as a whole when the session changes.
type plan struct {
	session cti.MediaSession
	dec     media.Decoder
	heard   *media.Ring // of an echo, else nil
}

// openLeg binds an RTP socket. Its goroutines are begun by spawn.
func openLeg(ip netip.Addr, spawn func(func())) (*leg, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("no port for sound: %w", err)
	}
	l := &leg{
		conn: conn, spawn: spawn, digits: make(chan rune, 32),
		header: rtp.Header{Version: 2, SSRC: rand.Uint32(), SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()},
	}
	spawn(l.read)
	return l, nil
}

func (l *leg) port() uint16 { return uint16(l.conn.LocalAddr().(*net.UDPAddr).Port) }

// digit sounds a digit back to the caller, after those that still sound.
func (l *leg) digit(r rune) {
	select {
	case l.digits <- r:
	default: // more than anybody types
	}
}

// apply starts the sound or alters it: codec, address, direction. It waits for the old sender, which is gone at once.
func (l *leg) apply(s cti.MediaSession, who person) error {
	if s.Version == l.session.Version {
		return nil
	}
	l.halt()
	l.session = s
	if !s.Ready() {
		return nil
	}
	enc, dec, err := codec.New(s.Codec, s.Ptime)
	if err != nil {
		return fmt.Errorf("the practice exchange has no sound: %w", err)
	}
	src := who.source(who, s.Codec.Rate)
	p := &plan{session: s, dec: dec}
	if e, ok := src.(echo); ok {
		p.heard = e.heard
	}
	l.plan.Store(p)
	if s.Send {
		l.stop, l.stopped = make(chan struct{}), make(chan struct{})
		out := &sender{leg: l, session: s, enc: enc, src: src, keys: tone.New(s.Codec.Rate), stop: l.stop, stopped: l.stopped}
		l.spawn(out.run)
	}
	return nil
}

// halt ends the sender.
func (l *leg) halt() {
	if l.stop != nil {
		close(l.stop)
		<-l.stopped
		l.stop = nil
	}
}

func (l *leg) close() {
	l.closed.Do(func() {
		l.halt()
		_ = l.conn.Close() // the reader ends by it; there is nothing to lose in a UDP socket
	})
}

// read takes packets until the socket is closed.
func (l *leg) read() {
	in := make([]byte, codec.MaxPayload)
	pcm := make([]int16, codec.MaxPacket)
	var lastEvent uint32
	for {
		n, _, err := l.conn.ReadFromUDPAddrPort(in)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		var packet rtp.Packet
		p := l.plan.Load()
		if err != nil || p == nil || packet.Unmarshal(in[:n]) != nil {
			continue
		}
		switch {
		case p.session.EventRecv != 0 && packet.PayloadType == p.session.EventRecv:
			lastEvent = l.event(packet, lastEvent)
		case p.heard != nil && packet.PayloadType == p.session.Codec.PT:
			if n, err := p.dec.Decode(pcm, packet.Payload); err == nil {
				p.heard.Write(pcm[:n])
			}
		}
	}
}

// event takes the first packet of each telephone-event (RFC 4733): all packets of one event share a timestamp.
func (l *leg) event(packet rtp.Packet, last uint32) uint32 {
	const names = "0123456789*#ABCD"
	if len(packet.Payload) >= 4 && packet.Timestamp != last && int(packet.Payload[0]) < len(names) {
		l.digit(rune(names[packet.Payload[0]]))
	}
	return packet.Timestamp
}

// sender sends one direction of one session, packet by packet.
type sender struct {
	leg     *leg
	session cti.MediaSession
	enc     media.Encoder
	src     source
	keys    *tone.Generator
	stop    <-chan struct{}
	stopped chan<- struct{}
}

// run keeps the pace by counting packets against the clock, so that a late wake-up is made up for.
func (s *sender) run() {
	defer close(s.stopped)
	ptime := time.Duration(s.session.Ptime) * time.Millisecond
	if ptime == 0 {
		ptime = codec.DefaultPtime * time.Millisecond
	}
	pcm := make([]int16, s.session.Codec.Rate*int(ptime.Milliseconds())/1000)
	out := make([]byte, codec.MaxPayload)
	ticker := time.NewTicker(ptime)
	defer ticker.Stop()
	s.leg.header.Marker = true // the first packet of a spurt (RFC 3551 section 4.1)
	start, sent := time.Now(), 0
	s.packet(pcm, out)
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
		}
		due := int(time.Since(start) / ptime)
		// After a long sleep (of the machine, in a debugger) old sound is of no use.
		sent = max(sent, due-5)
		for ; sent < due; sent++ {
			s.packet(pcm, out)
		}
	}
}

// packet makes and sends the next packet.
func (s *sender) packet(pcm []int16, out []byte) {
	s.src.fill(pcm)
	if s.keys.Silent() {
		select {
		case r := <-s.leg.digits:
			s.keys.Digit(r)
		default:
		}
	}
	if !s.keys.Silent() {
		s.keys.Fill(pcm)
	}
	h := &s.leg.header
	h.PayloadType = s.session.Codec.PT
	n, err := h.MarshalTo(out)
	if err != nil {
		return // cannot be: the buffer is much longer than a header
	}
	size, err := s.enc.Encode(out[n:], pcm)
	if err == nil {
		// A far end that is gone tells so by ICMP; the call ends by its signalling.
		_, _ = s.leg.conn.WriteToUDPAddrPort(out[:n+size], s.session.Remote)
	}
	h.Marker = false
	h.SequenceNumber++
	h.Timestamp += uint32(len(pcm) * clock(s.session.Codec) / s.session.Codec.Rate)
}

// clock is the RTP clock rate: that of G.722 is half its sample rate by an old mistake (RFC 3551 section 4.5.2).
func clock(c cti.Codec) int {
	if c.Name == "g722" {
		return 8000
	}
	return c.Rate
}
