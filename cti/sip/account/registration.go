package account

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/digest"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// registration is what keeps a line reachable. All of it but the target list belongs to the account's queue. Results
// of look-ups, connections and requests carry the number of the attempt they belong to; older ones are ignored.
type registration struct {
	a       *Account
	route   route
	list    atomic.Pointer[[]resolve.Target] // route.targets, for other goroutines
	current int                              // index of the target in use
	attempt int
	tried   int // targets that failed since the last success
	round   int // rounds over all targets that failed, for the backoff
	news    cti.Registration

	callID  string
	cseq    atomic.Uint32
	bound   bool          // the registrar has our binding
	ask     time.Duration // asked for at REGISTER
	granted time.Duration
	local   netip.AddrPort // of the socket towards the current target
	contact sip.Uri        // as it is in the binding
	stale   *sip.Uri       // the Contact of before, to be removed with the next REGISTER
	mapped  bool           // the Contact was rewritten to what the server sees, which happens once

	timer *time.Timer // refresh or retry
	back  *time.Timer // fail-back
	watch *time.Timer
	seen  sample

	offline bool // there was no route to the server when it was looked at last
}

// init makes the Call-ID that all REGISTERs of this run share (RFC 3261 section 10.2), so that the registrar can order them.
func (r *registration) init(a *Account) {
	r.a = a
	r.callID = rand.Text()
	r.ask = time.Duration(a.cfg.Line.Expires) * time.Second
	if r.ask <= 0 {
		r.ask = 10 * time.Minute
	}
	r.list.Store(&[]resolve.Target{})
}

// targets may be called from any goroutine.
func (r *registration) targets() []resolve.Target { return *r.list.Load() }

// begin looks the servers up; also each time when all of them have failed.
func (r *registration) begin() {
	r.attempt++
	n := r.attempt
	r.tell(cti.RegTrying, "", time.Time{})
	r.startWatch()
	go func() {
		found, err := r.a.lookup(r.a.ctx)
		r.a.queue.Post(func() {
			if n == r.attempt {
				r.found(found, err)
			}
		})
	}()
}

// found begins with the first server again.
func (r *registration) found(found route, err error) {
	if err != nil {
		r.failed(sentence(err), 0)
		return
	}
	r.use(found, 0)
	if len(found.targets) == 0 {
		r.direct()
		return
	}
	r.connect()
}

// refresh looks the servers up again, since their addresses decide who may call, and renews the binding. The server in
// use is kept while the DNS still names it.
func (r *registration) refresh() {
	r.attempt++
	n := r.attempt
	go func() {
		ctx, cancel := context.WithTimeout(r.a.ctx, r.a.cfg.Timing.Probe)
		defer cancel()
		found, err := r.a.lookup(ctx)
		r.a.queue.Post(func() {
			if n == r.attempt {
				r.refreshed(found, err)
			}
		})
	}()
}

func (r *registration) refreshed(found route, err error) {
	if err != nil { // the DNS is away: what we know is good enough for another period
		r.register()
		return
	}
	at := slices.Index(found.targets, r.target())
	if at < 0 {
		r.found(found, nil)
		return
	}
	r.use(found, at)
	r.register()
}

// use makes the targets those of the line.
func (r *registration) use(found route, at int) {
	r.route, r.current, r.tried = found, at, 0
	r.list.Store(&found.targets)
	r.a.hosts.Store(found.hosts)
}

// connect opens the way to the current target, on a new socket when the local address is another one.
func (r *registration) connect() {
	r.attempt++
	n, target := r.attempt, r.target()
	if err := r.open(target); err != nil {
		r.unreachable(err)
		return
	}
	r.a.layer.Load().Connect(target, func(local netip.AddrPort, err error) {
		r.a.queue.Post(func() {
			if n != r.attempt {
				return
			}
			if err != nil {
				r.unreachable(err)
				return
			}
			r.connected(local)
		})
	})
}

// connected notes where we are and registers, when there is a registrar.
func (r *registration) connected(local netip.AddrPort) {
	if r.local != local {
		if r.bound {
			old := r.contact
			r.stale = &old
		}
		r.local, r.mapped, r.contact = local, false, r.a.contactAt(local)
	}
	r.publish(r.contact, r.a.place.Load().routes)
	if r.a.cfg.Line.Server == "" {
		r.tell(cti.RegDirect, "", time.Time{})
		return
	}
	r.register()
}

// publish makes a new place visible, and tells the dialogs when they have to follow.
func (r *registration) publish(contact sip.Uri, routes []*sip.RouteHeader) {
	before := r.a.place.Load()
	r.a.place.Store(&place{server: r.target(), local: r.local, contact: contact, routes: routes})
	r.a.readyOnce.Do(func() { close(r.a.ready) })
	moved := before.local.IsValid() && (before.local.Addr() != r.local.Addr() || before.contact.String() != contact.String())
	if moved && r.a.cfg.OnAddressChanged != nil {
		r.a.cfg.OnAddressChanged()
	}
}

// target is the server in use; zero before the first look-up and for a line without servers.
func (r *registration) target() resolve.Target {
	if r.current < len(r.route.targets) {
		return r.route.targets[r.current]
	}
	return resolve.Target{}
}

// register sends one REGISTER (RFC 3261 section 10.2).
func (r *registration) register() {
	r.attempt++
	n := r.attempt
	r.send(r.binding(r.ask), func(res *sip.Response, err error) {
		if n == r.attempt {
			r.answered(res, err)
		}
	})
}

// send sends a REGISTER to the current target; handle runs on the account's queue.
func (r *registration) send(req *sip.Request, handle txn.Handler) {
	opt := Options{To: r.target(), Life: r.a.cfg.Timing.Probe, NextCSeq: r.nextCSeq}
	var problem error
	opt.explain = func(err error) { problem = err }
	r.a.Send(req, opt, func(res *sip.Response, err error) {
		if res != nil && res.IsProvisional() {
			return
		}
		if problem != nil && !errors.Is(problem, digest.ErrRefused) {
			err = problem // says more than the 401
		}
		r.a.queue.Post(func() { handle(res, err) })
	})
}

// nextCSeq rises for ever on the one Call-ID of the binding. It is also asked by the layer for repetitions.
func (r *registration) nextCSeq() uint32 { return r.cseq.Add(1) }

// binding makes the REGISTER that asks for our binding, or for its end when expires is 0.
func (r *registration) binding(expires time.Duration) *sip.Request {
	a := r.a
	req := a.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: a.Domain()})
	for req.RemoveHeader("Route") || req.RemoveHeader("Contact") {
	}
	req.To().Address = a.AOR()
	*req.CallID() = sip.CallIDHeader(r.callID)
	req.CSeq().SeqNo = r.nextCSeq()
	req.AppendHeader(r.contactHeader(r.contact, expires))
	if r.stale != nil && expires > 0 {
		req.AppendHeader(r.contactHeader(*r.stale, 0))
	}
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires.Seconds()))))
	req.AppendHeader(a.allow())
	req.AppendHeader(a.supported())
	return req
}

// contactHeader carries the instance: registrars replace the old binding of the same desk by it (RFC 5626 section 4.1).
func (r *registration) contactHeader(uri sip.Uri, expires time.Duration) *sip.ContactHeader {
	h := &sip.ContactHeader{Address: *uri.Clone()}
	if id := r.a.cfg.InstanceID; id != "" && uri.String() == r.contact.String() {
		h.Params.Add("+sip.instance", `"<`+id+`>"`)
	}
	h.Params.Add("expires", strconv.Itoa(int(expires.Seconds())))
	return h
}

// tell reports the state when it differs from the last report.
func (r *registration) tell(state cti.RegState, reason string, retryAt time.Time) {
	news := cti.Registration{State: state, Reason: reason, RetryAt: retryAt, Backup: r.current > 0}
	if t := r.target(); t.IsValid() {
		news.Server = t.Addr.String()
	}
	if state == cti.RegOK {
		news.Expires = int(r.granted.Seconds())
	}
	if news == r.news {
		return
	}
	r.news = news
	r.a.log.Info("registration", "state", news.State.String(), "server", news.Server, "reason", news.Reason)
	if r.a.cfg.OnRegistration != nil {
		r.a.cfg.OnRegistration(news)
	}
}

// schedule replaces what the timer waits for.
func (r *registration) schedule(after time.Duration, f func()) {
	if r.timer != nil {
		r.timer.Stop()
	}
	n := r.attempt
	r.timer = time.AfterFunc(after, func() {
		r.a.queue.Post(func() {
			if n == r.attempt {
				f()
			}
		})
	})
}
