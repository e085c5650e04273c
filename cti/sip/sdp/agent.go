package sdp

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"slices"

	"cordboard/cti"
)

// Errors of offer and answer; the signalling answers both with 488.
var (
	ErrNoMedia  = errors.New("no common codec or kind of media")
	ErrInsecure = errors.New("the line requires encrypted media and the far end gives none")
)

// Config is what one side brings to the table.
type Config struct {
	Addr   netip.Addr // our RTP address as the far end reaches it
	Port   uint16     // our RTP port
	Codecs []string   // by preference; AllCodecs when empty
	SRTP   cti.SRTPPolicy
	Keys   []Attribute // ours for SRTP, of an earlier process in the same dialog; made when needed when there are none
	Random io.Reader   // of media keys and session IDs; crypto/rand when nil
}

// Memory is what must be known to go on with a session after a restart. It is written down, so it holds no keys: who goes
// on with the old ones gives them in Config.
type Memory struct {
	ID       uint64           `json:"id"`
	Version  uint64           `json:"version"`
	Lines    []Line           `json:"lines,omitempty"` // every m= line there ever was; their number never shrinks (RFC 3264 8)
	Audio    int              `json:"audio"`           // index of ours in Lines
	Formats  []Format         `json:"formats,omitempty"`
	Held     bool             `json:"held,omitempty"`
	PeerHeld bool             `json:"peer_held,omitempty"`
	Session  cti.MediaSession `json:"session"`
}

// Line is one m= line that stays in its place.
type Line struct{ Kind, Proto, Raw string }

// Agent is one side of a dialog's offer and answer. It is plain data: Clone it for every forked early dialog.
// Not safe for concurrent use.
type Agent struct {
	cfg   Config
	mem   Memory
	keys  []Attribute // ours, made when first needed and kept: a new key would restart the stream
	body  []byte      // last sent; its o= version grows only when it changes
	offer *Media      // our offer that waits for its answer
}

// New returns the Agent of a new dialog.
func New(cfg Config) *Agent {
	return Restore(cfg, Memory{})
}

// Restore returns the Agent of a dialog whose Memory was kept. The new address, port and keys of cfg apply.
func Restore(cfg Config, mem Memory) *Agent {
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if len(cfg.Codecs) == 0 {
		cfg.Codecs = AllCodecs
	}
	mem.Session.Local = netip.AddrPortFrom(cfg.Addr, cfg.Port)
	return &Agent{cfg: cfg, mem: mem, keys: cfg.Keys}
}

// Clone returns an independent copy.
func (a *Agent) Clone() *Agent {
	c := *a
	c.mem.Lines = slices.Clone(a.mem.Lines)
	c.mem.Formats = slices.Clone(a.mem.Formats)
	return &c
}

// Memory returns what Restore needs.
func (a *Agent) Memory() Memory { return a.mem }

// Keys returns our keys of all suites, nil before the first were needed. They are not to be changed, logged or stored in
// clear.
func (a *Agent) Keys() []Attribute { return a.keys }

// Session returns what is agreed on now.
func (a *Agent) Session() cti.MediaSession { return a.mem.Session }

// HeldByPeer reports whether the far end does not want to hear us.
func (a *Agent) HeldByPeer() bool { return a.mem.PeerHeld }

// Held reports whether we put the far end on hold.
func (a *Agent) Held() bool { return a.mem.Held }

// Pending reports whether an offer of ours waits for its answer.
func (a *Agent) Pending() bool { return a.offer != nil }

// Move changes our address and port, for the next offer (a network change).
func (a *Agent) Move(addr netip.Addr, port uint16) { a.cfg.Addr, a.cfg.Port = addr, port }

// Withdraw forgets an offer that was refused; the session stays as it was (RFC 3261 14.1).
func (a *Agent) Withdraw() { a.offer = nil }

// Offer makes an offer that holds the far end or not. A hold of the far end is respected: its own resume alone
// revives it. With fresh (an offer in a 2xx, to somebody who asked for one) the far end's hold is left to the
// far end's answer, as RFC 6337 5.3 wants: exchanges take music off by an offerless re-INVITE.
func (a *Agent) Offer(hold, fresh bool) ([]byte, error) {
	if err := a.makeKeys(); err != nil {
		return nil, err
	}
	m := Media{
		Kind: "audio", Port: a.cfg.Port, Proto: a.proto(), Ptime: 20, Mux: true,
		Formats: offered(a.cfg.Codecs, a.mem.Session.Codec.Name, a.mem.Formats),
		Dir:     Direction{Send: fresh || !a.mem.PeerHeld, Recv: !hold},
	}
	if a.cfg.SRTP != cti.SRTPOff && a.cfg.SRTP != "" {
		m.Crypto = inUseFirst(a.keys, a.mem.Session.Out)
	}
	a.offer = &m
	return a.send(a.place(m)) // the hold counts once the far end agrees
}

// proto keeps what was agreed on; a first offer says SAVP only when clear media is out of the question (RFC 4568 has no choice).
func (a *Agent) proto() string {
	switch {
	case len(a.mem.Lines) > 0:
		return a.mem.Lines[a.mem.Audio].Proto
	case a.cfg.SRTP == cti.SRTPRequired:
		return "RTP/SAVP"
	}
	return "RTP/AVP"
}

// Insist makes the offers from now on say that media is encrypted or not at all, for a first offer that left the choice
// and was refused. It reports false where that would be nothing new.
func (a *Agent) Insist() bool {
	if a.cfg.SRTP != cti.SRTPOptional || secured(a.proto()) {
		return false
	}
	a.cfg.SRTP, a.mem.Lines = cti.SRTPRequired, nil
	return true
}

// place puts m among the refused lines of earlier descriptions.
func (a *Agent) place(m Media) []Media {
	if len(a.mem.Lines) == 0 {
		a.mem.Lines = []Line{{Kind: m.Kind, Proto: m.Proto}}
	}
	out := make([]Media, len(a.mem.Lines))
	for i, l := range a.mem.Lines {
		out[i] = Media{Kind: l.Kind, Proto: l.Proto, Raw: l.Raw}
	}
	out[a.mem.Audio] = m
	return out
}

// send renders a description; o= moves on only when something else changed (RFC 3264 8).
func (a *Agent) send(media []Media) ([]byte, error) {
	if a.mem.ID == 0 {
		var b [8]byte
		if _, err := io.ReadFull(a.cfg.Random, b[:]); err != nil {
			return nil, fmt.Errorf("cannot make a session ID: %w", err)
		}
		a.mem.ID = binary.BigEndian.Uint64(b[:])>>2 | 1 // stays positive in a signed reader
		a.mem.Version = 0
	}
	same := write(Origin{a.mem.ID, a.mem.Version}, a.cfg.Addr, media)
	if bytes.Equal(same, a.body) {
		return same, nil
	}
	a.mem.Version++
	a.body = write(Origin{a.mem.ID, a.mem.Version}, a.cfg.Addr, media)
	return a.body, nil
}

// makeKeys makes our keys once per session: the far end takes a new key for a new stream.
func (a *Agent) makeKeys() (err error) {
	if a.keys == nil && a.cfg.SRTP != cti.SRTPOff && a.cfg.SRTP != "" {
		a.keys, err = newKeys(a.cfg.Random)
	}
	return err
}

// agree stores s as the session, with a new version when it differs.
func (a *Agent) agree(s cti.MediaSession) cti.MediaSession {
	s.Local = netip.AddrPortFrom(a.cfg.Addr, a.cfg.Port)
	s.Version = a.mem.Session.Version
	if !reflect.DeepEqual(s, a.mem.Session) {
		s.Version++
	}
	a.mem.Session = s
	return s
}

// Follow makes s the session that the next agreement is compared with, so that versions grow across forks whose
// Agents are clones of one offer.
func (a *Agent) Follow(s cti.MediaSession) { a.mem.Session = s }
