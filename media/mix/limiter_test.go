package mix

import (
	"math"
	"testing"
)

// talker is a sine of a whole number of periods a second, with an RMS level in dBFS.
type talker struct{ freq, level float64 }

func (k talker) at(i, rate int) float64 {
	amp := math.Sqrt2 * 32768 * math.Pow(10, k.level/20)
	return amp * math.Sin(2*math.Pi*k.freq*float64(i)/float64(rate))
}

// hear lets talkers speak to a last, silent party for that many ticks and returns what it heard.
func hear(m *Mixer, talkers []talker, from, ticks, rate int) []int16 {
	var heard []int16
	for tick := range ticks {
		for s, k := range talkers {
			for i := range m.In(s) {
				m.In(s)[i] = int16(min(max(k.at((from+tick)*m.FrameLen()+i, rate), -32768), 32767))
			}
		}
		m.Tick()
		heard = append(heard, m.Out(m.Slots()-1)...)
	}
	return heard
}

// distortion is what is left of pcm, in dB below it, when the best-fitting talkers are taken out.
func distortion(pcm []int16, talkers []talker, rate int) float64 {
	rest := make([]float64, len(pcm))
	total := 0.0
	for i, v := range pcm {
		rest[i] = float64(v)
		total += rest[i] * rest[i]
	}
	for _, k := range talkers {
		var s, c float64
		for i := range rest {
			sin, cos := math.Sincos(2 * math.Pi * k.freq * float64(i) / float64(rate))
			s, c = s+rest[i]*sin, c+rest[i]*cos
		}
		for i := range rest {
			sin, cos := math.Sincos(2 * math.Pi * k.freq * float64(i) / float64(rate))
			rest[i] -= 2 * (s*sin + c*cos) / float64(len(rest))
		}
	}
	left := 0.0
	for _, v := range rest {
		left += v * v
	}
	return 10 * math.Log10(left/total)
}

var loud = []talker{{500, -7}, {700, -7}, {1100, -7}, {1300, -7}}

// Four loud talkers go far over full scale. Hard clipping leaves about -20 dB of distortion here.
func TestFourLoudTalkersAreTurnedDownNotClipped(t *testing.T) {
	for _, rate := range []int{8000, 16000, 48000} {
		m := mesh(rate, 5)
		hear(m, loud, 0, 50, rate)
		heard := hear(m, loud, 50, 100, rate)
		if got := distortion(heard, loud, rate); got > -35 {
			t.Errorf("%d Hz: distortion %.1f dB", rate, got)
		}
	}
}

// Talkers whose beat is slower than the limiter's memory make it follow; that must stay gentle as well.
func TestBeatingTalkersStayClean(t *testing.T) {
	talkers := []talker{{500, -7}, {703, -7}, {1105, -7}, {1309, -7}}
	m := mesh(16000, 5)
	hear(m, talkers, 0, 100, 16000)
	if got := distortion(hear(m, talkers, 100, 100, 16000), talkers, 16000); got > -35 {
		t.Errorf("distortion %.1f dB", got)
	}
}

// Two talkers close in pitch are over full scale and far below it five times a second. The gain is held over the
// gaps, or it would pump.
func TestGainIsHeldThroughABeat(t *testing.T) {
	talkers := []talker{{500, -4}, {505, -4}}
	m := mesh(16000, 3)
	hear(m, talkers, 0, 100, 16000)
	if got := distortion(hear(m, talkers, 100, 100, 16000), talkers, 16000); got > -35 {
		t.Errorf("distortion %.1f dB", got)
	}
}

func TestLoudTalkersDoNotHearThemselves(t *testing.T) {
	const rate = 16000
	m := mesh(rate, 4)
	var own float64
	for tick := range 100 {
		for s, k := range loud {
			for i := range m.In(s) {
				m.In(s)[i] = int16(k.at(tick*m.FrameLen()+i, rate))
			}
		}
		m.Tick()
		for i, v := range m.Out(0) {
			own += float64(v) * loud[0].at(tick*m.FrameLen()+i, rate)
		}
	}
	amp := math.Sqrt2 * 32768 * math.Pow(10, loud[0].level/20)
	leak := 20 * math.Log10(math.Abs(own)/(amp*amp/2)/float64(100*m.FrameLen()))
	if leak > -46 {
		t.Errorf("own leak %.1f dB", leak)
	}
}

func TestGainIsBackAtUnityWithin200ms(t *testing.T) {
	const rate = 8000
	m := mesh(rate, 5)
	hear(m, loud, 0, 30, rate)
	if g := m.Limiting(4); g > 0.7 {
		t.Fatalf("gain %.2f while the sum is twice full scale", g)
	}
	quiet := []talker{{500, -30}, {700, -30}, {1100, -30}, {1300, -30}}
	hear(m, quiet, 30, 20, rate)
	if g := m.Limiting(4); g != 1 {
		t.Errorf("gain %.3f after 200 ms", g)
	}
}

// The limiter has no look-ahead beyond the frame, so the worst is a sum that jumps in mid-frame.
func TestNoSampleWrapsRound(t *testing.T) {
	m := mesh(8000, 9)
	for tick := range 20 {
		for s := range 8 {
			for i := range m.In(s) {
				m.In(s)[i] = 0
				if tick%3 > 0 && i > 10 {
					m.In(s)[i] = 32767
				}
				if s%2 == 1 && tick > 10 {
					m.In(s)[i] = -32768
				}
			}
		}
		m.Tick()
		for i, v := range m.Out(8) {
			sum := 0
			for s := range 8 {
				sum += int(m.In(s)[i])
			}
			if sum > 0 && v < 0 || sum < 0 && v > 0 || sum != 0 && v == 0 {
				t.Fatalf("tick %d sample %d: a sum of %d became %d", tick, i, sum, v)
			}
		}
	}
}

// -32768 is a sample like any other.
func TestFullScaleIsLeftAlone(t *testing.T) {
	m := New(8000, 2)
	m.SetGain(1, 0, 1)
	m.Tick()
	m.In(0)[0], m.In(0)[1] = -32768, 32767
	m.Tick()
	if m.Out(1)[0] != -32768 || m.Out(1)[1] != 32767 || m.Limiting(1) != 1 {
		t.Errorf("got %v, gain %v", m.Out(1)[:2], m.Limiting(1))
	}
}
