package sip

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/serial"
	"cordboard/cti/sip/watch"

	"github.com/emiago/sipgo/sip"
)

// Methods and extensions that the stack really supports; no more is advertised.
var (
	allow     = []string{"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "UPDATE", "PRACK", "NOTIFY", "REFER"}
	supported = []string{"timer", "100rel", "replaces", "norefersub", "from-change"}
)

// line is a line at work. Its account is replaced when the configuration changes; calls go on with the new one.
type line struct {
	stack *Stack
	queue *serial.Queue // opens and closes accounts in order: a fixed port cannot be bound twice

	mu      sync.Mutex
	cfg     cti.LineConfig
	acct    *account.Account
	reg     cti.Registration
	watcher *watch.Watcher // comes and goes with the account
	watched []string       // numbers of the latest SetWatches
	dropped bool           // closes with its last call
}

// lineFor returns the line of a configuration, a new one when it is not at work yet (a call recovered early).
func (s *Stack) lineFor(cfg cti.LineConfig) *line {
	s.mu.Lock()
	l, ok := s.lines[cfg.ID]
	if !ok {
		l = &line{stack: s, queue: serial.NewQueue(), cfg: cfg}
		s.lines[cfg.ID] = l
	}
	s.mu.Unlock()
	if !ok {
		l.open(cfg)
	}
	return l
}

// setLine puts a line to work. The same configuration again only repeats the news: a domain that was restarted wants it.
func (s *Stack) setLine(cfg cti.LineConfig) {
	l := s.lineFor(cfg)
	l.mu.Lock()
	same, reg := reflect.DeepEqual(l.cfg, cfg), l.reg
	l.cfg = cfg
	l.mu.Unlock()
	switch {
	case !same:
		l.open(cfg)
	case reg.State != cti.RegUnknown:
		s.cfg.Post(cti.LineRegistered{Line: cfg.ID, Reg: reg})
	}
}

// dropLine takes a line out of service. Its calls go on until they end, and only then is it unregistered and closed;
// new ones are refused.
func (s *Stack) dropLine(id cti.LineID) {
	s.mu.Lock()
	l := s.lines[id]
	delete(s.lines, id)
	s.mu.Unlock()
	if l == nil {
		return
	}
	l.mu.Lock()
	l.dropped = true
	l.mu.Unlock()
	l.closeIdle()
}

// closeIdle closes a dropped line that has no call any more.
func (l *line) closeIdle() {
	if !l.gone() || l.inCall() {
		return
	}
	l.queue.Post(func() { l.shut(context.Background()) })
	l.queue.Close()
}

// gone reports whether the line was taken out of service.
func (l *line) gone() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped
}

// open replaces the account, on the line's own goroutine: the old one takes its binding back first, and calls that are
// up tell the far end where they are now.
func (l *line) open(cfg cti.LineConfig) {
	l.queue.Post(func() {
		again := l.shut(context.Background())
		a, err := account.New(l.accountConfig(cfg))
		if err != nil {
			l.registered(cti.Registration{State: cti.RegFailed, Reason: err.Error()})
			return
		}
		w := watch.New(l.watchConfig(cfg, a))
		l.mu.Lock()
		l.acct, l.watcher = a, w
		w.Set(l.watched)
		l.mu.Unlock()
		a.Start()
		if again {
			go l.movedTo(a)
		}
	})
}

// shut closes the account in use and reports whether there was one. Its own timers bound the wait.
func (l *line) shut(ctx context.Context) bool {
	l.mu.Lock()
	a, w := l.acct, l.watcher
	l.acct, l.watcher = nil, nil
	l.mu.Unlock()
	if a == nil {
		return false
	}
	w.Close(ctx)
	if err := a.Close(ctx); err != nil {
		l.stack.cfg.Log.Warn("line not closed cleanly", "line", l.config().ID, "err", err)
	}
	return true
}

// accountConfig makes the account tell this line about everything. The callbacks only post, so none can hold the layer up.
func (l *line) accountConfig(cfg cti.LineConfig) account.Config {
	s := l.stack
	return account.Config{
		Line: cfg, InstanceID: s.cfg.InstanceID, UserAgent: s.cfg.UserAgent, Timing: s.cfg.Timing.Account,
		Allow: allow, Supported: supported, Resolver: s.cfg.Resolver,
		Log:              s.cfg.Log, // the account adds the line
		Secret:           func() (string, error) { return s.cfg.Secret(cfg.ID) },
		OnRegistration:   l.registered,
		OnRequest:        l.request,
		OnStray:          l.stray,
		Known:            s.known,
		OnAddressChanged: l.moved,
		InCall:           l.inCall,
	}
}

// account returns the account in use. It waits for one that is being opened; nil when there is none.
func (l *line) account() *account.Account {
	l.mu.Lock()
	a := l.acct
	l.mu.Unlock()
	if a != nil {
		return a
	}
	opened := make(chan struct{})
	if l.queue.Post(func() { close(opened) }) {
		<-opened
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.acct
}

// config is the configuration as it is now.
func (l *line) config() cti.LineConfig {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cfg
}

// registered remembers the news, to repeat it to a domain that was restarted.
func (l *line) registered(reg cti.Registration) {
	l.mu.Lock()
	l.reg = reg
	id, w := l.cfg.ID, l.watcher
	l.mu.Unlock()
	if w != nil {
		w.Registered(reg)
	}
	l.stack.cfg.Post(cti.LineRegistered{Line: id, Reg: reg})
}

// calls lists the calls of the line that are not over.
func (l *line) calls() []*call {
	var out []*call
	for _, c := range l.stack.live() {
		if c.line == l {
			out = append(out, c)
		}
	}
	return out
}

// inCall keeps a line on its backup server while somebody talks.
func (l *line) inCall() bool { return len(l.calls()) > 0 }

// moved tells every call that the local address is another one.
func (l *line) moved() {
	for _, c := range l.calls() {
		c.do(c.moved)
	}
}

// movedTo tells the calls of a new account as soon as it has a socket.
func (l *line) movedTo(a *account.Account) {
	select {
	case <-a.Ready():
		l.moved()
	case <-time.After(l.stack.cfg.Timing.Recover): // the registration says what is wrong
	}
}

// known lets requests of a dialog in that come from another address than the line's servers: phones that talk to
// each other directly. The tags of both sides are secrets of the dialog.
func (s *Stack) known(req *sip.Request) bool {
	if req.To() == nil || req.From() == nil || req.CallID() == nil {
		return false
	}
	c := s.find(req.CallID().Value(), tagOf(req.To().Params))
	return c != nil && c.hasPeer(tagOf(req.From().Params))
}

// closeLines closes all lines at the same time.
func closeLines(ctx context.Context, lines []*line) error {
	done := make(chan struct{}, len(lines))
	for _, l := range lines {
		l.queue.Post(func() {
			l.shut(ctx)
			done <- struct{}{}
		})
		l.queue.Close()
	}
	for range lines {
		select {
		case <-done:
		case <-ctx.Done():
			return errors.Join(errors.New("a line was still unregistering"), ctx.Err())
		}
	}
	return nil
}
