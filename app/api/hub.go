package api

import (
	"encoding/json"
	"sync"

	"cordboard/cti"
)

// backlog is how many events wait for a slow reader before they are merged into one full state.
const backlog = 512

// hub hands each change to everybody who listens. A reader that is slow gets fewer, larger steps; nobody waits for it.
type hub struct {
	mu   sync.Mutex
	last *cti.Snapshot // what the events so far lead to
	subs map[*subscriber]struct{}
	wish []byte // an encoded event for the next window, since there is none yet; nil for none

	attention chan struct{} // one slot, filled by each new reader that wants levels
}

// subscriber is one reader of the stream. The hub fills it, its HTTP handler empties it.
type subscriber struct {
	live   bool // wants EventLive
	window bool // is a window: counts for raise

	queue [][]byte // encoded lines, guarded by hub.mu
	level []byte   // newest EventLive, replaced while it waits
	wake  chan struct{}
}

func newHub(first *cti.Snapshot) *hub {
	return &hub{last: first, subs: map[*subscriber]struct{}{}, attention: make(chan struct{}, 1)}
}

// subscribe adds a reader and gives it the full state, so that it misses nothing in between.
func (h *hub) subscribe(live, window bool) *subscriber {
	s := &subscriber{live: live, window: window, wake: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[s] = struct{}{}
	s.push(h.state())
	if live {
		poke(h.attention)
	}
	if window && h.wish != nil {
		s.push(h.wish)
		h.wish = nil
	}
	return s
}

func (h *hub) unsubscribe(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, s)
}

// count is the number of readers, of those that want levels, and of windows.
func (h *hub) count() (all, live, windows int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		all++
		if s.live {
			live++
		}
		if s.window {
			windows++
		}
	}
	return all, live, windows
}

// publish hands the difference to the last snapshot to everybody.
func (h *hub) publish(next *cti.Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	old := h.last
	if next.Seq < old.Seq {
		return // an older snapshot that was overtaken
	}
	h.last = next
	if len(h.subs) == 0 {
		return
	}
	for _, e := range changes(old, next) {
		h.send(encode(e))
	}
}

// announce hands an event that is not part of the state to everybody.
func (h *hub) announce(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Seq, e.At = h.last.Seq, h.last.At
	h.send(encode(e))
}

// toWindow hands an event to everybody and, while there is no window, keeps it for the first that comes. It returns how many
// windows there are.
func (h *hub) toWindow(e Event) (windows int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Seq, e.At = h.last.Seq, h.last.At
	line := encode(e)
	h.send(line)
	for s := range h.subs {
		if s.window {
			windows++
		}
	}
	if windows == 0 {
		h.wish = line
	}
	return windows
}

// levels hands live figures to those who asked, replacing older ones that still wait.
func (h *hub) levels(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Seq = h.last.Seq
	line := encode(e)
	for s := range h.subs {
		if s.live {
			s.level = line
			poke(s.wake)
		}
	}
}

// send queues a line for everybody; the caller holds mu.
func (h *hub) send(line []byte) {
	for s := range h.subs {
		if len(s.queue) >= backlog {
			s.queue = nil
			s.push(h.state())
			continue
		}
		s.push(line)
	}
}

func (h *hub) state() []byte {
	return encode(Event{Event: EventState, Seq: h.last.Seq, At: h.last.At, State: h.last})
}

// take empties the reader's queue.
func (h *hub) take(s *subscriber) [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := s.queue
	if s.level != nil {
		lines = append(lines, s.level)
	}
	s.queue, s.level = nil, nil
	return lines
}

func (s *subscriber) push(line []byte) {
	s.queue = append(s.queue, line)
	poke(s.wake)
}

// poke fills a slot that may be full already: who empties it will see what is new.
func poke(slot chan struct{}) {
	select {
	case slot <- struct{}{}:
	default:
	}
}

// encode makes one line of an event.
func encode(e Event) []byte {
	line, err := json.Marshal(e)
	if err != nil {
		// Only a figure that is not a number can do that; the reader learns it rather than missing the event.
		line, _ = json.Marshal(map[string]string{"event": "error", "error": err.Error()})
	}
	return append(line, '\n')
}
