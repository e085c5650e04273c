package watch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// answered takes what the exchange says to a SUBSCRIBE.
func (s *subscription) answered(res *sip.Response, err error) {
	switch {
	case err != nil:
		s.again("The exchange does not answer.", 0)
	case res.StatusCode < 200:
	case res.StatusCode < 300:
		s.granted(res)
	case res.StatusCode == 423:
		s.tooBrief(res)
	case res.StatusCode == 481:
		s.anew() // the exchange has lost it (RFC 6665 section 4.1.2.2)
	default:
		s.again(refusal(res.StatusCode), max(pauseAfter(res.StatusCode), retryAfter(value(res, "Retry-After"))))
	}
}

// granted reads how long it holds. The dialog is the one that NOTIFY comes in, which may be another fork than the one
// that answered (RFC 6665 section 4.4.1).
func (s *subscription) granted(res *sip.Response) {
	if s.dlg.remoteTag == "" {
		s.dlg.confirm(res)
	}
	seconds := s.seconds
	if v := value(res, "Expires"); v != "" {
		seconds = number(v)
	}
	switch {
	case seconds == 0:
		s.again("The exchange lets nobody watch for any time.", slowWait)
	case s.dlg.heard:
		s.keep(min(seconds, longest))
	default:
		s.keepWhenHeard(min(seconds, longest))
	}
}

// keepWhenHeard waits for the first NOTIFY: without one the subscription does not exist (RFC 6665 section 4.1.2.4).
func (s *subscription) keepWhenHeard(seconds int) {
	s.keep(seconds)
	s.after(min(64*s.w.cfg.T1, s.span(seconds)), func() {
		s.again("The exchange says nothing about it.", slowWait)
	})
}

// tooBrief asks for as long as the exchange wants, once.
func (s *subscription) tooBrief(res *sip.Response) {
	least := number(value(res, "Min-Expires"))
	if least <= s.seconds || least > longest {
		s.again(refusal(423), slowWait)
		return
	}
	s.seconds = least
	s.forget()
	s.ask()
}

// refusal says in words why a number cannot be watched.
func refusal(code int) string {
	switch code {
	case 401, 403, 407:
		return "The exchange does not allow this line to watch it."
	case 404, 410, 604:
		return "The exchange does not know this number."
	case 405, 489, 501:
		return "The exchange has no lamps."
	case 480:
		return "Nobody is registered there."
	}
	return fmt.Sprintf("The exchange refuses to be watched (%d).", code)
}

// pauseAfter is the least time to wait, in seconds: long where asking again changes nothing.
func pauseAfter(code int) int {
	switch {
	case code == 408, code == 480, code == 491, code >= 500 && code < 600 && code != 501:
		return 0
	}
	return slowWait
}

// retryAfter reads Retry-After ("120;duration=3600 (busy)"), in seconds; what is unbelievable is cut.
func retryAfter(v string) int { return min(number(v), 4*slowWait) }

// number reads the leading digits of a value; 0 when there are none.
func number(v string) int {
	v = strings.TrimSpace(v)
	end := strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(v)
	}
	n, err := strconv.Atoi(v[:end])
	if err != nil {
		return 0
	}
	return n
}
