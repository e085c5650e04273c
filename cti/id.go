package cti

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"hash/fnv"
	"time"
)

// LineID names a line; it is the line's key in the settings and does not change when the line is renamed.
type LineID string

// CallID names a call for the desk, its windows, the journal and the API.
//
// It is made by whoever creates the first Input of the call (the API for a dialled call, the SIP
// adapter for an incoming one), so that Step stays free of chance and a replay gives the same IDs.
type CallID string

// idEncoding is Crockford's base 32: no i, l, o, u, and in the order of the digits.
var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewCallID returns an ID of 16 characters that sorts by time of creation to the millisecond: 48 bits of
// time and 32 of chance, so that calls of the same millisecond do not meet in the history.
// Safe for use by any goroutine.
func NewCallID() CallID {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], uint64(time.Now().UnixMilli())<<16)
	_, _ = rand.Read(b[6:]) // crypto/rand.Read never fails since Go 1.24; it ends the program instead
	return CallID(idEncoding.EncodeToString(b[:]))
}

// callIDAt is an ID of the same form for a call that follows from another one: chance gives way to a hash of seed, so
// that Step makes the same ID again in a replay.
func callIDAt(now time.Time, seed string) CallID {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed)) // a hash never fails
	copy(b[6:], h.Sum(nil))
	return CallID(idEncoding.EncodeToString(b[:]))
}

// maxCallID is far above what NewCallID makes; an ID is also a key of timers, plan and history.
const maxCallID = 40

// Valid reports whether an ID from outside can be used: letters, digits and dashes, and not the name of a
// party that is no call.
func (id CallID) Valid() bool {
	if id == "" || len(id) > maxCallID || PartyID(id) == Operator || PartyID(id) == Ringer {
		return false
	}
	for _, r := range string(id) {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-') {
			return false
		}
	}
	return true
}
