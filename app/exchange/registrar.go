package exchange

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// A registration lasts this many seconds unless a shorter time is asked for.
const longestBinding = 600

// binding is where a user can be reached.
type binding struct {
	contact sip.Uri
	source  netip.AddrPort
	until   time.Time
}

// register is the registrar (RFC 3261 section 10.3): one binding per account, the last one wins.
func (x *Exchange) register(tx *txn.ServerTx) {
	user, ok := x.authenticate(tx, sip.StatusUnauthorized)
	if !ok {
		return
	}
	req := tx.Request()
	if req.To().Address.User != user {
		tx.Respond(tx.Response(sip.StatusForbidden, ""))
		return
	}
	expires := seconds(req)
	if contact, found := contactOf(req); found && expires > 0 {
		_, _, before := x.reach(user)
		x.bindings[user] = binding{contact, tx.Source(), time.Now().Add(time.Duration(expires) * time.Second)}
		if !before {
			x.log.Info("registered at the practice exchange", "user", user)
			x.planCustomer(x.cfg.Customer)
		}
	} else if value(req, "Contact") != "" {
		delete(x.bindings, user)
	}
	tx.Respond(x.registered(tx, user))
}

// registered lists the binding, with the seconds that it has left.
func (x *Exchange) registered(tx *txn.ServerTx, user string) *sip.Response {
	res := tx.Response(sip.StatusOK, "")
	if b, ok := x.bindings[user]; ok {
		left := int(time.Until(b.until).Seconds() + 0.5)
		res.AppendHeader(sip.NewHeader("Contact", "<"+b.contact.String()+">;expires="+strconv.Itoa(left)))
	}
	return res
}

// reach is where a registered user can be called; "" is anyone, preferably not the one who was called last.
func (x *Exchange) reach(user string) (string, binding, bool) {
	var second string
	for _, u := range x.order {
		b, ok := x.bindings[u]
		if !ok || time.Now().After(b.until) || user != "" && u != user {
			continue
		}
		if user == "" && u == x.lastUser {
			second = u
			continue
		}
		return u, b, true
	}
	b, ok := x.bindings[second]
	return second, b, ok
}

// seconds is the lifetime that a REGISTER asks for: of the Contact, else of Expires, else the longest.
func seconds(req *sip.Request) int {
	v := value(req, "Contact")
	if v == "*" {
		return 0
	}
	_, params, _ := strings.Cut(v, ">")
	for p := range strings.SplitSeq(params, ";") {
		if name, n, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(name, "expires") {
			return atMost(n)
		}
	}
	if e := value(req, "Expires"); e != "" {
		return atMost(e)
	}
	return longestBinding
}

func atMost(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n > longestBinding {
		return longestBinding
	}
	return max(n, 0)
}
