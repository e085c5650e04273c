package sip

import (
	"slices"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/txn"
	"cordboard/cti/sip/watch"

	"github.com/emiago/sipgo/sip"
)

// watch makes a line watch exactly these numbers. One that is being opened begins with them.
func (s *Stack) watch(e cti.SetWatches) {
	l := s.lineFor(e.Line)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watched = slices.Clone(e.Numbers)
	if l.watcher != nil {
		l.watcher.Set(l.watched)
	}
}

// watchConfig is the part of the line that keeps subscriptions.
func (l *line) watchConfig(cfg cti.LineConfig, a *account.Account) watch.Config {
	s := l.stack
	return watch.Config{
		Account: a, Line: cfg, Post: s.cfg.Post, Number: numberOf, Shown: shown,
		Target:  func(number string) (sip.Uri, error) { return targetURI(number, a.Domain()) },
		Refused: func(why string) { s.refuse(&s.refused.Notifies, "NOTIFY", why) },
		Second:  s.cfg.Timing.Second, T1: s.cfg.Timing.Account.Timers.T1,
	}
}

// news takes a NOTIFY that belongs to no call. Its Watcher answers it.
func (l *line) news(tx *txn.ServerTx) {
	l.mu.Lock()
	w := l.watcher
	l.mu.Unlock()
	if w == nil {
		tx.Respond(tx.Response(481, ""))
		return
	}
	w.Notify(tx)
}
