package rtp

import (
	"fmt"
	"net/netip"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/rtp/jitter"
)

// stream is what Apply made of a session. It is immutable but for what it points to; each of those parts has
// one owner, named at its type. A new stream takes over the parts that did not change.
type stream struct {
	session cti.MediaSession
	encoder media.Encoder // tick only
	formats jitter.Formats
	out, in *protection
	prevIn  *protection // the peer's key before the last change, for packets under way
	media   *path
	control *path
}

const (
	defaultPtime = 20
	maxPtime     = 60
)

// newStream prepares a session, taking over from old (which may be nil) what stays the same.
func newStream(s cti.MediaSession, old *stream, cfg *Config) (*stream, error) {
	if s.Ptime == 0 {
		s.Ptime = defaultPtime
	}
	if s.Ptime < 10 || s.Ptime > maxPtime || s.Ptime%10 != 0 {
		return nil, fmt.Errorf("packets of %d ms are not supported", s.Ptime)
	}
	st := &stream{session: s}
	if err := st.takeCodecs(old, cfg); err != nil {
		return nil, err
	}
	if err := st.takeKeys(old); err != nil {
		return nil, err
	}
	st.takePaths(old)
	return st, nil
}

// takeCodecs makes coders, or keeps the old ones of the same codec: they carry the filter state of the sound
// in flight.
func (st *stream) takeCodecs(old *stream, cfg *Config) error {
	if old != nil && old.session.Codec == st.session.Codec && old.session.Ptime == st.session.Ptime {
		st.encoder = old.encoder
	} else {
		enc, _, err := cfg.NewCodec(st.session.Codec, st.session.Ptime)
		if err != nil {
			return fmt.Errorf("codec %s: %w", st.session.Codec.Name, err)
		}
		st.encoder = enc
	}
	accept := st.session.Accept
	if len(accept) == 0 {
		accept = []cti.Codec{st.session.Codec}
	}
	for _, c := range accept {
		if err := st.takeDecoder(c, old, cfg); err != nil {
			return err
		}
	}
	return nil
}

func (st *stream) takeDecoder(c cti.Codec, old *stream, cfg *Config) error {
	if c.Name == "telephone-event" || c.PT > 127 {
		return nil
	}
	if old != nil && old.formats[c.PT].Codec == c {
		st.formats[c.PT] = old.formats[c.PT]
		return nil
	}
	_, dec, err := cfg.NewCodec(c, st.session.Ptime)
	if err != nil {
		return fmt.Errorf("codec %s: %w", c.Name, err)
	}
	st.formats[c.PT] = jitter.Format{Codec: c, Decoder: dec, Clock: clockOf(c)}
	return nil
}

// clockOf is the rate of RTP timestamps in Hz: the sample rate, but 8000 for G.722, an error made in 1996 and
// kept since (RFC 3551 4.5.2).
func clockOf(c cti.Codec) int {
	if c.Name == "g722" {
		return 8000
	}
	return c.Rate
}

func (st *stream) takeKeys(old *stream) (err error) {
	var oldOut, oldIn *protection
	if old != nil {
		oldOut, oldIn, st.prevIn = old.out, old.in, old.prevIn
	}
	if st.out, err = protect(st.session.Out, oldOut); err != nil {
		return err
	}
	if st.in, err = protect(st.session.In, oldIn); err != nil {
		return err
	}
	if st.in != oldIn {
		st.prevIn = oldIn
	}
	if st.in == nil {
		st.prevIn = nil
	}
	return nil
}

// takePaths keeps a path while the announced address stays, and with it what was learnt.
func (st *stream) takePaths(old *stream) {
	rtp, rtcp := st.session.Remote, st.session.RemoteRTCP
	if !rtcp.IsValid() && rtp.IsValid() {
		rtcp = netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1) // RFC 3550 11
	}
	if old != nil && old.media.announced == unmap(rtp) {
		st.media = old.media
	} else {
		st.media = newPath(rtp)
	}
	switch {
	case st.session.Mux:
		st.control = st.media
	case old != nil && old.control.announced == unmap(rtcp) && !old.session.Mux:
		st.control = old.control
	default:
		st.control = newPath(rtcp)
	}
}

// frames is the number of ticks in one packet that we send.
func (st *stream) frames() int { return st.session.Ptime / 10 }

// frameLen is the number of samples of a tick at the rate of the codec that we send.
func (st *stream) frameLen() int { return media.FrameLen(st.session.Codec.Rate) }
