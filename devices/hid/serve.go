package hid

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/devices/hid/report"
)

// Desk is what a device is served for. Serve calls it from one goroutine; no method may wait.
type Desk interface {
	Lamps() cti.HeadsetLamps  // what is to be shown now
	Changed() <-chan struct{} // one slot: Lamps may give something else
	Press(Press)
	Note(sentence string) // for the operator
}

// queued is how many output reports may wait for a device; the lamps of one that is slower have to be written anew.
const queued = 32

// lastWords is how long a device gets to take its dark lamps when it is let go.
const lastWords = time.Second

// Open takes a device's descriptor apart and says in an error why it is of no use to a desk.
func Open(descriptor []byte) (*report.Map, error) {
	d, err := report.Parse(descriptor)
	if err != nil {
		return nil, fmt.Errorf("the device describes itself wrongly: %w", err)
	}
	m := report.NewMap(d)
	if why := m.Unfit(); why != "" {
		return nil, errors.New(why)
	}
	return m, nil
}

// server is one device while it is served.
type server struct {
	dev     Device
	desk    Desk
	headset *Headset

	reports chan []byte
	writes  chan []byte
	failed  chan struct{} // one slot
	gone    chan error    // of the reader, one slot
	done    chan struct{} // the owner is going
	wake    *time.Timer
	all     sync.WaitGroup
}

// Serve drives a device until ctx is over, when its lamps are put out, or until it is gone, which is the error. The device
// is closed then. A device that hangs, floods or lies hurts nobody but itself.
func Serve(ctx context.Context, dev Device, m *report.Map, p Profile, desk Desk) error {
	s := &server{
		dev: dev, desk: desk, reports: make(chan []byte), writes: make(chan []byte, queued),
		failed: make(chan struct{}, 1), gone: make(chan error, 1), done: make(chan struct{}), wake: time.NewTimer(time.Hour),
	}
	defer s.wake.Stop()
	written := make(chan struct{})
	s.all.Go(s.read)
	s.all.Go(func() { defer close(written); s.write() })
	err := s.own(ctx, m, p)
	close(s.writes)
	if err == nil {
		select {
		case <-written:
		case <-time.After(lastWords):
		}
	}
	close(s.done)
	_ = dev.Close() // it is given up whatever it says
	s.all.Wait()
	return err
}

// own is the goroutine that the machine belongs to.
func (s *server) own(ctx context.Context, m *report.Map, p Profile) error {
	var out Out
	s.headset, out = New(m, p, s.desk.Lamps(), time.Now())
	s.obey(out)
	for {
		var in Input
		select {
		case <-ctx.Done():
			s.step(Show{})
			return nil
		case err := <-s.gone:
			return err
		case data := <-s.reports:
			in = Report{data}
		case <-s.desk.Changed():
			in = Show{s.desk.Lamps()}
		case <-s.failed:
			in = WriteFailed{}
		case <-s.wake.C:
			in = Woke{}
		}
		s.step(in)
	}
}

func (s *server) step(in Input) { s.obey(s.headset.Step(in, time.Now())) }

// obey carries out what follows. A press counts at once; lamps come after it.
func (s *server) obey(out Out) {
	for _, p := range out.Presses {
		s.desk.Press(p)
	}
	for _, r := range out.Writes {
		select {
		case s.writes <- r:
		default:
			s.fail()
		}
	}
	for _, words := range out.Notes {
		s.desk.Note(words)
	}
	if !out.Wake.IsZero() {
		s.wake.Reset(time.Until(out.Wake))
	}
}

// fail tells the owner that something was not written; once is enough.
func (s *server) fail() {
	select {
	case s.failed <- struct{}{}:
	default:
	}
}

func (s *server) read() {
	buf := make([]byte, ReadSize)
	for {
		n, err := s.dev.Read(buf)
		if err != nil {
			s.gone <- err
			return
		}
		select {
		case s.reports <- append([]byte(nil), buf[:n]...):
		case <-s.done:
			return
		}
	}
}

func (s *server) write() {
	for r := range s.writes {
		if err := s.dev.Write(r); err != nil { // the machine says it in words; a device that is gone is told by Read
			s.fail()
		}
	}
}
