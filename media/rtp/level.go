package rtp

import (
	"math"
	"sync/atomic"

	"cordboard/media"
)

// levelMeter smooths the level of frames over about 100 ms and lets any goroutine read it.
type levelMeter struct {
	power float64 // tick only
	bits  atomic.Uint32
}

const meterWeight = 0.1 // of the newest of ten frames in 100 ms

// add takes a frame. Tick only.
func (m *levelMeter) add(pcm []int16) {
	var sum int64
	for _, s := range pcm {
		sum += int64(s) * int64(s)
	}
	if len(pcm) > 0 {
		m.power += meterWeight * (float64(sum)/float64(len(pcm)) - m.power)
	}
	level := float32(media.Silence)
	if m.power > 0 {
		level = float32(max(10*math.Log10(m.power/(32768*32768)), media.Silence))
	}
	m.bits.Store(math.Float32bits(level))
}

// dBFS is the present level, media.Silence before the first frame.
func (m *levelMeter) dBFS() float32 {
	if bits := m.bits.Load(); bits != 0 {
		return math.Float32frombits(bits)
	}
	return media.Silence
}
