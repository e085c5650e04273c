package watch

import (
	"time"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// watched is a number with its lamp: what the phone does, what its owner says, and what was told of both. The Watcher's
// goroutine owns it.
type watched struct {
	w        *Watcher
	number   string
	subs     []*subscription
	phone    phone
	presence presence
	problem  string    // why nothing is known of the phone
	told     cti.Lamp  // the latest news, without its time
	at       time.Time // of it; zero before any
}

// newWatched prepares the subscriptions of a number.
func (w *Watcher) newWatched(number string) *watched {
	n := &watched{w: w, number: number}
	n.told = n.lamp()
	n.subscribe(dialogEvent, dialogType, n.phone.take, func(why string) { n.phone, n.problem = phone{}, why })
	if w.cfg.Line.Presence {
		n.subscribe(presenceEvent, presenceType, n.presence.take, func(string) { n.presence = presence{} })
	}
	return n
}

// subscribe adds a subscription whose documents go to take; fail forgets what they told.
func (n *watched) subscribe(event, accept string, take func([]byte) (bool, error), fail func(why string)) {
	n.subs = append(n.subs, &subscription{
		w: n.w, event: event, accept: accept,
		target: func() (sip.Uri, error) { return n.w.cfg.Target(n.number) },
		take: func(body []byte) (bool, error) {
			complete, err := take(body)
			n.changed()
			return complete, err
		},
		fail: func(why string) { fail(why); n.changed() },
	})
}

// begin asks the exchange as soon as it is this number's turn.
func (n *watched) begin() {
	if !n.w.server.IsValid() {
		n.fail(noExchange)
		return
	}
	for _, s := range n.subs {
		n.w.enqueue(s)
	}
}

// drop ends the subscriptions at the exchange.
func (n *watched) drop() {
	for _, s := range n.subs {
		n.w.unqueue(s)
		s.end()
	}
}

// fail says that nothing is known any more.
func (n *watched) fail(why string) {
	for _, s := range n.subs {
		s.fail(why)
	}
}

// lamp derives the lamp from everything that is known.
func (n *watched) lamp() cti.Lamp {
	l := cti.Lamp{Line: n.w.cfg.Line.ID, Number: n.number, State: cti.LampUnknown}
	if n.phone.known {
		n.phone.light(&l, n.w.cfg.Number)
	}
	if n.presence.known {
		n.presence.light(&l)
	}
	if l.State == cti.LampUnknown {
		l.Note = n.problem
	}
	l.Note = n.w.cfg.Shown(l.Note)
	return l
}

// changed posts the lamp when it is another one: a refresh every ten minutes is no news.
func (n *watched) changed() {
	l := n.lamp()
	if same(l, n.told) {
		return
	}
	n.told, n.at = l, time.Now()
	n.post()
}

// post tells the latest news again, with its own time.
func (n *watched) post() {
	if n.at.IsZero() {
		return
	}
	l := n.told
	l.At = n.at
	n.w.cfg.Post(cti.LampChanged{Lamp: l})
}

// same compares what lamps say.
func same(a, b cti.Lamp) bool {
	if (a.Pickup == nil) != (b.Pickup == nil) || a.Pickup != nil && *a.Pickup != *b.Pickup {
		return false
	}
	a.Pickup, b.Pickup = nil, nil
	return a == b
}
