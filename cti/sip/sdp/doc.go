// Package sdp does offer and answer (RFC 3264) for one audio stream, in pure code.
//
// Read is tolerant: it takes what phones and exchanges really send, and refuses only what it cannot use.
// What is written is strict RFC 8866. An Agent is the memory of one dialog's side: it makes offers and
// answers, and yields the cti.MediaSession that both sides agreed on.
package sdp
