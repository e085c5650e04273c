package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"cordboard/media"
	"cordboard/media/resample"
	"cordboard/media/wav"
)

// writer is the goroutine that owns the files.
type writer struct {
	r     *Recorder
	dir   string
	index Index
	part  int // of index.Parts
	main  stereo
	mono  []*channel // by number of the track, nil for a party without a file
	block block
	taken uint64 // blocks written
	base  fs.FileInfo
	fault string
}

// stereo is the file of the call.
type stereo struct {
	file     *wav.Writer
	us, them channel
	both     []int16
}

// channel brings the frames of one voice to Rate. Mix rates may change in the middle, so it has a converter for each.
type channel struct {
	file *wav.Writer // nil within a stereo file
	by   map[int]*resample.Converter
	out  [media.MaxFrame]int16
}

func newWriter(r *Recorder) *writer { return &writer{r: r} }

// run empties the ring until the recording is closed. After a fault it goes on to empty it, so that the tick finds room.
func (w *writer) run() {
	defer close(w.r.done)
	w.note(w.open())
	poll := time.NewTicker(w.r.cfg.Poll)
	defer poll.Stop()
	for {
		select {
		case <-poll.C:
			w.drain()
		case <-w.r.closing:
			w.drain()
			w.close()
			return
		}
	}
}

// open makes the folder and the file of the call. A folder that is there already belongs to a run of the program that was
// killed; what this one adds is a further part.
func (w *writer) open() error {
	cfg := w.r.cfg
	w.dir = cfg.Folder()
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of a recording: %w", err)
	}
	var err error
	if w.base, err = os.Stat(w.dir); err != nil {
		return fmt.Errorf("look at the folder of a recording: %w", err)
	}
	if w.index, err = earlier(w.dir); err != nil {
		return err
	}
	w.index.Recording, w.index.Owner, w.index.Rate = cfg.ID, cfg.Owner, Rate
	w.part = len(w.index.Parts)
	name := w.name("call")
	if w.main.file, err = wav.Create(filepath.Join(w.dir, name), Rate, 2); err != nil {
		return err
	}
	w.index.Parts = append(w.index.Parts, Part{Started: time.Now().UTC(), Call: name})
	return w.index.write(w.dir)
}

// name is the name of a file in this part: call.wav, call-2.wav for the second part.
func (w *writer) name(stem string) string {
	if w.part > 0 {
		return fmt.Sprintf("%s-%d.wav", stem, w.part+1)
	}
	return stem + ".wav"
}

// drain writes what the ring holds, with the marks at their places.
func (w *writer) drain() {
	news := w.settle() // marks of before the first block
	for w.taken < w.r.shared.blocks.Load() {
		w.block.read(w.r.tap.ring)
		w.taken++
		if w.fault == "" {
			w.note(w.put())
		}
		news = w.settle() || news
	}
	if w.fault != "" {
		return
	}
	w.note(w.stillThere())
	if lost := w.lostMS(); lost != w.now().Lost {
		w.now().Lost, news = lost, true
	}
	if news {
		w.note(w.index.write(w.dir))
	}
}

func (w *writer) now() *Part { return &w.index.Parts[w.part] }

func (w *writer) lostMS() uint64 {
	return w.r.shared.lost.Load() * uint64(media.Tick/time.Millisecond)
}

// settle sets the marks that are due and reports whether there were any.
func (w *writer) settle() bool {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	n := 0
	for n < len(w.r.orders) && w.r.orders[n].block <= w.taken {
		n++
	}
	if w.fault == "" {
		for _, o := range w.r.orders[:n] {
			o.mark.Sample = w.main.file.Written()
			w.now().Marks = append(w.now().Marks, o.mark)
		}
	}
	w.r.orders = w.r.orders[n:]
	return n > 0
}

// put writes one block.
func (w *writer) put() error {
	at := w.main.file.Written()
	if err := w.main.put(w.block.us, w.block.them); err != nil {
		return err
	}
	if !w.several() {
		return nil
	}
	for i, number := range w.block.numbers {
		c, err := w.track(number, at)
		if err == nil {
			err = c.catchUp(at)
		}
		if err == nil {
			err = c.file.Write(c.convert(w.block.tracks[i]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) several() bool {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	return w.r.many
}

// track returns the file of a track, making it when the party is heard for the first time.
func (w *writer) track(number int, at int64) (*channel, error) {
	for len(w.mono) <= number {
		w.mono = append(w.mono, nil)
	}
	if w.mono[number] != nil {
		return w.mono[number], nil
	}
	w.r.mu.Lock()
	t := w.r.tracks[number]
	w.r.mu.Unlock()
	t.File = w.name(fmt.Sprintf("track-%02d", t.Number))
	file, err := wav.CreateAt(filepath.Join(w.dir, t.File), Rate, 1, at)
	if err != nil {
		return nil, err
	}
	w.mono[number] = &channel{file: file}
	w.now().Tracks = append(w.now().Tracks, t)
	return w.mono[number], w.index.write(w.dir)
}

// catchUp fills the time in which a party had no place in the blocks, so that its samples stay where they belong.
func (c *channel) catchUp(at int64) error {
	for missing := at - c.file.Written(); missing > 0; missing = at - c.file.Written() {
		if err := c.file.Write(silence[:min(missing, int64(len(silence)))]); err != nil {
			return err
		}
	}
	return nil
}

var silence [Rate]int16

// put interleaves a frame of both sides.
func (s *stereo) put(us, them []int16) error {
	left, right := s.us.convert(us), s.them.convert(them)
	s.both = s.both[:0]
	for i := range left {
		s.both = append(s.both, left[i], right[i])
	}
	return s.file.Write(s.both)
}

// convert brings a frame of a tick to Rate.
func (c *channel) convert(pcm []int16) []int16 {
	from := len(pcm) * int(time.Second/media.Tick)
	if from == Rate {
		return pcm
	}
	if c.by == nil {
		c.by = map[int]*resample.Converter{}
	}
	if c.by[from] == nil {
		conv, err := resample.New(from, Rate)
		if err != nil { // the engine mixes at no other rate than those of the table
			panic(err)
		}
		c.by[from] = conv
	}
	return c.out[:c.by[from].Process(c.out[:], pcm)]
}

// stillThere notices a folder that was taken away under open files, which the files themselves would not.
func (w *writer) stillThere() error {
	now, err := os.Stat(w.dir)
	if err != nil {
		return fmt.Errorf("look at the folder of a recording: %w", err)
	}
	if !os.SameFile(now, w.base) {
		return fmt.Errorf("the folder of a recording was replaced: %w", fs.ErrNotExist)
	}
	return nil
}

// note makes the first fault the end of the recording and tells it in words.
func (w *writer) note(err error) {
	if err == nil || w.fault != "" {
		return
	}
	w.fault = sentence(err)
	if w.part < len(w.index.Parts) {
		w.now().Fault = w.fault
	}
	w.r.cfg.Failed(w.fault)
}

// sentence says in words what went wrong.
func sentence(err error) string {
	switch {
	case full(err):
		return "The disk is full: the recording has stopped, the call goes on."
	case errors.Is(err, fs.ErrNotExist):
		return "The folder of the recording has gone: the recording has stopped, the call goes on."
	case errors.Is(err, fs.ErrPermission):
		return "The recording may not be written there: it has stopped, the call goes on."
	}
	return "The recording cannot be written, the call goes on: " + err.Error()
}

// close completes all files, all tracks as long as the call.
func (w *writer) close() {
	if w.main.file == nil {
		return
	}
	end := w.main.file.Written()
	for _, c := range w.mono {
		if c == nil {
			continue
		}
		if w.fault == "" {
			w.note(c.catchUp(end))
		}
		w.note(c.file.Close())
	}
	w.note(w.main.file.Close())
	if w.part < len(w.index.Parts) {
		w.note(w.index.write(w.dir))
	}
}
