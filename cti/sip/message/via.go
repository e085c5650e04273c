package message

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// parseVias reads the hops of one Via field, blanks allowed wherever RFC 3261 section 25.1 does.
func parseVias(value string) ([]*sip.ViaHeader, error) {
	list, err := splitList(value)
	if err != nil {
		return nil, err
	}
	var out []*sip.ViaHeader
	for _, one := range list {
		hop, err := parseVia(one)
		if err != nil {
			return out, err
		}
		out = append(out, hop)
	}
	return out, nil
}

func parseVia(s string) (*sip.ViaHeader, error) {
	s = strings.ReplaceAll(s, "\t", " ")
	parts := strings.SplitN(s, "/", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("via %q names no protocol", s)
	}
	hop := &sip.ViaHeader{ProtocolName: strings.TrimSpace(parts[0]), ProtocolVersion: strings.TrimSpace(parts[1])}
	transport, rest, _ := strings.Cut(strings.TrimSpace(parts[2]), " ")
	hop.Transport = strings.TrimSpace(transport)
	sentBy, params, _ := strings.Cut(rest, ";")
	if !isToken(hop.ProtocolName) || !isToken(hop.ProtocolVersion) || !isToken(hop.Transport) {
		return nil, fmt.Errorf("via %q names no protocol", s)
	}
	if err := parseSentBy(strings.ReplaceAll(strings.TrimSpace(sentBy), " ", ""), hop); err != nil {
		return nil, err
	}
	var err error
	hop.Params, err = parseParams(params)
	return hop, err
}

// parseSentBy reads host, host:port, [v6] and [v6]:port.
func parseSentBy(s string, hop *sip.ViaHeader) error {
	hop.Host = s
	port := ""
	if strings.HasPrefix(s, "[") {
		host, after, _ := strings.Cut(s[1:], "]")
		if _, err := netip.ParseAddr(host); err != nil || after != "" && after[0] != ':' {
			return fmt.Errorf("via address %q is malformed", s)
		}
		hop.Host, port = host, strings.TrimPrefix(after, ":")
	} else if i := strings.IndexByte(s, ':'); i >= 0 {
		hop.Host, port = s[:i], s[i+1:]
	}
	if hop.Host == "" || strings.ContainsAny(hop.Host, "]\"<>@,") {
		return fmt.Errorf("via names no host")
	}
	if port == "" {
		return nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return fmt.Errorf("via port %q: %w", port, err)
	}
	hop.Port = int(n)
	return nil
}
