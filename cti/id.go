package cti

import (
	"crypto/rand"
	"encoding/binary"
	"time"
)

// LineID names a line; it is the line's key in the settings and does not change when the line is renamed.
type LineID string

// CallID names a call for the desk, its windows, the journal and the API.
//
// It is made by whoever creates the first Input of the call (the API for a dialled call, the SIP
// adapter for an incoming one), so that Step stays free of chance and a replay gives the same IDs.
type CallID string

const idAlphabet = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's base 32: no i, l, o, u

// NewCallID returns an ID of 13 characters that sorts by time of creation to the millisecond.
// Safe for use by any goroutine.
func NewCallID() CallID {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails since Go 1.24; it ends the program instead
	v := uint64(time.Now().UnixMilli())<<20 | binary.BigEndian.Uint64(b[:])>>44
	var out [13]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = idAlphabet[v&31]
		v >>= 5
	}
	return CallID(out[:])
}
