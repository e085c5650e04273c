package watch

import (
	"slices"
	"sync/atomic"
	"time"

	"cordboard/cti/sip/account"

	"github.com/emiago/sipgo/sip"
)

// dialog is what a SUBSCRIBE makes (RFC 6665 section 4.4). The Watcher's goroutine owns it, but for the CSeq, which
// repetitions with credentials take on the layer's.
type dialog struct {
	callID    string
	local     *sip.FromHeader
	remote    *sip.ToHeader
	localTag  string
	remoteTag string // "" before an answer or a NOTIFY
	target    sip.Uri
	routes    []sip.Uri // in the order in which requests visit them
	cseq      atomic.Uint32
	heard     bool // a NOTIFY has come, and fixed the dialog

	peerCSeq uint32 // of the latest NOTIFY
	peerAt   time.Time
}

// newDialog takes over the identity of a SUBSCRIBE outside of any dialog.
func newDialog(req *sip.Request) *dialog {
	d := &dialog{callID: req.CallID().Value(), target: *req.Recipient.Clone(), localTag: tagOf(req.From().Params)}
	d.local = &sip.FromHeader{DisplayName: req.From().DisplayName, Address: *req.From().Address.Clone()}
	d.remote = &sip.ToHeader{Address: *req.To().Address.Clone()}
	d.cseq.Store(req.CSeq().SeqNo)
	return d
}

// next is the next CSeq. Any goroutine may call it.
func (d *dialog) next() uint32 { return d.cseq.Add(1) }

// confirm takes the other side from a 2xx. One without a tag leaves the dialog to the NOTIFY.
func (d *dialog) confirm(res *sip.Response) {
	d.remoteTag = tagOf(res.To().Params)
	d.aim(res)
	d.routes = recordRoutes(res)
	slices.Reverse(d.routes) // RFC 3261 section 12.1.2
}

// hear takes the other side from a NOTIFY: the first one fixes the dialog.
func (d *dialog) hear(req *sip.Request) {
	d.aim(req)
	if d.heard {
		return
	}
	d.heard = true
	if tag := tagOf(req.From().Params); tag != d.remoteTag {
		d.remoteTag = tag
		d.routes = recordRoutes(req) // RFC 3261 section 12.1.1
	}
}

// aim takes the address for requests from a Contact.
func (d *dialog) aim(m sip.Message) {
	for _, h := range m.GetHeaders("Contact") {
		if c, ok := h.(*sip.ContactHeader); ok && c.Address.Host != "" {
			d.target = *c.Address.Clone()
			d.target.Headers = nil // not allowed in the Request-URI that it becomes
			return
		}
	}
}

// late reports whether a NOTIFY was overtaken by a later one. Some exchanges begin to count anew in a living dialog; what
// comes with a lower number when no repetition can be under way any more is news.
func (d *dialog) late(req *sip.Request, t1 time.Duration) bool {
	n, now := req.CSeq().SeqNo, time.Now()
	if d.heard && n <= d.peerCSeq && now.Sub(d.peerAt) < 64*t1 {
		return true
	}
	d.peerCSeq, d.peerAt = n, now
	return false
}

// request is the next SUBSCRIBE of the dialog (RFC 3261 section 12.2.1.1). Presence servers route loosely.
func (d *dialog) request(a *account.Account) *sip.Request {
	req := a.NewRequest(sip.SUBSCRIBE, *d.target.Clone())
	for _, name := range []string{"From", "To", "Call-ID", "CSeq", "Route"} {
		for req.RemoveHeader(name) {
		}
	}
	req.AppendHeader(&sip.FromHeader{DisplayName: d.local.DisplayName, Address: *d.local.Address.Clone(), Params: tagged(d.localTag)})
	req.AppendHeader(&sip.ToHeader{Address: *d.remote.Address.Clone(), Params: tagged(d.remoteTag)})
	id := sip.CallIDHeader(d.callID)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: d.next(), MethodName: sip.SUBSCRIBE})
	for _, r := range d.routes {
		req.AppendHeader(&sip.RouteHeader{Address: *r.Clone()})
	}
	return req
}

// tagged is the parameter of a From or To inside the dialog.
func tagged(tag string) sip.HeaderParams { return sip.HeaderParams{{K: "tag", V: tag}} }

// tagOf is the tag, "" when there is none.
func tagOf(p sip.HeaderParams) string {
	tag, _ := p.Get("tag") // no tag is the empty tag
	return tag
}

// recordRoutes lists the Record-Route values of a message from top to bottom.
func recordRoutes(m sip.Message) []sip.Uri {
	var out []sip.Uri
	for _, h := range m.GetHeaders("Record-Route") {
		if r, ok := h.(*sip.RecordRouteHeader); ok {
			out = append(out, *r.Address.Clone())
		}
	}
	return out
}
