package headset

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/devices/hid"
)

// Times of finding devices.
const (
	patience   = 3 * time.Second        // for udev to give rights to a device that has just come, before it is called refused
	tryAgain   = 250 * time.Millisecond // meanwhile
	reopenWait = 500 * time.Millisecond // after a device was lost that is still listed
)

// Desk is what headsets are served for. Its methods are called from many goroutines and must not wait.
type Desk interface {
	Lamps() cti.HeadsetLamps
	// Watch gives a channel with one slot that signals when Lamps may have changed, until stop is called.
	Watch() (changed <-chan struct{}, stop func())
	// Press says what the operator did at a set.
	Press(set string, p hid.Press)
	// Note takes a sentence for the operator that is of interest now.
	Note(sentence string)
}

// Config is what a Fleet needs.
type Config struct {
	Transport hid.Transport
	Desk      Desk
	Log       *slog.Logger
	Primary   string                     // ID of the set that the operator chose; empty for the one that can do most
	Profile   func(hid.Info) hid.Profile // how a set differs from the standard, with the operator's options
	Refused   string                     // what is to be done where the system refuses a device, a sentence for the operator
	Trouble   func(sentence string)      // what keeps sets from being used, each sentence once; must not wait
	Changed   func()                     // Sets gives something else; may be nil; must not wait
}

// Fleet is all sets of the desk. Its methods may be called from any goroutine.
type Fleet struct {
	cfg    Config
	cancel context.CancelFunc
	all    sync.WaitGroup
	look   chan struct{} // one slot: a set has ended, or something is to be tried again

	mu      sync.Mutex
	primary string
	seen    map[string]*seen // by Path
	said    map[string]bool  // sentences that were told
}

// seen is a device that the system lists. Fleet.mu guards what changes in it.
type seen struct {
	info   hid.Info
	set    Set // Open while it is served
	since  time.Time
	next   time.Time // not to be opened before
	boring bool      // no telephony at all: a mouse, a keyboard
}

// Open starts to look for sets.
func Open(cfg Config) (*Fleet, error) {
	ctx, cancel := context.WithCancel(context.Background())
	changed, err := cfg.Transport.Watch(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	f := &Fleet{
		cfg: cfg, cancel: cancel, look: make(chan struct{}, 1), primary: cfg.Primary,
		seen: map[string]*seen{}, said: map[string]bool{},
	}
	f.all.Go(func() { f.run(ctx, changed) })
	return f, nil
}

// Close puts all lamps out and lets all sets go.
func (f *Fleet) Close() {
	f.cancel()
	f.all.Wait()
}

// run looks whenever something may have changed.
func (f *Fleet) run(ctx context.Context, changed <-chan struct{}) {
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case _, more := <-changed:
			if !more {
				return
			}
		case <-f.look:
		case <-again.C:
		}
		if ctx.Err() == nil && f.scan(ctx, time.Now()) {
			again.Reset(tryAgain)
		}
	}
}

// scan compares what is listed with what is known. It reports whether to scan again soon.
func (f *Fleet) scan(ctx context.Context, now time.Time) (soon bool) {
	list, err := f.cfg.Transport.List()
	if err != nil {
		f.tell("Headsets cannot be looked for: " + err.Error() + ".")
		return false
	}
	here := map[string]bool{}
	for _, info := range list {
		here[info.Path] = true
		s, idle := f.know(info, now)
		if idle {
			f.open(ctx, s, now)
		}
		soon = soon || f.hopeful(s, now)
	}
	f.forget(here)
	return soon
}

// know remembers a device, and reports whether it is to be opened now. Another one under the name of one that has gone is
// a new one; one that is still served is about to notice that it has gone.
func (f *Fleet) know(info hid.Info, now time.Time) (s *seen, idle bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.seen[info.Path]
	if !ok || s.info != info && !s.set.Open {
		s = &seen{info: info, since: now}
		s.set, s.boring = f.describe(info)
		f.seen[info.Path] = s
	}
	return s, !s.boring && s.set.m != nil && !s.set.Open && !now.Before(s.next)
}

// hopeful reports whether a set that is not open may soon be.
func (f *Fleet) hopeful(s *seen, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !s.boring && s.set.m != nil && !s.set.Open && now.Sub(s.since) <= patience
}

// forget drops what is listed no more. A set that is served ends by itself, at its next read.
func (f *Fleet) forget(here map[string]bool) {
	f.mu.Lock()
	lost := false
	for path, s := range f.seen {
		if !here[path] && !s.set.Open {
			delete(f.seen, path)
			lost = lost || !s.boring
		}
	}
	f.mu.Unlock()
	if lost {
		f.changed()
	}
}

// open opens a set and has it served.
func (f *Fleet) open(ctx context.Context, s *seen, now time.Time) {
	dev, err := f.cfg.Transport.Open(s.info)
	if err != nil {
		f.refused(s, err, now)
		return
	}
	f.mu.Lock()
	s.set.Open, s.set.Trouble, s.set.Denied = true, "", false
	set := s.set
	f.mu.Unlock()
	f.cfg.Log.Info("a headset is there", "name", set.Name, "id", set.ID)
	f.all.Go(func() { f.serve(ctx, s, set, dev) })
	f.changed()
}

// refused keeps the reason why a set could not be opened, once udev had its time.
func (f *Fleet) refused(s *seen, err error, now time.Time) {
	if now.Sub(s.since) < patience {
		return
	}
	f.mu.Lock()
	words, denied := s.set.Name+" cannot be used: "+err.Error()+".", errors.Is(err, fs.ErrPermission)
	if denied {
		words = s.set.Name + " cannot be used: the system gives you no right to. " + f.cfg.Refused
	}
	news := s.set.Trouble != words
	s.set.Trouble, s.set.Denied = words, denied
	f.mu.Unlock()
	if news {
		f.tell(words)
		f.changed()
	}
}

// serve drives a set until it has gone or the fleet is closed.
func (f *Fleet) serve(ctx context.Context, s *seen, set Set, dev hid.Device) {
	view := newView(f, set)
	err := hid.Serve(ctx, dev, set.m, f.cfg.Profile(s.info), view)
	view.stop()
	f.cfg.Log.Info("a headset has gone", "name", set.Name, "id", set.ID, "error", err)
	f.mu.Lock()
	now := time.Now()
	s.set.Open, s.since, s.next = false, now, now.Add(reopenWait)
	f.mu.Unlock()
	if err != nil && !errors.Is(err, hid.ErrGone) {
		f.cfg.Desk.Note(set.Name + " was lost: " + err.Error() + ".")
	}
	f.changed()
	select {
	case f.look <- struct{}{}:
	default:
	}
}

func (f *Fleet) changed() {
	if f.cfg.Changed != nil {
		f.cfg.Changed()
	}
}

// tell says a sentence once.
func (f *Fleet) tell(sentence string) {
	f.mu.Lock()
	news := !f.said[sentence]
	f.said[sentence] = true
	f.mu.Unlock()
	if news {
		f.cfg.Trouble(sentence)
	}
}
