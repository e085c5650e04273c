package jitter

import (
	"time"

	"cordboard/media"
)

// Buffer holds one party's packets until their sound is due.
type Buffer struct {
	formats Formats
	rate    int
	fifo    *media.Ring
	pcm     [5760]int16
}

// New returns an empty buffer that reads silence at 8 kHz.
func New() *Buffer { return &Buffer{rate: 8000, fifo: media.NewRing(48000)} }

// SetFormats changes what the buffer can decode.
func (b *Buffer) SetFormats(f *Formats) { b.formats = *f }

// Put adds a packet; its payload is copied or decoded before Put returns.
func (b *Buffer) Put(p *Packet) {
	f := &b.formats[p.PT&127]
	if f.Decoder == nil {
		return
	}
	n, err := f.Decoder.Decode(b.pcm[:], p.Payload)
	if err != nil {
		return
	}
	b.rate = f.Codec.Rate
	b.fifo.Write(b.pcm[:n])
}

// Rate is the sample rate in Hz of what Read gives.
func (b *Buffer) Rate() int { return b.rate }

// Read fills dst with one media.Tick of sound that is due now and returns its number of samples.
func (b *Buffer) Read(now time.Duration, dst []int16) int {
	n := media.FrameLen(b.rate)
	got := b.fifo.Read(dst[:n])
	clear(dst[got:n])
	return n
}
