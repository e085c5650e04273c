package sdp

import "net/netip"

// Direction is a media direction seen from the side that wrote the description (RFC 8866 6.7).
type Direction struct{ Send, Recv bool }

// The four directions.
var (
	SendRecv = Direction{true, true}
	SendOnly = Direction{true, false}
	RecvOnly = Direction{false, true}
	Inactive = Direction{}
)

// String returns the attribute's name.
func (d Direction) String() string {
	switch d {
	case SendRecv:
		return "sendrecv"
	case SendOnly:
		return "sendonly"
	case RecvOnly:
		return "recvonly"
	}
	return "inactive"
}

// Origin is the o= line; only what offer and answer need of it.
type Origin struct {
	ID, Version uint64
}

// Format is one payload type of a media line with its rtpmap and fmtp.
type Format struct {
	PT    uint8
	Name  string // lower case
	Clock int    // RTP clock rate in Hz
	Fmtp  string
}

// Media is one m= section.
type Media struct {
	Kind    string // audio, video, image ...
	Port    uint16 // 0: refused or switched off
	Proto   string // RTP/AVP, RTP/SAVP, udptl ...
	Raw     string // the formats as written, to answer a refused line with
	Addr    netip.Addr
	Dir     Direction
	Formats []Format // in the writer's order of preference
	Ptime   int      // milliseconds, 0 when not given
	MaxTime int      // a=maxptime, milliseconds
	Mux     bool     // a=rtcp-mux, RFC 5761
	RTCP    netip.AddrPort
	Crypto  []Attribute // a=crypto, RFC 4568
}

// Description is one whole session description.
type Description struct {
	Origin Origin
	Media  []Media
}

// holds reports whether the writer does not want to receive: by direction, or by the address 0.0.0.0 or :: of RFC 2543.
func (m Media) holds() bool {
	return !m.Dir.Recv || (m.Addr.IsValid() && m.Addr.IsUnspecified())
}

// rtp returns where the writer wants its RTP, zero when nowhere: a multicast address would turn us into an amplifier.
func (m Media) rtp() netip.AddrPort {
	if m.Port == 0 || !usable(m.Addr) {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(m.Addr, m.Port)
}

// rtcp returns where the writer wants its RTCP: a=rtcp of RFC 3605, else the next port.
func (m Media) rtcp() netip.AddrPort {
	rtp := m.rtp()
	switch {
	case !rtp.IsValid():
		return rtp
	case m.RTCP.Port() != 0 && usable(m.RTCP.Addr()):
		return m.RTCP
	case m.RTCP.Port() != 0:
		return netip.AddrPortFrom(rtp.Addr(), m.RTCP.Port())
	case m.Port == 65535:
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(rtp.Addr(), m.Port+1)
}

// usable reports whether something can be sent to an address.
func usable(a netip.Addr) bool {
	return a.IsValid() && !a.IsUnspecified() && !a.IsMulticast()
}
