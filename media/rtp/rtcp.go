package rtp

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtcp"
)

// reportEvery is RTCP's mean interval; each one is drawn from half to one and a half of it (RFC 3550 6.2, 6.3.1).
const reportEvery = 5 * time.Second

// reports is what RTCP knows. mu guards all of it; the tick takes no part.
type reports struct {
	mu       sync.Mutex
	lastSR   uint32        // middle of the NTP time of the peer's last sender report
	lastSRAt time.Duration // and when it came
	rtt      time.Duration
	lossPeer float32
}

// report sends reports until the Port closes, then a BYE, and ends the readers by closing their sockets.
// It is the Port's third goroutine and the only one that sends RTCP.
func (p *Port) report() {
	defer p.done.Done()
	timer := time.NewTimer(reportEvery / 4)
	defer timer.Stop()
	for {
		select {
		case <-p.closing:
			p.sendReport(true)
			p.closeErr = errors.Join(p.rtp.Close(), p.rtcp.Close())
			return
		case <-timer.C:
			p.sendReport(false)
			timer.Reset(reportEvery/2 + rand.N(reportEvery))
		}
	}
}

// sendReport sends one compound packet, with a BYE at the end.
func (p *Port) sendReport(bye bool) {
	st := p.stream.Load()
	if st == nil {
		return
	}
	dest := *st.control.dest.Load()
	if !reachable(dest) {
		return
	}
	b, err := rtcp.Marshal(p.compound(st, bye))
	if err == nil && st.out != nil {
		b, err = st.out.rtcp.EncryptRTCP(nil, b, nil)
	}
	if err == nil {
		conn := p.rtcp
		if st.session.Mux {
			conn = p.rtp
		}
		_, err = conn.WriteToUDPAddrPort(b, dest)
	}
	if err != nil {
		p.out.failed.Add(1)
	}
}

// compound is a report, our name and perhaps a goodbye, in the order that RFC 3550 6.1 demands.
func (p *Port) compound(st *stream, bye bool) []rtcp.Packet {
	blocks := p.reception() // once: it closes the interval that the loss fraction speaks of
	var head rtcp.Packet = &rtcp.ReceiverReport{SSRC: p.out.ssrc, Reports: blocks}
	if packets := p.out.packets.Load(); packets > 0 && st.session.Send {
		head = &rtcp.SenderReport{
			SSRC: p.out.ssrc, NTPTime: ntpTime(time.Now()), RTPTime: p.out.timestamp(clockOf(st.session.Codec), p.now()),
			PacketCount: uint32(packets), OctetCount: uint32(p.out.octets.Load()), Reports: blocks,
		}
	}
	all := []rtcp.Packet{head, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: p.out.ssrc,
		Items:  []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: p.cname}},
	}}}}
	if bye {
		all = append(all, &rtcp.Goodbye{Sources: []uint32{p.out.ssrc}})
	}
	return all
}

// reception is the report block on the peer's stream (RFC 3550 6.4.1), none before its first packet.
func (p *Port) reception() []rtcp.ReceptionReport {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	s := &p.in.source
	if !s.active {
		return nil
	}
	expected, received := s.expected(), s.received
	fraction := lossFraction(expected-s.reportedExpected, received-s.reportedReceived)
	s.reportedExpected, s.reportedReceived = expected, received
	lost := int64(expected) - int64(received)
	r := rtcp.ReceptionReport{
		SSRC: s.ssrc, FractionLost: uint8(min(fraction*256, 255)), TotalLost: uint32(min(max(lost, 0), 0x7fffff)),
		LastSequenceNumber: s.cycles + uint32(s.max), Jitter: uint32(s.jitter),
	}
	p.rep.mu.Lock()
	defer p.rep.mu.Unlock()
	if p.rep.lastSR != 0 {
		r.LastSenderReport = p.rep.lastSR
		r.Delay = uint32((p.now() - p.rep.lastSRAt).Seconds() * 65536)
	}
	return []rtcp.ReceptionReport{r}
}

// receiveRTCP takes one compound packet from either socket.
func (p *Port) receiveRTCP(b []byte, from netip.AddrPort, now time.Duration) {
	st := p.stream.Load()
	if st == nil {
		return
	}
	plain, ok := p.openRTCP(st, b)
	if !ok {
		p.in.unprotected.Add(1)
		return
	}
	packets, err := rtcp.Unmarshal(plain)
	if err != nil {
		p.in.malformed.Add(1)
		return
	}
	if from.Addr() != st.media.dest.Load().Addr() && from.Addr() != st.control.dest.Load().Addr() {
		p.in.strangers.Add(1)
		return
	}
	if !st.session.Mux { // then this is the control socket's reader, which owns the path
		st.control.accept(from, now)
	}
	for _, pkt := range packets {
		p.note(pkt, now)
	}
}

// openRTCP decrypts under a lock, since with and without multiplexing different readers come here.
func (p *Port) openRTCP(st *stream, b []byte) ([]byte, bool) {
	if st.in == nil {
		return b, true
	}
	p.rep.mu.Lock()
	defer p.rep.mu.Unlock()
	plain, err := st.in.rtcp.DecryptRTCP(nil, b, nil)
	return plain, err == nil
}

// note keeps what a report says about us and the peer's clock.
func (p *Port) note(pkt rtcp.Packet, now time.Duration) {
	switch r := pkt.(type) {
	case *rtcp.SenderReport:
		p.rep.mu.Lock()
		p.rep.lastSR, p.rep.lastSRAt = uint32(r.NTPTime>>16), now
		p.rep.mu.Unlock()
		p.noteReception(r.Reports)
	case *rtcp.ReceiverReport:
		p.noteReception(r.Reports)
	}
}

// noteReception reads loss and round trip from the blocks about our stream.
func (p *Port) noteReception(blocks []rtcp.ReceptionReport) {
	for _, r := range blocks {
		if r.SSRC != p.out.ssrc {
			continue
		}
		p.rep.mu.Lock()
		p.rep.lossPeer = float32(r.FractionLost) / 256
		if r.LastSenderReport != 0 {
			units := int32(uint32(ntpTime(time.Now())>>16) - r.LastSenderReport - r.Delay)
			if units >= 0 { // below zero by rounding, or by a peer that invents its numbers
				p.rep.rtt = time.Duration(units) * time.Second / 65536
			}
		}
		p.rep.mu.Unlock()
	}
}

// ntpTime is the 64-bit NTP time (RFC 5905 6): seconds since 1900 and their fraction.
func ntpTime(t time.Time) uint64 {
	const from1900 = 2208988800
	return uint64(t.Unix()+from1900)<<32 | uint64(t.Nanosecond())<<32/1e9
}
