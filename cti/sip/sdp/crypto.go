package sdp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"cordboard/cti"
)

// Crypto suites of RFC 4568 that the media side can do, by preference.
const (
	Suite80 = "AES_CM_128_HMAC_SHA1_80"
	Suite32 = "AES_CM_128_HMAC_SHA1_32"
)

var suites = []string{Suite80, Suite32}

// keyLen is the length of AES-128 key and salt together, in bytes (RFC 3711 8.2).
const keyLen = 30

// Attribute is one a=crypto line (RFC 4568 9.1).
type Attribute struct {
	Tag   int
	Suite string
	Key   []byte // master key and salt
}

var errCrypto = errors.New("crypto attribute of no use")

// readAttribute reads "1 SUITE inline:KEY|2^20 params". An attribute with a key identifier, several keys or a
// session parameter that changes the stream is of no use, and the next one is looked at.
func readAttribute(v string) (Attribute, error) {
	f := strings.Fields(v)
	if len(f) < 3 {
		return Attribute{}, errCrypto
	}
	tag, err := strconv.Atoi(f[0])
	inline, ok := strings.CutPrefix(f[2], "inline:")
	if err != nil || !ok || strings.Contains(inline, ";") || !harmless(f[3:]) {
		return Attribute{}, errCrypto
	}
	parts := strings.Split(inline, "|")
	for _, p := range parts[1:] {
		if strings.Contains(p, ":") { // MKI:length
			return Attribute{}, errCrypto
		}
	}
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	suite := strings.ToUpper(f[1])
	if err != nil || len(key) != keyLen || !slices.Contains(suites, suite) {
		return Attribute{}, errCrypto
	}
	return Attribute{Tag: tag, Suite: suite, Key: key}, nil
}

// harmless reports whether session parameters can be ignored; only the window size hint can (RFC 4568 6.3).
func harmless(params []string) bool {
	for _, p := range params {
		if !strings.HasPrefix(strings.ToUpper(p), "WSH=") {
			return false
		}
	}
	return true
}

// String is the value of the a=crypto line, key included: it is for the wire and never for a log.
func (a Attribute) String() string {
	return fmt.Sprintf("%d %s inline:%s", a.Tag, a.Suite, base64.StdEncoding.EncodeToString(a.Key))
}

// crypto copies the attribute for the media side.
func (a Attribute) crypto() *cti.Crypto { return &cti.Crypto{Suite: a.Suite, Key: bytes.Clone(a.Key)} }

// newKeys makes one attribute per suite with fresh keys.
func newKeys(random io.Reader) ([]Attribute, error) {
	out := make([]Attribute, 0, len(suites))
	for i, s := range suites {
		key := make([]byte, keyLen)
		if _, err := io.ReadFull(random, key); err != nil {
			return nil, fmt.Errorf("cannot make a media key: %w", err)
		}
		out = append(out, Attribute{Tag: i + 1, Suite: s, Key: key})
	}
	return out, nil
}

// inUseFirst puts the key that media is encrypted with at the head of a further offer: an answerer that takes the first
// that it can do would else change the suite, and with it the key, in a call (RFC 4568 7.1.4).
func inUseFirst(ours []Attribute, use *cti.Crypto) []Attribute {
	if use == nil {
		return ours
	}
	used := func(a Attribute) bool { return a.Suite == use.Suite }
	i := slices.IndexFunc(ours, used)
	if i <= 0 {
		return ours
	}
	return slices.Concat(ours[i:i+1], ours[:i], ours[i+1:])
}

// bySuite finds our own attribute for the suite that theirs uses.
func bySuite(ours []Attribute, suite string) (Attribute, bool) {
	i := slices.IndexFunc(ours, func(a Attribute) bool { return a.Suite == suite })
	if i < 0 {
		return Attribute{}, false
	}
	return ours[i], true
}
