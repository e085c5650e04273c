package engine

import (
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// wants says which devices are needed at the moment.
type wants struct{ mic, speaker, ringer bool }

// wishes is what the Engine asks of the sound desk.
type wishes struct {
	wants
	names [3]string // of mic, speaker, ringer
}

// soundDesk opens, watches and reopens the devices. One goroutine, run, does all of it, since any of it may take
// hundreds of milliseconds; the tick meets only the rings.
type soundDesk struct {
	sound media.Sound
	post  func(cti.Input)
	log   *slog.Logger
	warm  time.Duration
	tick  *ticker

	mic, speaker, ringer device
	inputs, outputs      []string
	posted               cti.Sound

	latency [2]atomic.Int64 // of the open microphone and speaker, ns

	mu   sync.Mutex
	wish wishes

	wake chan struct{}
	quit chan struct{}
	done chan struct{}
	err  error // of closing; written before done is closed
}

func newSoundDesk(cfg Config, t *ticker) *soundDesk {
	d := &soundDesk{
		sound: cfg.Sound, post: cfg.Post, log: cfg.Log, warm: cfg.Warm, tick: t,
		wish: wishes{names: [3]string{cfg.Mic, cfg.Speaker, cfg.Ringer}},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	d.mic = device{
		role: media.Mic, title: "microphone",
		bind:   func(r *media.Ring, l time.Duration) { t.mic.Store(newCapture(r, l)) },
		unbind: func() { t.mic.Store(nil) },
	}
	d.speaker = device{
		role: media.Speaker, title: "speaker",
		bind:   func(r *media.Ring, l time.Duration) { t.speaker.Store(newPlayback(r, l)) },
		unbind: func() { t.speaker.Store(nil) },
	}
	d.ringer = device{
		role: media.Ringer, title: "ringer",
		bind:   func(r *media.Ring, l time.Duration) { t.ringer.Store(newPlayback(r, l)) },
		unbind: func() { t.ringer.Store(nil) },
	}
	return d
}

// want says which devices are needed from now on.
func (d *soundDesk) want(w wants) {
	d.ask(func(wish *wishes) { wish.wants = w })
}

// choose names the devices.
func (d *soundDesk) choose(mic, speaker, ringer string) {
	d.ask(func(wish *wishes) { wish.names = [3]string{mic, speaker, ringer} })
}

func (d *soundDesk) ask(change func(*wishes)) {
	d.mu.Lock()
	before := d.wish
	change(&d.wish)
	same := d.wish == before
	d.mu.Unlock()
	if same {
		return
	}
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// close closes the devices and waits for run.
func (d *soundDesk) close() error {
	close(d.quit)
	<-d.done
	return d.err
}

// run settles the devices whenever something happened to them or to the wishes.
func (d *soundDesk) run() {
	defer close(d.done)
	d.list()
	for {
		d.settle(time.Now())
		timer := d.timer()
		select {
		case <-d.wake:
		case <-d.sound.Changed():
			d.list()
		case <-d.mic.lost():
			d.gone(&d.mic)
		case <-d.speaker.lost():
			d.gone(&d.speaker)
		case <-d.ringer.lost():
			d.gone(&d.ringer)
		case <-timer.C:
		case <-d.quit:
			timer.Stop()
			d.shut()
			return
		}
		timer.Stop()
	}
}

// list asks which devices are there.
func (d *soundDesk) list() {
	in, out, err := d.sound.List()
	if err != nil {
		d.log.Warn("sound devices cannot be listed", "err", err)
	}
	d.inputs, d.outputs = in, out
	for _, dev := range []*device{&d.mic, &d.speaker, &d.ringer} {
		now := out
		if dev.role == media.Mic {
			now = in
		}
		if err == nil && dev.vanished(now) {
			d.gone(dev) // the system may have moved its sound elsewhere without a word
		}
		dev.present, dev.recheck = now, true
	}
}

// gone gives up a device that vanished; settle then looks for another.
func (d *soundDesk) gone(dev *device) {
	d.log.Warn("sound device lost", "role", dev.title, "device", dev.stream.Name())
	dev.close()
}

// settle brings every device to where the wishes want it and tells what came of it. The ringer comes first: when it
// fails, ringing needs the speaker.
func (d *soundDesk) settle(now time.Time) {
	d.mu.Lock()
	w := d.wish
	d.mu.Unlock()
	d.mic.choose(w.names[0])
	d.speaker.choose(w.names[1])
	d.ringer.choose(w.names[2])

	own := d.ringer.chosen != "" && d.ringer.chosen != d.speaker.chosen
	d.ringer.need(w.ringer && own, now, d.warm)
	d.ringer.settle(d.sound, now)
	share := !own && d.speaker.chosen != None || d.ringer.failed()
	d.tick.share.Store(share)

	d.mic.need(w.mic, now, d.warm)
	d.mic.settle(d.sound, now)
	d.speaker.need(w.speaker || w.ringer && share, now, d.warm)
	d.speaker.settle(d.sound, now)
	if !own {
		d.ringer.shown = d.speaker.shown
	}
	d.tell()
}

// tell posts the state of the devices when it changed.
func (d *soundDesk) tell() {
	for i, dev := range []*device{&d.mic, &d.speaker} {
		d.latency[i].Store(0)
		if dev.stream != nil {
			d.latency[i].Store(int64(dev.stream.Latency()))
		}
	}
	s := cti.Sound{Mic: d.mic.shown, Speaker: d.speaker.shown, Ringer: d.ringer.shown, Inputs: d.inputs, Outputs: d.outputs}
	if !reflect.DeepEqual(s, d.posted) {
		d.posted = s
		d.post(cti.SoundChanged{Sound: s})
	}
}

// timer fires when a device has to be settled without any other reason.
func (d *soundDesk) timer() *time.Timer {
	wait := time.Hour
	for _, dev := range []*device{&d.mic, &d.speaker, &d.ringer} {
		if at := dev.due(); !at.IsZero() {
			wait = min(wait, time.Until(at))
		}
	}
	return time.NewTimer(wait)
}

func (d *soundDesk) shut() {
	for _, dev := range []*device{&d.mic, &d.speaker, &d.ringer} {
		dev.close()
	}
	d.err = d.sound.Close()
}

// delay is what lies between microphone and mix, and between mix and ear, in ms. Any goroutine may ask.
func (d *soundDesk) delay() (capture, playback float32) {
	if c := d.tick.mic.Load(); c != nil {
		capture = msOf(time.Duration(d.latency[0].Load())) + float32(c.wait.Load())/ms
	}
	if p := d.tick.speaker.Load(); p != nil {
		playback = msOf(time.Duration(d.latency[1].Load())) + float32(p.wait.Load())/ms
	}
	return capture, playback
}
