package sip

import (
	"sync/atomic"

	"cordboard/cti"
	"cordboard/cti/sip/account"

	"github.com/emiago/sipgo/sip"
)

// stray takes a 2xx to an INVITE that no transaction knows any more: a callee that answered while the program was
// restarting, or a very late fork. It is acknowledged and ended, so that nobody is left talking to nothing.
func (l *line) stray(res *sip.Response) {
	from, to := fromParty(res.From()), toParty(res.To())
	if c := l.stack.find(res.CallID().Value(), from.Tag); c != nil && c.hasPeer(to.Tag) {
		return // the dialog is up: a repeated 2xx whose ACK is on its way
	}
	c := newCall(l.stack, l, cti.NewCallID())
	d := &dialog{callID: res.CallID().Value(), local: from, remote: to, cseq: new(atomic.Uint32), target: to.URI}
	d.cseq.Store(res.CSeq().SeqNo + cseqJump)
	d.refresh(res)
	d.routes = reversed(recordRoutes(res))
	c.do(func() {
		c.stage = up
		c.dlg = d
		invite := &sip.Request{}
		invite.AppendHeader(&sip.CSeqHeader{SeqNo: res.CSeq().SeqNo, MethodName: sip.INVITE})
		if ack := c.makeAck(d, invite); ack != nil {
			if a, err := c.account(); err == nil {
				a.SendAck(ack, account.Options{})
			}
		}
		c.hangUp(0, c.ended(0, "Answered after the call was over."))
	})
}
