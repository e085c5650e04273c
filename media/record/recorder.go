package record

import (
	"sync"
	"sync/atomic"
	"time"

	"cordboard/media"
)

// Rate is the sample rate of all recordings, in Hz: all of a G.722 call, and all of what telephones carry.
const Rate = 16000

// Config is what a recording is made of.
type Config struct {
	// Folder tells where it is kept, which is made when it is not there. The writer's goroutine asks, once: a slow disk may take long.
	Folder func() string
	ID     string
	Owner  string        // ID of the call in whose history row it is played
	Many   bool          // several parties: a file for each besides
	Failed func(string)  // told once, with one sentence, when nothing is kept any more; from the writer's goroutine
	Poll   time.Duration // how often the ring is emptied, 100 ms when 0
}

// Recorder is a running recording. Its methods may be called from any goroutine and return at once, but for Close.
type Recorder struct {
	cfg    Config
	tap    Tap
	shared shared

	mu     sync.Mutex // guards the rest
	orders []order
	many   bool
	tracks []Track

	closing chan struct{}
	done    chan struct{}
	once    sync.Once
}

// shared is what tick and writer know of each other.
type shared struct {
	blocks atomic.Uint64 // complete in the ring since the start
	lost   atomic.Uint64 // blocks that the ring had no room for
}

// order is a mark that the writer sets once it has written all blocks before it.
type order struct {
	block uint64
	mark  Mark
}

// Start starts a recording. Files are made by its own goroutine, since a disk may be slow; what goes wrong is told
// by Config.Failed.
func Start(cfg Config) *Recorder {
	if cfg.Poll == 0 {
		cfg.Poll = 100 * time.Millisecond
	}
	r := &Recorder{cfg: cfg, many: cfg.Many, closing: make(chan struct{}), done: make(chan struct{})}
	r.tap = Tap{ring: media.NewRing(ringWords), shared: &r.shared}
	go newWriter(r).run()
	return r
}

// Tap is the tick's end.
func (r *Recorder) Tap() *Tap { return &r.tap }

// Track returns the number of a party's track, for Tap.Track; a party that is new gets the next one. It reports false
// when there are too many.
func (r *Recorder) Track(call string) (number int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, t := range r.tracks {
		if t.Call == call {
			return i, true
		}
	}
	if len(r.tracks) == MaxTracks {
		return 0, false
	}
	r.tracks = append(r.tracks, Track{Number: len(r.tracks) + 1, Call: call})
	return len(r.tracks) - 1, true
}

// SetMany says that the recording has several parties from now on: each gets a file of its own. It is not taken back.
func (r *Recorder) SetMany() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.many = true
}

// Mark notes that something happened now.
func (r *Recorder) Mark(m Mark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.orders = append(r.orders, order{r.shared.blocks.Load(), m})
}

// Close writes what the ring still holds, completes the files and waits for that. It may be called twice.
func (r *Recorder) Close() {
	r.once.Do(func() { close(r.closing) })
	<-r.done
}
