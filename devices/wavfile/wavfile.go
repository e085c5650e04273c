// Package wavfile is a sound card made of WAV files: a microphone that says what is in a file, again and again, and
// a speaker that writes down what would be heard. A device's name is the path of its file.
//
// A desk without any sound hardware can be driven and listened to with it, as scripts and tests do.
package wavfile

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"time"

	"cordboard/media"
	"cordboard/media/wav"
)

// Is reports whether the name of a device means a file.
func Is(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".wav") }

// Card is the media.Sound of files. Its methods may be called from any goroutine.
type Card struct {
	log func(error)

	mu    sync.Mutex
	files map[string]*file
}

// file is a speaker's file. It stays open from the first stream to the end of the card, so that a speaker that is
// closed between calls goes on where it was.
type file struct {
	*wav.Writer
	busy bool
}

// New returns a card. log takes the errors of a speaker whose file cannot be written any more, such as a full disk,
// from a goroutine of the card.
func New(log func(error)) *Card { return &Card{log: log, files: map[string]*file{}} }

// List names nothing: any path is a device.
func (*Card) List() (inputs, outputs []string, err error) { return nil, nil, nil }

// Changed never signals.
func (*Card) Changed() <-chan struct{} { return nil }

// Close completes the files. Streams are to be closed before.
func (c *Card) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var err error
	for _, f := range c.files {
		err = errors.Join(err, f.Writer.Close())
	}
	clear(c.files)
	return err
}

// Open starts the file at path name as a device that runs in real time. A microphone needs a file with 16-bit PCM
// of any rate and number of channels. A speaker's file is made new by the first stream and goes on in later ones.
func (c *Card) Open(role media.Role, name string, ring *media.Ring) (media.Stream, error) {
	s := &stream{name: name, ring: ring, lost: make(chan struct{}), quit: make(chan struct{}), done: make(chan struct{}), card: c}
	var err error
	if role == media.Mic {
		s.said, err = load(name)
	} else {
		s.file, err = c.take(name)
	}
	if err != nil {
		return nil, err
	}
	go s.run()
	return s, nil
}

// take gives a stream the speaker file at path.
func (c *Card) take(path string) (*file, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.files[path]
	if f == nil {
		w, err := wav.Create(path, deviceRate, 1)
		if err != nil {
			return nil, &media.DeviceError{Name: path, Err: err}
		}
		f = &file{Writer: w}
		c.files[path] = f
	}
	if f.busy {
		return nil, &media.DeviceError{Name: path, Busy: true}
	}
	f.busy = true
	return f, nil
}

// give takes a file back from a stream, with lengths that tell of all that is in it.
func (c *Card) give(f *file) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.busy = false
	return f.Flush()
}

// load reads a whole file as mono at the devices' rate.
func load(path string) ([]int16, error) {
	sound, err := wav.Read(path)
	if err != nil {
		return nil, &media.DeviceError{Name: path, Gone: errors.Is(err, fs.ErrNotExist), Err: err}
	}
	pcm := convert(sound)
	if len(pcm) == 0 {
		return nil, &media.DeviceError{Name: path, Err: errors.New("there is no sound in it")}
	}
	return pcm, nil
}

// stream is one file in use. Its goroutine moves media.Tick of sound at a time.
type stream struct {
	name string
	ring *media.Ring
	said []int16 // microphone: the whole file
	at   int
	file *file // speaker
	card *Card

	lost chan struct{}
	quit chan struct{}
	done chan struct{}
	once sync.Once
	err  error // of closing; written before done is closed
}

// Name is the path.
func (s *stream) Name() string { return s.name }

// Latency is that of a device whose calls come by the timers of an ordinary goroutine: up to a frame late.
func (s *stream) Latency() time.Duration { return 2 * media.Tick }

// Lost is closed when the file cannot be written any more.
func (s *stream) Lost() <-chan struct{} { return s.lost }

// Close stops the device and completes the file.
func (s *stream) Close() error {
	s.once.Do(func() { close(s.quit) })
	<-s.done
	return s.err
}

// run keeps to an absolute schedule: a late frame does not delay the ones after it.
func (s *stream) run() {
	defer close(s.done)
	defer s.end()
	pcm := make([]int16, media.MaxFrame)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for due := time.Now(); ; due = due.Add(media.Tick) {
		timer.Reset(time.Until(due))
		select {
		case <-s.quit:
			return
		case <-timer.C:
		}
		if err := s.move(pcm); err != nil {
			s.card.log(err)
			close(s.lost)
			<-s.quit
			return
		}
	}
}

// move reads or writes one frame.
func (s *stream) move(pcm []int16) error {
	if s.file == nil {
		for n := 0; n < len(pcm); {
			k := copy(pcm[n:], s.said[s.at:])
			n, s.at = n+k, (s.at+k)%len(s.said)
		}
		s.ring.Write(pcm) // what does not fit is not listened to
		return nil
	}
	clear(pcm)
	s.ring.Read(pcm)
	return s.file.Write(pcm)
}

func (s *stream) end() {
	if s.file != nil {
		s.err = s.card.give(s.file)
	}
}
