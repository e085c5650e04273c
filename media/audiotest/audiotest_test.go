package audiotest

import (
	"math"
	"slices"
	"testing"
)

func TestLevelAtFindsTheTone(t *testing.T) {
	for _, rate := range []int{8000, 16000, 48000} {
		pcm := Sine(rate/5, 1100, rate, -20)
		if got := LevelAt(pcm, 1100, rate); math.Abs(got+20) > 0.1 {
			t.Errorf("%d Hz: %.2f dBFS for a tone of -20", rate, got)
		}
		if got := LevelAt(pcm, 1300, rate); got > -70 {
			t.Errorf("%d Hz: sees %.1f dBFS where nothing is", rate, got)
		}
	}
}

func TestHeardListsTheMixedParties(t *testing.T) {
	const rate = 8000
	pcm := make([]int16, rate/2)
	for _, who := range []int{0, 5, 13} {
		for i, s := range Sine(len(pcm), Freq(who), rate, -26) {
			pcm[i] += s
		}
	}
	if got := Heard(pcm, rate, MaxParties, -40); !slices.Equal(got, []int{0, 5, 13}) {
		t.Errorf("heard %v", got)
	}
}

func TestWhoHearsWhom(t *testing.T) {
	const rate = 16000
	heard := [][]int16{Sine(rate/2, Freq(1), rate, -20), make([]int16, rate/2)}
	m := WhoHearsWhom(heard, rate, -40)
	if !m[0][1] || m[0][0] || m[1][0] || m[1][1] {
		t.Errorf("\n%v", m)
	}
}

func TestInspectSeesDamage(t *testing.T) {
	const rate, freq = 8000, 500
	n := rate * windowMS / 1000
	whole := func() []int16 { return append(make([]int16, 10*n), Sine(100*n, freq, rate, -12)...) }
	rows := map[string]struct {
		harm               func([]int16)
		bad, holes, clicks int
	}{
		"nothing": {func([]int16) {}, 0, 0, 0},
		"a hole":  {func(p []int16) { clear(p[50*n : 51*n]) }, 1, 1, 0},
		"a quiet window": {func(p []int16) {
			for i := range n {
				p[50*n+i] /= 2
			}
		}, 1, 0, 0},
		"a click": {func(p []int16) { p[50*n+20] = 32767 }, 1, 0, 2},
		"noise": {func(p []int16) {
			for i := range n {
				p[60*n+i] += int16(4000 * (i%3 - 1))
			}
		}, 1, 0, 0},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			pcm := whole()
			row.harm(pcm)
			d := Inspect(pcm, freq, rate)
			if d.Windows != 100 || d.Holes != row.holes || d.Bad != row.bad {
				t.Errorf("%v", d)
			}
			if row.clicks != 0 && d.Clicks != row.clicks {
				t.Errorf("%d clicks", d.Clicks)
			}
		})
	}
}

func TestInspectOfSilence(t *testing.T) {
	if d := Inspect(make([]int16, 8000), 500, 8000); d.Windows != 0 || d.Bad != 0 {
		t.Errorf("%v", d)
	}
}
