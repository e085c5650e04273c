package sip

import (
	"fmt"
	"slices"
	"sync/atomic"

	"cordboard/cti"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// party is one end of a dialog as From and To carry it. The display name stays as it came: it is echoed, not shown.
type party struct {
	Name string
	URI  sip.Uri
	Tag  string
}

// dialog is the state of RFC 3261 section 12. It belongs to the call's goroutine, but for cseq, which repetitions
// with credentials take on the layer's.
type dialog struct {
	callID        string
	local, remote party
	cseq          *atomic.Uint32 // last one used; shared by all forks of an INVITE
	peerCSeq      uint32         // last one seen
	routes        []sip.Uri      // in the order in which requests visit them
	target        sip.Uri        // the far end's Contact
	allows        map[sip.RequestMethod]bool
	peer          cti.PeerFacts // what it said that it cannot do
}

// tagOf returns the tag, "" for a peer of RFC 2543 that sends none.
func tagOf(p sip.HeaderParams) string {
	tag, _ := p.Get("tag") // no tag is the empty tag
	return tag
}

// fromParty copies a From: the message belongs to its transaction, the dialog outlives it.
func fromParty(h *sip.FromHeader) party {
	return party{Name: h.DisplayName, URI: *h.Address.Clone(), Tag: tagOf(h.Params)}
}

// toParty copies a To, for the same reason.
func toParty(h *sip.ToHeader) party {
	return party{Name: h.DisplayName, URI: *h.Address.Clone(), Tag: tagOf(h.Params)}
}

// dialed makes the dialog of a provisional or 2xx answer to our INVITE (RFC 3261 12.1.2).
func dialed(invite *sip.Request, res *sip.Response, cseq *atomic.Uint32) *dialog {
	d := &dialog{
		callID: invite.CallID().Value(),
		local:  fromParty(invite.From()),
		remote: toParty(res.To()),
		cseq:   cseq,
		target: invite.Recipient,
	}
	d.refresh(res)
	d.routes = reversed(recordRoutes(res))
	return d
}

// reversed turns the Record-Routes of an answer into the order in which our requests visit them.
func reversed(routes []sip.Uri) []sip.Uri {
	slices.Reverse(routes)
	return routes
}

// taken makes the dialog of an INVITE that came in (RFC 3261 12.1.1).
func taken(invite *sip.Request, localTag string) *dialog {
	d := &dialog{
		callID:   invite.CallID().Value(),
		local:    toParty(invite.To()),
		remote:   fromParty(invite.From()),
		cseq:     new(atomic.Uint32),
		peerCSeq: invite.CSeq().SeqNo,
		routes:   recordRoutes(invite),
		target:   invite.From().Address,
	}
	d.local.Tag = localTag
	d.refresh(invite)
	return d
}

// refresh takes the target and the abilities from a message of the far end (RFC 3261 12.2.1.2).
func (d *dialog) refresh(m sip.Message) {
	if c := contactOf(m); c != nil && c.Address.Host != "" {
		d.target = *c.Address.Clone()
		d.target.Headers = nil                 // not allowed in the Request-URI that it becomes (RFC 3261 19.1.1)
		d.peer.Focus = c.Params.Has("isfocus") // RFC 4579 section 4.2
	}
	if a := listOf(m, "Allow"); len(a) > 0 {
		d.allows = map[sip.RequestMethod]bool{}
		for _, name := range a {
			d.allows[sip.RequestMethod(name)] = true
		}
		d.peer.NoRefer = !d.allows[sip.REFER]
	}
	if len(m.GetHeaders("Supported")) > 0 {
		d.peer.NoReplaces = !hasOption(m, "Supported", "replaces")
	}
}

// address writes the parts of a request that make it belong to the dialog, strict routing included (RFC 3261 12.2.1.1).
func (d *dialog) address(req *sip.Request, cseq uint32) {
	for _, name := range []string{"From", "To", "Call-ID", "CSeq", "Route"} {
		for req.RemoveHeader(name) {
		}
	}
	req.AppendHeader(&sip.FromHeader{DisplayName: d.local.Name, Address: *d.local.URI.Clone(), Params: tagParam(d.local.Tag)})
	req.AppendHeader(&sip.ToHeader{DisplayName: d.remote.Name, Address: *d.remote.URI.Clone(), Params: tagParam(d.remote.Tag)})
	id := sip.CallIDHeader(d.callID)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: cseq, MethodName: req.Method})
	recipient, routes := d.way()
	req.Recipient = recipient
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
}

// way returns the Request-URI and the Route headers. A first proxy without lr rewrites requests by RFC 2543: it gets
// the Request-URI and the target goes last.
func (d *dialog) way() (sip.Uri, []sip.Uri) {
	if len(d.routes) == 0 || d.routes[0].UriParams.Has("lr") {
		return *d.target.Clone(), d.routes
	}
	first := *d.routes[0].Clone()
	first.Headers = nil
	return first, append(append([]sip.Uri(nil), d.routes[1:]...), *d.target.Clone())
}

// fresh reports whether a request is newer than all before, and remembers it (RFC 3261 12.2.2).
func (d *dialog) fresh(req *sip.Request) bool {
	n := req.CSeq().SeqNo
	if n <= d.peerCSeq {
		return false
	}
	d.peerCSeq = n
	return true
}

// tagParam is the header parameter of a tag.
func tagParam(tag string) sip.HeaderParams {
	if tag == "" {
		return nil // RFC 2543 peers send none
	}
	return sip.HeaderParams{{K: "tag", V: tag}}
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

// parseURI reads an address; the error names it.
func parseURI(s string) (sip.Uri, error) {
	var u sip.Uri
	if err := message.ParseURI(s, &u); err != nil {
		return u, fmt.Errorf("%q is not a SIP address: %w", s, err)
	}
	return u, nil
}
