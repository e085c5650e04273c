package siptest

import (
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Notify sends a NOTIFY of a subscription (RFC 6665) with the next CSeq: the value of Event, that of Subscription-State, and
// a document with its type, "" for none.
func (l *Leg) Notify(event, state, kind, body string) {
	l.Peer.t.Helper()
	l.CSeq++
	l.Renotify(event, state, kind, body)
}

// Renotify is Notify with the CSeq as it is, for scripts in which notifications overtake each other.
func (l *Leg) Renotify(event, state, kind, body string) {
	l.Peer.t.Helper()
	l.branch++
	text := l.Text(sip.NOTIFY, "Event: "+event, "Subscription-State: "+state)
	if body != "" {
		text = strings.Replace(text, "Content-Length: 0\r\n", fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body)), 1)
	}
	l.Peer.Send(l.To, text+body)
}
