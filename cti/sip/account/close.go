package account

import (
	"context"
	"time"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// unregister removes our own binding, never those of other phones ("Contact: *"), and waits for the answer.
func (a *Account) unregister(ctx context.Context) error {
	done := make(chan error, 1)
	posted := a.queue.Post(func() {
		if !a.reg.bound {
			done <- nil
			return
		}
		a.reg.attempt++ // no refresh from now on
		a.reg.bound = false
		a.reg.send(a.reg.binding(0), func(_ *sip.Response, err error) { done <- err })
	})
	if !posted {
		return nil
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end stops the timers.
func (r *registration) end() {
	r.attempt++
	for _, t := range []*time.Timer{r.timer, r.back, r.watch} {
		if t != nil {
			t.Stop()
		}
	}
	r.tell(cti.RegOff, "", time.Time{})
}
