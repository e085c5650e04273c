package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Bounds on what a stranger can make us hold.
const (
	maxBody    = 64 << 10
	maxMedia   = 32
	maxFormats = 64
	maxCrypto  = 16
)

// ErrMalformed is a body that is no session description at all.
var ErrMalformed = errors.New("the session description cannot be read")

// reader collects a description line by line. cur is where a line's fact belongs: the defaults of the
// session until the first m= line, a media section after it.
type reader struct {
	d    Description
	base Media
	seen bool // a line of a known type was there
}

// Read parses body. It forgives a missing last line end, LF alone, lines in the wrong order, missing s= and t=,
// blanks in the o= user, and lines it does not know: pion/sdp and others refuse whole calls for these.
func Read(body []byte) (Description, error) {
	if len(body) > maxBody {
		return Description{}, fmt.Errorf("%w: %d bytes are too many", ErrMalformed, len(body))
	}
	r := reader{base: Media{Dir: SendRecv}}
	for line := range strings.SplitSeq(string(body), "\n") {
		line = strings.TrimRight(line, "\r \t")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		if err := r.line(line[0], line[2:]); err != nil {
			return Description{}, err
		}
	}
	if !r.seen {
		return Description{}, ErrMalformed
	}
	return r.d, nil
}

// line takes one line. Unknown kinds are passed over, as RFC 8866 5 wants for attributes and peers need for the rest.
func (r *reader) line(kind byte, value string) error {
	switch kind {
	case 'v':
		r.seen = true
	case 'o':
		r.seen = true
		r.d.Origin = readOrigin(value)
	case 'c':
		r.cur().Addr = readAddr(value)
	case 'm':
		r.seen = true
		return r.media(value)
	case 'a':
		r.attribute(strings.TrimSpace(value))
	}
	return nil
}

// cur is where a c= or a= line belongs.
func (r *reader) cur() *Media {
	if n := len(r.d.Media); n > 0 {
		return &r.d.Media[n-1]
	}
	return &r.base
}

// readOrigin counts fields from the end, since some write blanks into the user name.
func readOrigin(v string) Origin {
	f := strings.Fields(v)
	if len(f) < 5 {
		return Origin{}
	}
	id, _ := strconv.ParseUint(f[len(f)-5], 10, 64)      // a number is only compared with its successor: 0 will do
	version, _ := strconv.ParseUint(f[len(f)-4], 10, 64) // the same
	return Origin{ID: id, Version: version}
}

// readAddr reads "IN IP4 192.0.2.1/127". A host name gives the zero Addr: the stream then learns its peer.
func readAddr(v string) netip.Addr {
	f := strings.Fields(v)
	if len(f) == 0 {
		return netip.Addr{}
	}
	host, _, _ := strings.Cut(f[len(f)-1], "/")
	a, _ := netip.ParseAddr(strings.Trim(host, "[]")) // the zero Addr is the answer for a name
	return a.Unmap().WithZone("")
}

// media begins a section, which inherits the defaults of the session.
func (r *reader) media(v string) error {
	f := strings.Fields(v)
	if len(f) < 3 || len(r.d.Media) == maxMedia {
		return fmt.Errorf("%w: media line %q", ErrMalformed, v)
	}
	count, _, _ := strings.Cut(f[1], "/")
	port, err := strconv.ParseUint(count, 10, 16)
	if err != nil {
		return fmt.Errorf("%w: port of media line %q", ErrMalformed, v)
	}
	m := r.base
	m.Crypto = append([]Attribute(nil), r.base.Crypto...)
	m.Kind, m.Port, m.Proto = strings.ToLower(f[0]), uint16(port), f[2]
	m.Raw = strings.Join(f[3:], " ")
	m.Formats = readFormats(f[3:])
	r.d.Media = append(r.d.Media, m)
	return nil
}

// readFormats reads payload types. Words that are none belong to other kinds of media and are kept in Raw only.
func readFormats(words []string) []Format {
	var out []Format
	for _, w := range words {
		pt, err := strconv.ParseUint(w, 10, 7)
		if err != nil || len(out) == maxFormats {
			continue
		}
		out = append(out, static(uint8(pt)))
	}
	return out
}

// static is what a payload type means without an rtpmap (RFC 3551).
func static(pt uint8) Format {
	switch pt {
	case 0:
		return Format{PT: 0, Name: "pcmu", Clock: 8000}
	case 8:
		return Format{PT: 8, Name: "pcma", Clock: 8000}
	case 9:
		return Format{PT: 9, Name: "g722", Clock: 8000}
	}
	return Format{PT: pt}
}

// attribute takes one a= line; case does not matter, as some write names in capitals.
func (r *reader) attribute(a string) {
	name, value, _ := strings.Cut(a, ":")
	m := r.cur()
	value = strings.TrimSpace(value)
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "sendrecv":
		m.Dir = SendRecv
	case "sendonly":
		m.Dir = SendOnly
	case "recvonly":
		m.Dir = RecvOnly
	case "inactive":
		m.Dir = Inactive
	case "rtcp-mux":
		m.Mux = true
	case "rtcp":
		m.RTCP = readRTCP(value)
	case "ptime":
		m.Ptime = milliseconds(value)
	case "maxptime":
		m.MaxTime = milliseconds(value)
	case "rtpmap":
		m.rtpmap(value)
	case "fmtp":
		m.fmtp(value)
	case "crypto":
		m.addCrypto(value)
	}
}

// readRTCP reads "port [IN IP4 addr]" (RFC 3605).
func readRTCP(v string) netip.AddrPort {
	f := strings.Fields(v)
	if len(f) == 0 {
		return netip.AddrPort{}
	}
	port, err := strconv.ParseUint(f[0], 10, 16)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(readAddr(strings.Join(f[1:], " ")), uint16(port))
}

// milliseconds reads a packet time; some write fractions. Nonsense counts as not given.
func milliseconds(v string) int {
	f, err := strconv.ParseFloat(v, 32)
	if err != nil || !(f >= 1 && f <= 1000) {
		return 0
	}
	return int(f)
}

// format finds the payload type at the front of "96 rest".
func (m *Media) format(v string) (*Format, string) {
	word, rest, _ := strings.Cut(strings.TrimSpace(v), " ")
	pt, err := strconv.ParseUint(word, 10, 7)
	if err != nil {
		return nil, ""
	}
	for i := range m.Formats {
		if m.Formats[i].PT == uint8(pt) {
			return &m.Formats[i], strings.TrimSpace(rest)
		}
	}
	return nil, ""
}

// rtpmap names a payload type. One that is not on the m= line says nothing.
func (m *Media) rtpmap(v string) {
	f, rest := m.format(v)
	if f == nil {
		return
	}
	parts := strings.Split(rest, "/")
	clock := 8000 // some leave it out
	if len(parts) > 1 {
		clock, _ = strconv.Atoi(strings.TrimSpace(parts[1])) // 0 matches no codec of ours
	}
	f.Name, f.Clock = strings.ToLower(strings.TrimSpace(parts[0])), clock
}

// fmtp keeps the parameters as text; the codec reads them.
func (m *Media) fmtp(v string) {
	if f, rest := m.format(v); f != nil {
		f.Fmtp = rest
	}
}

// addCrypto keeps an attribute that we could use.
func (m *Media) addCrypto(v string) {
	a, err := readAttribute(v)
	if err == nil && len(m.Crypto) < maxCrypto {
		m.Crypto = append(m.Crypto, a)
	}
}
