package media

import "sync/atomic"

// Ring is a lock-free queue of samples with one producer and one consumer: the sound card's callback on one side,
// the tick on the other. Neither ever waits.
type Ring struct {
	buf     []int16
	mask    uint64
	_       [40]byte // head and tail on cache lines of their own
	head    atomic.Uint64
	_       [56]byte
	tail    atomic.Uint64
	_       [56]byte
	starved atomic.Uint64
}

// NewRing returns a ring for at least size samples.
func NewRing(size int) *Ring {
	n := 1
	for n < size {
		n <<= 1
	}
	return &Ring{buf: make([]int16, n), mask: uint64(n - 1)}
}

// Len is the number of samples waiting. Any goroutine may ask.
func (r *Ring) Len() int { return int(r.head.Load() - r.tail.Load()) }

// Free is the number of samples that fit.
func (r *Ring) Free() int { return len(r.buf) - r.Len() }

// Write copies as much of pcm as fits and returns how much. Producer only.
func (r *Ring) Write(pcm []int16) int {
	n := min(len(pcm), r.Free())
	h := r.head.Load()
	at := int(h & r.mask)
	k := copy(r.buf[at:], pcm[:n])
	copy(r.buf, pcm[k:n])
	r.head.Store(h + uint64(n))
	return n
}

// Read fills pcm with what waits and returns how much. Consumer only.
func (r *Ring) Read(pcm []int16) int {
	n := min(len(pcm), r.Len())
	t := r.tail.Load()
	at := int(t & r.mask)
	k := copy(pcm[:n], r.buf[at:])
	copy(pcm[k:n], r.buf)
	r.tail.Store(t + uint64(n))
	if n < len(pcm) {
		r.starved.Add(uint64(len(pcm) - n))
	}
	return n
}

// Starved is the number of samples that Read was asked for and did not have, since the beginning: how the producer
// learns that it runs too close to the consumer. Any goroutine may ask.
func (r *Ring) Starved() uint64 { return r.starved.Load() }

// Drop throws n samples away, or all that wait when there are fewer. Consumer only.
func (r *Ring) Drop(n int) { r.tail.Add(uint64(min(n, r.Len()))) }
