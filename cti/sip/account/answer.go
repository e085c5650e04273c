package account

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

const longestAsk = 24 * time.Hour // what a Min-Expires may make us ask for

// answered acts on the final answer to a REGISTER.
func (r *registration) answered(res *sip.Response, err error) {
	switch {
	case err != nil && res != nil: // a challenge that cannot be answered now, by any server
		r.failed(sentence(err), 0)
	case err != nil:
		r.unreachable(err)
	case res.IsSuccess():
		r.succeeded(res)
	case res.StatusCode == sip.StatusIntervalToBrief && r.askLonger(res):
		r.register()
	case isPermanent(res.StatusCode):
		r.bound = false
		r.tell(cti.RegFailed, refusal(res), time.Time{})
		r.attempt++ // nothing more is tried: repeating a wrong password locks accounts
	case isServerTrouble(res.StatusCode):
		r.nextServer(refusal(res), retryAfter(res))
	default:
		r.failed(refusal(res), retryAfter(res))
	}
}

// askLonger follows Min-Expires, once per value (section 10.2.8).
func (r *registration) askLonger(res *sip.Response) bool {
	least := seconds(res.GetHeader("Min-Expires"))
	if least <= r.ask || least > longestAsk {
		return false
	}
	r.ask = least
	return true
}

// isPermanent are answers that the next attempt would get too: somebody has to change something.
func isPermanent(code int) bool {
	switch code {
	case 400, 401, 402, 403, 404, 405, 407, 410, 414, 416, 420, 423, 484, 604:
		return true
	}
	return false
}

// isServerTrouble are answers that another server may not give.
func isServerTrouble(code int) bool { return code == 408 || code >= 500 && code < 600 }

// succeeded reads what the registrar granted and plans the refresh.
func (r *registration) succeeded(res *sip.Response) {
	r.bound, r.stale, r.tried, r.round = true, nil, 0, 0
	if r.rewrite(res.Via()) {
		r.register()
		return
	}
	own := r.ownContact(res)
	r.granted = r.grantedIn(res, own)
	r.publish(r.reachable(own), serviceRoutes(res))
	r.tell(cti.RegOK, "", time.Time{})
	r.schedule(refreshAfter(r.granted), r.refresh)
	r.planFailBack()
}

// refreshAfter is a random 80 to 95 % of what was granted: the seats of an office must not come all at once.
func refreshAfter(granted time.Duration) time.Duration {
	return time.Duration((0.80 + 0.15*rand.Float64()) * float64(granted))
}

// ownContact is our binding among those that the registrar lists: by instance, else by address.
func (r *registration) ownContact(res *sip.Response) *sip.ContactHeader {
	var byAddress *sip.ContactHeader
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		if id, _ := c.Params.Get("+sip.instance"); id != "" && strings.Trim(id, `"<>`) == r.a.cfg.InstanceID {
			return c
		}
		if c.Address.Host == r.contact.Host && c.Address.Port == r.contact.Port && c.Address.User == r.contact.User {
			byAddress = c
		}
	}
	return byAddress
}

// grantedIn is the expires parameter of our Contact, else the Expires header, else what we asked for.
func (r *registration) grantedIn(res *sip.Response, own *sip.ContactHeader) time.Duration {
	if own != nil {
		if text, ok := own.Params.Get("expires"); ok {
			if n, err := strconv.ParseUint(strings.Trim(text, `"`), 10, 31); err == nil && n > 0 {
				return time.Duration(n) * time.Second
			}
		}
	}
	if d := seconds(res.GetHeader("Expires")); d > 0 {
		return d
	}
	return r.ask
}

// reachable is the Contact for dialogs: the public GRUU when one was given (RFC 5627 section 4.4).
func (r *registration) reachable(own *sip.ContactHeader) sip.Uri {
	if own == nil {
		return r.contact
	}
	text, _ := own.Params.Get("pub-gruu")
	var gruu sip.Uri
	if err := parseURI(strings.Trim(text, `"`), &gruu); err != nil || gruu.Host == "" {
		return r.contact
	}
	return gruu
}

// nextServer fails over; when all servers have failed, a pause follows.
func (r *registration) nextServer(reason string, wait time.Duration) {
	r.bound = false
	r.tried++
	if r.tried < len(r.route.targets) {
		r.current = (r.current + 1) % len(r.route.targets)
		r.tell(cti.RegTrying, reason, time.Time{})
		r.connect()
		return
	}
	r.failed(reason, wait)
}

// unreachable is a server that does not answer.
func (r *registration) unreachable(err error) {
	if errors.Is(err, txn.ErrClosed) && r.a.closed.Load() {
		return
	}
	r.nextServer(sentence(err), 0)
}

// failed waits and begins anew with the first server. atLeast is the server's Retry-After.
func (r *registration) failed(reason string, atLeast time.Duration) {
	r.attempt++
	r.bound, r.tried = false, 0
	wait := max(r.backoff(), atLeast)
	r.round++
	r.tell(cti.RegFailed, reason, time.Now().Add(wait).Round(time.Second))
	r.current = 0
	r.schedule(wait, r.begin)
}

// backoff doubles from RetryMin to RetryMax; the random half keeps an office from knocking at the same moment
// (RFC 5626 section 4.5).
func (r *registration) backoff() time.Duration {
	t := r.a.cfg.Timing
	d := t.RetryMin
	for i := 0; i < r.round && d < t.RetryMax; i++ {
		d *= 2
	}
	d = min(d, t.RetryMax)
	return d/2 + rand.N(d/2+1)
}

// planFailBack looks after the first server while a backup is in use.
func (r *registration) planFailBack() {
	if r.back != nil {
		r.back.Stop()
	}
	if r.current == 0 {
		return
	}
	r.back = time.AfterFunc(r.a.cfg.Timing.FailBack, func() {
		r.a.queue.Post(func() { r.tryBack() })
	})
}

// tryBack asks the first server by OPTIONS, unless a call is up: moving would cost it.
func (r *registration) tryBack() {
	if !r.bound || r.current == 0 {
		return
	}
	if r.a.cfg.InCall != nil && r.a.cfg.InCall() {
		r.planFailBack()
		return
	}
	req := r.a.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: r.a.Domain()})
	opt := Options{To: r.route.targets[0], Life: r.a.cfg.Timing.Probe}
	r.a.Send(req, opt, func(res *sip.Response, err error) {
		if err == nil && res.IsProvisional() {
			return
		}
		r.a.queue.Post(func() { r.backAnswered(err == nil && !isServerTrouble(res.StatusCode)) })
	})
}

// backAnswered moves back when the first server lives. A call may have come up while it was asked.
func (r *registration) backAnswered(alive bool) {
	inCall := r.a.cfg.InCall != nil && r.a.cfg.InCall()
	if !alive || inCall || r.current == 0 {
		r.planFailBack()
		return
	}
	r.current, r.tried = 0, 0
	r.connect()
}

// retryAfter is the server's wish, at most an hour.
func retryAfter(res *sip.Response) time.Duration {
	return min(seconds(res.GetHeader("Retry-After")), time.Hour)
}

// seconds reads a header that begins with a number; 0 for none.
func seconds(h sip.Header) time.Duration {
	if h == nil {
		return 0
	}
	text, _, _ := strings.Cut(strings.TrimSpace(h.Value()), ";")
	text, _, _ = strings.Cut(text, "(")
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
