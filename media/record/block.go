package record

import (
	"cordboard/media"
)

// MaxTracks is how many parties one recording can keep.
const MaxTracks = 64

// A block is one tick of a recording in the ring, in words of 16 bits: the length of its frames in samples, the number
// of tracks, then the frames of us and them, then for each track its number and its frame.
const blockHead = 2

// ringWords is room for some 20 s of a call at 16 kHz, and for two thirds of a second of 32 tracks at 48 kHz.
const ringWords = 1 << 20

// Tap is the tick's end of a recording. Only the goroutine of the tick uses it; nothing in it waits or allocates.
type Tap struct {
	ring   *media.Ring
	shared *shared
	frame  int
	left   int // tracks that the block still lacks
}

// Begin starts the block of a tick: what we said and what the kept parties said together, frames of the same length, and
// how many tracks follow. It reports false when the ring is full; then no Track may follow.
func (t *Tap) Begin(us, them []int16, tracks int) bool {
	frame := len(us)
	if t.ring.Free() < blockHead+2*frame+tracks*(frame+1) {
		t.shared.lost.Add(1)
		return false
	}
	t.frame, t.left = frame, tracks
	t.ring.Write([]int16{int16(frame), int16(tracks)})
	t.ring.Write(us)
	t.ring.Write(them)
	t.finish()
	return true
}

// Track adds the frame of one party; number is its place among the recording's tracks, from 0.
func (t *Tap) Track(number int, pcm []int16) {
	t.ring.Write([]int16{int16(number)})
	t.ring.Write(pcm[:t.frame])
	t.left--
	t.finish()
}

// finish makes a complete block known to the writer.
func (t *Tap) finish() {
	if t.left == 0 {
		t.shared.blocks.Add(1)
	}
}

// block is what the writer reads back.
type block struct {
	us, them []int16
	numbers  []int
	tracks   [][]int16
	store    []int16
	head     [blockHead]int16
}

// read takes one block out of the ring. The caller knows that there is a whole one.
func (b *block) read(ring *media.Ring) {
	ring.Read(b.head[:])
	frame, tracks := int(b.head[0]), int(b.head[1])
	if need := frame * (2 + tracks); cap(b.store) < need {
		b.store = make([]int16, need)
	}
	rest := b.store[:cap(b.store)]
	take := func() []int16 {
		pcm := rest[:frame]
		rest = rest[frame:]
		ring.Read(pcm)
		return pcm
	}
	b.us, b.them = take(), take()
	b.numbers, b.tracks = b.numbers[:0], b.tracks[:0]
	var number [1]int16
	for range tracks {
		ring.Read(number[:])
		b.numbers = append(b.numbers, int(number[0]))
		b.tracks = append(b.tracks, take())
	}
}
