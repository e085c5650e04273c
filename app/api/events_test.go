package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordboard/cti"
)

// follow collects events until enough have come.
func follow(t *testing.T, c *Client, o EventOptions, enough func([]Event) bool) <-chan []Event {
	t.Helper()
	out := make(chan []Event, 1)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	done := errors.New("done")
	go func() {
		defer cancel()
		var got []Event
		_ = c.Events(ctx, o, func(e Event, _ []byte) error { // the events that came say it
			got = append(got, e)
			if enough(got) {
				return done
			}
			return nil
		})
		out <- got
	}()
	return out
}

// subscribed waits until so many read the stream.
func subscribed(t *testing.T, s *Server, n int) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if all, _, _ := s.hub.count(); all == n {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("not %d readers", n)
		}
	}
}

func TestEventsTellEachChangeInOrder(t *testing.T) {
	desk, s, c := serve(t)
	events := follow(t, c, EventOptions{}, func(e []Event) bool { return len(e) == 6 })
	subscribed(t, s, 1)
	ringing := snapshot(2, "a")
	ringing.Calls[0].Phase = cti.PhaseRinging
	desk.show(s, ringing)
	desk.show(s, snapshot(3, "a")) // a moment later it is connected: the ringing must not be swallowed
	moved := snapshot(4, "a")
	moved.Lines[1].Usable = true
	desk.show(s, moved)
	s.PublishLive(Live{MicLevel: -20}) // nobody asked for it
	last := snapshot(5)
	last.Lines[1].Usable = true
	desk.show(s, last)
	more := snapshot(6)
	more.Lines = more.Lines[:1]
	desk.show(s, more)
	var got []string
	for _, e := range <-events {
		switch {
		case e.Call != nil:
			got = append(got, fmt.Sprint(e.Event, " ", e.Call.ID, " ", e.Call.Phase))
		case e.State != nil:
			got = append(got, fmt.Sprint(e.Event, " ", len(e.State.Lines)))
		case e.Line != nil:
			got = append(got, fmt.Sprint(e.Event, " ", e.Line.ID))
		default:
			got = append(got, fmt.Sprint(e.Event, " ", e.Gone))
		}
	}
	want := []string{"state 2", "call a ringing", "call a talking", "line sales", "gone a", "state 1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Whoever applies the events has the desk's snapshot.
func TestEventsRebuildTheSnapshot(t *testing.T) {
	steps := []*cti.Snapshot{snapshot(1), snapshot(2, "a"), snapshot(3, "a", "b"), snapshot(4, "b"), snapshot(5, "b"), snapshot(6), snapshot(7), snapshot(8)}
	steps[6].Lamps = []cti.Lamp{{Line: "desk", Number: "2044"}, {Line: "desk", Number: "2045"}}
	steps[7].Lamps = []cti.Lamp{{Line: "desk", Number: "2044"}, {Line: "desk", Number: "2045", State: cti.LampBusy}}
	steps[7].Conferences = []cti.ConferenceView{{Conference: cti.Conference{ID: "k"}}}
	steps[7].Recordings = []cti.Recording{{ID: "r"}}
	steps[3].Calls[0].Held = true
	steps[3].Sound.Mic = cti.Device{Name: "Headset", State: cti.DeviceMissing, Note: "not plugged in"}
	steps[4].Desk.Notice = "Something happened."
	steps[4].Lines = append(steps[4].Lines, cti.LineView{ID: "third"})
	have := steps[0]
	for i, next := range steps[1:] {
		for _, e := range changes(steps[i], next) {
			have = e.Apply(have)
		}
		if d := cmp.Diff(printed(t, next), printed(t, have)); d != "" {
			t.Fatalf("step %d (-desk +rebuilt):\n%s", i, d)
		}
	}
}

// printed is a snapshot as a client sees it.
func printed(t *testing.T, s *cti.Snapshot) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSlowReaderGetsTheNewestState(t *testing.T) {
	h := newHub(snapshot(1))
	sub := h.subscribe(false, false)
	for i := range 3 * backlog {
		if i%2 == 0 {
			h.publish(snapshot(uint64(i+2), "a"))
		} else {
			h.publish(snapshot(uint64(i + 2)))
		}
	}
	lines := h.take(sub)
	if len(lines) > backlog+1 {
		t.Errorf("%d events wait for a reader that does not read", len(lines))
	}
	have := &cti.Snapshot{}
	for _, l := range lines {
		var e Event
		if err := json.Unmarshal(l, &e); err != nil {
			t.Fatal(err)
		}
		have = e.Apply(have)
	}
	if have.Seq != 3*backlog+1 || len(have.Calls) != 0 {
		t.Errorf("it ends with snapshot %d and %d calls; want the newest", have.Seq, len(have.Calls))
	}
}

func TestRemoteAttachesItselfAgain(t *testing.T) {
	dir, err := os.MkdirTemp("", "cb")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	socket := filepath.Join(dir, "s")
	missing := make(chan struct{}, 100)
	raised := make(chan struct{}, 1)
	r := NewRemote(RemoteConfig{
		Client: NewClient(socket), Window: true,
		Missing: func() { missing <- struct{}{} }, Raise: func() { raised <- struct{}{} },
	})
	defer r.Close()
	within(t, missing, "the desk is looked for")
	if r.Lost() == "" || r.Snapshot() == nil {
		t.Errorf("without a desk: lost %q, snapshot %v", r.Lost(), r.Snapshot())
	}
	if err := r.Send(cti.Answer{Call: "a"}); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("sending without a desk: %v", err)
	}
	t.Run("first desk", func(t *testing.T) {
		desk, s, c := serveAt(t, socket)
		until(t, r, func(s *cti.Snapshot) bool { return s.Seq == 1 })
		desk.show(s, snapshot(2, "a"))
		until(t, r, func(s *cti.Snapshot) bool { return len(s.Calls) == 1 })
		s.PublishLive(Live{MicLevel: -20, Quality: map[cti.CallID]cti.Quality{"a": {MOS: 4.4}}})
		until(t, r, func(s *cti.Snapshot) bool { return s.Desk.MicLevel == -20 && s.Calls[0].Quality.MOS == 4.4 })
		desk.show(s, snapshot(3, "a"))
		until(t, r, func(s *cti.Snapshot) bool { return s.Calls[0].Quality.MOS == 4.4 }) // kept
		if err := r.Send(cti.Hold{Call: "a", On: true}); err != nil {
			t.Error(err)
		}
		if n, err := c.Raise(t.Context()); err != nil || n != 1 {
			t.Errorf("%d windows, %v", n, err)
		}
		within(t, raised, "the window is raised")
	})
	t.Run("second desk", func(t *testing.T) {
		serveAt(t, socket)
		until(t, r, func(s *cti.Snapshot) bool { return r.Lost() == "" && s.Seq == 1 && len(s.Calls) == 0 })
	})
}

func within(t *testing.T, ch <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(patience):
		t.Fatalf("%s: it does not happen", what)
	}
}

func until(t *testing.T, r *Remote, ok func(*cti.Snapshot) bool) {
	t.Helper()
	late := time.After(patience)
	for !ok(r.Snapshot()) {
		select {
		case <-r.Updates():
		case <-late:
			t.Fatalf("the remote stays at %+v, lost %q", r.Snapshot(), r.Lost())
		}
	}
}
