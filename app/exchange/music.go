package exchange

import "math"

// chords of the music, in Hz: C, A minor, F, G, all below the reserved tones.
var chords = [][]float64{
	{130.81, 196.00, 261.63, 329.63, 196.00, 329.63, 261.63, 196.00},
	{110.00, 164.81, 220.00, 261.63, 329.63, 261.63, 220.00, 164.81},
	{87.31, 130.81, 174.61, 220.00, 261.63, 220.00, 174.61, 130.81},
	{98.00, 146.83, 196.00, 246.94, 293.66, 246.94, 196.00, 146.83},
}

const noteSeconds = 0.24

// music plucks the chords' notes one by one. Four strings sound in turn, so that
// each rings on into the next notes.
type music struct {
	rate    float64
	tone    oscillator
	strings [4]pluck
	note    int
	left    int // samples until the next note
}

// pluck is a string that was plucked.
type pluck struct {
	osc  oscillator
	loud float64
	rise float64 // 0 to 1
}

func newMusic(p person, rate int) source {
	return &music{rate: float64(rate), tone: newOscillator(p.Tone, rate, toneLevel)}
}

func (m *music) fill(dst []int16) {
	decay := math.Exp(-1 / (0.35 * m.rate))
	rise := 1 / (0.02 * m.rate)
	for i := range dst {
		if m.left--; m.left < 0 {
			m.pluck()
		}
		sum := m.tone.next()
		for k := range m.strings {
			s := &m.strings[k]
			s.loud *= decay
			s.rise = min(1, s.rise+rise)
			sum += s.osc.next() * s.loud * s.rise
		}
		dst[i] = int16(32767 * sum)
	}
}

func (m *music) pluck() {
	chord := chords[m.note/8%len(chords)]
	m.strings[m.note%len(m.strings)] = pluck{osc: newOscillator(chord[m.note%8], int(m.rate), 0.22), loud: 1}
	m.note++
	m.left = int(noteSeconds * m.rate)
}
