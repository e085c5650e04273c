package rtp

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"

	"cordboard/media"
	"cordboard/media/audiotest"
)

// peer is a bare socket in the far end's place: it sees what is really on the wire.
type peer struct {
	t    testing.TB
	conn *net.UDPConn
	seq  uint16
	ts   uint32
	ssrc uint32
}

func newPeer(t testing.TB) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // a test may have closed it
	return &peer{t: t, conn: conn, seq: 100, ssrc: 77}
}

func (p *peer) addr() netip.AddrPort {
	return unmap(p.conn.LocalAddr().(*net.UDPAddr).AddrPort())
}

// next is the next datagram that came.
func (p *peer) next() []byte {
	p.t.Helper()
	var buf [maxPacket]byte
	if err := p.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		p.t.Fatal(err)
	}
	n, _, err := p.conn.ReadFromUDPAddrPort(buf[:])
	if err != nil {
		p.t.Fatalf("nothing came: %v", err)
	}
	return buf[:n]
}

// nextRTP is the next datagram as RTP.
func (p *peer) nextRTP() *rtp.Packet {
	p.t.Helper()
	pkt := new(rtp.Packet)
	if err := pkt.Unmarshal(p.next()); err != nil {
		p.t.Fatal(err)
	}
	return pkt
}

// packet makes the peer's next packet.
func (p *peer) packet(pt uint8, payload []byte) []byte {
	p.t.Helper()
	pkt := rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: pt, SequenceNumber: p.seq, Timestamp: p.ts, SSRC: p.ssrc},
		Payload: payload,
	}
	p.seq++
	b, err := pkt.Marshal()
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

// say sends 20 ms of µ-law.
func (p *peer) say(to netip.AddrPort, level byte) {
	p.t.Helper()
	payload := make([]byte, 160)
	for i := range payload {
		payload[i] = level ^ byte(i%8/4)<<7 // a square wave of 1 kHz
	}
	p.send(to, p.packet(0, payload))
	p.ts += 160
}

func (p *peer) send(to netip.AddrPort, b []byte) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort(b, to); err != nil {
		p.t.Fatal(err)
	}
}

// writeTone gives a Port so many ticks of a tone, all at once.
func writeTone(p *Port, ticks int) {
	n := media.FrameLen(p.SendRate())
	tone := audiotest.Sine(ticks*n, 440, p.SendRate(), -20)
	for i := range ticks {
		p.Write(tone[i*n : (i+1)*n])
	}
}
