// Package txn is the transaction layer of a line (RFC 3261 section 17, RFC 6026) on sockets of its own.
//
// A Layer has one UDP socket, or the TCP or TLS connections of one line. Messages are parsed by sipgo, checked by
// cti/sip/message and handed over in the order of their arrival: everything of a Layer happens on ONE goroutine, the
// layer's own. All callbacks run there and must return soon; every method may be called from any goroutine, from a
// callback too, and returns at once.
package txn
