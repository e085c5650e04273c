package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/codec"
	"cordboard/media/rtp/jitter"
)

// farEnd is a talker whose packets go over a network that exists only here, into the buffer that the tick reads.
type farEnd struct {
	buffer  *jitter.Buffer
	packets []jitter.Packet // by arrival
	heard   []int16
	tone    float64
}

var pcmuCodec = cti.Codec{Name: "pcmu", PT: 0, Rate: 8000}

// newFarEnd says a tone for a while, with packets that start at a phase of 20 ms and are delayed by up to jitter.
func newFarEnd(t *testing.T, rnd *rand.Rand, length, start, jitterMost time.Duration, loss, ppm float64) *farEnd {
	t.Helper()
	enc, dec, err := codec.New(pcmuCodec, 20)
	if err != nil {
		t.Fatal(err)
	}
	var formats jitter.Formats
	formats[0] = jitter.Format{Codec: pcmuCodec, Clock: 8000, Decoder: dec}
	f := &farEnd{buffer: jitter.New(), tone: 440}
	f.buffer.SetFormats(&formats)
	tone := audiotest.NewTone(f.tone, 8000, speechLevel)
	pcm := make([]int16, 160)
	for i := range int(length / pair) {
		tone.Fill(pcm)
		payload := make([]byte, 160)
		if _, err := enc.Encode(payload, pcm); err != nil {
			t.Fatal(err)
		}
		if rnd.Float64() < loss {
			continue
		}
		sent := start + time.Duration(float64(i)*float64(pair)*(1-ppm*1e-6))
		f.packets = append(f.packets, jitter.Packet{
			Arrival: sent + time.Duration(rnd.Float64()*float64(jitterMost)), Seq: uint16(i), TS: uint32(i * 160), Payload: payload,
		})
	}
	slices.SortStableFunc(f.packets, func(a, b jitter.Packet) int { return int(a.Arrival - b.Arrival) })
	return f
}

// read is what Port does for the tick.
func (f *farEnd) read(now time.Duration) {
	for len(f.packets) > 0 && f.packets[0].Arrival <= now {
		f.buffer.Put(&f.packets[0])
		f.packets = f.packets[1:]
	}
	var frame [media.MaxFrame]int16
	for range 2 {
		n := f.buffer.Read(now, frame[:])
		f.heard = append(f.heard, frame[:n]...)
	}
}

// listen lets the phase find its place among the far ends for a while and returns the mean delay of each in the second
// half of that time, from the arrival of its fastest packets on.
func listen(all []*farEnd, length time.Duration) (delays []time.Duration) {
	p := phase{budget: phaseBudget}
	delays = make([]time.Duration, len(all))
	reads := 0
	for now := time.Second; now < length-100*time.Millisecond; now += pair - p.step() {
		for _, f := range all {
			f.read(now)
		}
		if p.due() {
			var slacks []time.Duration
			for _, f := range all {
				if least, packets := f.buffer.Slack(); packets >= phaseSight {
					slacks = append(slacks, least)
				}
			}
			p.choose(slacks)
		}
		if now < length/2 {
			continue
		}
		reads++
		for i, f := range all {
			delays[i] += f.buffer.Delay()
		}
	}
	for i := range delays {
		delays[i] /= time.Duration(reads)
	}
	return delays
}

func TestTickComesRightAfterThePackets(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, tc := range []struct {
		name   string
		starts []time.Duration // within 20 ms
		jitter time.Duration
		loss   float64
		ppm    float64
		most   time.Duration // mean delay, from the fastest packet on
		bad    float64       // percent of the windows
	}{
		{"one", []time.Duration{13}, 0, 0, 0, 3, 0},
		{"one, just missed", []time.Duration{1}, 0, 0, 0, 3, 0},
		{"a clock that is slow", []time.Duration{7}, 0, 0, -150, 4, 0},
		{"a clock that is fast", []time.Duration{7}, 0, 0, 150, 4, 0},
		{"two together", []time.Duration{5, 7}, 0, 0, 0, 4, 0},
		{"two around the wake-up", []time.Duration{19, 1}, 0, 0, 0, 4, 0},
		{"two opposite", []time.Duration{3, 13}, 0, 0, 0, 8, 0},
		{"losses", []time.Duration{3}, 0, 0.05, 0, 3, 0.5},
		{"jitter", []time.Duration{3}, 40, 0, 0, 44, 0.3},
		{"losses and jitter", []time.Duration{3}, 60, 0.05, 0, 65, 0.5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			const length = 40 * time.Second
			var all []*farEnd
			for _, start := range tc.starts {
				all = append(all, newFarEnd(t, rnd, length, start*time.Millisecond, tc.jitter*time.Millisecond, tc.loss, tc.ppm))
			}
			var mean time.Duration
			for i, d := range listen(all, length) {
				mean += d / time.Duration(len(all))
				damage := audiotest.Inspect(all[i].heard[8000*6:], all[i].tone, 8000)
				t.Logf("delay %v, %v; %+v", d, damage, all[i].buffer.Counters())
				if damage.BadPercent() > tc.bad || damage.Holes > 0 {
					t.Errorf("%v, want at most %.1f %% bad windows and no hole", damage, tc.bad)
				}
			}
			if mean > tc.most*time.Millisecond {
				t.Errorf("the mean delay is %v, want at most %v ms", mean, int(tc.most))
			}
		})
	}
}

func TestFarEndThatMovesAlongIsNotChasedForEver(t *testing.T) {
	p := phase{budget: phaseBudget}
	const wakes = 50 * 600 // ten minutes
	var moved time.Duration
	for range wakes {
		moved += p.step()
		if p.due() {
			p.choose([]time.Duration{10 * time.Millisecond}) // however far the tick has gone
		}
	}
	if most := phaseBudget + wakes*phaseRefill; moved > most || moved < phaseBudget {
		t.Errorf("the tick moved by %v in ten minutes, want %v at most", moved, most)
	}
}

func TestPhaseIsLeftAloneWithoutNeed(t *testing.T) {
	for name, slacks := range map[string][]time.Duration{
		"nobody talks":    nil,
		"right after it":  {phaseMargin},
		"hardly too late": {phaseMargin + phaseGain/2, phaseMargin + phaseGain/2},
		"evenly spread":   {phaseMargin, phaseMargin + pair/4, phaseMargin + pair/2, phaseMargin + 3*pair/4},
	} {
		var p phase
		if p.choose(slacks); p.left != 0 {
			t.Errorf("%s: the tick is to move by %v", name, p.left)
		}
	}
}

// A party whose packets have become later than nearly all were is waited for, not sent to the next wake-up.
func TestTickGoesBackForPacketsThatBecameLate(t *testing.T) {
	var p phase
	p.choose([]time.Duration{-2 * time.Millisecond, 8 * time.Millisecond})
	if want := -2*time.Millisecond - phaseMargin; p.left != want {
		t.Errorf("the tick is to come earlier by %v, want %v", p.left, want)
	}
}
