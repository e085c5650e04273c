package rtp

import (
	"net/netip"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/media/rtp/jitter"
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

// Stats returns the account of this moment. Cheap enough for ten times a second.
func (p *Port) Stats() Stats {
	s := Stats{
		Overrun: p.in.overrun.Load(), Strangers: p.in.strangers.Load(),
		Unprotected: p.in.unprotected.Load(), Malformed: p.in.malformed.Load(), SendErrors: p.out.failed.Load(),
	}
	s.LevelIn, s.LevelOut = p.levelIn.dBFS(), p.out.level.dBFS()
	s.Sent = p.out.packets.Load()
	if last := time.Duration(p.in.last.Load()); last != 0 {
		s.LastPacket = time.Now().Add(last - p.now())
	}
	p.playing.read(&s)
	st := p.stream.Load()
	if st != nil {
		s.Remote = *st.media.dest.Load()
	}
	p.addSource(&s)
	p.addReports(&s)
	if st != nil && s.Packets > 0 {
		s.MOS = estimateMOS(st.session.Codec.Name, float64(s.Loss), float64(s.RTT)/2, float64(s.Buffer))
	}
	return s
}

func (p *Port) addSource(s *Stats) {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	s.Packets, s.Loss, s.Jitter = p.in.source.received, p.in.source.loss, p.in.source.jitterMS()
}

func (p *Port) addReports(s *Stats) {
	p.rep.mu.Lock()
	defer p.rep.mu.Unlock()
	s.RTT, s.LossPeer = float32(p.rep.rtt.Seconds()*1000), p.rep.lossPeer
}

// playing is what the tick lets others know of the jitter buffer.
type playing struct {
	delay                              atomic.Int64
	late, concealed, stretched, broken atomic.Uint64
}

// publish is called by the tick after each read.
func (a *playing) publish(b *jitter.Buffer) {
	c := b.Counters()
	a.delay.Store(int64(b.Delay()))
	a.late.Store(c.Late)
	a.concealed.Store(c.Concealed)
	a.stretched.Store(c.Stretched)
	a.broken.Store(c.Broken)
}

func (a *playing) read(s *Stats) {
	s.Buffer = float32(time.Duration(a.delay.Load()).Seconds() * 1000)
	s.Late, s.Concealed, s.Stretched = a.late.Load(), a.concealed.Load(), a.stretched.Load()
	s.Malformed += a.broken.Load()
}
