package audiotest

import (
	"fmt"
	"math"

	"cordboard/media"
)

// window is the length that damage is judged by.
const windowMS = 20

// Damage counts the bad windows of 20 ms in a steady tone.
type Damage struct {
	Windows int // judged: from the first to the last window with sound in it
	Holes   int // windows more than 20 dB below the tone
	Bad     int // windows whose level is more than 3 dB off, or whose rest beside the tone is above -15 dB; holes too
	Clicks  int // jumps between two samples that the tone cannot make
	Level   float64
}

// BadPercent is the share of bad windows.
func (d Damage) BadPercent() float64 { return 100 * float64(d.Bad) / float64(max(d.Windows, 1)) }

// String is for failure messages.
func (d Damage) String() string {
	return fmt.Sprintf("%d windows at %.1f dBFS: %d bad (%.2f %%), %d holes, %d clicks", d.Windows, d.Level, d.Bad, d.BadPercent(), d.Holes, d.Clicks)
}

// Inspect judges pcm, which should be a steady tone of freq Hz. Silence before and after the tone is left out. A
// window is judged by the best-fitting sine of that frequency, so a changed phase is no damage by itself.
func Inspect(pcm []int16, freq float64, rate int) Damage {
	n := rate * windowMS / 1000
	var d Damage
	if d.Level = toneLevel(pcm, n); d.Level == media.Silence {
		return d
	}
	first, last := span(pcm, n, d.Level-20)
	for i := first; i <= last; i++ {
		w := pcm[i*n : (i+1)*n]
		d.Windows++
		level := float64(media.LevelOf(w))
		switch {
		case level < d.Level-20:
			d.Holes++
			d.Bad++
		case math.Abs(level-d.Level) > 3 || Residual(w, freq, rate) > -15:
			d.Bad++
		}
	}
	if last >= first {
		d.Clicks = clicks(pcm[first*n:(last+1)*n], freq, rate, d.Level)
	}
	return d
}

// toneLevel is the level that half of the sounding windows reach.
func toneLevel(pcm []int16, n int) float64 {
	var hist [101]int
	total := 0
	for i := 0; i+n <= len(pcm); i += n {
		if l := media.LevelOf(pcm[i : i+n]); l > -60 {
			hist[int(-l)]++
			total++
		}
	}
	seen := 0
	for db, k := range hist {
		if seen += k; 2*seen >= total && total > 0 {
			return -float64(db) - 0.5
		}
	}
	return media.Silence
}

func span(pcm []int16, n int, threshold float64) (first, last int) {
	first, last = 0, -1
	for i := 0; (i+1)*n <= len(pcm); i++ {
		if float64(media.LevelOf(pcm[i*n:(i+1)*n])) > threshold {
			if last < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// Residual is what is left of pcm beside its best-fitting sine of freq Hz, in dB below pcm.
func Residual(pcm []int16, freq float64, rate int) float64 {
	var ss, cc, sc, ys, yc, yy float64
	for i, v := range pcm {
		s, c := math.Sincos(2 * math.Pi * freq * float64(i) / float64(rate))
		y := float64(v)
		ss, cc, sc = ss+s*s, cc+c*c, sc+s*c
		ys, yc, yy = ys+y*s, yc+y*c, yy+y*y
	}
	det := ss*cc - sc*sc
	if yy == 0 || det == 0 {
		return 0
	}
	a, b := (ys*cc-yc*sc)/det, (yc*ss-ys*sc)/det
	rest := max(yy-a*ys-b*yc, 0)
	return 10 * math.Log10(max(rest/yy, 1e-12))
}

// clicks counts the steps that are more than twice what the tone can make.
func clicks(pcm []int16, freq float64, rate int, level float64) int {
	amp := math.Sqrt2 * 32768 * math.Pow(10, (level+3)/20)
	steepest := 2*amp*2*math.Sin(math.Pi*freq/float64(rate)) + 64
	n := 0
	for i := 1; i < len(pcm); i++ {
		if math.Abs(float64(pcm[i])-float64(pcm[i-1])) > steepest {
			n++
		}
	}
	return n
}
