// Package exchange is the practice exchange: a small telephone exchange inside the desk, on the loopback interface only. With no
// account configured the desk registers here, so that everything can be tried, trained and tested offline: colleagues
// that answer with a voice, one who is busy, one who never answers, one who declines, one whose phone rings while she is
// out, phones that are difficult to transfer, music, an echo, a group, a conference room, a mailbox, a line to the
// outside, and a customer who calls in. It takes transfers (RFC 3515, RFC 3891) and tells what everybody is doing (RFC 4235).
//
// All its state belongs to one goroutine; each call that is being heard has one more for its sound. At rest nothing
// ticks.
package exchange

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/serial"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// Config of an Exchange; the zero value is what the desk uses.
type Config struct {
	Bind     netip.AddrPort // a loopback address; 127.0.0.1 and a random port when zero
	Accounts []Account      // who may register; 2001 and 2002 when empty
	Ring     time.Duration  // how long colleagues let it ring, 1 s when zero; the group twice as long
	Customer time.Duration  // from the first registration until the customer calls, 8 s when zero; negative: never
	Again    time.Duration  // quiet time until the customer calls again, 3 min when zero; negative: never
	Patience time.Duration  // how long the customer waits for an answer, 40 s when zero
	Absent   time.Duration  // from the first subscription until a call rings for the colleague who is out, 20 s when zero; negative: never
	Log      *slog.Logger   // silent when nil
}

// Account is somebody who may register.
type Account struct {
	User     string
	Name     string // of the line, for people
	Password string // a random one is made when it is empty
}

// Exchange is a running practice exchange. Its methods may be called from any goroutine.
type Exchange struct {
	cfg      Config
	log      *slog.Logger
	addr     netip.AddrPort
	accounts map[string]Account
	order    []string // of the accounts

	layer *txn.Layer
	queue *serial.Queue
	legs  sync.WaitGroup // goroutines of sound
	close sync.Once
	quit  context.CancelFunc

	// The queue's goroutine owns the rest.
	nonces   map[string]*nonce
	bindings map[string]binding  // by user
	calls    map[string]*call    // by Call-ID
	customer *time.Timer         // the next call of the customer, nil when none is planned
	lastUser string              // whom the customer called last
	watchers map[string]*watcher // subscriptions of the desk, by Call-ID
	fresh    map[string]int      // messages in the mailboxes, by user
	waiting  *waiting            // the call that rings for a colleague who is out, nil for none
	planned  *time.Timer         // the next one
	room     room
	closed   bool
}

// Start opens the exchange. It ends when ctx does, or by Close. The error says why the address cannot be used.
func Start(ctx context.Context, cfg Config) (*Exchange, error) {
	cfg = cfg.withDefaults()
	if !cfg.Bind.Addr().IsLoopback() {
		return nil, fmt.Errorf("the practice exchange listens on loopback addresses only, not on %s", cfg.Bind.Addr())
	}
	x := &Exchange{
		cfg: cfg, log: cfg.Log, accounts: map[string]Account{}, queue: serial.NewQueue(),
		nonces: map[string]*nonce{}, bindings: map[string]binding{}, calls: map[string]*call{},
		watchers: map[string]*watcher{}, fresh: map[string]int{},
	}
	for _, a := range cfg.Accounts {
		if a.Password == "" {
			a.Password = rand.Text()
		}
		x.accounts[a.User] = a
		x.order = append(x.order, a.User)
	}
	x.fresh[x.order[0]] = 1
	complete := make(chan struct{})
	x.post(func() { <-complete }) // requests may come before listen returns
	err := x.listen()
	close(complete)
	if err != nil {
		x.queue.Close()
		return nil, fmt.Errorf("the practice exchange did not start: %w", err)
	}
	var own context.Context
	own, x.quit = context.WithCancel(ctx)
	context.AfterFunc(own, x.Close)
	return x, nil
}

func (c Config) withDefaults() Config {
	c.Ring = cmp.Or(c.Ring, time.Second)
	c.Customer = cmp.Or(c.Customer, 8*time.Second)
	c.Again = cmp.Or(c.Again, 3*time.Minute)
	c.Patience = cmp.Or(c.Patience, 40*time.Second)
	c.Absent = cmp.Or(c.Absent, 20*time.Second)
	if !c.Bind.IsValid() {
		c.Bind = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
	}
	if len(c.Accounts) == 0 {
		c.Accounts = []Account{{User: "2001", Name: "Desk 2001"}, {User: "2002", Name: "Sales 2002"}}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func (x *Exchange) listen() (err error) {
	x.layer, err = txn.New(txn.Config{
		Transport: cti.UDP,
		Bind:      x.cfg.Bind,
		Policy:    message.Policy{Methods: methods, Extensions: []string{"replaces"}},
		Admit:     netip.Addr.IsLoopback,
		OnRequest: x.take,
		Log:       x.log,
	})
	if err == nil {
		x.addr = x.layer.Local()
	}
	return err
}

// Addr is where the exchange listens, UDP.
func (x *Exchange) Addr() netip.AddrPort { return x.addr }

// Lines are the lines that the desk shall have: one for each account, not to be stored.
func (x *Exchange) Lines() []cti.LineConfig {
	lines := make([]cti.LineConfig, len(x.order))
	for i, user := range x.order {
		a := x.accounts[user]
		lines[i] = cti.LineConfig{
			ID: lineID(user), Name: a.Name, User: user, Display: a.Name,
			Server: x.addr.String(), Transport: cti.UDP, Practice: true, Pickup: pickupCode, Room: roomNumber,
		}
	}
	lines[0].Watch = colleagues()
	return lines
}

func lineID(user string) cti.LineID { return cti.LineID("practice-" + user) }

// Secret is the digest password of one of Lines, false for any other line.
func (x *Exchange) Secret(line cti.LineID) (string, bool) {
	for user, a := range x.accounts {
		if lineID(user) == line {
			return a.Password, true
		}
	}
	return "", false
}

// Accounts are the accounts with their passwords.
func (x *Exchange) Accounts() []Account {
	all := make([]Account, len(x.order))
	for i, user := range x.order {
		all[i] = x.accounts[user]
	}
	return all
}

// ErrNotRegistered says that nobody can be called at that user.
var ErrNotRegistered = errors.New("nobody is registered there")

// CallIn makes the customer call user ("" is any) now, besides the calls that are up. It returns once the INVITE
// has been handed over.
func (x *Exchange) CallIn(user string) error {
	result := make(chan error, 1)
	if !x.post(func() { defer close(result); result <- x.callIn(user) }) {
		return errors.New("the practice exchange is closed")
	}
	return <-result
}

// Calls is the number of calls that are up or ringing.
func (x *Exchange) Calls() int {
	n := make(chan int, 1)
	if !x.post(func() { n <- len(x.calls) }) {
		return 0
	}
	return <-n
}

// Close ends all calls with BYE, closes the socket and waits for all goroutines. It may be called twice.
func (x *Exchange) Close() {
	x.close.Do(func() {
		x.quit()
		done := make(chan struct{})
		x.post(func() { defer close(done); x.shut() })
		<-done
		x.layer.Close()
		x.queue.Close()
		<-x.queue.Done()
		x.legs.Wait()
	})
}

func (x *Exchange) shut() {
	x.closed = true
	x.stopCustomer()
	x.stopWaiting()
	for _, c := range x.calls {
		c.hangUp()
	}
}

// post runs f on the exchange's goroutine; it reports false when the exchange has ended.
// Whatever it changed is told to those who watch.
func (x *Exchange) post(f func()) bool {
	return x.queue.Post(func() {
		x.guard(f)
		x.guard(x.tellWatchers)
	})
}

// spawn runs f on a goroutine that Close waits for.
func (x *Exchange) spawn(f func()) { x.legs.Go(func() { x.guard(f) }) }

// guard keeps a fault of the exchange to itself: the desk that it runs in may have real calls up.
func (x *Exchange) guard(f func()) {
	defer func() {
		if fault := recover(); fault != nil {
			x.log.Error("fault in the practice exchange", "fault", fault, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// after runs f on the exchange's goroutine when d has passed; f has to look whether it is still wanted.
func (x *Exchange) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { x.post(f) })
}

// uri is the address of a user of the exchange.
func (x *Exchange) uri(user string) sip.Uri {
	return sip.Uri{Scheme: "sip", User: user, Host: x.addr.Addr().String(), Port: int(x.addr.Port())}
}
