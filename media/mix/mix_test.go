package mix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// mesh is a mixer where the first n parties hear each other.
func mesh(rate, n int) *Mixer {
	m := New(rate, n)
	for l := range n {
		for s := range n {
			if l != s {
				m.SetGain(l, s, 1)
			}
		}
	}
	// The fade-in, over silence, and the steady state after it.
	m.Tick()
	m.Tick()
	return m
}

func noise(r *rand.Rand, pcm []int16, amp int) {
	for i := range pcm {
		pcm[i] = int16(r.IntN(2*amp+1) - amp)
	}
}

// Below full scale what a listener gets is the true sum of what the matrix grants, whichever way it is computed.
func TestSumIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	gains := []float32{0, 0, 1, 1, 1, 1, 1, 0.5, 0.25, 2, 0.7071}
	for round := range 300 {
		n := 1 + r.IntN(12)
		m := New(8000, n)
		want := make([]float64, n*n)
		for at := range want {
			g := gains[r.IntN(len(gains))]
			want[at] = float64(g)
			m.SetGain(at/n, at%n, g)
		}
		m.Tick()
		for s := range n {
			noise(r, m.In(s), 32767/(2*n))
		}
		m.Tick()
		for l := range n {
			for i, got := range m.Out(l) {
				sum := 0.0
				for s := range n {
					sum += want[l*n+s] * float64(m.In(s)[i])
				}
				// Every gain that is not a whole number may round by half a step.
				if math.Abs(sum-float64(got)) > 1+float64(n)/2*fraction(want[l*n:][:n]) {
					t.Fatalf("round %d: %d parties, listener %d sample %d: got %d, want %.2f", round, n, l, i, got, sum)
				}
			}
		}
	}
}

// fraction is 1 when any gain is neither 0 nor 1 nor 2.
func fraction(gains []float64) float64 {
	if slices.ContainsFunc(gains, func(g float64) bool { return g != math.Trunc(g) }) {
		return 1
	}
	return 0
}

func TestNobodyHearsThemselves(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	m := mesh(16000, 5)
	noise(r, m.In(2), 30000)
	m.Tick()
	if slices.ContainsFunc(m.Out(2), func(s int16) bool { return s != 0 }) {
		t.Error("a lone talker hears something")
	}
	for _, l := range []int{0, 1, 3, 4} {
		if !slices.Equal(m.Out(l), m.In(2)) {
			t.Errorf("listener %d does not hear the talker as is", l)
		}
	}
}

func TestNothingGrantedIsSilence(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	m := New(48000, 3)
	for s := range 3 {
		noise(r, m.In(s), 20000)
	}
	m.SetGain(0, 1, 1)
	m.Tick()
	for _, l := range []int{1, 2} {
		if slices.ContainsFunc(m.Out(l), func(s int16) bool { return s != 0 }) {
			t.Errorf("listener %d hears something", l)
		}
	}
}

// Every change of the matrix is a cross-fade: over a steady level the steps between samples stay tiny.
func TestChangesDoNotClick(t *testing.T) {
	const level = 16000
	for _, rate := range []int{8000, 16000, 48000} {
		m := mesh(rate, 4)
		for _, s := range []int{0, 1} {
			for i := range m.In(s) {
				m.In(s)[i] = level / 2
			}
		}
		last, limit := int16(0), level/m.FrameLen()+2
		change := map[int]func(){
			2: func() { m.SetGain(3, 0, 0) },
			4: func() { m.SetGain(3, 0, 1); m.SetGain(3, 1, 0) },
			6: func() { m.SetGain(3, 1, 0.3) },
			8: m.Silence,
		}
		m.Tick()
		last = m.Out(3)[0]
		for tick := range 10 {
			if f := change[tick]; f != nil {
				f()
			}
			m.Tick()
			for i, s := range m.Out(3) {
				if step := int(s) - int(last); step > limit || step < -limit {
					t.Fatalf("%d Hz, tick %d, sample %d: a step of %d", rate, tick, i, step)
				}
				last = s
			}
		}
		if last != 0 {
			t.Errorf("%d Hz: %d is left after Silence", rate, last)
		}
	}
}

func TestAFadeIsOverWithinOneTick(t *testing.T) {
	m := New(8000, 2)
	for i := range m.In(0) {
		m.In(0)[i] = 1000
	}
	m.SetGain(1, 0, 1)
	m.Tick()
	m.Tick()
	if m.Out(1)[0] != 1000 {
		t.Errorf("the first sample after the fade is %d", m.Out(1)[0])
	}
}

// One step more of a gain that stays the same must not disturb: the engine repeats its plan.
func TestRepeatedGainsChangeNothing(t *testing.T) {
	m := mesh(8000, 3)
	m.SetGain(0, 1, 1)
	if m.dirty {
		t.Error("the same gain again made the matrix dirty")
	}
	if got := m.Gain(0, 1); got != 1 {
		t.Errorf("gain %v", got)
	}
}

func TestGainsSurviveAChangeOfRate(t *testing.T) {
	m := mesh(8000, 2)
	m.SetRate(48000)
	m.In(0)[479] = 77
	m.Tick()
	if got := m.Out(1)[479]; got != 77 {
		t.Errorf("heard %d", got)
	}
}

func TestHeard(t *testing.T) {
	m := New(8000, 3)
	m.SetGain(1, 0, 1)
	if !m.Heard(0) || m.Heard(1) || m.Heard(2) {
		t.Error("only source 0 has a listener")
	}
	m.Tick()
	m.SetGain(1, 0, 0)
	if !m.Heard(0) {
		t.Error("a source that still fades out is needed")
	}
	m.Tick()
	if m.Heard(0) {
		t.Error("nobody is left")
	}
}

func TestATickAllocatesNothing(t *testing.T) {
	m := mesh(16000, 16)
	i := 0
	if n := testing.AllocsPerRun(200, func() {
		i++
		m.SetGain(i%16, (i+1)%16, float32(i%3)/2)
		m.Tick()
	}); n > 0 {
		t.Errorf("%v allocations a tick", n)
	}
}

func BenchmarkTick(b *testing.B) {
	for _, rate := range []int{8000, 16000, 48000} {
		for _, parties := range []int{2, 4, 8, 16, 32, 64} {
			b.Run(fmt.Sprintf("%dkHz/%dparties", rate/1000, parties), func(b *testing.B) {
				m := mesh(rate, parties)
				r := rand.New(rand.NewPCG(1, 1))
				for s := range parties {
					noise(r, m.In(s), 32767/parties)
				}
				b.ReportAllocs()
				for b.Loop() {
					m.Tick()
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)*100, "us/s")
			})
		}
	}
}
