package resample

import (
	"math"
	"testing"

	"cordboard/media"
	"cordboard/media/audiotest"
)

const rate = 48000

func TestDriftPassesATone(t *testing.T) {
	for _, ppm := range []float64{0, 300, -300, 1000, -1000, MaxDrift, -MaxDrift} {
		for _, freq := range []float64{200, 1000, 3000, 7000} {
			d := NewDrift(480)
			d.SetPPM(ppm)
			tone := audiotest.NewTone(freq, rate, -12)
			in, out := make([]int16, 600), make([]int16, 480)
			var all []int16
			for range 60 {
				need := in[:d.Need(len(out))]
				tone.Fill(need)
				d.Pull(out, need)
				all = append(all, out...)
			}
			heard := freq * (1 + ppm/1e6) // fewer samples for the same sound: it is higher
			if got := audiotest.Residual(all[4800:], heard, rate); got > -50 {
				t.Errorf("%v ppm, %v Hz: a rest of %.1f dB", ppm, freq, got)
			}
			if got := media.LevelOf(all[4800:]); math.Abs(float64(got)+12) > 0.1 {
				t.Errorf("%v ppm, %v Hz: %.2f dBFS", ppm, freq, got)
			}
		}
	}
}

func TestPushAndPullAgree(t *testing.T) {
	push, pull := NewDrift(480), NewDrift(480)
	push.SetPPM(-700)
	pull.SetPPM(-700)
	tone, again := audiotest.NewTone(500, rate, -12), audiotest.NewTone(500, rate, -12)
	in, out := make([]int16, 480), make([]int16, 490)
	var a, b []int16
	for range 40 {
		tone.Fill(in)
		a = append(a, out[:push.Push(out, in)]...)
		need := make([]int16, pull.Need(480))
		again.Fill(need)
		pull.Pull(out[:480], need)
		b = append(b, out[:480]...)
	}
	for i := range min(len(a), len(b)) {
		if off := int(a[i]) - int(b[i]); off > 1 || off < -1 {
			t.Fatalf("sample %d: %d pushed, %d pulled", i, a[i], b[i])
		}
	}
}

// An hour between two clocks that differ: as many samples go out as come in, and the queue between them stays where
// it is wanted, neither growing nor running dry.
func TestAnHourOfDriftLosesNothing(t *testing.T) {
	for _, ppm := range []float64{300, -300, 1000, -1000} {
		const want, frame = 1200, 480
		var queue, card float64 = want, 0
		d, steer := NewDrift(frame), NewSteer(want)
		longest, shortest := 0.0, math.Inf(1)
		used := 0
		out, in := make([]int16, frame), make([]int16, 2*frame)
		for tick := range 3600 * 100 {
			// The card's callbacks bring whole frames at its own pace.
			for card += 1 + ppm/1e6; card >= 1; card-- {
				queue += frame
			}
			d.SetPPM(steer.Update(int(queue)))
			if tick > 60*100 {
				longest, shortest = max(longest, queue), min(shortest, queue)
			}
			need := d.Need(frame)
			if tick%100 == 0 {
				d.Pull(out, in[:need])
			} else {
				d.skip(need, frame)
			}
			queue -= float64(need)
			used += need
			if queue < 0 {
				t.Fatalf("%v ppm: the queue ran dry after %d s", ppm, tick/100)
			}
		}
		if longest > want+frame+100 || shortest < want-frame-100 {
			t.Errorf("%v ppm: the queue moved between %.0f and %.0f samples", ppm, shortest, longest)
		}
		came := 3600 * rate * (1 + ppm/1e6)
		if off := math.Abs(float64(used) - came); off > want {
			t.Errorf("%v ppm: %.0f samples were lost or made up", ppm, off)
		}
	}
}

// skip moves on as Pull does, without the arithmetic on sound, to make an hour pass in a moment.
func (d *Drift) skip(taken, made int) {
	d.waiting += taken
	d.at += float64(made) * d.step
	used := int(d.at)
	d.waiting -= used
	d.at -= float64(used)
}

func TestSteerIsCalmAboutJitter(t *testing.T) {
	steer := NewSteer(960)
	worst := 0.0
	for tick := range 100 * 120 {
		length := 960 + 480*(tick%2) - 240 // callbacks come in pairs
		if ppm := steer.Update(length); tick > 1000 {
			worst = max(worst, math.Abs(ppm))
		}
	}
	if worst > 20 {
		t.Errorf("wanders by %.1f ppm", worst)
	}
}

func TestDriftAllocatesNothing(t *testing.T) {
	d := NewDrift(480)
	in, out := make([]int16, 600), make([]int16, 482)
	if n := testing.AllocsPerRun(100, func() {
		d.Pull(out[:480], in[:d.Need(480)])
		d.Push(out, in[:480])
		d.Reset()
	}); n > 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkDriftPull(b *testing.B) {
	d := NewDrift(480)
	d.SetPPM(120)
	in, out := make([]int16, 600), make([]int16, 480)
	b.ReportAllocs()
	for b.Loop() {
		d.Pull(out, in[:d.Need(480)])
	}
}
