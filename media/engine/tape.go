package engine

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/resample"
	"cordboard/media/wav"
)

// tapeLead is how many ticks a tape waits for the speaker to open, so that its beginning is not lost.
const tapeLead = int(time.Second / media.Tick)

// tape plays files into the operator's ear. A goroutine of its own reads them ahead of the tick, which never waits for a disk.
type tape struct {
	files  []string
	start  time.Duration
	length time.Duration // of all files

	ring   *media.Ring  // at deviceRate, from the reader to the tick
	played atomic.Int64 // samples at deviceRate that the tick has taken
	room   chan struct{}
	quit   chan struct{} // closed when nobody listens any more

	down   converters // the tick's, as are the rest
	pcm    [media.MaxFrame]int16
	waited int
}

// errTapeBusy is answered while the operator talks: a recording must not sound into a call.
var errTapeBusy = errors.New("a call is open: hold it or end it before playing a recording")

// Play plays WAV files one after the other into the operator's ear, from a place in them on, and returns how long they are
// together. It takes the place of what is being played. While the operator has to do with a call it refuses; it ends when a
// call wants the ear. It opens the files before it returns.
func (e *Engine) Play(files []string, from time.Duration) (time.Duration, error) {
	p, err := newTape(files, from)
	if err != nil {
		return 0, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || inUse(e.plan) {
		return 0, errTapeBusy
	}
	e.stopTape()
	e.tape = p
	e.closing.Go(func() {
		if err := p.feed(); err != nil && !p.stopped() {
			e.cfg.Log.Error("recording cannot be played to its end", "err", err)
		}
		e.endTape(p)
	})
	e.publish()
	return p.length, nil
}

// StopPlaying ends what Play began; nothing happens when nothing is played.
func (e *Engine) StopPlaying() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tape != nil {
		e.stopTape()
		e.publish()
	}
}

// Playing tells where in its files Play is, and how long they are together; false when nothing is played.
func (e *Engine) Playing() (at, length time.Duration, playing bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tape == nil {
		return 0, 0, false
	}
	played := time.Duration(e.tape.played.Load()) * time.Second / deviceRate
	return min(e.tape.start+played, e.tape.length), e.tape.length, true
}

// inUse reports whether the operator talks, is about to, or hears how a call is getting on.
func inUse(p cti.Plan) bool {
	for _, edge := range p.Edges {
		if edge.Source == cti.Operator || edge.Listener == cti.Operator {
			return true
		}
	}
	for _, t := range p.Tones {
		if t.Listener == cti.Operator {
			return true
		}
	}
	return false
}

// stopTape ends the tape; the caller holds mu and publishes.
func (e *Engine) stopTape() {
	if e.tape != nil {
		close(e.tape.quit)
		e.tape = nil
	}
}

// endTape takes a tape away that has come to its end.
func (e *Engine) endTape(p *tape) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tape == p {
		e.tape = nil
		e.publish()
	}
}

// newTape looks at the files.
func newTape(files []string, from time.Duration) (*tape, error) {
	p := &tape{
		files: files, start: max(from, 0), ring: media.NewRing(ringSize), room: make(chan struct{}, 1), quit: make(chan struct{}),
		down: newConverters(deviceRate, false),
	}
	for _, f := range files {
		r, err := wav.Open(f)
		if err != nil {
			return nil, err
		}
		p.length += time.Duration(r.Samples) * time.Second / time.Duration(r.Rate)
		_ = r.Close() // only looked at
		if !known(r.Rate) {
			return nil, fmt.Errorf("the desk cannot play sound of %d Hz", r.Rate)
		}
	}
	return p, nil
}

// feed reads the files into the ring until they end or nobody listens, and waits until the tick has taken all of it.
func (p *tape) feed() error {
	from := p.start
	for _, f := range p.files {
		length, err := p.feedFile(f, from)
		if err != nil {
			return err
		}
		from = max(from-length, 0)
	}
	for p.ring.Len() > 0 && p.wait() {
	}
	return nil
}

// feedFile reads one file from a place on, and returns how long it is.
func (p *tape) feedFile(file string, from time.Duration) (time.Duration, error) {
	r, err := wav.Open(file)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }() // only read
	length := time.Duration(r.Samples) * time.Second / time.Duration(r.Rate)
	up, err := resample.New(r.Rate, deviceRate)
	if err != nil {
		return 0, err
	}
	r.GoTo(int64(from * time.Duration(r.Rate) / time.Second))
	in, out := make([]int16, media.FrameLen(r.Rate)), make([]int16, media.MaxFrame)
	for {
		n, err := r.ReadMono(in)
		if errors.Is(err, io.EOF) {
			return length, nil
		}
		if err != nil {
			return 0, err
		}
		clear(in[n:])
		up.Process(out, in)
		for p.ring.Free() < len(out) {
			if !p.wait() {
				return length, nil
			}
		}
		p.ring.Write(out)
	}
}

// wait waits until the tick has taken something; false when nobody listens any more.
func (p *tape) wait() bool {
	select {
	case <-p.room:
		return true
	case <-p.quit:
		return false
	}
}

// stopped reports whether nobody listens any more.
func (p *tape) stopped() bool {
	select {
	case <-p.quit:
		return true
	default:
		return false
	}
}

// fill gives the tick its next frame at rate.
func (p *tape) fill(dst []int16, rate int, open bool) {
	if p.waited++; !open && p.waited < tapeLead {
		clear(dst)
		return
	}
	p.waited = tapeLead // it has begun: a speaker that goes away for a moment does not hold it up
	n := min(p.ring.Len(), len(p.pcm))
	p.ring.Read(p.pcm[:n])
	clear(p.pcm[n:])
	p.played.Add(int64(n))
	p.down.at(rate).Process(dst, p.pcm[:])
	select {
	case p.room <- struct{}{}:
	default: // the reader has been told already
	}
}

// playTape gives the mixer what is played. A tape that was taken off is filled in as long as it lasts: its gain fades out.
func (t *ticker) playTape() {
	if t.patch.tape != nil {
		t.tape = t.patch.tape
	}
	if t.tape == nil {
		return
	}
	in := t.mixer.In(slotTape)
	t.tape.fill(in, t.rate, t.own.speaker != nil && t.own.speaker.ring.Starved() > 0)
	if t.patch.tape == nil && t.tape.ring.Len() == 0 {
		clear(in)
		t.tape = nil
	}
}
