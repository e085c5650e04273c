package cti

import (
	"net/netip"
	"slices"
)

// Codec is one payload format as negotiated in SDP (RFC 4566 a=rtpmap).
type Codec struct {
	Name string `json:"name"`           // lower case: opus, g722, pcma, pcmu, telephone-event
	PT   uint8  `json:"pt"`             // RTP payload type
	Rate int    `json:"rate"`           // real sample rate in Hz (16000 for g722, whose RTP clock is 8000)
	Fmtp string `json:"fmtp,omitempty"` // format parameters as in SDP
}

// Crypto is one direction of SDES (RFC 4568). Keys never leave the process in a form that can be read: not into the journal,
// not over the API.
type Crypto struct {
	Suite string `json:"suite"`
	Key   []byte `json:"-"` // master key and salt
}

// MediaSession is what offer and answer agreed on for one call: plain data, made by cti/sip/sdp,
// carried by events and effects, obeyed by media/engine.
type MediaSession struct {
	Version    int            `json:"version"`         // grows when anything below changed; equal means leave the stream alone
	Local      netip.AddrPort `json:"local,omitzero"`  // our RTP address as announced
	Remote     netip.AddrPort `json:"remote,omitzero"` // where RTP goes; zero when there is nowhere to send
	RemoteRTCP netip.AddrPort `json:"remote_rtcp,omitzero"`
	Mux        bool           `json:"rtcp_mux,omitempty"`   // RFC 5761
	Codec      Codec          `json:"codec,omitzero"`       // what we send
	Accept     []Codec        `json:"accept,omitempty"`     // what may arrive
	EventSend  uint8          `json:"event_send,omitempty"` // payload type of telephone-event towards the peer, 0 when not agreed
	EventRecv  uint8          `json:"event_recv,omitempty"`
	EventRate  int            `json:"event_rate,omitempty"` // its clock rate in Hz
	Ptime      int            `json:"ptime,omitempty"`      // milliseconds a packet towards the peer, 20 when 0
	Send       bool           `json:"send"`                 // direction as agreed, from our side
	Recv       bool           `json:"recv"`
	Out        *Crypto        `json:"crypto_out,omitempty"` // nil: RTP in clear
	In         *Crypto        `json:"crypto_in,omitempty"`
}

// Secure reports whether media of the session is encrypted in both directions.
func (s MediaSession) Secure() bool { return s.Out != nil && s.In != nil }

// Ready reports whether there is something to send to or to receive with.
func (s MediaSession) Ready() bool { return s.Codec.Name != "" && s.Remote.IsValid() }

// equal compares everything but the keys, which a journal does not hold: a new key comes with a new Version.
func (s *MediaSession) equal(o *MediaSession) bool {
	return s.Version == o.Version && s.Local == o.Local && s.Remote == o.Remote && s.RemoteRTCP == o.RemoteRTCP &&
		s.Mux == o.Mux && s.Codec == o.Codec && slices.Equal(s.Accept, o.Accept) &&
		s.EventSend == o.EventSend && s.EventRecv == o.EventRecv && s.EventRate == o.EventRate &&
		s.Ptime == o.Ptime && s.Send == o.Send && s.Recv == o.Recv &&
		s.Out.suite() == o.Out.suite() && s.In.suite() == o.In.suite()
}

// suite names the cipher, empty for media in clear.
func (c *Crypto) suite() string {
	if c == nil {
		return ""
	}
	return c.Suite
}
