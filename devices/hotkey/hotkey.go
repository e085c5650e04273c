package hotkey

import (
	"log/slog"
	"os"
	"sync"
)

// Binding is a chord with what it stands for.
type Binding struct {
	Action string // names it for the caller, and for the portal across starts
	About  string // a few words that the desktop shows in its own list of keys
	Chord  Chord
}

// State is how a key is doing.
type State string

// States; every one but Taken has its sentence in Result.Why.
const (
	Taken       State = "taken"       // pressing it anywhere is reported
	Asked       State = "asked"       // the desktop is asking its user
	Conflict    State = "conflict"    // something else has it
	Unavailable State = "unavailable" // the keyboard or the system does not have it
)

// Result is what became of a Binding.
type Result struct {
	Action  string `json:"action"`
	Chord   Chord  `json:"chord"`
	State   State  `json:"state"`
	Trigger string `json:"trigger,omitempty"` // the key that the desktop's user chose instead, in the desktop's words
	Why     string `json:"why,omitempty"`     // one sentence
}

// Status is how all keys are doing.
type Status struct {
	System string   `json:"system,omitempty"` // what grabs them: X11, Windows, desktop portal; empty when nothing does
	Why    string   `json:"why,omitempty"`    // one sentence when nothing does
	Keys   []Result `json:"keys"`
}

// Config is what New needs. The functions are called by a goroutine that reads the keyboard and must return at once.
type Config struct {
	Log     *slog.Logger            // slog.Default() when nil
	Press   func(Binding)           // a key went down; never twice without a Release between
	Release func(Binding)           // it went up again; nil when nobody cares
	Changed func(Status)            // something changed without Bind, such as the answer of a portal; nil when nobody cares
	Env     func(key string) string // finds the display and the bus; os.Getenv when nil
}

// Keys are the keys that were taken from the system. Methods may be called by any goroutine but those of Config's functions.
type Keys struct {
	cfg     Config
	binding sync.Mutex // one Bind or Close at a time

	mu     sync.Mutex
	sys    system // nil until there is something to bind, and when the system has gone away
	status Status
}

// system takes keys on one kind of desktop. bind and close are never called at the same time.
type system interface {
	// bind takes the keys given and lets go of all others. What became of each is told by Keys.update, now or later.
	bind([]Binding)
	// close lets go of all keys and waits until no function of Config runs any more.
	close()
}

// New makes an empty set of keys. The system is looked for when the first key is bound.
func New(cfg Config) *Keys {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Env == nil {
		cfg.Env = os.Getenv
	}
	if cfg.Release == nil {
		cfg.Release = func(Binding) {}
	}
	if cfg.Changed == nil {
		cfg.Changed = func(Status) {}
	}
	return &Keys{cfg: cfg, status: Status{Keys: []Result{}}}
}

// Bind takes these keys and lets go of all others. It waits for the system, which may take seconds. A system that was not
// there or went away is looked for again.
func (k *Keys) Bind(wanted []Binding) Status {
	k.binding.Lock()
	defer k.binding.Unlock()
	sys, name, err := k.system(len(wanted) > 0)
	if err != nil {
		k.begin(nil, nothing(wanted, sentence(err)))
		return k.Status()
	}
	single, all := sorted(wanted)
	k.begin(sys, Status{System: name, Keys: all})
	if sys != nil {
		sys.bind(single)
	}
	return k.Status()
}

// system returns the one in use, or opens it when it is needed.
func (k *Keys) system(needed bool) (system, string, error) {
	k.mu.Lock()
	sys, name := k.sys, k.status.System
	k.mu.Unlock()
	if sys != nil || !needed {
		return sys, name, nil
	}
	return open(k)
}

// begin replaces the status before the system is asked, so that its answers find their place.
func (k *Keys) begin(sys system, s Status) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sys, k.status = sys, s
}

// Status is how the keys are doing now.
func (k *Keys) Status() Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.status
}

// Close lets go of all keys.
func (k *Keys) Close() {
	k.binding.Lock()
	defer k.binding.Unlock()
	k.mu.Lock()
	sys := k.sys
	k.sys = nil
	k.mu.Unlock()
	if sys != nil {
		sys.close()
	}
}

// update takes news of some keys from a system. Any goroutine may call it.
func (k *Keys) update(sys system, news ...Result) {
	k.mu.Lock()
	if k.sys != sys {
		k.mu.Unlock()
		return
	}
	all := append([]Result{}, k.status.Keys...)
	for i, have := range all {
		for _, n := range news {
			if n.Action == have.Action && n.Chord == have.Chord {
				all[i] = n
			}
		}
	}
	k.status.Keys = all
	s := k.status
	k.mu.Unlock()
	k.cfg.Changed(s)
}

// lost takes note that a system has gone away.
func (k *Keys) lost(sys system, why string) {
	k.mu.Lock()
	if k.sys != sys {
		k.mu.Unlock()
		return
	}
	k.sys = nil
	var had []Binding
	for _, r := range k.status.Keys {
		had = append(had, Binding{Action: r.Action, Chord: r.Chord})
	}
	k.status = nothing(had, why)
	s := k.status
	k.mu.Unlock()
	k.cfg.Log.Warn("system-wide keys are gone", "why", why)
	k.cfg.Changed(s)
}

// nothing is the status when no key can be had.
func nothing(wanted []Binding, why string) Status {
	s := Status{Why: why, Keys: []Result{}}
	for _, b := range wanted {
		s.Keys = append(s.Keys, b.is(Unavailable, why))
	}
	return s
}

// is makes the result of a binding.
func (b Binding) is(state State, why string) Result {
	return Result{Action: b.Action, Chord: b.Chord, State: state, Why: why}
}
