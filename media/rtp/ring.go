package rtp

import (
	"sync/atomic"

	"cordboard/media/rtp/jitter"
)

const (
	ringSlots  = 64   // 1.28 s of 20 ms packets: longer than any tick is late
	maxPayload = 1460 // what is left of an Ethernet frame; a voice payload is far shorter
)

// packetRing hands packets from the reader to the tick without a lock: one producer, one consumer.
type packetRing struct {
	slots [ringSlots]slot
	head  atomic.Uint64 // written by the reader only
	tail  atomic.Uint64 // written by the tick only
}

type slot struct {
	packet jitter.Packet // Payload points into bytes
	bytes  [maxPayload]byte
}

// push copies a packet in. False when the ring is full or the payload too long. Reader only.
func (r *packetRing) push(pkt jitter.Packet) bool {
	h := r.head.Load()
	if h-r.tail.Load() == ringSlots || len(pkt.Payload) > maxPayload {
		return false
	}
	s := &r.slots[h%ringSlots]
	n := copy(s.bytes[:], pkt.Payload)
	s.packet = pkt
	s.packet.Payload = s.bytes[:n]
	r.head.Store(h + 1)
	return true
}

// peek is the oldest packet, nil when there is none; it stays valid until pop. Tick only.
func (r *packetRing) peek() *jitter.Packet {
	t := r.tail.Load()
	if t == r.head.Load() {
		return nil
	}
	return &r.slots[t%ringSlots].packet
}

// pop frees the slot that peek showed. Tick only.
func (r *packetRing) pop() { r.tail.Add(1) }
