// Package mix is the mixing kernel: one tick of a gain matrix. It owns no goroutine, reads no clock and allocates
// nothing while it runs; who calls Tick, and when, is the engine's business.
//
// A party is a slot: In(i) is what it says, Out(i) is what it hears, and the gain of every ordered pair (source,
// listener) decides who hears whom. Mute, hold, deafen and coaching are all the same thing here: a gain of zero
// somewhere. A party never hears itself unless that very pair is given a gain.
package mix

// MaxGain is the highest gain of a pair; more is taken as this much.
const MaxGain = 8

// unity is a gain of 1 in the kernel's fixed point (Q24). 24 bits keep a scaled sample exact to one step.
const (
	unityBits = 24
	unity     = 1 << unityBits
)

// Mixer mixes up to a fixed number of parties. It is not safe for concurrent use: the goroutine that calls Tick
// makes all the other calls as well.
type Mixer struct {
	slots int
	frame int

	in  [][]int16
	out [][]int16

	now  []int32 // gain in force per (listener, source), Q24, row by listener
	want []int32 // gain to reach by the end of the next tick

	dirty    bool
	programs []program
	spoken   []int // sources that are in the common sum
	sum      []int32
	acc      []int32
	limiters []limiter
}

// New returns a mixer with that many slots at rate (8000, 16000 or 48000 Hz), where nobody hears anybody.
func New(rate, slots int) *Mixer {
	m := &Mixer{
		slots:    slots,
		in:       make([][]int16, slots),
		out:      make([][]int16, slots),
		now:      make([]int32, slots*slots),
		want:     make([]int32, slots*slots),
		programs: make([]program, slots),
		spoken:   make([]int, 0, slots),
		limiters: make([]limiter, slots),
	}
	for i := range m.programs {
		m.programs[i].terms = make([]term, 0, 2*slots)
	}
	m.SetRate(rate)
	return m
}

// Slots is the number of parties that fit.
func (m *Mixer) Slots() int { return m.slots }

// FrameLen is the number of samples in each In and Out frame.
func (m *Mixer) FrameLen() int { return m.frame }

// SetRate changes the sample rate. Gains stay; the frames are new and silent. It allocates.
func (m *Mixer) SetRate(rate int) {
	m.frame = rate / 100
	for i := range m.slots {
		m.in[i] = make([]int16, m.frame)
		m.out[i] = make([]int16, m.frame)
		m.limiters[i].reset()
	}
	m.sum = make([]int32, m.frame)
	m.acc = make([]int32, m.frame)
	m.dirty = true
}

// In is the frame of source i, to be filled before Tick. It keeps its content: a source that has nothing more to
// say must be cleared.
func (m *Mixer) In(i int) []int16 { return m.in[i] }

// Out is the frame that listener i hears, valid after Tick until the next one.
func (m *Mixer) Out(i int) []int16 { return m.out[i] }

// SetGain lets listener hear source at gain (0 is silence, 1 is unity) from the next tick on. The change is a
// cross-fade over that whole tick, so it never clicks.
func (m *Mixer) SetGain(listener, source int, gain float32) {
	at := listener*m.slots + source
	want := fixed(gain)
	if m.want[at] != want {
		m.want[at] = want
		m.dirty = true
	}
}

// Gain is the gain that listener hears source at once the next tick is over.
func (m *Mixer) Gain(listener, source int) float32 {
	return float32(m.want[listener*m.slots+source]) / unity
}

// Silence takes all gains away, faded out over the next tick.
func (m *Mixer) Silence() {
	clear(m.want)
	m.dirty = true
}

// Heard reports whether anybody hears source i in the next tick.
func (m *Mixer) Heard(i int) bool {
	for l := range m.slots {
		if at := l*m.slots + i; m.want[at] != 0 || m.now[at] != 0 {
			return true
		}
	}
	return false
}

// Limiting is the gain of listener i's limiter at the end of the last tick: 1 unless the sum went over full scale.
func (m *Mixer) Limiting(i int) float32 { return m.limiters[i].gain }

// Tick mixes one frame for every listener.
func (m *Mixer) Tick() {
	if m.dirty {
		m.compile()
	}
	m.sumSpoken()
	for l := range m.programs {
		m.play(l)
	}
}

func fixed(gain float32) int32 {
	return int32(min(max(gain, 0), MaxGain)*unity + 0.5)
}
