package exchange

import (
	"math"
	"slices"
	"sync"
)

// room is the conference room: those who were sent there talk, and whoever calls it hears them all.
type room struct {
	mu     sync.Mutex // the sound of each call reads it on a goroutine of its own
	inside []person
}

// enter brings somebody in.
func (r *room) enter(who person) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.ContainsFunc(r.inside, func(p person) bool { return p.Number == who.Number }) {
		r.inside = append(r.inside, who)
	}
}

// clear sends everybody home.
func (r *room) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inside = nil
}

// people are those in the room now.
func (r *room) people() []person {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.inside)
}

// leftRoom is the end of a call. When the desk's last call to the room ends the others leave, too; those that it has left
// talking there, without a call of its own, stay.
func (x *Exchange) leftRoom(c *call) {
	if c.who.way != confers {
		return
	}
	for _, other := range x.calls {
		if other.who.way == confers {
			return
		}
	}
	x.room.clear()
}

// chatter is what is heard in the room.
type chatter struct {
	room   *room
	rate   int
	voices map[string]source // by number, of this listener alone
	one    []int16
}

// listen is the sound of the room for one more listener.
func (r *room) listen(_ person, rate int) source {
	return &chatter{room: r, rate: rate, voices: map[string]source{}}
}

func (c *chatter) fill(dst []int16) {
	clear(dst)
	if len(c.one) < len(dst) {
		c.one = make([]int16, len(dst))
	}
	for _, p := range c.room.people() { // few and quiet enough that the sum hardly ever clips
		voice := c.voices[p.Number.Number]
		if voice == nil {
			voice = p.source(p, c.rate)
			c.voices[p.Number.Number] = voice
		}
		one := c.one[:len(dst)]
		voice.fill(one)
		for i, s := range one {
			dst[i] = int16(min(max(int(dst[i])+int(s), math.MinInt16), math.MaxInt16))
		}
	}
}
