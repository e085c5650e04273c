package watch

import (
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// notified answers a NOTIFY and takes its news. One that was overtaken is answered like the others: an error would make
// some exchanges end the subscription.
func (w *Watcher) notified(tx *txn.ServerTx) {
	req := tx.Request()
	code := w.examine(tx)
	if code >= 300 && !over(req) {
		w.refused(refusedNotify(code))
	}
	res := tx.Response(code, "")
	if code == sip.StatusOK {
		res.AppendHeader(w.cfg.Account.Contact()) // NOTIFY refreshes the target of both sides
	}
	tx.Respond(res)
	if s := w.byCall[req.CallID().Value()]; code == sip.StatusOK && s != nil && w.left == nil && !s.dlg.late(req, w.cfg.T1) {
		s.hear(req)
	}
}

// refused counts, where somebody wants to know.
func (w *Watcher) refused(why string) {
	if w.cfg.Refused != nil {
		w.cfg.Refused(why)
	}
}

// over tells the last NOTIFY of a subscription, which comes after we have left it.
func over(req *sip.Request) bool {
	state, _ := cut(value(req, "Subscription-State"))
	return strings.EqualFold(state, "terminated")
}

// refusedNotify says in words why a NOTIFY was not wanted, for the log.
func refusedNotify(code int) string {
	if code == 489 {
		return "of another event than was subscribed to"
	}
	return "no such subscription"
}

// examine decides on the answer. Our tag is a secret between us and whoever we subscribed at.
func (w *Watcher) examine(tx *txn.ServerTx) int {
	req := tx.Request()
	event, _ := cut(value(req, "Event"))
	tag := tagOf(req.To().Params)
	s := w.byCall[req.CallID().Value()]
	switch {
	case tag == "" && strings.EqualFold(event, mailboxEvent):
		return w.unasked(tx)
	case tag == "" || s == nil || s.dlg.localTag != tag:
		return 481
	case s.dlg.heard && s.dlg.remoteTag != tagOf(req.From().Params):
		return 481 // another fork: one is enough, and 481 ends it (RFC 6665 section 4.1.2.4)
	case !strings.EqualFold(event, s.event):
		return 489
	}
	return 200
}

// unasked takes news of the mailbox without a subscription. No tag proves where it comes from, so the server has to.
func (w *Watcher) unasked(tx *txn.ServerTx) int {
	if w.left != nil || !w.cfg.Account.IsServer(tx.Source().Addr().Unmap()) {
		return 481
	}
	w.mailNews(tx.Request().Body())
	return 200
}

// hear takes a NOTIFY of this subscription: what it says first, then how it goes on.
func (s *subscription) hear(req *sip.Request) {
	s.dlg.hear(req)
	state, params := cut(value(req, "Subscription-State"))
	switch strings.ToLower(state) {
	case "terminated":
		s.terminated(strings.ToLower(params["reason"]), retryAfter(params["retry-after"]))
		return
	case "pending":
		if len(req.Body()) == 0 {
			s.fail("Nobody has allowed it yet to be watched.")
		}
	}
	s.news(req.Body())
	s.goOn(number(params["expires"]))
}

// news reads a document; an empty one says nothing. When something was lost before it the whole is asked for once: an
// exchange that never sends the whole must not be asked for ever.
func (s *subscription) news(body []byte) {
	if len(body) == 0 {
		return
	}
	complete, err := s.take(body)
	switch {
	case err != nil:
		s.w.refused("it cannot be read: " + err.Error())
		s.fail("What the exchange says about it cannot be read.")
	case complete:
		s.asked = false
	case !s.asked:
		s.asked = true
		s.w.enqueue(s)
	}
}

// goOn waits until the next refresh is due. seconds is 0 when the NOTIFY does not say.
func (s *subscription) goOn(seconds int) {
	if seconds == 0 {
		seconds = int(time.Until(s.ends) / s.w.cfg.Second)
	}
	if seconds > 0 {
		s.keep(min(seconds, longest))
	}
}

// terminated begins anew as the reason allows (RFC 6665 section 4.1.3).
func (s *subscription) terminated(reason string, wait int) {
	switch reason {
	case "probation", "giveup":
		s.again("The exchange wants to be asked later.", wait)
	case "rejected":
		s.again("The exchange does not allow this line to watch it.", max(wait, slowWait))
	case "noresource", "invariant":
		s.again("The exchange does not know this number.", max(wait, slowWait))
	default: // deactivated, timeout, or without a reason
		if wait > 0 {
			s.again("The exchange wants to be asked later.", wait)
			return
		}
		s.anew()
	}
}

// value returns a header's first value, "" when there is none.
func value(m sip.Message, name string) string {
	if h := m.GetHeaders(name); len(h) > 0 {
		return strings.TrimSpace(h[0].Value())
	}
	return ""
}

// cut splits "value;a=b;c"; names come in lower case.
func cut(v string) (string, map[string]string) {
	parts := strings.Split(v, ";")
	params := map[string]string{}
	for _, p := range parts[1:] {
		k, val, _ := strings.Cut(p, "=")
		params[strings.ToLower(strings.TrimSpace(k))] = strings.Trim(strings.TrimSpace(val), `"`)
	}
	return strings.TrimSpace(parts[0]), params
}

// mailNews reads a message-summary.
func (w *Watcher) mailNews(body []byte) {
	mail, err := readSummary(body)
	if err != nil {
		w.refused("it cannot be read: " + err.Error())
		return
	}
	mail.Account = w.accountOf(mail.Account)
	if w.mailed && mail == w.mail {
		return
	}
	w.mail, w.mailed = mail, true
	w.cfg.Post(cti.VoiceMailChanged{Line: w.cfg.Line.ID, VoiceMail: mail})
}
