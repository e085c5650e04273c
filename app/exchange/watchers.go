package exchange

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// Packages that the desk may subscribe to (RFC 4235, RFC 3842).
const (
	dialogEvent  = "dialog"
	mailboxEvent = "message-summary"
)

// watcher is a subscription of the desk.
type watcher struct {
	dialog
	event   string
	number  string
	version int    // of the next document
	told    string // the latest news
	until   time.Time
}

// subscribed takes a new subscription.
func (x *Exchange) subscribed(tx *txn.ServerTx) {
	if _, ok := x.authenticate(tx, sip.StatusUnauthorized); !ok {
		return
	}
	event, number := value(tx.Request(), "Event"), tx.Request().Recipient.User
	_, person := find(number)
	_, user := x.accounts[number]
	switch {
	case event != dialogEvent && event != mailboxEvent:
		tx.Respond(tx.Response(489, ""))
		return
	case !user && (!person || event == mailboxEvent):
		tx.Respond(tx.Response(sip.StatusNotFound, ""))
		return
	}
	w := &watcher{dialog: taken(tx), event: event, number: number}
	x.watchers[w.id] = w
	x.prolong(w, tx)
	x.planWaiting(x.cfg.Absent)
}

// resubscribed takes a refresh, or the end of a subscription.
func (x *Exchange) resubscribed(tx *txn.ServerTx, tag string) {
	w := x.watchers[tx.Request().CallID().Value()]
	if w == nil || w.localTag != tag {
		tx.Respond(tx.Response(481, ""))
		return
	}
	if uri, ok := contactOf(tx.Request()); ok {
		w.target, w.from = uri, tx.Source()
	}
	x.prolong(w, tx)
}

// prolong grants the time that is asked for. The document that is due with each SUBSCRIBE (RFC 6665 section 4.2.1.2) follows.
func (x *Exchange) prolong(w *watcher, tx *txn.ServerTx) {
	expires := seconds(tx.Request())
	w.until, w.told = time.Now().Add(time.Duration(expires)*time.Second), ""
	res := tx.Response(sip.StatusOK, "")
	res.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(expires)))
	res.AppendHeader(&sip.ContactHeader{Address: x.uri(w.number)})
	tx.Respond(res)
	if expires == 0 {
		delete(x.watchers, w.id)
		x.notify(&w.dialog, w.event, "terminated;reason=timeout", "", "")
	}
}

// tellWatchers sends everybody what is new to him. It is called after whatever may have changed something, and compares
// documents, so that nothing that changes a state has to think of who watches it.
func (x *Exchange) tellWatchers() {
	if x.closed {
		return
	}
	now := time.Now()
	for id, w := range x.watchers {
		if now.After(w.until) {
			delete(x.watchers, id)
			continue
		}
		kind, news := x.news(w)
		if news == w.told {
			continue
		}
		w.told = news
		left := int(w.until.Sub(now).Seconds() + 0.5)
		document := strings.Replace(news, versionMark, strconv.Itoa(w.version), 1)
		w.version++
		x.notify(&w.dialog, w.event, "active;expires="+strconv.Itoa(left), kind, document)
	}
}

// notify sends a NOTIFY. A desk that does not know the subscription gets no more.
func (x *Exchange) notify(d *dialog, event, state, kind, body string) {
	req := d.request(sip.NOTIFY)
	req.AppendHeader(sip.NewHeader("Event", event))
	req.AppendHeader(sip.NewHeader("Subscription-State", state))
	req.AppendHeader(&sip.ContactHeader{Address: x.uri(d.local.User)})
	if body != "" {
		contentType := sip.ContentTypeHeader(kind)
		req.AppendHeader(&contentType)
		req.SetBody([]byte(body))
	}
	id := d.id
	x.layer.Request(req, d.way(), func(res *sip.Response, err error) {
		if err != nil || res.StatusCode >= 300 {
			x.post(func() { delete(x.watchers, id) })
		}
	})
}

// versionMark stands for the version in a document, so that documents can be compared.
const versionMark = "@version"

// news is the document that a watcher ought to have.
func (x *Exchange) news(w *watcher) (kind, document string) {
	if w.event == mailboxEvent {
		return "application/simple-message-summary", x.summary(w.number)
	}
	doc := dialogInfo{Version: versionMark, State: "full", Entity: x.address(w.number), Dialogs: x.dialogsOf(w.number)}
	text, err := xml.Marshal(doc)
	if err != nil { // cannot be: there is nothing in it that XML has no form for
		x.log.Error("the practice exchange cannot write a document", "error", err)
	}
	return "application/dialog-info+xml", xml.Header + string(text)
}

// summary is the state of a mailbox.
func (x *Exchange) summary(user string) string {
	waiting := "no"
	if x.fresh[user] > 0 {
		waiting = "yes"
	}
	return fmt.Sprintf("Messages-Waiting: %s\r\nMessage-Account: %s\r\nVoice-Message: %d/0 (0/0)\r\n", waiting, x.address(mailboxNumber), x.fresh[user])
}

// address is the address of a user in a document.
func (x *Exchange) address(user string) string {
	uri := x.uri(user)
	return uri.String()
}

// dialogInfo is a document of RFC 4235.
type dialogInfo struct {
	XMLName xml.Name     `xml:"urn:ietf:params:xml:ns:dialog-info dialog-info"`
	Version string       `xml:"version,attr"`
	State   string       `xml:"state,attr"`
	Entity  string       `xml:"entity,attr"`
	Dialogs []dialogPart `xml:"dialog"`
}

// dialogPart is one dialog of a phone; targetPart is where its far end can be called.
type dialogPart struct {
	ID        string     `xml:"id,attr"`
	CallID    string     `xml:"call-id,attr,omitempty"`
	LocalTag  string     `xml:"local-tag,attr,omitempty"`
	RemoteTag string     `xml:"remote-tag,attr,omitempty"`
	Direction string     `xml:"direction,attr"`
	State     string     `xml:"state"`
	Identity  string     `xml:"remote>identity,omitempty"`
	Target    targetPart `xml:"remote>target"`
}

type targetPart struct {
	URI string `xml:"uri,attr"`
}

// dialogsOf lists what the phone of a number is doing: calls with the desk, from its end or the desk's, and the call that
// waits for somebody.
func (x *Exchange) dialogsOf(number string) []dialogPart {
	var list []dialogPart
	for _, c := range slices.SortedFunc(maps.Values(x.calls), func(a, b *call) int { return cmp.Compare(a.id, b.id) }) {
		state := "early"
		if c.up {
			state = "confirmed"
		}
		switch number {
		case c.who.Number.Number:
			list = append(list, x.part(&c.dialog, state, c.invite != nil))
		case c.remote.User:
			desk := dialog{id: c.id, localTag: c.remoteTag, remoteTag: c.localTag, remote: x.uri(c.who.Number.Number)}
			list = append(list, x.part(&desk, state, c.invite == nil))
		}
	}
	if w := x.waiting; w != nil && w.at == number {
		list = append(list, x.part(&w.dialog, "early", true))
	}
	if who, _ := find(number); who.way == refuses && who.code == sip.StatusBusyHere {
		list = append(list, dialogPart{ID: "busy", Direction: "initiator", State: "confirmed"})
	}
	return list
}

// part describes a dialog.
func (x *Exchange) part(d *dialog, state string, called bool) dialogPart {
	direction := "initiator"
	if called {
		direction = "recipient"
	}
	remote := d.remote.String()
	return dialogPart{
		ID: d.id, CallID: d.id, LocalTag: d.localTag, RemoteTag: d.remoteTag, Direction: direction, State: state,
		Identity: remote, Target: targetPart{remote},
	}
}
