package account

import (
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// SendCancel cancels an INVITE that an earlier process sent. See txn.Layer.SendCancel.
func (a *Account) SendCancel(invite *sip.Request, to resolve.Target, handle txn.Handler) {
	l := a.layer.Load()
	if l == nil {
		go handle(nil, txn.ErrClosed)
		return
	}
	l.SendCancel(invite, to, handle)
}

// SendResponse answers an INVITE that an earlier process received. See txn.Layer.SendResponse.
func (a *Account) SendResponse(res *sip.Response, to resolve.Target) {
	if l := a.layer.Load(); l != nil {
		l.SendResponse(res, to)
		return
	}
	a.log.Warn("an answer was not sent: the line has no socket")
}

// Ready is closed when the socket is open and the way to the server known: from then on LocalAddr is valid and
// requests can leave, registered or not.
func (a *Account) Ready() <-chan struct{} { return a.ready }
