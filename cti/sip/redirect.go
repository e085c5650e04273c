package sip

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// maxHops is how many redirections of one call are followed.
const maxHops = 5

// redirect follows a 3xx inside the line's own domain (RFC 3261 8.1.3.4). Anywhere else it ends the call and shows
// the target: a far end must not make this desk dial expensive numbers.
func (c *call) redirect(res *sip.Response) {
	targets := redirectTargets(res)
	var allowed []sip.Uri
	for _, t := range targets {
		if c.domestic(t) {
			allowed = append(allowed, t)
		}
	}
	switch {
	case len(targets) == 0:
		c.leave(refused(c.id, res))
		return
	case len(allowed) == 0:
		reason := fmt.Sprintf("The far end sends the call on to %s, outside of this line's domain; it was not followed.", shown(targets[0].String()))
		c.leave(cti.Ended{Call: c.id, By: cti.SidePeer, Code: res.StatusCode, Reason: reason})
		return
	}
	c.out.contacts = append(allowed, c.out.contacts...)
	c.next()
}

// next tries the next target of a redirection.
func (c *call) next() {
	if c.out.hops == maxHops {
		c.leave(cti.Ended{Call: c.id, By: cti.SideUs, Code: 482, Reason: "The call was sent on too many times."})
		return
	}
	c.out.hops++
	target := c.out.contacts[0]
	c.out.contacts = c.out.contacts[1:]
	c.again(target)
}

// redirectTargets lists the Contacts of a 3xx, highest q first.
func redirectTargets(res *sip.Response) []sip.Uri {
	type choice struct {
		uri sip.Uri
		q   float64
	}
	var all []choice
	for _, v := range listOf(res, "Contact") {
		var u sip.Uri
		var p sip.HeaderParams
		if _, err := sip.ParseAddressValue(v, &u, &p); err != nil || u.Host == "" || !safe(u.String()) {
			continue
		}
		q, err := strconv.ParseFloat(p.GetOr("q", "1"), 64)
		if err != nil {
			q = 0
		}
		u.Headers = nil // a redirection must not write headers of the INVITE
		all = append(all, choice{u, q})
	}
	slices.SortStableFunc(all, func(a, b choice) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	out := make([]sip.Uri, len(all))
	for i, ch := range all {
		out[i] = ch.uri
	}
	return out
}

// domestic reports whether a target belongs to the line: its domain, or the host of its server.
func (c *call) domestic(u sip.Uri) bool {
	a, err := c.account()
	if err != nil || !strings.EqualFold(u.Scheme, "sip") && !strings.EqualFold(u.Scheme, "sips") {
		return false
	}
	host, _, _ := strings.Cut(c.line.config().Server, ":")
	return strings.EqualFold(u.Host, a.Domain()) || host != "" && strings.EqualFold(u.Host, host)
}

// joined writes a list as one header value.
func joined(list []string) string { return strings.Join(list, ", ") }
