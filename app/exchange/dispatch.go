package exchange

import (
	"strings"

	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// methods that the exchange understands.
var methods = []string{"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "UPDATE", "INFO", "REFER", "SUBSCRIBE"}

// take gets a request on the layer's goroutine and hands it to ours, where all state is.
func (x *Exchange) take(tx *txn.ServerTx) {
	if tx.Request().Method == sip.INVITE {
		callID := tx.Request().CallID().Value()
		tx.Watch(txn.ServerWatch{
			Cancel: func(*sip.Request) { x.post(func() { x.cancelled(callID, tx) }) },
			Ack:    func(ack *sip.Request) { body := ack.Body(); x.post(func() { x.acknowledged(callID, tx, body) }) },
			End:    func(error) { x.post(func() { x.unconfirmed(callID, tx) }) },
		})
	}
	x.post(func() { x.handle(tx) })
}

func (x *Exchange) handle(tx *txn.ServerTx) {
	req := tx.Request()
	tag, _ := req.To().Params.Get("tag") // no tag is the empty tag
	switch {
	case x.closed:
		tx.Respond(tx.Response(sip.StatusServiceUnavailable, ""))
	case tag != "":
		x.inDialog(tx, tag)
	case req.Method == sip.REGISTER:
		x.register(tx)
	case req.Method == sip.INVITE:
		x.invited(tx)
	case req.Method == sip.SUBSCRIBE:
		x.subscribed(tx)
	case req.Method == sip.OPTIONS:
		tx.Respond(x.able(tx))
	default:
		tx.Respond(tx.Response(481, ""))
	}
}

// inDialog handles what belongs to a call that exists.
func (x *Exchange) inDialog(tx *txn.ServerTx, tag string) {
	req := tx.Request()
	if req.Method == sip.SUBSCRIBE {
		x.resubscribed(tx, tag)
		return
	}
	c := x.calls[req.CallID().Value()]
	if c == nil || c.localTag != tag {
		tx.Respond(tx.Response(481, ""))
		return
	}
	switch req.Method {
	case sip.BYE:
		tx.Respond(tx.Response(sip.StatusOK, ""))
		c.over()
	case sip.INVITE, sip.UPDATE:
		c.renegotiate(tx)
	case sip.INFO:
		c.info(tx)
	case sip.OPTIONS:
		tx.Respond(x.able(tx))
	case sip.REFER:
		c.referred(tx)
	default:
		tx.Respond(tx.Response(sip.StatusMethodNotAllowed, ""))
	}
}

// able is the answer to OPTIONS.
func (x *Exchange) able(tx *txn.ServerTx) *sip.Response {
	res := tx.Response(sip.StatusOK, "")
	res.AppendHeader(sip.NewHeader("Allow", strings.Join(methods, ", ")))
	res.AppendHeader(sip.NewHeader("Accept", sdpType))
	return res
}

const sdpType = "application/sdp"

// headers is what requests and responses have in common.
type headers interface{ GetHeader(name string) sip.Header }

// value is a header's text without parsing: sipgo's lazy parsers write into the message, which the layer's goroutine
// may be reading.
func value(m headers, name string) string {
	if h := m.GetHeader(name); h != nil {
		return strings.TrimSpace(h.Value())
	}
	return ""
}

// contactOf is the address of the Contact, false when there is none but a "*".
func contactOf(m headers) (sip.Uri, bool) {
	v := value(m, "Contact")
	if v == "" || v == "*" {
		return sip.Uri{}, false
	}
	var uri sip.Uri
	params := sip.NewParams()
	if _, err := sip.ParseAddressValue(v, &uri, &params); err != nil || uri.Host == "" {
		return sip.Uri{}, false
	}
	return uri, true
}
