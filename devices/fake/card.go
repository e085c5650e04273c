// Package fake is a sound card for tests: its clock is the test, which moves it on frame by frame, speaks into its
// microphones and collects what its speakers played. Its devices can vanish, come back, be busy and drift.
package fake

import (
	"slices"
	"sync"
	"time"

	"cordboard/media"
)

// Latency is what every device of the card claims to add.
const Latency = 10 * time.Millisecond

// Card is a media.Sound. All methods may be called from any goroutine.
type Card struct {
	mu      sync.Mutex
	inputs  []string
	outputs []string
	busy    map[string]bool
	speech  func(dst []int16)
	open    map[*stream]bool
	heard   map[media.Role][]int16
	opened  int
	moved   *sync.Cond // something was opened or closed
	changed chan struct{}
	closed  bool
}

// New returns a card with these devices; the first of each kind is the default.
func New(inputs, outputs []string) *Card {
	c := &Card{
		inputs: slices.Clone(inputs), outputs: slices.Clone(outputs),
		busy: map[string]bool{}, open: map[*stream]bool{}, heard: map[media.Role][]int16{},
		changed: make(chan struct{}, 1),
	}
	c.moved = sync.NewCond(&c.mu)
	return c
}

// Speak makes the microphones say what say fills in, a frame at a time; nil is silence.
func (c *Card) Speak(say func(dst []int16)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.speech = say
}

// Advance moves the card's clock on by a number of samples at 48 kHz: open microphones deliver that many, open
// speakers play that many. A card that drifts is one that is given more or fewer of them than time has passed.
func (c *Card) Advance(samples int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	pcm := make([]int16, samples)
	for s := range c.open {
		clear(pcm)
		if s.role == media.Mic {
			if c.speech != nil {
				c.speech(pcm)
			}
			s.ring.Write(pcm)
			continue
		}
		s.ring.Read(pcm)
		c.heard[s.role] = append(c.heard[s.role], pcm...)
	}
}

// Heard returns what the open device of a role has played since the last time it was asked.
func (c *Card) Heard(role media.Role) []int16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	pcm := c.heard[role]
	delete(c.heard, role)
	return pcm
}

// Vanish unplugs a device: its streams are lost.
func (c *Card) Vanish(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	is := func(n string) bool { return n == name }
	c.inputs = slices.DeleteFunc(c.inputs, is)
	c.outputs = slices.DeleteFunc(c.outputs, is)
	for s := range c.open {
		if s.name == name {
			delete(c.open, s)
			close(s.lost)
		}
	}
	c.signal()
}

// Plug brings a device: a microphone when input, else a speaker.
func (c *Card) Plug(name string, input bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if input {
		c.inputs = append(c.inputs, name)
	} else {
		c.outputs = append(c.outputs, name)
	}
	c.signal()
}

// Prefer makes a speaker the default.
func (c *Card) Prefer(output string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outputs = slices.DeleteFunc(c.outputs, func(n string) bool { return n == output })
	c.outputs = slices.Insert(c.outputs, 0, output)
	c.signal()
}

// SetBusy makes a device refuse to open, as if another program had it.
func (c *Card) SetBusy(name string, busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy[name] = busy
	c.signal()
}

// WaitOpen waits until a device of that name is open for the role; "" waits until none is. It returns false when
// that took longer than limit.
func (c *Card) WaitOpen(role media.Role, name string, limit time.Duration) bool {
	late := false
	timer := time.AfterFunc(limit, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		late = true
		c.moved.Broadcast()
	})
	defer timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.inUse(role) != name {
		if late {
			return false
		}
		c.moved.Wait()
	}
	return true
}

// Opened is how many streams have been opened since the beginning.
func (c *Card) Opened() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opened
}

func (c *Card) inUse(role media.Role) string {
	for s := range c.open {
		if s.role == role {
			return s.name
		}
	}
	return ""
}

// signal tells of a change; the caller holds the lock.
func (c *Card) signal() {
	c.moved.Broadcast()
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// List names the devices present.
func (c *Card) List() (inputs, outputs []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.inputs), slices.Clone(c.outputs), nil
}

// Open starts a device; it does nothing until the next Advance.
func (c *Card) Open(role media.Role, name string, ring *media.Ring) (media.Stream, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	present := c.outputs
	if role == media.Mic {
		present = c.inputs
	}
	if name == "" && len(present) > 0 {
		name = present[0]
	}
	switch {
	case !slices.Contains(present, name):
		return nil, &media.DeviceError{Name: name, Gone: true}
	case c.busy[name]:
		return nil, &media.DeviceError{Name: name, Busy: true}
	}
	s := &stream{card: c, role: role, name: name, ring: ring, lost: make(chan struct{})}
	c.open[s] = true
	c.opened++
	c.moved.Broadcast()
	return s, nil
}

// Changed signals after Vanish, Plug, Prefer and SetBusy.
func (c *Card) Changed() <-chan struct{} { return c.changed }

// Close forgets all streams.
func (c *Card) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	clear(c.open)
	c.moved.Broadcast()
	return nil
}

// Closed reports whether Close was called.
func (c *Card) Closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// stream is one open device of the card.
type stream struct {
	card *Card
	role media.Role
	name string
	ring *media.Ring
	lost chan struct{}
}

// Name is the device's.
func (s *stream) Name() string { return s.name }

// Latency is always Latency.
func (s *stream) Latency() time.Duration { return Latency }

// Lost is closed by Card.Vanish.
func (s *stream) Lost() <-chan struct{} { return s.lost }

// Close takes the stream off the card.
func (s *stream) Close() error {
	s.card.mu.Lock()
	defer s.card.mu.Unlock()
	delete(s.card.open, s)
	s.card.moved.Broadcast()
	return nil
}
