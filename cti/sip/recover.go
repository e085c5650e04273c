package sip

import (
	"encoding/json"
	"fmt"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

// recover takes a call up again that an earlier process left behind, or ends what it left on the wire, as soon as the
// line has a socket.
func (c *call) recover(e cti.Recover) {
	c.known, c.hasty, c.waiting = true, true, true
	a, err := c.account()
	if err != nil {
		c.waiting = false
		c.fail(0, err)
		return
	}
	go func() {
		select {
		case <-a.Ready():
		case <-time.After(c.stack.cfg.Timing.Recover): // takeUp says what is wrong
		}
		c.do(func() { c.takeUp(e) })
	}()
}

// takeUp chooses by how far the call was. One that the operator ended meanwhile is not resumed.
func (c *call) takeUp(e cti.Recover) {
	c.waiting = false
	var k kept
	if err := json.Unmarshal(e.Dialog, &k); err != nil {
		c.fail(0, fmt.Errorf("the call could not be taken up again: %w", err))
		return
	}
	c.dir = k.Direction
	var err error
	switch {
	case k.Stage == stageUp && e.Resume && !c.unwanted:
		err = c.resume(k, e.Hold)
	case k.Stage == stageUp:
		err = c.abandon(k)
	case k.Stage == stageCalling:
		err = c.takeBack(k)
	default:
		err = c.decline(k)
	}
	if err != nil {
		c.fail(0, fmt.Errorf("the call could not be taken up again: %w", err))
	}
}

// restore makes the confirmed dialog of a kept call.
func (c *call) restore(k kept) error {
	if len(k.Dialogs) == 0 {
		return fmt.Errorf("nothing was kept of its dialog")
	}
	d, err := k.Dialogs[0].dialog()
	if err != nil {
		return err
	}
	c.dlg, c.stage, c.peer = d, up, d.peer
	c.meet(d)
	return nil
}

// resume offers our new port to the far end by a re-INVITE in the same dialog.
func (c *call) resume(k kept, hold bool) error {
	if err := c.restore(k); err != nil {
		return err
	}
	if err := c.prepare(k.SDP.Session.Remote.Addr(), k.SDP, c.openKeys(k.Keys)); err != nil {
		c.hangUp(0, c.ended(0, "The call could not be taken up again."))
		return err
	}
	c.timer.interval, c.timer.ours = k.Interval, k.Refresher
	c.mod.want, c.mod.resume = hold, true
	c.after(c.stack.cfg.Timing.Recover, func() {
		if c.mod.resume {
			c.hangUp(0, c.ended(408, "The far end did not take the call up again after the restart."))
		}
	})
	c.renegotiate()
	return nil
}

// abandon ends a confirmed dialog.
func (c *call) abandon(k kept) error {
	if err := c.restore(k); err != nil {
		return err
	}
	c.hangUp(0, c.ended(0, "The program was restarted during the call."))
	return nil
}

// takeBack cancels an INVITE that the earlier process sent. Where an early dialog was known and the CANCEL comes too
// late, BYE ends the dialog that was answered meanwhile.
func (c *call) takeBack(k kept) error {
	invite, to, err := k.invite()
	if err != nil {
		return err
	}
	a, err := c.account()
	if err != nil {
		return err
	}
	c.owe()
	c.leave(c.ended(487, "The program was restarted while the call was being made."))
	a.SendCancel(invite, to, c.on(func(res *sip.Response, err error) {
		if err == nil && res.StatusCode == 481 {
			c.byeAll(k)
		}
		c.pay()
	}))
	return nil
}

// byeAll ends every early dialog that was known: one of them was answered, the others say 481.
func (c *call) byeAll(k kept) {
	for _, kd := range k.Dialogs {
		d, err := kd.dialog()
		if err != nil {
			c.log().Warn("kept dialog of no use", "err", err)
			continue
		}
		c.bye(d, "")
	}
}

// decline gives the final answer to an INVITE that rang in the earlier process. Its transaction is gone, so the
// answer is sent as it is; the caller repeats nothing that would bring it again, and hears it or gives up.
func (c *call) decline(k kept) error {
	invite, to, err := k.invite()
	if err != nil {
		return err
	}
	a, err := c.account()
	if err != nil {
		return err
	}
	res := sip.NewResponseFromRequest(invite, 480, "Temporarily Unavailable", nil)
	if len(k.Dialogs) > 0 {
		res.ReplaceHeader(&sip.ToHeader{
			DisplayName: invite.To().DisplayName, Address: invite.To().Address, Params: tagParam(k.Dialogs[0].Local.Tag),
		})
	}
	a.SendResponse(res, to)
	c.leave(c.ended(480, "The program was restarted while the call rang."))
	return nil
}

// invite reads the kept INVITE and where it went to or came from.
func (k kept) invite() (*sip.Request, resolve.Target, error) {
	to, err := k.peer()
	if err != nil {
		return nil, to, err
	}
	msg, fault := message.Parse([]byte(k.Invite))
	if fault != nil {
		return nil, to, fmt.Errorf("the kept INVITE cannot be read: %w", fault)
	}
	req, ok := msg.(*sip.Request)
	if !ok {
		return nil, to, fmt.Errorf("the kept INVITE is no request")
	}
	return req, to, nil
}
