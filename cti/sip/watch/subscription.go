package watch

import (
	"math/rand/v2"
	"strconv"
	"time"

	"cordboard/cti/sip/account"

	"github.com/emiago/sipgo/sip"
)

// Lifetimes and pauses, in seconds.
const (
	lifetime  = 600   // that we ask for: an exchange that lost its subscriptions is found out within ten minutes
	longest   = 86400 // that we let an exchange prescribe
	firstWait = 5     // after a failure, doubling
	lastWait  = 300
	slowWait  = 900 // after a refusal that will hardly change
)

// subscription is one subscription, through all the dialogs that it takes to keep it. The Watcher's goroutine owns it.
type subscription struct {
	w      *Watcher
	event  string // of the package
	accept string // media type of its documents
	target func() (sip.Uri, error)
	take   func(body []byte) (complete bool, err error) // news; false asks for the whole again
	fail   func(note string)                            // nothing is known any more, with the reason

	dlg     *dialog // nil while the exchange knows nothing of us
	seconds int     // that we ask for
	ends    time.Time
	began   time.Time
	tries   int         // failures in a row
	asked   bool        // for the whole, because something was lost
	turn    int         // answers and timers of an earlier turn are void
	timer   *time.Timer // the one thing that is waited for
}

// ask sends the first SUBSCRIBE, or refreshes in the dialog. A refresh makes the exchange send the whole again (RFC 6665
// section 4.2.1.2), so it is also the cure for everything that may have been lost.
func (s *subscription) ask() {
	if s.dlg != nil && s.dlg.remoteTag != "" {
		s.send(s.dlg.request(s.w.cfg.Account))
		return
	}
	s.forget()
	to, err := s.target()
	if err != nil {
		s.fail("It cannot be watched: " + err.Error() + ".")
		return
	}
	req := s.w.cfg.Account.NewRequest(sip.SUBSCRIBE, to)
	s.dlg = newDialog(req)
	s.began = time.Now()
	s.w.byCall[s.dlg.callID] = s
	s.send(req)
}

// send asks for the time that we want.
func (s *subscription) send(req *sip.Request) {
	if s.seconds == 0 {
		s.seconds = lifetime
	}
	s.turn++
	turn := s.turn
	s.complete(req, s.seconds)
	s.w.cfg.Account.Send(req, account.Options{NextCSeq: s.dlg.next}, func(res *sip.Response, err error) {
		s.w.queue.Post(func() {
			if s.turn == turn && s.w.left == nil {
				s.answered(res, err)
			}
		})
	})
}

// complete adds what makes a request a SUBSCRIBE. Accept names one type only: what we cannot read need not be sent.
func (s *subscription) complete(req *sip.Request, seconds int) {
	req.AppendHeader(sip.NewHeader("Event", s.event))
	req.AppendHeader(sip.NewHeader("Accept", s.accept))
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(seconds)))
}

// end takes leave of the exchange; nobody cares for the answer but Close.
func (s *subscription) end() {
	s.turn++
	s.stop()
	if s.dlg == nil || s.dlg.remoteTag == "" {
		s.forget()
		return
	}
	w, done := s.w, false
	req := s.dlg.request(w.cfg.Account)
	s.complete(req, 0)
	w.leaving++
	w.cfg.Account.Send(req, account.Options{NextCSeq: s.dlg.next}, func(res *sip.Response, err error) {
		w.queue.Post(func() {
			if !done && (err != nil || res.StatusCode >= 200) {
				done = true
				w.goneOne()
			}
		})
	})
	s.forget()
}

// forget drops the dialog without a word, and what was under way in it: a NOTIFY that still comes for it gets 481, which
// ends the subscription at the exchange, too.
func (s *subscription) forget() {
	s.turn++
	s.stop()
	if s.dlg != nil {
		delete(s.w.byCall, s.dlg.callID)
		s.dlg = nil
	}
	s.asked = false
}

// stop ends the waiting. A timer that has run out already finds another turn.
func (s *subscription) stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
}

// after runs f when d has passed, unless something else has happened by then.
func (s *subscription) after(d time.Duration, f func()) {
	s.stop()
	turn := s.turn
	s.timer = time.AfterFunc(d, func() {
		s.w.queue.Post(func() {
			if s.turn == turn && s.w.left == nil {
				f()
			}
		})
	})
}

// span is a number of the protocol's seconds.
func (s *subscription) span(seconds int) time.Duration {
	return time.Duration(seconds) * s.w.cfg.Second
}

// keep refreshes in time: at 80 to 95 percent of what was granted, so that a hundred do not come at once for ever.
func (s *subscription) keep(seconds int) {
	s.ends = time.Now().Add(s.span(seconds))
	share := 0.80 + 0.15*rand.Float64()
	s.after(time.Duration(share*float64(s.span(seconds))), func() { s.w.enqueue(s) })
}

// again begins anew under another Call-ID, after a pause that grows with each failure: an exchange may mistake a Call-ID
// that it has seen before.
func (s *subscription) again(note string, least int) {
	s.settle()
	s.forget()
	s.fail(note)
	wait := max(least, min(firstWait<<min(s.tries, 10), lastWait))
	s.tries++
	s.after(s.span(wait)+s.spread(), func() { s.w.enqueue(s) })
}

// anew begins a new subscription soon, since this one is over without anybody being wrong. What is known stays until
// then. An exchange that ends each as soon as it has begun is not asked so quickly.
func (s *subscription) anew() {
	s.settle()
	if s.tries > 0 {
		s.again("The exchange ends the subscription again and again.", 0)
		return
	}
	s.tries++
	s.forget()
	s.after(s.spread(), func() { s.w.enqueue(s) })
}

// settle forgives earlier failures once a subscription has held for a while.
func (s *subscription) settle() {
	if time.Since(s.began) > s.span(lifetime/10) {
		s.tries = 0
	}
}

// spread is up to a second: what ends together does not begin together.
func (s *subscription) spread() time.Duration {
	return time.Duration(rand.Float64() * float64(s.w.cfg.Second))
}
