package engine

import (
	"sync/atomic"
	"time"

	"cordboard/media"
	"cordboard/media/resample"
)

// deviceRate is the rate of every sound device in Hz.
const deviceRate = 48000

// The reserve of a ring is what it holds beyond the frame in hand: it covers the jitter between the device's
// callbacks and the tick. It starts small, grows at each under-run, and shrinks again slowly while it is never used up.
// An under-run soon after another one adds all that was missing. A single one, as of a machine that was busy for a
// moment, adds little: what it would take to bridge the next of its kind would be heard as delay all the time.
const (
	ms           = deviceRate / 1000
	reserveFirst = 5 * ms // for a device that adds 10 ms by itself
	reserveMin   = 2 * ms
	reserveMax   = 60 * ms
	reserveGrow  = 2 * ms
	reserveCalm  = 1000 // ticks in which spareMin was left all the time, before half a millisecond is given back
	reserveYoung = 100  // ticks in which a device that was opened just now may call as irregularly as it likes
	spareMin     = 2 * ms
)

// What a ring holds beyond its reserve is delay. Drift is steered away unheard, by some samples a second. A surplus
// left over from the start or from a short stall would take minutes so: it is cut out of a frame, cross-faded. What
// is left from a long stall is dropped at once.
const (
	surplusWindow = 50     // ticks in which the surplus must have been there all the time
	surplusSlack  = 4 * ms // more than steering ever leaves
	surplusCut    = 5 * ms // the most that is cut out of one frame
	stallSurplus  = 30 * ms
)

// ringSize is room for 340 ms: more than the watchdog of a device lets pass.
const ringSize = 16384

// reserve decides how much a ring should hold.
type reserve struct {
	want  int
	steer *resample.Steer

	low  int // least length of the ring in the present stretch of calm
	calm int // ticks of it

	least   int // the same in the present window for surplus
	watched int

	age    int // ticks since the device began
	lacked int // age at the latest under-run
}

// newReserve starts with half of what the device adds by itself: the longer its buffer, the less regular its calls.
func newReserve(latency time.Duration) reserve {
	want := min(max(int(latency*ms/time.Millisecond/2), reserveFirst), reserveMax)
	return reserve{want: want, steer: resample.NewSteer(want)}
}

// missed takes note of an under-run of n samples. Those of a device that has just begun say nothing about what it will
// need, and what was added for them would stay as delay for a minute.
func (r *reserve) missed(n int) {
	r.calm = 0
	if r.age++; r.age <= reserveYoung {
		return
	}
	grow := reserveGrow
	if r.lacked > 0 && r.age-r.lacked < reserveCalm {
		grow = max(grow, min(n, media.MaxFrame))
	}
	r.lacked = r.age
	r.want = min(r.want+grow, reserveMax)
	r.steer.SetWant(r.want)
}

// surplus takes the length of the ring at a tick and returns how many samples to cut out of the frame in hand.
func (r *reserve) surplus(length int) int {
	if r.watched == 0 || length < r.least {
		r.least = length
	}
	if r.watched++; r.watched < surplusWindow {
		return 0
	}
	r.watched = 0
	if over := r.least - r.want; over > surplusSlack {
		return min(over, surplusCut)
	}
	return 0
}

// settled takes note of a tick without an under-run that found the ring at a length.
func (r *reserve) settled(length int) {
	r.age++
	if r.calm == 0 || length < r.low {
		r.low = length
	}
	if r.calm++; r.calm < reserveCalm {
		return
	}
	r.calm = 0
	if r.low > spareMin && r.want > reserveMin {
		r.want -= ms / 2
		r.steer.SetWant(r.want)
	}
}

// capture is the tick's end of an open microphone. Only the tick calls its methods, but for delay.
type capture struct {
	ring    *media.Ring
	drift   *resample.Drift
	down    converters
	reserve reserve
	primed  bool    // the ring has been full enough since the last under-run
	ppm     float64 // that steers the ring's length
	last    int16
	raw     [2 * media.MaxFrame]int16
	pcm     [media.MaxFrame]int16
	wait    atomic.Int32 // samples left in the ring by a read, on average
	lacked  atomic.Uint64
}

func newCapture(ring *media.Ring, latency time.Duration) *capture {
	return &capture{ring: ring, drift: resample.NewDrift(media.MaxFrame), down: newConverters(deviceRate, false), reserve: newReserve(latency)}
}

// restart forgets what came while nobody listened.
func (c *capture) restart() {
	c.ring.Drop(c.ring.Len())
	c.primed = false
}

// read fills dst, one tick at rate, and fades out when the device has nothing.
func (c *capture) read(dst []int16, rate int, at turn) {
	have := c.ring.Len()
	c.drift.SetPPM(c.ppm - at.slew)
	need := c.drift.Need(media.MaxFrame)
	claimed := at.after * media.MaxFrame // by the ticks that follow at once
	if !c.primed && have < claimed+need+c.reserve.want {
		c.silence()
	} else if have < need {
		c.lacked.Add(1)
		c.reserve.missed(need - have)
		c.primed = false
		c.silence()
	} else {
		c.pull(have-claimed, need)
	}
	c.last = c.pcm[media.MaxFrame-1]
	c.down.at(rate).Process(dst, c.pcm[:])
}

// pull takes a frame from the ring, and fades in after silence. have is what the ring holds for it and as reserve.
func (c *capture) pull(have, need int) {
	if over := have - need - c.reserve.want; over > stallSurplus || !c.primed {
		c.ring.Drop(over)
		have -= over
	}
	c.ppm = c.reserve.steer.Update(have - need)
	c.wait.Store(int32(c.reserve.steer.Length()))
	raw := c.raw[:need+c.reserve.surplus(have-need)]
	c.ring.Read(raw)
	c.drift.Pull(c.pcm[:], shorten(raw, len(raw)-need))
	if !c.primed {
		fade(c.pcm[:], 0, 1)
		c.primed = true
	}
	c.reserve.settled(have - need)
}

// silence glides from the last sample to zero, so that the end of the sound does not click.
func (c *capture) silence() {
	for i := range c.pcm {
		c.pcm[i] = c.last
	}
	fade(c.pcm[:], 1, 0)
	c.drift.Reset()
}

// playback is the tick's end of an open speaker. Only the tick calls its methods, but for delay.
type playback struct {
	ring    *media.Ring
	drift   *resample.Drift
	up      converters
	reserve reserve
	starved uint64 // what the ring had counted at the last tick
	primed  bool
	pcm     [media.MaxFrame]int16
	raw     [media.MaxFrame + 8]int16
	wait    atomic.Int32 // samples in the ring before a write, on average
	lacked  atomic.Uint64
}

func newPlayback(ring *media.Ring, latency time.Duration) *playback {
	return &playback{ring: ring, drift: resample.NewDrift(media.MaxFrame), up: newConverters(deviceRate, true), reserve: newReserve(latency)}
}

// restart makes the next write begin with the reserve.
func (p *playback) restart() { p.primed = false }

// write hands one tick at rate to the device.
func (p *playback) write(src []int16, rate int, at turn) {
	p.up.at(rate).Process(p.pcm[:], src)
	if p.ring.Starved() == 0 {
		return // the device has not begun: what is written now would stay as delay
	}
	have := p.ring.Len() - at.before*media.MaxFrame // without what came just now
	if have > p.reserve.want+stallSurplus {
		return
	}
	p.drift.SetPPM(p.watch(have) + at.slew)
	n := p.drift.Push(p.raw[:], shorten(p.pcm[:], p.reserve.surplus(have)))
	p.ring.Write(p.raw[:n]) // fits: the ring is much longer than what is shed above
}

// watch steers the length of the ring, as it is before a write, by the correction in ppm that it returns.
func (p *playback) watch(have int) (ppm float64) {
	starved := p.ring.Starved()
	if !p.primed {
		have = p.prime(have)
	} else if missing := int(starved - p.starved); missing > 0 {
		p.lacked.Add(1)
		p.reserve.missed(missing)
		if p.reserve.age <= reserveYoung {
			have = p.prime(have) // else the ring would have to be filled by steering
		}
	} else {
		p.reserve.settled(have)
	}
	p.starved = starved
	ppm = p.reserve.steer.Update(have)
	p.wait.Store(int32(p.reserve.steer.Length()))
	return ppm
}

// prime fills the ring, which holds some samples already, with its reserve of silence and returns what it holds then.
func (p *playback) prime(have int) int {
	clear(p.raw[:])
	for have < p.reserve.want {
		n := p.ring.Write(p.raw[:min(p.reserve.want-have, len(p.raw))])
		if n == 0 {
			break
		}
		have += n
	}
	p.drift.Reset()
	p.primed = true
	return have
}

// shorten takes n samples out of pcm by fading from its beginning to its end, and returns what is left.
func shorten(pcm []int16, n int) []int16 {
	if n == 0 {
		return pcm
	}
	out := pcm[:len(pcm)-n]
	for i := range out {
		w := float32(i) / float32(len(out))
		out[i] = int16(float32(pcm[i])*(1-w) + float32(pcm[i+n])*w)
	}
	return out
}

// fade moves the gain of pcm evenly.
func fade(pcm []int16, from, to float32) {
	step := (to - from) / float32(len(pcm))
	for i, s := range pcm {
		from += step
		pcm[i] = int16(float32(s) * from)
	}
}
