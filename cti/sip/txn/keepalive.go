package txn

import "time"

// KeepAlive says how the way to the server is kept open (RFC 5626 section 3.5).
type KeepAlive struct {
	UDP    time.Duration // a CRLF this often, 20 s; negative: never
	Stream time.Duration // CRLFCRLF on TCP and TLS this often, 30 s; negative: never
	// Pong is how long an answer to CRLFCRLF may take before the connection counts as lost, 10 s. It is expected only
	// of servers that have answered one before: many never do.
	Pong time.Duration
}
