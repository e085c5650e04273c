package sip

import (
	"slices"
	"strings"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// notified takes a NOTIFY inside a dialog: the remote control of BroadSoft and Genesys (Event: talk, hold), or news of a
// REFER of ours. Whether a far end may open the microphone is for the domain to decide.
func (c *call) notified(req *sip.Request, d *dialog) int {
	event, p := params(strings.ToLower(value(req, "Event")))
	switch {
	case d != c.dlg:
		return 481 // one fork of several
	case event == "talk", event == "hold":
		if c.stage == ringing || c.stage == up { // otherwise there is nothing to answer, hold or take back any more
			c.post(cti.Controlled{Call: c.id, Talk: event == "talk"})
		}
		return 200
	case event == "refer":
		return c.referNews(req, p["id"])
	}
	return 489
}

// knows reports whether a line watches a number. Any goroutine may call it.
func (l *line) knows(number string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.cfg.Watch, number) || slices.Contains(l.watched, number)
}

// autoAnswered reports whether a call is to be answered at once, and whether its caller asked for that by a header:
// then a beep has to warn the operator.
func (l *line) autoAnswered(req *sip.Request, from caller) (auto, beep bool) {
	cfg := l.config()
	beep = wantsAnswer(req) && (cfg.AutoBy == cti.AutoAll || cfg.AutoBy == cti.AutoKnown && l.knows(from.Number))
	return cfg.Auto || beep, beep
}

// wantsAnswer looks for the marks by which exchanges have a call answered: Answer-Mode (RFC 5373), P-Auto-Answer, and
// what Call-Info and Alert-Info are used for by Snom, Polycom, Cisco, Yealink and others. The delay of answer-after is left
// out: the beep gives the warning that it is for.
func wantsAnswer(req *sip.Request) bool {
	for _, name := range []string{"Answer-Mode", "Priv-Answer-Mode"} {
		if mode, _ := params(value(req, name)); strings.EqualFold(mode, "Auto") {
			return true
		}
	}
	if strings.EqualFold(value(req, "P-Auto-Answer"), "normal") {
		return true
	}
	for _, v := range append(listOf(req, "Call-Info"), listOf(req, "Alert-Info")...) {
		word, p := params(v)
		_, after := p["answer-after"]
		switch {
		case after, strings.EqualFold(p["info"], "alert-autoanswer"), strings.EqualFold(p["intercom"], "true"):
			return true
		case strings.EqualFold(word, "intercom=true"), strings.EqualFold(word, "Ring Answer"):
			return true
		}
	}
	return false
}
