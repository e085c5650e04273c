package engine

import (
	"cordboard/media"
	"cordboard/media/mix"
	"cordboard/media/resample"
)

// party is the tick's view of a call: its voice on the network and the way between its rates and the mix. The two
// directions may differ in rate while the peer sends another of the agreed codecs than we do.
type party struct {
	voice Voice
	slot  int
	rate  int  // of what is sent, in Hz
	known bool // to the tick: it has been told its phase
	up    converters
	down  *resample.Converter
	buf   [media.MaxFrame]int16
}

func newParty(l *leg, mixRate int) *party {
	return &party{
		voice: l.port, slot: l.slot, rate: l.rate,
		up: newConverters(mixRate, true), down: mustConverter(mixRate, l.rate),
	}
}

// read puts the next tick of what the party says into its slot.
func (p *party) read(m *mix.Mixer) {
	n := p.voice.Read(p.buf[:])
	p.up.at(n*100).Process(m.In(p.slot), p.buf[:n])
}

// write hands the party what it hears.
func (p *party) write(m *mix.Mixer) {
	n := p.down.Process(p.buf[:], m.Out(p.slot))
	p.voice.Write(p.buf[:n])
}
