package exchange

import (
	"net/netip"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// dialog is our side of a dialog with the desk: a call or a subscription (RFC 3261 section 12).
type dialog struct {
	id                  string // Call-ID
	from                netip.AddrPort
	localTag, remoteTag string
	local, remote       sip.Uri // of From and To
	target              sip.Uri // the desk's Contact
	cseq                uint32  // last one used; the customer's INVITE has inviteCSeq
}

// taken is the dialog of a request that the desk began it with.
func taken(tx *txn.ServerTx) dialog {
	req := tx.Request()
	d := dialog{
		id: req.CallID().Value(), from: tx.Source(), localTag: tx.LocalTag(),
		local: req.To().Address, remote: req.From().Address, target: req.From().Address,
	}
	d.remoteTag, _ = req.From().Params.Get("tag") // a caller without a tag has the empty one
	if uri, ok := contactOf(req); ok {
		d.target = uri
	}
	return d
}

// way is where requests of the dialog go: the desk is the next hop, so there is no Route.
func (d *dialog) way() resolve.Target { return resolve.Target{Addr: d.from, Transport: cti.UDP} }

// request builds a request inside the dialog (RFC 3261 section 12.2.1.1).
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	if method != sip.ACK {
		d.cseq++
	}
	req := sip.NewRequest(method, *d.target.Clone())
	from := &sip.FromHeader{Address: *d.local.Clone(), Params: sip.NewParams()}
	from.Params.Add("tag", d.localTag)
	to := &sip.ToHeader{Address: *d.remote.Clone(), Params: sip.NewParams()}
	if d.remoteTag != "" {
		to.Params.Add("tag", d.remoteTag)
	}
	id := sip.CallIDHeader(d.id)
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: d.cseq, MethodName: method})
	req.AppendHeader(&maxForwards)
	return req
}
