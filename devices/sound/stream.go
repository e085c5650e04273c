//go:build cgo

package sound

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gordonklaus/portaudio"

	"cordboard/media"
)

const (
	sampleRate = 48000
	// frame is the number of samples in a callback, 5 ms: half a tick, since every system keeps at least two of
	// them in its buffer.
	frame = media.MaxFrame / 2
	// wish is the latency asked for; the system gives what it can.
	wish = 5 * time.Millisecond
)

// stream is one open device. Its fields but the atomics belong to the card's goroutine.
type stream struct {
	card *Card
	role media.Role
	name string
	id   string
	ring *media.Ring
	lost chan struct{}

	pa      *portaudio.Stream
	latency atomic.Int64 // ns
	beat    atomic.Int64 // of the latest callback, ns since epoch
	mixed   [frame]int16 // of two channels
}

var epoch = time.Now()

// Open starts a device by its name, "" for the default.
func (c *Card) Open(role media.Role, name string, ring *media.Ring) (media.Stream, error) {
	s := &stream{card: c, role: role, name: name, ring: ring, lost: make(chan struct{})}
	if err := c.do(func() error { return c.open(s) }); err != nil {
		return nil, err
	}
	return s, nil
}

// open finds the device and begins. When PortAudio does not know it yet, it is made to look again.
func (c *Card) open(s *stream) error {
	if err := c.start(); err != nil {
		return &media.DeviceError{Name: s.title(), Err: err}
	}
	if err := c.look(); err != nil {
		return &media.DeviceError{Name: s.title(), Err: err}
	}
	e, ok := c.inv.find(s.role, s.name)
	if !ok {
		return &media.DeviceError{Name: s.title(), Gone: true}
	}
	s.name, s.id = e.name, e.id
	err := c.begin(s)
	var de *media.DeviceError
	if errors.As(err, &de) && de.Gone {
		c.restart()
		err = c.begin(s)
	}
	return err
}

// title is the device's name for people.
func (s *stream) title() string {
	switch {
	case s.name != "":
		return s.name
	case s.role == media.Mic:
		return "default microphone"
	}
	return "default speaker"
}

// begin opens the stream's device and starts it.
func (c *Card) begin(s *stream) error {
	alias, err := c.dir.device(s.role, endpoint{s.id, s.name})
	if err != nil {
		return &media.DeviceError{Name: s.name, Err: err}
	}
	devices, err := candidates(s.role, alias)
	if err != nil {
		return &media.DeviceError{Name: s.name, Err: err}
	}
	err = error(&media.DeviceError{Name: s.name, Gone: true})
	for _, dev := range devices {
		for channels := 1; channels <= 2; channels++ {
			if err = c.launch(s, dev, channels); err == nil {
				c.streams[s] = true
				return nil
			}
		}
	}
	return explain(s.name, err)
}

// explain puts PortAudio's error into the words of a DeviceError.
func explain(name string, err error) error {
	var de *media.DeviceError
	if errors.As(err, &de) {
		return de
	}
	return &media.DeviceError{Name: name, Busy: errors.Is(err, portaudio.DeviceUnavailable), Err: err}
}

// candidates are PortAudio's devices of a name: several host APIs may have it. The preferred comes first; another one
// may still do when that refuses our rate. MME cuts names at 31 characters.
func candidates(role media.Role, name string) ([]*portaudio.DeviceInfo, error) {
	const mmeName = 31
	all, err := portaudio.Devices()
	if err != nil {
		return nil, fmt.Errorf("list the sound devices: %w", err)
	}
	api, err := preferredAPI()
	if err != nil {
		return nil, err
	}
	var first, rest []*portaudio.DeviceInfo
	for _, d := range all {
		fits := d.MaxOutputChannels > 0
		if role == media.Mic {
			fits = d.MaxInputChannels > 0
		}
		switch {
		case fits && d.Name == name && d.HostApi.Type == api.Type:
			first = append(first, d)
		case fits && (d.Name == name || len(d.Name) == mmeName && strings.HasPrefix(name, d.Name)):
			rest = append(rest, d)
		}
	}
	return append(first, rest...), nil
}

// launch opens one PortAudio device with a number of channels and starts its callbacks.
func (c *Card) launch(s *stream, dev *portaudio.DeviceInfo, channels int) error {
	side := portaudio.StreamDeviceParameters{Device: dev, Channels: channels, Latency: wish}
	p := portaudio.StreamParameters{SampleRate: sampleRate, FramesPerBuffer: frame}
	callback := any(s.play)
	if s.role == media.Mic {
		p.Input, callback = side, s.record
	} else {
		p.Output = side
	}
	if channels == 2 {
		callback = s.playStereo
		if s.role == media.Mic {
			callback = s.recordStereo
		}
	}
	pa, err := portaudio.OpenStream(p, callback)
	if err != nil {
		return err
	}
	s.beat.Store(int64(time.Since(epoch) + startFor - silentFor))
	if err := pa.Start(); err != nil {
		return errors.Join(err, pa.Close())
	}
	s.pa = pa
	if info := pa.Info(); info != nil {
		s.latency.Store(int64(max(info.InputLatency, info.OutputLatency)))
	}
	return nil
}

// end stops the device at once; what is still to be played is not.
func (c *Card) end(s *stream) {
	delete(c.streams, s)
	if s.pa == nil {
		return
	}
	// A device that vanished answers with an error, and there is nothing to be done about any other.
	_ = s.pa.Abort()
	_ = s.pa.Close()
	s.pa = nil
}

// silentSince is how long ago the latest callback was.
func (s *stream) silentSince(now time.Time) time.Duration {
	return now.Sub(epoch) - time.Duration(s.beat.Load())
}

// alive notes that the device calls. The first callback also ends the time of grace for the start.
func (s *stream) alive() { s.beat.Store(int64(time.Since(epoch))) }

func (s *stream) record(in []int16) {
	s.alive()
	s.ring.Write(in)
}

func (s *stream) play(out []int16) {
	s.alive()
	n := s.ring.Read(out)
	clear(out[n:])
}

func (s *stream) recordStereo(in []int16) {
	s.alive()
	n := min(len(in)/2, len(s.mixed))
	for i := range n {
		s.mixed[i] = int16((int32(in[2*i]) + int32(in[2*i+1])) / 2)
	}
	s.ring.Write(s.mixed[:n])
}

func (s *stream) playStereo(out []int16) {
	s.alive()
	mono := s.mixed[:min(len(out)/2, len(s.mixed))]
	n := s.ring.Read(mono)
	clear(mono[n:])
	clear(out)
	for i, v := range mono {
		out[2*i], out[2*i+1] = v, v
	}
}

// Name is the name of the device in use.
func (s *stream) Name() string { return s.name }

// Latency is what the system says it adds.
func (s *stream) Latency() time.Duration { return time.Duration(s.latency.Load()) }

// Lost is closed when the device vanished or its callbacks stopped.
func (s *stream) Lost() <-chan struct{} { return s.lost }

// Close stops the device.
func (s *stream) Close() error {
	err := s.card.do(func() error {
		s.card.end(s)
		return nil
	})
	if errors.Is(err, errClosed) {
		return nil // the card ended all its streams
	}
	return err
}
