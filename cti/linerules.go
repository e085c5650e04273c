package cti

import (
	"net"
	"regexp"
	"strconv"
	"strings"
)

// CodecNames are the codecs that a line can offer, in the order of preference of a line that names none.
var CodecNames = []string{"opus", "g722", "pcma", "pcmu"}

var hostname = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$`)

// ValidHost reports whether a text is a host or host:port, as a line's servers and proxies are given. A host is
// a name or an IP address; an IPv6 address with a port stands in brackets (RFC 3261 section 25.1, hostport).
func ValidHost(text string) bool {
	if net.ParseIP(strings.Trim(text, "[]")) != nil {
		return true
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return hostname.MatchString(text)
	}
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1<<16 && (net.ParseIP(host) != nil || hostname.MatchString(host))
}
