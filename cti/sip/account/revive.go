package account

import (
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// SendCancel cancels an INVITE that an earlier process sent. See txn.Layer.SendCancel.
func (a *Account) SendCancel(invite *sip.Request, to resolve.Target, handle txn.Handler) {
}

// SendResponse answers an INVITE that an earlier process received. See txn.Layer.SendResponse.
func (a *Account) SendResponse(res *sip.Response, to resolve.Target) {
}
