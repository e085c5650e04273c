package sip

import (
	"errors"
	"strings"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// replacing is a Replaces value (RFC 3891 section 6.1). Tags are as whoever receives the INVITE has them: toTag is its own.
type replacing struct {
	callID, toTag, fromTag string
	earlyOnly              bool
}

var errReplaces = errors.New("Replaces cannot be read") //nolint:staticcheck // a header's name

// maxReplaces bounds the value, in characters.
const maxReplaces = 512

// String is the value of the header. An exchange's mark for "the call that rings there" has no tags.
func (r replacing) String() string {
	v := r.callID
	for _, p := range []struct{ name, tag string }{{";to-tag=", r.toTag}, {";from-tag=", r.fromTag}} {
		if p.tag != "" {
			v += p.name + p.tag
		}
	}
	if r.earlyOnly {
		v += ";early-only"
	}
	return v
}

// parseReplaces reads a value that has each tag once.
func parseReplaces(v string) (replacing, error) {
	var r replacing
	parts := strings.Split(v, ";")
	r.callID = strings.TrimSpace(parts[0])
	if r.callID == "" || len(v) > maxReplaces || !safe(v) || strings.ContainsAny(r.callID, " ,<>\"") {
		return r, errReplaces
	}
	for _, part := range parts[1:] {
		name, tag, _ := strings.Cut(strings.TrimSpace(part), "=")
		to := &r.toTag
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "to-tag":
		case "from-tag":
			to = &r.fromTag
		case "early-only":
			r.earlyOnly = true
			continue
		default:
			continue
		}
		if tag = strings.TrimSpace(tag); *to != "" || !token(tag) {
			return r, errReplaces
		}
		*to = tag
	}
	if r.toTag == "" || r.fromTag == "" {
		return r, errReplaces
	}
	return r, nil
}

// replacesOf reads the Replaces of an INVITE; found is false for an INVITE without. Two of them are none that can be
// followed (RFC 3891 section 3).
func replacesOf(req *sip.Request) (r replacing, found bool, err error) {
	list := req.GetHeaders("Replaces")
	switch len(list) {
	case 0:
		return r, false, nil
	case 1:
		r, err = parseReplaces(list[0].Value())
		return r, true, err
	}
	return r, true, errReplaces
}

// replace lets a new call take the place of another (RFC 3891). Whether it may is known on the other's goroutine.
func (c *call) replace(r replacing) {
	old := c.stack.find(r.callID, r.toTag)
	asked := old != nil && old.do(func() {
		code := old.yield(r, c.line)
		hold := old.mod.want
		c.do(func() { c.takeOver(old, code, hold) })
	})
	if !asked {
		c.turnAway(481)
	}
}

// turnAway refuses a call that the domain never hears of.
func (c *call) turnAway(code int) {
	c.stack.refuse(&c.stack.refused.Replaces, "Replaces", sentences[code])
	if c.stage == ringing {
		c.refuse(code)
		c.leave(c.ended(code, "The call did not fit."))
	}
}

// yield decides whether this call gives its place to another (RFC 3891 section 3): a confirmed dialog does, and so does
// one that we are still calling. A caller who rings here is taken by calling the caller, not us. The answer is the code
// that refuses, 0 for yes.
func (c *call) yield(r replacing, l *line) int {
	d := c.dialogOf(r.fromTag)
	switch {
	case d == nil || c.line != l || c.stage == ringing:
		return 481
	case c.stage >= leaving || c.yielded: // 603 tells the other party that there was such a call
		return 603
	case c.stage != calling && (d != c.dlg):
		return 481
	case c.stage != calling && r.earlyOnly:
		return 486
	}
	c.yielded = true
	return 0
}

// takeOver answers the new call at once and ends the old one. Nothing happens to the old one unless that can be done. A
// hold of the operator goes over to the new one, so that nobody is heard who was not.
func (c *call) takeOver(old *call, code int, hold bool) {
	if code != 0 {
		c.turnAway(code)
		return
	}
	c.mod.want = hold // before the answer is made, which then says so already
	body, err := c.accepting()
	if c.stage != ringing || err != nil {
		old.do(func() { old.yielded = false })
		c.turnAway(488)
		return
	}
	req := c.in.tx.Request()
	cfg := c.line.config()
	c.known = true
	c.from = callerOf(req, c.dlg.remote, cfg.Believed)
	// The domain hears of the new call before its 200 leaves, and of the old one's end after that: at no moment is there
	// a party that it does not know.
	c.post(cti.Replaced{
		Old: old.id, New: c.id, Line: cfg.ID, Number: c.from.Number, Name: c.from.Name, Context: c.contextOf(req),
	})
	c.learn(c.dlg)
	c.answerWith(body)
	old.do(func() {
		old.hangUp(487, cti.Ended{Call: old.id, By: cti.SidePeer, Reason: "Another call took its place."})
	})
}

// takeCall makes an INVITE take a call that rings elsewhere, and no other (RFC 3891 section 4): early-only, so that a
// call is never torn away from somebody who has just answered it; Require, since a far end that does not know Replaces
// would ring a second time.
func takeCall(req *sip.Request, d cti.Dialog) error {
	v := replacing{callID: d.CallID, toTag: d.RemoteTag, fromTag: d.LocalTag, earlyOnly: true}.String()
	if d.CallID == "" || !safe(v) || strings.ContainsAny(v, " ,<>\"") {
		return errReplaces
	}
	req.AppendHeader(sip.NewHeader("Replaces", v))
	req.AppendHeader(sip.NewHeader("Require", "replaces"))
	return nil
}

// lostPickups say why a call that rang elsewhere was not taken.
var lostPickups = map[int]string{
	404: "The call is not there any more.",
	420: "The far end does not let calls be taken this way.",
	481: "The call is not there any more: it was answered, or the caller gave up.",
	486: "Somebody else has answered the call already.",
	487: "The call is not there any more: it was answered, or the caller gave up.",
	603: "The call is over already.",
}
