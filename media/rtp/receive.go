package rtp

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"cordboard/media/rtp/jitter"
)

// receiver is the reader's side of a Port.
type receiver struct {
	ring  packetRing
	plain [maxPacket]byte // decrypted
	pkt   rtp.Packet
	keys  eventHearer
	from  netip.AddrPort // of the last packet taken

	mu     sync.Mutex // between reader, reporter and Stats; the tick never takes it
	source source

	last        atomic.Int64 // arrival of the last valid packet, 0 before the first
	overrun     atomic.Uint64
	strangers   atomic.Uint64
	unprotected atomic.Uint64
	malformed   atomic.Uint64
}

const comfortNoise = 13 // RFC 3389: keeps the path alive, carries no sound

// serve reads a socket until it is closed.
func (p *Port) serve(conn *net.UDPConn, handle func(b []byte, from netip.AddrPort, now time.Duration)) {
	defer p.done.Done()
	var buf [maxPacket]byte
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf[:])
		switch {
		case err == nil:
			handle(buf[:n], unmap(from), p.now())
		case errors.Is(err, net.ErrClosed):
			return
		default: // an ICMP "port unreachable" of an earlier packet, which Windows reports here
			p.in.malformed.Add(1)
		}
	}
}

// receiveRTP takes one datagram of the RTP socket.
func (p *Port) receiveRTP(b []byte, from netip.AddrPort, now time.Duration) {
	st := p.stream.Load()
	if st == nil {
		return
	}
	if st.session.Mux && isRTCP(b) {
		p.receiveRTCP(b, from, now)
		return
	}
	plain, ok := p.open(st, b)
	if !ok {
		p.in.unprotected.Add(1)
		return
	}
	pkt := &p.in.pkt
	if err := pkt.Unmarshal(plain); err != nil || pkt.Version != 2 {
		p.in.malformed.Add(1)
		return
	}
	p.take(st, pkt, from, now)
}

// isRTCP tells RTCP from RTP on one port by its packet types (RFC 5761 4).
func isRTCP(b []byte) bool { return len(b) >= 2 && b[1] >= 192 && b[1] <= 223 }

// open decrypts a packet when SRTP was agreed; false when it cannot be trusted.
func (p *Port) open(st *stream, b []byte) ([]byte, bool) {
	if st.in == nil {
		return b, true
	}
	plain, err := st.in.open(p.in.plain[:0], b)
	if err != nil && st.prevIn != nil {
		plain, err = st.prevIn.open(p.in.plain[:0], b)
	}
	if err != nil {
		plain, err = st.in.join(p.in.plain[:0], b)
	}
	return plain, err == nil
}

// take sorts a valid packet by payload type.
func (p *Port) take(st *stream, pkt *rtp.Packet, from netip.AddrPort, now time.Duration) {
	format := &st.formats[pkt.PayloadType&127]
	event := pkt.PayloadType == st.session.EventRecv && st.session.EventRecv != 0
	if format.Decoder == nil && !event && pkt.PayloadType != comfortNoise {
		p.in.malformed.Add(1)
		return
	}
	if !st.media.accept(from, now) {
		p.in.strangers.Add(1)
		return
	}
	if from != p.in.from {
		p.in.from = from
		p.cfg.Log.Debug("RTP arrives", "from", from, "announced", st.media.announced)
	}
	p.in.last.Store(int64(now))
	p.in.mu.Lock()
	p.in.source.packet(pkt.SSRC, pkt.SequenceNumber, pkt.Timestamp, format.Clock, format.Decoder != nil, now)
	p.in.mu.Unlock()
	switch {
	case event:
		p.hearKey(pkt)
	case format.Decoder != nil && st.session.Recv:
		p.hand(pkt, now)
	}
}

func (p *Port) hearKey(pkt *rtp.Packet) {
	if key := p.in.keys.hear(pkt.Payload, pkt.SSRC, pkt.Timestamp); key != "" && p.cfg.Digit != nil {
		p.cfg.Digit(key)
	}
}

// hand gives a packet to the tick.
func (p *Port) hand(pkt *rtp.Packet, now time.Duration) {
	ok := p.in.ring.push(jitter.Packet{
		Arrival: now, Seq: pkt.SequenceNumber, TS: pkt.Timestamp, SSRC: pkt.SSRC,
		PT: pkt.PayloadType, Marker: pkt.Marker, Payload: pkt.Payload,
	})
	if !ok {
		p.in.overrun.Add(1)
	}
}
