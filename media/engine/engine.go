package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// Config is what New needs.
type Config struct {
	Sound   media.Sound     // opens the devices; the Engine closes it
	Post    func(cti.Input) // takes SoundChanged and DTMFReceived, from any goroutine; must not wait
	Listen  ListenFunc      // binds ports; ListenRTP when nil
	Log     *slog.Logger    // slog.Default() when nil
	Mic     string          // device names as of SetDevices
	Speaker string
	Ringer  string

	Recordings string        // folder under which every recording has its own; it is made when the first one starts
	Warm       time.Duration // how long devices stay open after the last call; WarmDefault when 0
}

// WarmDefault is how long devices stay open after the last sound, so that the next call finds them running.
const WarmDefault = 30 * time.Second

// Engine mixes all parties of the desk. Its methods may be called from any goroutine and return at once.
type Engine struct {
	cfg  Config
	tick *ticker
	desk *soundDesk

	mu      sync.Mutex // guards the rest
	plan    cti.Plan
	legs    map[cti.CallID]*leg
	takes   map[cti.RecID]*recording
	tape    *tape                // what the operator plays
	fading  map[*leg]*time.Timer // finished, still in the mix
	taken   [MaxCalls]bool       // mixer slots of calls
	closed  bool
	closing sync.WaitGroup
}

// New starts an engine. No device is opened before the first call or tone that needs one.
func New(cfg Config) (*Engine, error) {
	e, err := build(cfg)
	if err != nil {
		return nil, err
	}
	go e.tick.run()
	return e, nil
}

// build makes an engine whose tick does not run by itself.
func build(cfg Config) (*Engine, error) {
	if cfg.Post == nil || cfg.Sound == nil {
		return nil, errors.New("the media engine needs Sound and Post")
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Listen == nil {
		cfg.Listen = ListenRTP(cfg.Log)
	}
	if cfg.Warm == 0 {
		cfg.Warm = WarmDefault
	}
	t, err := newTicker(cfg.Log)
	if err != nil {
		return nil, fmt.Errorf("start the media engine: %w", err)
	}
	e := &Engine{cfg: cfg, tick: t, legs: map[cti.CallID]*leg{}, takes: map[cti.RecID]*recording{}, fading: map[*leg]*time.Timer{}}
	e.desk = newSoundDesk(cfg, t)
	go e.desk.run()
	return e, nil
}

// Do carries out ApplySession, CloseSession, PlayDigits, EchoDigits, ApplyPlan and MarkRecording; other effects are not for the engine and are
// logged. What goes wrong is logged too: a stream that cannot be set up stays silent, the call goes on.
func (e *Engine) Do(eff cti.Effect) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	if err := e.do(eff); err != nil {
		e.cfg.Log.Error("media", "effect", fmt.Sprintf("%T", eff), "err", err)
	}
}

func (e *Engine) do(eff cti.Effect) error {
	switch eff := eff.(type) {
	case cti.ApplySession:
		return e.apply(eff.Call, eff.Session)
	case cti.CloseSession:
		if l := e.legs[eff.Call]; l != nil {
			e.drop(l)
		}
		return nil
	case cti.PlayDigits:
		l := e.legs[eff.Call]
		if l == nil {
			return fmt.Errorf("no stream to send digits in, of call %s", eff.Call)
		}
		return l.port.PlayDigits(eff.Digits)
	case cti.EchoDigits:
		e.tick.keys.press(eff.Digits)
		return nil
	case cti.ApplyPlan:
		e.plan = eff.Plan
		if inUse(e.plan) {
			e.stopTape()
		}
		e.followRecordings()
		e.publish()
		return nil
	case cti.MarkRecording:
		return e.mark(eff)
	}
	return errors.New("not for the media engine")
}

// publish hands the tick what plan and streams say now, and the sound desk what devices that needs.
func (e *Engine) publish() {
	var streams []*leg
	for _, l := range e.legs {
		if l.rate != 0 {
			streams = append(streams, l)
		}
	}
	for l := range e.fading {
		streams = append(streams, l)
	}
	next := compile(e.plan, e.legs, e.takes, streams, e.tick.next.Load())
	if next.tape = e.tape; e.tape != nil {
		next.gains = append(next.gains, gain{slotOperator, slotTape, 1})
	}
	e.tick.publish(next)
	e.wantDevices()
}

// wantDevices tells the sound desk which devices are needed. Every call needs microphone and speaker from its very
// beginning, so that they run by the time that somebody answers.
func (e *Engine) wantDevices() {
	w := wants{mic: len(e.legs) > 0, speaker: len(e.legs) > 0 || e.tape != nil}
	for _, edge := range e.plan.Edges {
		w.mic = w.mic || edge.Source == cti.Operator
		w.speaker = w.speaker || edge.Listener == cti.Operator
	}
	for _, t := range e.plan.Tones {
		w.speaker = w.speaker || t.Listener == cti.Operator
		w.ringer = w.ringer || t.Listener == cti.Ringer
	}
	e.desk.want(w)
}

// SetDevices chooses the devices by name: "" is the system's default, None is no device at all; an empty ringer is
// the speaker. Open ones are changed in the background, calls go on meanwhile.
func (e *Engine) SetDevices(mic, speaker, ringer string) { e.desk.choose(mic, speaker, ringer) }

// Quality tells how a call sounds; the zero value for a call without a stream.
func (e *Engine) Quality(call cti.CallID) cti.Quality {
	e.mu.Lock()
	l := e.legs[call]
	e.mu.Unlock()
	if l == nil {
		return cti.Quality{}
	}
	return l.port.Quality()
}

// MicLevel is the level of the microphone in dBFS, media.Silence while it is closed or nothing listens to it.
func (e *Engine) MicLevel() float32 { return math.Float32frombits(e.tick.micLevel.Load()) }

// Pacing tells how punctual the ticks have been since the start.
func (e *Engine) Pacing() Pacing {
	p := e.tick.beat.pacing()
	if c := e.tick.mic.Load(); c != nil {
		p.UnderRuns += c.lacked.Load()
	}
	if s := e.tick.speaker.Load(); s != nil {
		p.UnderRuns += s.lacked.Load()
	}
	return p
}

// Delay tells what the desk adds between mouth and ear at the moment, in milliseconds by stage. Packet and jitter
// buffer are those of the calls with the longest. What a packet waits for the tick is within the buffer's account, and
// taken out of it.
func (e *Engine) Delay() cti.Delay {
	d := cti.Delay{Resample: resampleDelay}
	d.Capture, d.Playback = e.desk.delay()
	for _, l := range e.streaming() {
		d.Jitter = max(d.Jitter, l.port.Quality().Buffer)
		d.Packet = max(d.Packet, float32(l.ptime))
	}
	d.Tick = min(d.Jitter, msOf(media.Tick/2))
	d.Jitter -= d.Tick
	d.Total = d.Capture + d.Packet + d.Jitter + d.Tick + d.Resample + d.Playback
	return d
}

const (
	defaultPtime = 20 // ms, RFC 3551 4.2
	// resampleDelay in ms: half of the filters at both edges, as media/resample has them at 16 kHz.
	resampleDelay = 0.75 + 0.17
)

func msOf(d time.Duration) float32 { return float32(d.Seconds() * 1000) }

// streaming copies the legs that have a stream, for use without the mutex.
func (e *Engine) streaming() []leg {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]leg, 0, len(e.legs))
	for _, l := range e.legs {
		if l.rate != 0 {
			all = append(all, *l)
		}
	}
	return all
}

// Close ends all streams, closes the devices and waits for the engine's goroutines. It may be called twice.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	e.stopTape()
	e.mu.Unlock()

	e.tick.stop()
	e.mu.Lock()
	for _, l := range e.legs {
		delete(e.legs, l.call)
		e.finish(l)
	}
	for l, timer := range e.fading {
		timer.Stop()
		e.finish(l)
	}
	e.plan = cti.Plan{}
	e.followRecordings()
	e.mu.Unlock()
	e.closing.Wait()
	return e.desk.close()
}
