package account

import (
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// take handles a request from the network, on the layer's goroutine. Malformed and foreign ones never come so far.
func (a *Account) take(tx *txn.ServerTx) {
	req := tx.Request()
	_, inDialog := req.To().Params.Get("tag")
	if req.Method == sip.OPTIONS && !inDialog {
		a.answerOptions(tx)
		return
	}
	if a.cfg.OnRequest == nil {
		tx.Respond(tx.Response(sip.StatusTemporarilyUnavailable, ""))
		return
	}
	a.cfg.OnRequest(tx)
}

// answerOptions says what we can do (RFC 3261 section 11.2); servers use it to see whether we are there.
func (a *Account) answerOptions(tx *txn.ServerTx) {
	res := tx.Response(sip.StatusOK, "")
	res.AppendHeader(a.allow())
	res.AppendHeader(a.supported())
	res.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	res.AppendHeader(sip.NewHeader("Accept-Language", "en, ru"))
	res.AppendHeader(a.Contact())
	a.sign(res)
	tx.Respond(res)
}
