package watch

import (
	"maps"
	"slices"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// The package of RFC 4235.
const (
	dialogEvent = "dialog"
	dialogType  = "application/dialog-info+xml"
)

// dialogInfo is a document of RFC 4235 section 4.1.
type dialogInfo struct {
	Version string        `xml:"version,attr"` // counts up
	State   string        `xml:"state,attr"`   // full or partial
	Dialogs []phoneDialog `xml:"dialog"`
}

// phoneDialog is one dialog of the watched phone.
type phoneDialog struct {
	ID        string   `xml:"id,attr"` // of the notifier's own making; the only one that must be there
	CallID    string   `xml:"call-id,attr"`
	LocalTag  string   `xml:"local-tag,attr"`  // of the watched phone
	RemoteTag string   `xml:"remote-tag,attr"` // of its far end
	Direction string   `xml:"direction,attr"`  // initiator: the watched phone called
	State     string   `xml:"state"`
	Remote    phoneEnd `xml:"remote"`
}

// phoneEnd is the far end of a dialog.
type phoneEnd struct {
	Identity string `xml:"identity"`
	Target   struct {
		URI string `xml:"uri,attr"`
	} `xml:"target"`
}

// rings reports whether the phone rings for a call. A document without a direction means that by "early".
func (d phoneDialog) rings() bool {
	return word(d.State) != "confirmed" && word(d.Direction) != "initiator"
}

// phone is what a watched phone is doing, as far as the documents told.
type phone struct {
	known   bool
	version int
	dialogs map[string]phoneDialog // by their ID, the living ones
}

// take brings a document in and reports whether the picture is whole. A partial document after a gap is still true of
// the dialogs that it names (RFC 4235 section 4.1). Notifiers that never count repeat a version.
func (p *phone) take(body []byte) (complete bool, err error) {
	var doc dialogInfo
	if err := unmarshal(body, &doc); err != nil {
		return false, err
	}
	full := word(doc.State) != "partial"
	version := number(doc.Version)
	complete = full || p.known && (version == p.version || version == p.version+1)
	if full || p.dialogs == nil {
		p.dialogs = map[string]phoneDialog{}
	}
	for _, d := range doc.Dialogs[:min(len(doc.Dialogs), maxDialogs)] {
		if word(d.State) == "terminated" {
			delete(p.dialogs, d.ID)
		} else if _, had := p.dialogs[d.ID]; had || len(p.dialogs) < maxDialogs {
			p.dialogs[d.ID] = d
		}
	}
	p.known, p.version = true, version
	return complete, nil
}

// busiest is the state of a phone with several dialogs, and the dialog that rings, if any: talking or calling counts
// more than ringing.
func (p *phone) busiest() (cti.LampState, *phoneDialog, *phoneDialog) {
	state := cti.LampFree
	var talks, ringing *phoneDialog
	for _, id := range slices.Sorted(maps.Keys(p.dialogs)) {
		d := p.dialogs[id]
		switch {
		case d.rings() && ringing == nil:
			ringing = &d
		case !d.rings() && talks == nil:
			talks = &d
		}
	}
	switch {
	case talks != nil:
		state = cti.LampBusy
	case ringing != nil:
		state = cti.LampRinging
	}
	return state, talks, ringing
}

// light puts what the phone is doing into its lamp. A call that rings beside another one is told, too: it can be taken.
func (p *phone) light(l *cti.Lamp, number func(sip.Uri) string) {
	state, talks, ringing := p.busiest()
	l.State = state
	switch {
	case ringing != nil:
		l.Caller = ringing.caller(number)
		l.Pickup = ringing.pickup()
	case talks != nil:
		l.Caller = talks.caller(number)
	}
}

// caller is the number of the far end, "" when the document keeps it to itself.
func (d *phoneDialog) caller(number func(sip.Uri) string) string {
	var u sip.Uri
	if message.ParseURI(strings.TrimSpace(d.Remote.Identity), &u) != nil {
		return ""
	}
	return number(u)
}

// pickup is what INVITE with Replaces needs: it goes to the caller, not to the phone that rings. Exchanges that want a
// mark of theirs instead of a dialog send it as a Call-ID without tags. nil when the document does not tell enough.
func (d *phoneDialog) pickup() *cti.Dialog {
	target := strings.TrimSpace(d.Remote.Target.URI)
	if target == "" {
		target = strings.TrimSpace(d.Remote.Identity)
	}
	var u sip.Uri
	if d.CallID == "" || len(target) > 255 || message.ParseURI(target, &u) != nil || u.Host == "" {
		return nil
	}
	return &cti.Dialog{CallID: d.CallID, LocalTag: d.LocalTag, RemoteTag: d.RemoteTag, Target: target}
}
