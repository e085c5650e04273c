package rtp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// eventKeys are the DTMF events of RFC 4733 3.2 by their code.
const eventKeys = "0123456789*#ABCD"

// pauseKey is a second of nothing between digits, as in numbers of door openers and conference rooms.
const pauseKey = ','

const (
	eventLen   = 4
	eventEnd   = 0x80 // E bit: the key was released
	eventLevel = 10   // -10 dBm0, in the range of RFC 4733 2.3.3
	endPackets = 3    // the last packet three times, against loss (RFC 4733 2.5.1.4)

	keyTicks   = 12 // a key is pressed for 120 ms
	gapTicks   = 8  // and released for 80 ms: both twice what the slowest receivers ask for
	pauseTicks = 100
	maxWaiting = 64
)

// ErrNoEvents is PlayDigits on a call whose peer did not agree on telephone-events.
var ErrNoEvents = errors.New("the far end takes no keys in the sound stream")

// eventPayload writes one telephone-event (RFC 4733 2.3); duration in units of the event clock.
func eventPayload(dst []byte, code byte, end bool, duration uint16) []byte {
	flags := byte(eventLevel)
	if end {
		flags |= eventEnd
	}
	dst = append(dst[:0], code, flags)
	return binary.BigEndian.AppendUint16(dst, duration)
}

// eventKey is the key of a received payload, "" when it is no DTMF key.
func eventKey(payload []byte) string {
	if len(payload) < eventLen || int(payload[0]) >= len(eventKeys) {
		return ""
	}
	return eventKeys[payload[0] : payload[0]+1]
}

// eventHearer tells new events from the repetitions of one: all packets of an event carry its start as timestamp.
type eventHearer struct {
	heard bool
	ssrc  uint32
	last  uint32
}

// hear returns the key of an event's first packet seen, "" for its repetitions and for older events that
// arrive late.
func (h *eventHearer) hear(payload []byte, ssrc, ts uint32) string {
	if h.heard && h.ssrc == ssrc && int32(ts-h.last) <= 0 {
		return ""
	}
	key := eventKey(payload)
	if key != "" {
		h.heard, h.ssrc, h.last = true, ssrc, ts
	}
	return key
}

// keySender plays waiting keys, one packet at a time. Tick only, except for the queue.
type keySender struct {
	queue chan byte // keys still to play

	state keyState
	code  byte
	start uint32 // timestamp of the event
	ticks int    // played so far in this state
	ends  int    // end packets sent
}

type keyState uint8

const (
	keyNone keyState = iota
	keyDown
	keyUp // released: end packets, then a gap
	keyPause
)

// push queues keys, all or none.
func (k *keySender) push(keys string) error {
	keys = strings.ToUpper(keys)
	for _, c := range keys {
		if c != pauseKey && !strings.ContainsRune(eventKeys, c) {
			return fmt.Errorf("there is no key %q", c)
		}
	}
	if len(keys) > cap(k.queue)-len(k.queue) {
		return fmt.Errorf("%d keys do not fit behind those still being sent", len(keys))
	}
	for i := range len(keys) {
		select {
		case k.queue <- keys[i]:
		default: // another caller was faster
			return fmt.Errorf("%d keys do not fit behind those still being sent", len(keys)-i)
		}
	}
	return nil
}

// next moves on by one packet of ticks ticks that begins at ts. If the packet is to carry an event it returns
// its payload, the event's timestamp and whether it is the first; otherwise sound is to be sent.
func (k *keySender) next(dst []byte, ts uint32, ticks, clockPerTick int) (payload []byte, start uint32, first bool) {
	if k.state == keyNone {
		k.press(ts)
	}
	k.ticks += ticks
	switch k.state {
	case keyDown:
		first = k.ticks == ticks
		payload = eventPayload(dst, k.code, false, uint16(k.ticks*clockPerTick))
		if k.ticks >= keyTicks {
			k.state, k.ends = keyUp, 0
		}
		return payload, k.start, first
	case keyUp:
		return k.release(dst, ticks, clockPerTick)
	case keyPause:
		if k.ticks >= pauseTicks {
			k.state = keyNone
		}
	}
	return nil, 0, false
}

// press takes the next key from the queue.
func (k *keySender) press(ts uint32) {
	select {
	case c := <-k.queue:
		k.state, k.ticks, k.start = keyDown, 0, ts
		if c == pauseKey {
			k.state = keyPause
			return
		}
		k.code = byte(strings.IndexByte(eventKeys, c))
	default:
	}
}

// release sends the end packets, whose duration stays that of the last one before, and then leaves a gap.
func (k *keySender) release(dst []byte, ticks, clockPerTick int) ([]byte, uint32, bool) {
	held := k.ticks - (k.ends+1)*ticks
	k.ends++
	if k.ends <= endPackets {
		return eventPayload(dst, k.code, true, uint16(held*clockPerTick)), k.start, false
	}
	if k.ends*ticks >= gapTicks {
		k.state = keyNone
	}
	return nil, 0, false
}
