// Package resolve finds where a SIP request has to go (RFC 3263): NAPTR, SRV, A and AAAA records, or a literal address.
package resolve

import (
	"net/netip"

	"cordboard/cti"
)

// Target is one place that a request can be sent to.
type Target struct {
	Addr       netip.AddrPort
	Transport  cti.Transport
	ServerName string // the configured name that a TLS certificate must carry; never the outcome of a DNS look-up (RFC 5922)
}

// IsValid reports whether the target names an address.
func (t Target) IsValid() bool { return t.Addr.IsValid() }

// String is for logs: "udp 192.0.2.1:5060".
func (t Target) String() string { return string(t.Transport) + " " + t.Addr.String() }
