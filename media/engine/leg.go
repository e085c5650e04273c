package engine

import (
	"cmp"
	"fmt"
	"net/netip"
	"time"

	"cordboard/cti"
)

// fadeOut is how long the stream of a finished call goes on, for its sound to fade out in the mix.
const fadeOut = 5 * fadeTicks * time.Millisecond

// leg is a call's stream. The Engine's mutex guards it; the tick knows it as a party.
type leg struct {
	call cti.CallID
	ip   netip.Addr // that it was reserved for
	port Port
	slot int
	rate int // of the codec in use in Hz, 0 before the first session

	ptime int // of the packets sent, in ms
}

// Reserve binds a port for a call at a local address and returns its RTP port number. It stands until Free or
// CloseSession; a second Reserve for the same call and address returns the same port, one for another address
// replaces it unless the stream has begun.
func (e *Engine) Reserve(call cti.CallID, local netip.Addr) (uint16, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.legs[call]; l != nil {
		if l.ip == local || l.rate != 0 {
			return l.port.Local().Port(), nil
		}
		e.drop(l)
	}
	l, err := e.bind(call, local)
	if err != nil {
		return 0, err
	}
	e.wantDevices()
	return l.port.Local().Port(), nil
}

// bind makes a leg with a free slot.
func (e *Engine) bind(call cti.CallID, local netip.Addr) (*leg, error) {
	if e.closed {
		return nil, fmt.Errorf("reserve a media port: the media engine is closed")
	}
	slot, ok := e.freeSlot()
	if !ok {
		return nil, fmt.Errorf("reserve a media port: %d calls have one already", MaxCalls)
	}
	port, err := e.cfg.Listen(local, func(key string) { e.cfg.Post(cti.DTMFReceived{Call: call, Digit: key}) })
	if err != nil {
		return nil, fmt.Errorf("reserve a media port at %v: %w", local, err)
	}
	l := &leg{call: call, ip: local, port: port, slot: slot}
	e.legs[call] = l
	e.taken[slot-slotCalls] = true
	return l, nil
}

func (e *Engine) freeSlot() (int, bool) {
	for i, taken := range e.taken {
		if !taken {
			return slotCalls + i, true
		}
	}
	return 0, false
}

// Free gives a reserved port back; unknown calls are ignored.
func (e *Engine) Free(call cti.CallID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.legs[call]; l != nil {
		e.drop(l)
	}
}

// apply starts or alters a stream. A call without a reserved port gets one: a journal that is taken up again knows
// sessions, but no sockets.
func (e *Engine) apply(call cti.CallID, s cti.MediaSession) error {
	l := e.legs[call]
	if l == nil {
		var err error
		if l, err = e.bind(call, s.Local.Addr()); err != nil {
			return err
		}
	}
	if s.Codec.Rate != 0 && !known(s.Codec.Rate) {
		return fmt.Errorf("codec %s has %d Hz, which is not mixed here", s.Codec.Name, s.Codec.Rate)
	}
	if err := l.port.Apply(s); err != nil {
		return err
	}
	if s.Codec.Rate != 0 {
		l.rate = s.Codec.Rate
		l.ptime = cmp.Or(s.Ptime, defaultPtime)
	}
	e.publish()
	return nil
}

// drop takes a leg out of the mix and closes its port once it has faded out.
func (e *Engine) drop(l *leg) {
	delete(e.legs, l.call)
	if l.rate == 0 {
		e.finish(l)
		return
	}
	e.fading[l] = time.AfterFunc(fadeOut, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.fading[l] != nil { // else Close was faster
			e.finish(l)
			e.publish()
		}
	})
	e.publish()
}

// finish closes the port of a leg that nobody hears any more. Closing waits for the port's goroutines, so it has one
// of its own.
func (e *Engine) finish(l *leg) {
	delete(e.fading, l)
	e.taken[l.slot-slotCalls] = false
	e.closing.Go(func() {
		if err := l.port.Close(); err != nil {
			e.cfg.Log.Warn("media port did not close", "call", l.call, "err", err)
		}
	})
}
