package exchange

import (
	"math"
	"sync"
)

const (
	tableLen  = 2048
	bandEnd   = 3400.0 // Hz; every codec carries that much
	toneLevel = 0.045  // amplitude of the steady tone, about -30 dBFS
	voiceLoud = 0.30   // peak of a syllable
	keepAway  = 30.0   // Hz: how near a voice may come to a reserved tone
)

// formant is a resonance of the mouth.
type formant struct{ freq, width, gain float64 }

// vowels are a, e, i, o, u after Peterson and Barney (1952).
var vowels = [][]formant{
	{{730, 90, 1}, {1090, 110, .5}, {2440, 170, .12}},
	{{530, 80, 1}, {1840, 120, .35}, {2480, 170, .2}},
	{{270, 70, 1}, {2290, 130, .25}, {3010, 180, .2}},
	{{570, 80, 1}, {840, 100, .5}, {2410, 170, .06}},
	{{300, 70, 1}, {870, 100, .3}, {2240, 170, .05}},
}

// steps are the notes of the melody above the speaker's pitch.
var steps = []float64{1, 9.0 / 8, 5.0 / 4}

// syllable is a vowel on a note; no vowel is a pause.
type syllable struct {
	vowel, step int
	seconds     float64
}

const pause = -1

// phrase is what all voices say, each at its own pitch.
var phrase = []syllable{
	{0, 0, .26}, {3, 1, .18}, {1, 2, .30}, {2, 1, .16}, {pause, 0, .12},
	{4, 0, .22}, {0, 1, .20}, {1, 0, .34}, {pause, 0, .10},
	{2, 2, .18}, {3, 1, .18}, {0, 1, .22}, {4, 0, .40}, {pause, 0, .55},
}

// wave is one period of a sound.
type wave [tableLen]float32

// voice speaks the phrase again and again over its steady tone.
type voice struct {
	rate   float64
	pitch  float64
	tone   oscillator
	waves  [][]*wave // by vowel and step
	at     int       // syllable
	gone   float64   // seconds of it that are over
	phase  float64   // 0 to 1
	volume float64
}

func newVoice(p person, rate int) source {
	return &voice{
		rate: float64(rate), pitch: p.pitch, waves: wavesOf(p.pitch),
		tone: newOscillator(p.Tone, rate, toneLevel),
	}
}

func (v *voice) fill(dst []int16) {
	step := 1 / v.rate
	glide := step / 0.03 // volume changes take 30 ms: no click, and no sharp edge that would spread over other tones
	for i := range dst {
		s := phrase[v.at]
		want := 1.0
		if s.vowel == pause || v.gone > s.seconds-0.03 {
			want = 0
		}
		v.volume += min(max(want-v.volume, -glide), glide)
		dst[i] = int16(32767 * (v.tone.next() + v.volume*v.sing(s)))
		if v.gone += step; v.gone >= s.seconds {
			v.gone, v.at = 0, (v.at+1)%len(phrase)
		}
	}
}

func (v *voice) sing(s syllable) float64 {
	if s.vowel == pause {
		return 0
	}
	if v.phase += v.pitch * steps[s.step] / v.rate; v.phase >= 1 {
		v.phase--
	}
	x := v.phase * tableLen
	i := int(x)
	w := v.waves[s.vowel][s.step]
	a, b := float64(w[i]), float64(w[(i+1)%tableLen])
	return a + (b-a)*(x-float64(i))
}

var (
	wavesMu sync.Mutex
	waves   = map[float64][][]*wave{}
)

// wavesOf makes the sounds of a voice, once: some milliseconds of work.
func wavesOf(pitch float64) [][]*wave {
	wavesMu.Lock()
	defer wavesMu.Unlock()
	if waves[pitch] == nil {
		all := make([][]*wave, len(vowels))
		for i, v := range vowels {
			for _, step := range steps {
				all[i] = append(all[i], newWave(v, pitch*step))
			}
		}
		waves[pitch] = all
	}
	return waves[pitch]
}

// newWave adds up the harmonics of a vowel, but for those that would be taken for somebody's steady tone.
func newWave(vowel []formant, pitch float64) *wave {
	var w wave
	peak := 0.0
	for k := 1; float64(k)*pitch < bandEnd; k++ {
		freq := float64(k) * pitch
		if nearReserved(freq) {
			continue
		}
		amp := strength(vowel, freq)
		for i := range w {
			// The harmonics' phases are spread, or the peaks would add up to a buzz.
			w[i] += float32(amp * math.Sin(2*math.Pi*(float64(k*i)/tableLen+float64(k*k)/40)))
		}
	}
	for _, s := range w {
		peak = max(peak, math.Abs(float64(s)))
	}
	for i := range w {
		w[i] *= float32(voiceLoud / peak)
	}
	return &w
}

func strength(vowel []formant, freq float64) float64 {
	sum := 0.02
	for _, f := range vowel {
		off := (freq - f.freq) / f.width
		sum += f.gain / (1 + off*off)
	}
	return sum
}

func nearReserved(freq float64) bool {
	for _, tone := range reserved {
		if math.Abs(freq-tone) < keepAway {
			return true
		}
	}
	return false
}

// oscillator is a sine made by rotating a vector, which is cheaper than computing each one.
type oscillator struct{ re, im, cos, sin float64 }

func newOscillator(freq float64, rate int, amp float64) oscillator {
	sin, cos := math.Sincos(2 * math.Pi * freq / float64(rate))
	return oscillator{re: amp, cos: cos, sin: sin}
}

func (o *oscillator) next() float64 {
	o.re, o.im = o.re*o.cos-o.im*o.sin, o.re*o.sin+o.im*o.cos
	return o.im
}
