package txn

import (
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

// SendCancel cancels an INVITE that an earlier process sent: invite is as it left that process, with its Via, whose
// branch the CANCEL has to repeat (RFC 3261 section 9.1). The answer comes to us because the Via asks for rport.
func (l *Layer) SendCancel(invite *sip.Request, to resolve.Target, handle Handler) {
	branch, _ := invite.Via().Params.Get("branch") // without one nobody finds the INVITE, and the answer is 481
	tx := &ClientTx{
		l: l, req: cancelOf(invite, nil), to: to, handle: handle, life: l.cfg.Timers.life(),
		key: clientKey{branch, sip.CANCEL}, state: clientCalling,
	}
	posted := l.queue.Post(func() {
		l.withFlow(to, func(f flow, err error) {
			if err != nil {
				handle(nil, err)
				return
			}
			tx.flow = f
			tx.send()
		})
	})
	if !posted {
		go handle(nil, ErrClosed)
	}
}

// SendResponse sends an answer outside of any transaction: to an INVITE that an earlier process received.
func (l *Layer) SendResponse(res *sip.Response, to resolve.Target) {
	l.queue.Post(func() {
		l.withFlow(to, func(f flow, err error) {
			if err == nil {
				err = l.write(f, res)
			}
			if err != nil {
				l.log.Warn("an answer was not sent", "error", err)
			}
		})
	})
}
