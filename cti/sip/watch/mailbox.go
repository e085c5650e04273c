package watch

import (
	"errors"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// The package of RFC 3842.
const (
	mailboxEvent = "message-summary"
	mailboxType  = "application/simple-message-summary"
)

// maxDocument bounds what is read of any NOTIFY, in bytes.
const maxDocument = 64 << 10

var (
	errLong    = errors.New("it is too long")
	errSummary = errors.New("it is no message-summary")
)

// newMailbox is the subscription of the line's own mailbox. An exchange without one is asked again slowly, and that is
// nobody's business.
func (w *Watcher) newMailbox() *subscription {
	return &subscription{
		w: w, event: mailboxEvent, accept: mailboxType,
		target: func() (sip.Uri, error) { return w.cfg.Account.AOR(), nil },
		take:   func(body []byte) (bool, error) { w.mailNews(body); return true, nil },
		fail:   func(string) {},
	}
}

// readSummary reads a message-summary (RFC 3842 section 5.2). The account is an address as it came.
func readSummary(body []byte) (cti.VoiceMail, error) {
	if len(body) > maxDocument {
		return cti.VoiceMail{}, errLong
	}
	var mail cti.VoiceMail
	known := false
	for line := range strings.Lines(string(body)) {
		name, v, _ := strings.Cut(line, ":")
		v = strings.TrimSpace(v)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "messages-waiting":
			known = true
			mail.Waiting = strings.EqualFold(v, "yes")
		case "message-account":
			mail.Account = v
		case "voice-message": // new/old (urgent new/urgent old)
			fresh, rest, _ := strings.Cut(v, "/")
			mail.New, mail.Old = number(fresh), number(rest)
		}
	}
	if !known {
		return cti.VoiceMail{}, errSummary
	}
	return mail, nil
}

// accountOf is the number to call for a mailbox address, "" when there is none that can be read.
func (w *Watcher) accountOf(address string) string {
	var u sip.Uri
	if address == "" || message.ParseURI(strings.Trim(address, "<>"), &u) != nil {
		return ""
	}
	return w.cfg.Number(u)
}
