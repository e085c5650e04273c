package account

import (
	"net/netip"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"
)

// sample is a reading of both clocks. The wall clock goes on while the machine sleeps, the monotonic one does not.
type sample struct {
	wall time.Time     // without monotonic reading
	mono time.Duration // since an arbitrary moment
}

var epoch = time.Now()

func readClocks() sample { return sample{time.Now().Round(0), time.Since(epoch)} }

// asleep is how far the wall clock ran ahead, or how late the reading comes by both: on some systems the monotonic
// clock goes on too, and then only the missed ticks tell.
func asleep(before, now sample, tick time.Duration) time.Duration {
	wall, mono := now.wall.Sub(before.wall), now.mono-before.mono
	return max(wall-mono, mono-tick, 0)
}

const napLimit = 10 * time.Second // a shorter gap is a busy machine or a clock being set

// startWatch begins to look at the clocks and the local address.
func (r *registration) startWatch() {
	if r.watch != nil {
		return
	}
	r.seen = readClocks()
	r.tick()
}

// tick looks again and again; the timer is set anew each time, so that a slow look never makes two of them.
func (r *registration) tick() {
	every := r.a.cfg.Timing.Watch
	r.watch = time.AfterFunc(every, func() {
		r.a.queue.Post(func() {
			if r.a.closed.Load() {
				return
			}
			now := readClocks()
			slept := asleep(r.seen, now, every)
			r.seen = now
			r.look(slept)
			r.tick()
		})
	})
}

// look reacts to a resume from sleep, to a network that came back, and to another local address.
func (r *registration) look(slept time.Duration) {
	target := r.target()
	bind, err := r.wanted(target)
	wasOffline := r.offline
	r.offline = err != nil
	l := r.a.layer.Load()
	switch {
	case r.a.cfg.Line.Server == "" && !target.IsValid(): // a line without servers has nobody to tell
	case slept > napLimit:
		r.a.log.Info("the machine slept", "for", slept.Round(time.Second))
		r.startOver() // bindings, connections and NAT mappings may be gone
	case r.offline: // the address will be back or another one come
	case wasOffline && r.news.State != cti.RegOK:
		r.a.log.Info("the network is back")
		r.startOver() // rather than at the end of a long pause
	case l != nil && target.IsValid() && l.Local().Addr() != bind.Addr():
		r.a.log.Info("the local address changed", "from", l.Local().Addr(), "to", bind.Addr())
		r.round = 0
		r.connect()
	}
}

// startOver forgets the backoff: what failed before failed for another reason.
func (r *registration) startOver() {
	r.round = 0
	r.begin()
}

// lost is told by the layer that a connection ended. The one to the server is opened again at once.
func (r *registration) lost(remote netip.AddrPort, err error) {
	r.a.queue.Post(func() {
		if r.a.closed.Load() || remote != r.target().Addr || r.news.State != cti.RegOK && r.news.State != cti.RegDirect {
			return
		}
		r.a.log.Info("the connection to the server ended", "error", err)
		r.connect()
	})
}

// suspect is told by calls that a server did not answer: the registration finds out now, not at the next refresh.
func (a *Account) suspect(to resolve.Target) {
	a.queue.Post(func() {
		r := &a.reg
		if !a.closed.Load() && to == r.target() && r.news.State == cti.RegOK {
			r.connect()
		}
	})
}
