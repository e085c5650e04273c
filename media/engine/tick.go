package engine

import (
	"log/slog"
	"math"
	"runtime"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/mix"
	"cordboard/media/tone"
)

// fadeTicks is how long the tick goes on after the last party left, for the cross-fades to end.
const fadeTicks = 5

// ticker owns the tick. The fields of the first group belong to the goroutine of run; the rest are the ways in and
// out for everybody else.
type ticker struct {
	mixer  *mix.Mixer
	tones  [slotKeys - slotTones][len(rates)]*tone.Generator
	keys   keypad
	tape   *tape  // being played, or fading out
	patch  *patch // in force
	rate   int
	number int
	hushed bool // everything is faded out, ready for another rate
	quiet  int  // ticks since there was something to do
	paired bool // ticks come two at a time
	phase  phase
	turn   turn // of the present tick
	own    edges
	gates  gates

	log      *slog.Logger
	beat     pacer
	next     atomic.Pointer[patch]
	mic      atomic.Pointer[capture]
	speaker  atomic.Pointer[playback]
	ringer   atomic.Pointer[playback]
	share    atomic.Bool // the ringer has no device of its own and sounds on the speaker
	micLevel atomic.Uint32
	wake     chan struct{}
	quit     atomic.Bool
	done     chan struct{}
}

// turn is the place of a tick among those of one wake-up. The devices need it: what their rings hold means something
// at the time of the wake-up only.
type turn struct {
	before, after int     // ticks of the same wake-up
	slew          float64 // by how much earlier the wake-up came than usual, in ppm
}

// edges are the devices that the tick works with: loaded once per tick, since the sound desk may change them.
type edges struct {
	mic             *capture
	speaker, ringer *playback
}

func newTicker(log *slog.Logger) (*ticker, error) {
	c, err := newClock()
	if err != nil {
		return nil, err
	}
	t := &ticker{
		mixer: mix.New(silentRate, slots), patch: &patch{rate: silentRate}, rate: silentRate, quiet: fadeTicks, phase: phase{budget: phaseBudget},
		beat: pacer{clock: c}, log: log, wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	for i := range t.tones {
		for k, r := range rates {
			t.tones[i][k] = tone.New(r)
		}
	}
	t.keys.init()
	t.next.Store(t.patch)
	t.micLevel.Store(math.Float32bits(media.Silence))
	return t, nil
}

// publish makes p the patch of the next tick and wakes a parked tick.
func (t *ticker) publish(p *patch) {
	t.next.Store(p)
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// stop ends run and waits for it.
func (t *ticker) stop() {
	t.quit.Store(true)
	select {
	case t.wake <- struct{}{}:
	default:
	}
	<-t.done
	t.beat.clock.close()
}

// run ticks while there is something to do. The thread is its own: a busy goroutine elsewhere cannot hold it up. It is
// not given back, so it ends with run and nobody else gets its priority.
func (t *ticker) run() {
	defer close(t.done)
	runtime.LockOSThread()
	defer hurry(t.log)()
	t.beat.restart() // a patch may be there already
	for !t.quit.Load() {
		if t.idle() {
			t.park()
			continue
		}
		n := t.batch()
		earlier := t.align()
		t.beat.advance(earlier)
		t.beat.wait(n)
		t.ticks(n, float64(earlier)/float64(pair)*1e6)
	}
}

// align finds by how much earlier the next wake-up comes, so that packets wait less for it. Single ticks stay where
// they are: few far ends want them, and they come often enough.
func (t *ticker) align() (earlier time.Duration) {
	if !t.paired {
		return 0
	}
	if t.phase.due() {
		t.phase.choose(t.slacks())
	}
	return t.phase.step()
}

// slacks are those of the parties that are heard. All are asked, since asking begins a new account.
func (t *ticker) slacks() []time.Duration {
	all := t.phase.slacks[:0]
	for _, p := range t.patch.parties {
		if least, packets := p.voice.Slack(); packets >= phaseSight && t.patch.heard[p.slot] {
			all = append(all, least)
		}
	}
	return all
}

// ticks runs the ticks of one wake-up, which came earlier than usual by slew ppm.
func (t *ticker) ticks(n int, slew float64) {
	for i := range n {
		t.turn = turn{before: i, after: n - 1 - i, slew: slew}
		t.tick()
	}
}

// batch decides how many ticks to run at the next wake-up. Two at a time halve the wake-ups, and let a packet of 20 ms
// pass from call to call whole: it waits 10 ms at most on average, else it is split in most cases and waits 15 ms. For
// the microphone both are the same, since its packet goes when its last sample is there.
func (t *ticker) batch() int {
	if paired := t.next.Load().pairable && t.number%2 == 0; paired != t.paired {
		t.paired = paired
		t.refill()
	}
	if t.paired {
		return 2
	}
	return 1
}

// idle reports whether all is faded out and nothing is planned.
func (t *ticker) idle() bool { return t.quiet >= fadeTicks && !t.next.Load().active() }

// park waits for a patch. What the microphone said meanwhile is forgotten.
func (t *ticker) park() {
	t.micLevel.Store(math.Float32bits(media.Silence))
	<-t.wake
	t.beat.restart()
	t.resume()
}

// resume takes up the devices after a time without them.
func (t *ticker) resume() {
	t.edges()
	if t.own.mic != nil {
		t.own.mic.restart()
	}
	t.refill()
}

// refill makes up for a wake-up at an unusual time, which leaves the speakers short.
func (t *ticker) refill() {
	for _, p := range []*playback{t.own.speaker, t.own.ringer} {
		if p != nil {
			p.restart()
		}
	}
}

// tick moves media.Tick of sound: one frame from every source, through the mixer, to every listener.
func (t *ticker) tick() {
	t.adopt(t.next.Load())
	t.edges()
	t.readMic()
	for _, p := range t.patch.parties {
		if !p.known {
			p.voice.SetPhase(t.number)
			p.known = true
		}
		p.read(t.mixer)
	}
	t.playTones()
	t.keys.fill(t.mixer.In(slotKeys), t.rate)
	t.playTape()
	t.mixer.Tick()
	for _, p := range t.patch.parties {
		p.write(t.mixer)
	}
	t.record()
	t.writeDevices()
	t.number++
}

func (t *ticker) edges() {
	t.own = edges{t.mic.Load(), t.speaker.Load(), t.ringer.Load()}
}

// adopt puts a new patch in force. Gains cross-fade by themselves; another rate needs one tick in which all is
// faded out first, since the resamplers start anew.
func (t *ticker) adopt(p *patch) {
	if t.quiet++; p.active() {
		t.quiet = 0
	}
	if p == t.patch {
		return
	}
	if p.rate != t.rate {
		if !t.hushed {
			t.mixer.Silence()
			t.hushed = true
			return
		}
		t.mixer.SetRate(p.rate) // the only thing in a tick that allocates: when a call of a higher rate joins
		t.rate = p.rate
	}
	t.hushed = false
	for _, old := range t.patch.parties {
		clear(t.mixer.In(old.slot)) // a slot keeps its last frame, also when its party left
	}
	t.mixer.Silence()
	for _, g := range p.gains {
		t.mixer.SetGain(g.listener, g.source, g.value)
	}
	t.patch = p
}

func (t *ticker) readMic() {
	in := t.mixer.In(slotOperator)
	if t.own.mic == nil {
		clear(in)
		t.micLevel.Store(math.Float32bits(media.Silence))
		return
	}
	t.own.mic.read(in, t.rate, t.turn)
	t.micLevel.Store(math.Float32bits(media.LevelOf(in)))
}

func (t *ticker) playTones() {
	for i := range t.tones {
		want := cti.ToneNone
		if t.patch.tones[i] {
			want = cti.Tone(i + 1)
		}
		for k, g := range t.tones[i] {
			if rates[k] == t.rate {
				g.Play(want)
				g.Fill(t.mixer.In(slotTones + i))
			} else {
				g.Play(cti.ToneNone)
			}
		}
	}
}

// writeDevices plays what operator and ringer hear. A ringer without a device of its own sounds on the speaker.
func (t *ticker) writeDevices() {
	ear := t.mixer.Out(slotOperator)
	ring := t.mixer.Out(slotRinger)
	if t.own.ringer != nil {
		t.own.ringer.write(ring, t.rate, t.turn)
	} else if t.share.Load() {
		addTo(ear, ring)
	}
	if t.own.speaker != nil {
		t.own.speaker.write(ear, t.rate, t.turn)
	}
}

// addTo adds src to dst, clipped at full scale.
func addTo(dst, src []int16) {
	for i, s := range src {
		dst[i] = int16(min(max(int32(dst[i])+int32(s), math.MinInt16), math.MaxInt16))
	}
}
