package txn

import (
	"cmp"
	"time"
)

// KeepAlive says how the way to the server is kept open (RFC 5626 section 3.5). Zero fields take the value named.
type KeepAlive struct {
	UDP    time.Duration // a CRLF pair this often, 20 s; negative: never
	Stream time.Duration // CRLFCRLF on TCP and TLS this often, 30 s; negative: never
	// Pong is how long an answer to CRLFCRLF may take before the connection counts as lost, 10 s. It is expected only
	// on connections that have answered one before: many servers never do.
	Pong time.Duration
}

func (k KeepAlive) withDefaults() KeepAlive {
	k.UDP = cmp.Or(k.UDP, 20*time.Second)
	k.Stream = cmp.Or(k.Stream, 30*time.Second)
	k.Pong = cmp.Or(k.Pong, 10*time.Second)
	return k
}
