package sip

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/resolve"
)

// Ports hands out RTP ports. media/engine implements it. Its methods are called on the goroutine of the call.
type Ports interface {
	// Reserve binds a socket for the call at a local address and returns its RTP port. A second Reserve for the same
	// call and address returns the same port. It stands until the domain's CloseSession, or Free.
	Reserve(call cti.CallID, local netip.Addr) (port uint16, err error)
	// Free gives a port back for a call that never became known to the domain.
	Free(call cti.CallID)
}

// Timing holds every time of the stack; zero fields take the value named. Tests shorten them.
type Timing struct {
	Account account.Timing
	Second  time.Duration // how long a second of Session-Expires, Retry-After and the glare timers lasts, 1 s
	Expires int           // Session-Expires that we ask for, 1800 seconds (RFC 4028)
	MinSE   int           // the shortest that we accept, 90 seconds
	Recover time.Duration // how long a re-INVITE after a restart may take, 4 s
}

// withDefaults fills what is zero.
func (t Timing) withDefaults() Timing {
	if t.Second == 0 {
		t.Second = time.Second
	}
	if t.Expires == 0 {
		t.Expires = 1800
	}
	if t.MinSE == 0 {
		t.MinSE = 90
	}
	if t.Recover == 0 {
		t.Recover = 4 * time.Second
	}
	if t.Account.Timers.T1 == 0 {
		t.Account.Timers.T1 = 500 * time.Millisecond
	}
	return t
}

// Config is what a Stack is made of.
type Config struct {
	Post       func(cti.Input)                  // takes events, from many goroutines; in order for one call
	Ports      Ports                            // RTP ports
	Secret     func(cti.LineID) (string, error) // the digest password of a line
	Seal       Sealer                           // for media keys in DialogKept; nil: none are kept, and Recover offers new ones
	Codecs     []string                         // what the media side can do, by preference; all when empty
	UserAgent  string
	InstanceID string // "urn:uuid:…", the same for ever (RFC 5626)
	Resolver   *resolve.Resolver
	Timing     Timing
	Log        *slog.Logger
}

// Stack carries out the SIP effects of the domain. Safe for use by any goroutine.
type Stack struct {
	cfg Config

	mu      sync.Mutex // guards the maps; never held while something is sent
	lines   map[cti.LineID]*line
	calls   map[cti.CallID]*call
	dialogs map[dialogKey]*call
	closed  bool

	refused counters
}

// dialogKey finds the call of an in-dialog request. Our tag is one for all forks of an INVITE.
type dialogKey struct{ callID, localTag string }

// New returns a Stack without lines. Nothing is opened before the first SetLine.
func New(cfg Config) (*Stack, error) {
	if cfg.Post == nil || cfg.Ports == nil {
		return nil, errors.New("the SIP stack needs somebody to tell and somebody who gives ports")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Secret == nil {
		cfg.Secret = func(cti.LineID) (string, error) { return "", errors.New("no password is stored") }
	}
	cfg.Timing = cfg.Timing.withDefaults()
	return &Stack{
		cfg:     cfg,
		lines:   map[cti.LineID]*line{},
		calls:   map[cti.CallID]*call{},
		dialogs: map[dialogKey]*call{},
	}, nil
}

// Do starts an effect and returns at once; what comes of it is posted. Effects of other ports are not for us.
func (s *Stack) Do(e cti.Effect) {
	switch e := e.(type) {
	case cti.SetLine:
		s.setLine(e.Config)
	case cti.DropLine:
		s.dropLine(e.Line)
	case cti.Invite:
		s.begin(e.Call, e.Line, func(c *call) { c.dial(e) })
	case cti.Recover:
		s.begin(e.Call, e.Line, func(c *call) { c.recover(e) })
	case cti.Accept:
		s.with(e.Call, func(c *call) { c.accept() })
	case cti.Release:
		s.with(e.Call, func(c *call) { c.release(e.Code) })
	case cti.SetHold:
		s.with(e.Call, func(c *call) { c.setHold(e.On) })
	case cti.SendDigits:
		s.with(e.Call, func(c *call) { c.sendDigits(e.Digits) })
	case cti.Refer:
		s.with(e.Call, func(c *call) { c.refer(e) })
	case cti.AnswerReferral:
		s.with(e.Call, func(c *call) { c.answerReferral(e) })
	case cti.ReportReferral:
		s.with(e.Call, func(c *call) { c.report(e.Code) })
	case cti.SetWatches:
		s.watch(e)
	case cti.Redirect:
		s.with(e.Call, func(c *call) { c.divert(e) })
	}
}

// begin makes the call of an effect and runs f on its goroutine.
func (s *Stack) begin(id cti.CallID, cfg cti.LineConfig, f func(*call)) {
	l := s.lineFor(cfg)
	c := newCall(s, l, id)
	s.mu.Lock()
	_, twice := s.calls[id]
	if !twice && !s.closed {
		s.calls[id] = c
	}
	closed := s.closed
	s.mu.Unlock()
	if twice || closed {
		c.queue.Close()
		s.cfg.Log.Warn("call not begun", "call", id, "twice", twice, "closed", closed)
		return
	}
	c.do(func() { f(c) })
}

// with runs f on the goroutine of a call. A call that is not there any more has been reported as ended.
func (s *Stack) with(id cti.CallID, f func(*call)) {
	if c := s.call(id); c != nil && c.do(func() { f(c) }) {
		return
	}
	s.cfg.Post(cti.Ended{Call: id, Reason: "The call is not there any more."})
}

// call returns a call of the domain, nil when it is not there any more.
func (s *Stack) call(id cti.CallID) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[id]
}

// index lets requests inside a dialog find their call.
func (s *Stack) index(callID, localTag string, c *call) {
	s.mu.Lock()
	s.dialogs[dialogKey{callID, localTag}] = c
	s.mu.Unlock()
}

// forget removes a call and its dialogs.
func (s *Stack) forget(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls[c.id] == c {
		delete(s.calls, c.id)
	}
	for k, v := range s.dialogs {
		if v == c {
			delete(s.dialogs, k)
		}
	}
}

// live lists the calls that are not over; others stay a while for answers that come late.
func (s *Stack) live() []*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*call, 0, len(s.calls))
	for _, c := range s.calls {
		select {
		case <-c.over:
		default:
			out = append(out, c)
		}
	}
	return out
}

// find returns the call of a dialog; nil for a stranger's.
func (s *Stack) find(callID, localTag string) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialogs[dialogKey{callID, localTag}]
}

// Close ends all calls on the wire (BYE, CANCEL, 480), unregisters the lines, and closes the sockets. It waits for
// the far ends until ctx ends; the error says what was left.
func (s *Stack) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	calls := make([]*call, 0, len(s.calls))
	for _, c := range s.calls {
		calls = append(calls, c)
	}
	lines := make([]*line, 0, len(s.lines))
	for _, l := range s.lines {
		lines = append(lines, l)
	}
	s.mu.Unlock()
	for _, c := range calls {
		c.do(func() { c.release(480) })
	}
	var errs []error
	for _, c := range calls {
		select {
		case <-c.over:
		case <-ctx.Done():
			errs = append(errs, ctx.Err())
		}
	}
	errs = append(errs, closeLines(ctx, lines))
	for _, c := range calls {
		c.remove()
	}
	return errors.Join(errs...)
}
