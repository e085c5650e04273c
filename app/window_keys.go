package app

import (
	"sync"

	"cordboard/cti"
)

// windowKeys passes what system-wide keys ask of the window on to it. A window that was opened by such a key hears of it as
// soon as it can.
type windowKeys struct {
	mu      sync.Mutex
	ask     func(cti.Verb) // nil until the window is there
	said    func(string)
	waiting cti.Verb
}

// asks is called when the window shall ask for the number that a verb needs.
func (k *windowKeys) asks(v cti.Verb) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ask == nil {
		k.waiting = v
		return
	}
	k.ask(v)
}

// says is called with why a key did nothing.
func (k *windowKeys) says(sentence string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.said != nil {
		k.said(sentence)
	}
}

// set tells whom to pass it on to. The functions return at once.
func (k *windowKeys) set(ask func(cti.Verb), said func(string)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ask, k.said = ask, said
	if k.waiting != "" {
		go ask(k.waiting) // set is called by the goroutine of the window, which must not wait for itself
	}
}
