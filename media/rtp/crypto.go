package rtp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/pion/srtp/v3"

	"cordboard/cti"
)

// replayWindow is how many packets back a late one is still told from a replayed one (RFC 3711 3.3.2: at least 64).
const replayWindow = 128

// Bounds of the search for the packet index of a stream that was running before. They keep strange packets from costing
// more than some milliseconds in all, and a forged one from being tried against more than 6400 tags of 32 or 80 bits.
const (
	maxWraps  = 128 // 46 hours in packets of 20 ms
	joinTries = 50  // packets
)

var errNotJoined = errors.New("the packet belongs to no stream under this key")

// suites are the crypto suites of SDES (RFC 4568 6.2, RFC 7714 14.2) by their names in SDP.
var suites = map[string]srtp.ProtectionProfile{
	"AES_CM_128_HMAC_SHA1_80": srtp.ProtectionProfileAes128CmHmacSha1_80,
	"AES_CM_128_HMAC_SHA1_32": srtp.ProtectionProfileAes128CmHmacSha1_32,
	"AEAD_AES_128_GCM":        srtp.ProtectionProfileAeadAes128Gcm,
	"AEAD_AES_256_GCM":        srtp.ProtectionProfileAeadAes256Gcm,
}

// protection is one direction's SRTP state. pion's contexts are not safe for two goroutines, so RTP and RTCP,
// which different goroutines handle, get one each; both derive from the same master key.
type protection struct {
	key  cti.Crypto
	rtp  *srtp.Context
	rtcp *srtp.Context

	heard bool // a packet was opened; reader only
	tries int  // to join; reader only
}

// protect returns the SRTP state for a key, or old when it is for the same key: roll-over counter and replay
// list must outlive a re-INVITE that repeats the key (RFC 4568 7.1.4). nil for no key.
func protect(key *cti.Crypto, old *protection) (*protection, error) {
	if key == nil {
		return nil, nil
	}
	if old != nil && old.key.Suite == key.Suite && bytes.Equal(old.key.Key, key.Key) {
		return old, nil
	}
	p := &protection{key: *key}
	for _, ctx := range []**srtp.Context{&p.rtp, &p.rtcp} {
		c, err := newContext(key)
		if err != nil {
			return nil, err
		}
		*ctx = c
	}
	return p, nil
}

// open decrypts an RTP packet into dst. Reader only.
func (p *protection) open(dst, b []byte) ([]byte, error) {
	plain, err := p.rtp.DecryptRTP(dst, b, nil)
	if err == nil {
		p.heard = true
	}
	return plain, err
}

// join decrypts a packet of a stream that was running before this end came to it, into dst. A desk that takes a call up
// after a crash is not told how often the sequence numbers have wrapped since the key came into use (RFC 3711 3.3.1, every
// 22 minutes); but only the right count makes the packet's tag right. Reader only.
func (p *protection) join(dst, b []byte) ([]byte, error) {
	if p.heard || p.tries == joinTries || len(b) < headerLen {
		return nil, errNotJoined
	}
	p.tries++
	ssrc := binary.BigEndian.Uint32(b[8:])
	for wraps := uint32(1); wraps <= maxWraps; wraps++ {
		p.rtp.SetROC(ssrc, wraps)
		if plain, err := p.open(dst, b); err == nil {
			return plain, nil
		}
	}
	p.rtp.SetROC(ssrc, 0)
	return nil, errNotJoined
}

func newContext(key *cti.Crypto) (*srtp.Context, error) {
	profile, known := suites[key.Suite]
	if !known {
		return nil, fmt.Errorf("the peer asks for the unknown SRTP suite %q", key.Suite)
	}
	n, err := profile.KeyLen()
	if err != nil {
		return nil, fmt.Errorf("SRTP suite %s: %w", key.Suite, err)
	}
	salt, err := profile.SaltLen()
	if err != nil {
		return nil, fmt.Errorf("SRTP suite %s: %w", key.Suite, err)
	}
	if len(key.Key) != n+salt {
		return nil, fmt.Errorf("an SRTP key of %d bytes does not fit suite %s, which wants %d", len(key.Key), key.Suite, n+salt)
	}
	c, err := srtp.CreateContext(key.Key[:n], key.Key[n:], profile,
		srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	if err != nil {
		return nil, fmt.Errorf("SRTP suite %s: %w", key.Suite, err)
	}
	return c, nil
}
