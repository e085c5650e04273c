// Package sip carries the domain's calls over SIP: it turns effects into messages and messages into events.
//
// Each call is an actor: one goroutine (a serial.Queue) owns its dialogs, its offer and answer and its timers, and
// is the only one that sends for it. The stack's maps are the only shared state; no lock is held while something
// is sent. A panic in a call's goroutine ends that call on the wire and leaves the others alone.
//
// Messages and sockets belong to cti/sip/txn, registration and digest to cti/sip/account. This package knows
// dialogs (RFC 3261 section 12), offer and answer (cti/sip/sdp), and what they mean to a telephone.
package sip
