package rtp

import (
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"cordboard/media"
	"cordboard/media/rtp/jitter"
)

const (
	headerLen = 12   // RTP without contributors and extensions (RFC 3550 5.1)
	maxPacket = 1500 // what an Ethernet frame carries
	maxTicks  = maxPtime / 10

	// keepaliveEvery keeps NAT bindings open while the direction forbids sound; keepalivePT is a payload type
	// that nobody agreed on, to be ignored by the peer (RFC 6263 4.6 and 5).
	keepaliveEvery = 15 * time.Second
	keepalivePT    = 127
)

// sender turns frames into packets. Tick only, except for the atomics.
type sender struct {
	ssrc uint32
	seq  uint16
	ts   uint32 // of the packet being filled

	pcm     [maxTicks * media.MaxFrame]int16
	have    int  // ticks in pcm
	phase   int  // number of the coming tick
	phased  bool // SetPhase was called
	started bool
	talking bool // the last packet carried sound: the next needs no marker
	quiet   time.Duration
	keys    keySender
	event   [eventLen]byte
	plain   [maxPacket]byte
	cipher  [maxPacket]byte
	header  rtp.Header

	packets atomic.Uint64
	octets  atomic.Uint64
	failed  atomic.Uint64
	clockAt atomic.Uint64 // timestamp (high half) and the time it belongs to in ms (low half), for RTCP
	level   levelMeter
}

func newSender() *sender {
	return &sender{
		// Always another one: a desk that goes on with the key of an earlier process starts a stream of its own, at packet
		// index 0. SRTP's keystream depends on key, SSRC and index (RFC 3711 4.1.1), so none of it is used twice.
		ssrc: rand.Uint32(),
		seq:  uint16(rand.Uint32() & 0x7fff), // below half, so that SRTP's roll-over guess starts right (RFC 3711 3.3.1)
		ts:   rand.Uint32(),
		keys: keySender{queue: make(chan byte, maxWaiting)},
	}
}

// alter follows a new stream. A packet half full goes on with the new codec when its rate is the same;
// otherwise its sound is converted.
func (s *sender) alter(from, to *stream) {
	if from != nil && from.frameLen() != to.frameLen() && s.have > 0 {
		old := append([]int16(nil), s.pcm[:s.have*from.frameLen()]...)
		jitter.Convert(s.pcm[:s.have*to.frameLen()], old)
	}
	for s.have >= to.frames() {
		copy(s.pcm[:], s.pcm[to.frameLen():s.have*to.frameLen()])
		s.have--
	}
}

// start decides where in a packet the first frame stands: ahead of it goes silence.
func (s *sender) start(st *stream) {
	n := st.frames()
	s.started, s.have = true, n-1
	if s.phased {
		s.have = s.phase % n
	}
	clear(s.pcm[:s.have*st.frameLen()])
}

// write takes a frame and reports whether it completes a packet.
func (s *sender) write(st *stream, src []int16) bool {
	if !s.started {
		s.start(st)
	}
	s.phase++
	n := st.frameLen()
	dst := s.pcm[s.have*n : (s.have+1)*n]
	if len(src) == n {
		copy(dst, src)
	} else {
		jitter.Convert(dst, src)
	}
	s.have++
	return s.have == st.frames()
}

// packet builds the packet that pcm holds into plain and returns it, nil when the direction leaves nothing to
// send now. It moves the timestamp on in any case, since time passes whether or not we send.
func (s *sender) packet(st *stream, now time.Duration) ([]byte, error) {
	ts, ticks := s.ts, st.frames()
	clockPerTick := media.FrameLen(clockOf(st.session.Codec))
	s.ts += uint32(ticks * clockPerTick)
	s.clockAt.Store(uint64(s.ts)<<32 | uint64(uint32(now.Milliseconds())))
	pcm := s.pcm[:ticks*st.frameLen()]
	s.have = 0
	if !st.session.Send {
		s.talking = false
		return s.keepalive(ts, now), nil
	}
	if b := s.keyPacket(st, ts); b != nil {
		return b, nil
	}
	n, err := st.encoder.Encode(s.plain[headerLen:], pcm)
	if err != nil {
		return nil, err
	}
	marker := !s.talking
	s.talking = true
	return s.frame(st.session.Codec.PT, marker, ts, s.plain[headerLen:headerLen+n]), nil
}

// keyPacket is the packet of the key that is being pressed, nil for none (RFC 4733 2.5.1).
func (s *sender) keyPacket(st *stream, ts uint32) []byte {
	if st.session.EventSend == 0 {
		return nil
	}
	rate := st.session.EventRate
	if rate == 0 {
		rate = clockOf(st.session.Codec)
	}
	payload, start, first := s.keys.next(s.event[:], ts, st.frames(), media.FrameLen(rate))
	if payload == nil {
		return nil
	}
	s.talking = false
	return s.frame(st.session.EventSend, first, start, payload)
}

// keepalive is an empty packet now and then, nil in between.
func (s *sender) keepalive(ts uint32, now time.Duration) []byte {
	if s.quiet != 0 && now-s.quiet < keepaliveEvery {
		return nil
	}
	s.quiet = now
	return s.frame(keepalivePT, false, ts, nil)
}

// frame puts the header before a payload.
func (s *sender) frame(pt uint8, marker bool, ts uint32, payload []byte) []byte {
	b := s.plain[:headerLen+len(payload)]
	copy(b[headerLen:], payload)
	b[0], b[1] = 2<<6, pt
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], s.seq)
	binary.BigEndian.PutUint32(b[4:], ts)
	binary.BigEndian.PutUint32(b[8:], s.ssrc)
	s.seq++
	return b
}

// seal protects a packet when SRTP is agreed; what cannot be protected is not sent.
func (s *sender) seal(st *stream, plain []byte) ([]byte, error) {
	if st.out == nil {
		return plain, nil
	}
	return st.out.rtp.EncryptRTP(s.cipher[:0], plain, &s.header)
}

// timestamp is what the RTP clock shows at now, reckoned from the last packet (RFC 3550 6.4.1).
func (s *sender) timestamp(clock int, now time.Duration) uint32 {
	at := s.clockAt.Load()
	since := uint32(now.Milliseconds()) - uint32(at)
	return uint32(at>>32) + since*uint32(clock/1000)
}
