package watch

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/serial"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// Config is what a Watcher is made of. All functions are called from its own goroutine.
type Config struct {
	Account *account.Account // the line at work; it must outlive the Watcher
	Line    cti.LineConfig
	Post    func(cti.Input)                      // takes LampChanged and VoiceMailChanged
	Target  func(number string) (sip.Uri, error) // address of a watched number
	Number  func(sip.Uri) string                 // the number in an address, for people
	Shown   func(string) string                  // makes text of others fit to be shown
	Refused func(why string)                     // a NOTIFY was not wanted or could not be read
	Second  time.Duration                        // how long a second of Expires and Retry-After lasts, 1 s; tests shorten it
	T1      time.Duration                        // RFC 3261 timer: after 64 of it a subscription without news has failed
}

// Watcher holds the subscriptions of one account. Its methods may be called from any goroutine.
type Watcher struct {
	cfg   Config
	queue *serial.Queue

	// The queue's goroutine owns the rest.
	numbers map[string]*watched      // by number
	mailbox *subscription            // nil on a line without a registrar
	mail    cti.VoiceMail            // the latest news of it
	mailed  bool                     // there was news
	byCall  map[string]*subscription // by Call-ID, those that have been sent
	waiting []*subscription          // will be sent, one each pace
	pacing  *time.Timer              // nil while nothing waits
	ready   bool                     // the line can be used
	server  netip.AddrPort           // that the subscriptions are at
	contact string                   // that they name
	leaving int                      // un-subscriptions without an answer
	left    chan struct{}            // closed when Close may go on; nil before
}

// pace is the time between two new subscriptions, in parts of a second: a hundred lamps come up within four seconds
// and no exchange takes them for an attack.
const pace = 25

// goodbye bounds how long Close waits for answers, in seconds.
const goodbye = 2

// noExchange is the note of lamps on a line that calls directly.
const noExchange = "This line has no exchange that could tell."

// New returns a Watcher of nothing but the mailbox. It begins when Registered says that the line can be used.
func New(cfg Config) *Watcher {
	if cfg.Second == 0 {
		cfg.Second = time.Second
	}
	if cfg.T1 == 0 {
		cfg.T1 = 500 * time.Millisecond
	}
	w := &Watcher{cfg: cfg, queue: serial.NewQueue(), numbers: map[string]*watched{}, byCall: map[string]*subscription{}}
	if cfg.Line.Server != "" {
		w.mailbox = w.newMailbox()
	}
	return w
}

// Set replaces the numbers that are watched. What is known of those that stay is posted again: who asks has forgotten.
func (w *Watcher) Set(numbers []string) {
	w.queue.Post(func() { w.set(numbers) })
}

// set begins with what is new and takes leave of what is not wanted any more.
func (w *Watcher) set(numbers []string) {
	if w.left != nil {
		return
	}
	for number, n := range w.numbers {
		if !slices.Contains(numbers, number) {
			n.drop()
			delete(w.numbers, number)
		}
	}
	for _, number := range numbers {
		if n := w.numbers[number]; n != nil {
			n.post()
			continue
		}
		n := w.newWatched(number)
		w.numbers[number] = n
		if w.ready {
			n.begin()
		}
	}
	if w.mailed {
		w.cfg.Post(cti.VoiceMailChanged{Line: w.cfg.Line.ID, VoiceMail: w.mail})
	}
}

// Registered tells what has become of the line's registration.
func (w *Watcher) Registered(reg cti.Registration) {
	w.queue.Post(func() {
		switch {
		case w.left != nil:
		case reg.State == cti.RegOK, reg.State == cti.RegDirect:
			w.registered()
		case reg.State == cti.RegTrying:
			w.ready = false // after a sleep, or a loss of the network: who knows what has expired meanwhile
		case reg.State == cti.RegFailed, reg.State == cti.RegOff:
			w.ready = false
			w.failAll("The line is not registered.")
		}
	})
}

// registered brings all subscriptions to the server in use and to our present address: living ones by a refresh, which
// also asks for the whole. A plain refresh of the registration changes nothing.
func (w *Watcher) registered() {
	server, contact := w.cfg.Account.Server(), w.cfg.Account.Contact().Value()
	moved := server.Addr != w.server
	if w.ready && !moved && contact == w.contact {
		return
	}
	w.ready, w.server, w.contact = true, server.Addr, contact
	if !server.IsValid() {
		w.failAll(noExchange)
		return
	}
	for _, s := range w.all() {
		if moved {
			s.forget() // the other server does not know it
		}
		w.enqueue(s)
	}
}

// failAll says of every number that nothing is known, and why.
func (w *Watcher) failAll(why string) {
	for _, n := range w.numbers {
		n.fail(why)
	}
}

// all lists the subscriptions, in the order of the numbers.
func (w *Watcher) all() []*subscription {
	var out []*subscription
	if w.mailbox != nil {
		out = append(out, w.mailbox)
	}
	for _, number := range slices.Sorted(maps.Keys(w.numbers)) {
		out = append(out, w.numbers[number].subs...)
	}
	return out
}

// enqueue lets a subscription be sent, or refreshed, when it is its turn.
func (w *Watcher) enqueue(s *subscription) {
	if w.left != nil || slices.Contains(w.waiting, s) {
		return
	}
	w.waiting = append(w.waiting, s)
	if w.pacing == nil {
		w.next()
	}
}

// unqueue lets a subscription wait no longer.
func (w *Watcher) unqueue(s *subscription) {
	w.waiting = slices.DeleteFunc(w.waiting, func(other *subscription) bool { return other == s })
}

// next sends the first that waits, and comes back for the others.
func (w *Watcher) next() {
	w.pacing = nil
	if len(w.waiting) == 0 || w.left != nil {
		return
	}
	s := w.waiting[0]
	w.waiting = w.waiting[1:]
	s.ask()
	w.pacing = time.AfterFunc(w.cfg.Second/pace, func() { w.queue.Post(w.next) })
}

// Close ends all subscriptions at the exchange, where they would pile up otherwise (RFC 6665 section 4.1.2.3). It waits
// for the answers until ctx ends, two seconds at most. The account must still be open.
func (w *Watcher) Close(ctx context.Context) {
	left := make(chan struct{})
	if !w.queue.Post(func() { w.leave(left) }) {
		return
	}
	defer func() {
		w.queue.Close()
		<-w.queue.Done()
	}()
	limit := time.NewTimer(goodbye * w.cfg.Second)
	defer limit.Stop()
	select {
	case <-left:
	case <-limit.C:
	case <-ctx.Done():
	}
}

// leave takes leave of everything that is known at the exchange.
func (w *Watcher) leave(left chan struct{}) {
	w.left = left
	if w.pacing != nil {
		w.pacing.Stop()
	}
	for _, s := range w.all() {
		if w.ready {
			s.end()
		} else {
			s.forget() // nobody would hear it
		}
	}
	if w.leaving == 0 {
		close(left)
	}
}

// goneOne counts the answers to un-subscriptions.
func (w *Watcher) goneOne() {
	if w.leaving--; w.leaving == 0 && w.left != nil {
		close(w.left)
	}
}

// Notify takes a NOTIFY that belongs to no call, and answers it: 481 unless it is of a subscription of ours, or news of
// the mailbox that nobody asked for, from a server of the line (RFC 3842 has none, exchanges send it all the same).
func (w *Watcher) Notify(tx *txn.ServerTx) {
	if !w.queue.Post(func() { w.notified(tx) }) {
		tx.Respond(tx.Response(sip.StatusCallTransactionDoesNotExists, ""))
	}
}
