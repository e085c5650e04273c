package sdp

import (
	"fmt"
	"net/netip"
	"strings"
)

// write renders the description that an Agent sends: strict order, CRLF, one c= line for the session.
func write(o Origin, addr netip.Addr, media []Media) []byte {
	var b strings.Builder
	family := "IP4"
	if addr.Is6() {
		family = "IP6"
	}
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n", o.ID, o.Version, family, addr, family, addr)
	for _, m := range media {
		m.write(&b)
	}
	return []byte(b.String())
}

// write renders one section, a refused one by its m= line alone.
func (m Media) write(b *strings.Builder) {
	if m.Port == 0 {
		fmt.Fprintf(b, "m=%s 0 %s %s\r\n", m.Kind, m.Proto, orZero(m.Raw))
		return
	}
	fmt.Fprintf(b, "m=%s %d %s", m.Kind, m.Port, m.Proto)
	for _, f := range m.Formats {
		fmt.Fprintf(b, " %d", f.PT)
	}
	b.WriteString("\r\n")
	for _, f := range m.Formats {
		f.write(b)
	}
	if m.Ptime != 0 {
		fmt.Fprintf(b, "a=ptime:%d\r\n", m.Ptime)
	}
	if m.Mux {
		b.WriteString("a=rtcp-mux\r\n")
	}
	for _, a := range m.Crypto {
		fmt.Fprintf(b, "a=crypto:%s\r\n", a)
	}
	fmt.Fprintf(b, "a=%s\r\n", m.Dir)
}

// orZero keeps a refused line valid: the grammar wants at least one format.
func orZero(raw string) string {
	if raw == "" {
		return "0"
	}
	return raw
}

// write renders rtpmap and fmtp; static payload types get an rtpmap too, since some peers want it.
func (f Format) write(b *strings.Builder) {
	name := map[string]string{"opus": "opus", "g722": "G722", "pcma": "PCMA", "pcmu": "PCMU"}[f.Name]
	if name == "" {
		name = f.Name
	}
	channels := ""
	if f.Name == "opus" {
		channels = "/2" // RFC 7587 7: always, even for mono
	}
	fmt.Fprintf(b, "a=rtpmap:%d %s/%d%s\r\n", f.PT, name, f.Clock, channels)
	if f.Fmtp != "" {
		fmt.Fprintf(b, "a=fmtp:%d %s\r\n", f.PT, f.Fmtp)
	}
}
