package tone

import (
	"math"
	"time"

	"cordboard/cti"
)

const (
	maxPartials = 4
	// fade is how long a beat takes to come and to go: long enough for no click, short enough for a crisp digit.
	fade = 8 * time.Millisecond
)

// partial is one sine of a beat.
type partial struct {
	freq float64 // Hz
	amp  float64 // of full scale
}

// beat is a stretch of a tone with unchanged sound. A rest keeps the partials of the beat before it, to fade out.
type beat struct {
	seconds  float64
	partials [maxPartials]partial
	rest     bool
}

// cadence is a tone: its beats, again and again, or once.
type cadence struct {
	beats   []beat
	seconds float64
	once    bool
}

func repeat(beats ...beat) *cadence {
	c := &cadence{}
	for i := range beats {
		if beats[i].rest && i > 0 {
			beats[i].partials = beats[i-1].partials
		}
		c.seconds += beats[i].seconds
	}
	c.beats = beats
	return c
}

func once(beats ...beat) *cadence {
	c := repeat(beats...)
	c.once = true
	return c
}

// beat is the one that sounds after t seconds.
func (c *cadence) beat(t float64) *beat {
	last := len(c.beats) - 1
	if c.over(t) {
		return &c.beats[last]
	}
	t = math.Mod(t, c.seconds)
	for i := range c.beats[:last] {
		if t < c.beats[i].seconds {
			return &c.beats[i]
		}
		t -= c.beats[i].seconds
	}
	return &c.beats[last]
}

func (c *cadence) over(t float64) bool { return c.once && t >= c.seconds }

func on(ms int, partials ...partial) beat {
	b := beat{seconds: float64(ms) / 1000}
	copy(b.partials[:], partials)
	return b
}

func off(ms int) beat { return beat{seconds: float64(ms) / 1000, rest: true} }

// chord is one bar of the music on hold: three soft notes. Bars follow each other without a rest; as a Generator keeps its
// phases, and all notes are as loud, the change makes no click.
func chord(a, b, c float64) beat {
	return on(1600, partial{a, .05}, partial{b, .05}, partial{c, .05})
}

// 425 Hz is the call progress tone of most of the world (ITU-T E.180).
func progress(amp float64) partial { return partial{425, amp} }

// cadences of the desk's tones, by ETSI TR 101 041 where a telephone has such a tone.
var cadences = map[cti.Tone]*cadence{
	// Two soft notes a fourth apart, each with a quiet octave: audible across a room, no alarm.
	cti.ToneRinging: repeat(
		on(320, partial{587, .28}, partial{1174, .09}, partial{1761, .03}), on(480, partial{784, .28}, partial{1568, .09}, partial{2352, .03}),
		off(200), on(320, partial{587, .28}, partial{1174, .09}, partial{1761, .03}), on(480, partial{784, .28}, partial{1568, .09}, partial{2352, .03}),
		off(2200)),
	cti.ToneKnock:    repeat(on(120, progress(.05)), off(120), on(120, progress(.05)), off(3640)),
	cti.ToneRingback: repeat(on(1000, progress(.12)), off(4000)),
	cti.ToneBusy:     repeat(on(480, progress(.12)), off(480)),
	cti.ToneFailure:  repeat(on(240, progress(.12)), off(240)),
	cti.ToneBeep:     once(on(180, partial{1400, .1}), off(20)),
	cti.ToneMusic: repeat(
		chord(262, 330, 392), chord(220, 330, 440), chord(262, 349, 440), chord(247, 294, 392),
		chord(262, 330, 523), chord(220, 330, 440), chord(294, 349, 440), chord(247, 294, 392)),
}

// digits are the DTMF pairs (ITU-T Q.23): the high group 2 dB above the low one against the line's loss.
var digits = makeDigits()

func makeDigits() map[rune]*cadence {
	low := []float64{697, 770, 852, 941}
	high := []float64{1209, 1336, 1477, 1633}
	rows := []string{"123A", "456B", "789C", "*0#D"}
	all := make(map[rune]*cadence, 16)
	for y, row := range rows {
		for x, r := range row {
			all[r] = once(on(100, partial{low[y], .16}, partial{high[x], .20}), off(50))
		}
	}
	return all
}
