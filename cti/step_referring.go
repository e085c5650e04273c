package cti

import "fmt"

// transferOf finds the call that is being handed over by a REFER in the call id: that one itself, or the customer when it
// was the consulted party that was asked.
func (t *turn) transferOf(id CallID) *Call {
	for i := range t.Calls {
		c := &t.Calls[i]
		tr := &c.Transfer
		if (c.ID == id || tr.Consult == id && id != "") && c.lasting() && tr.sent() {
			return c
		}
	}
	return nil
}

// sent reports whether a REFER is out whose outcome would still be heard.
func (t Transfer) sent() bool {
	byRefer := !t.Bridge || t.Consult == ""
	return byRefer && (t.underWay() || t.Phase == TransferUnknown)
}

// handedOver reports whether a call that is over went to somebody else, as far as is known, instead of just ending.
func (t Transfer) handedOver() bool { return t.sent() || t.Phase == TransferDone }

// referring is the one progress machine of transfers, of joining two members and of moving members to a room.
func (t *turn) referring(in Referring) error {
	c := t.transferOf(in.Call)
	if c == nil {
		return &Ignored{Kind: in.Kind(), Call: in.Call, Reason: "nothing is being handed over there"}
	}
	switch {
	case in.OfRefer && in.Code < 200:
		return &Ignored{Kind: in.Kind(), Call: in.Call, Reason: "the REFER is on its way"}
	case in.OfRefer && in.Code < 300:
		return t.referAccepted(c, in)
	case in.OfRefer:
		t.referRefused(c, in)
	case in.Code >= 300:
		t.targetRefused(c, in)
	case in.Code >= 200:
		t.handedOver(c)
	case in.Over:
		t.transferUnknown(c, orElse(in.Note, "The far end stopped telling how the transfer goes."))
	case in.Code >= 180 || c.Transfer.Phase == TransferRinging:
		t.transferGoes(c, TransferRinging, in)
	default:
		t.transferGoes(c, TransferTrying, in)
	}
	return nil
}

// transferGoes notes progress, and waits anew for the next news.
func (t *turn) transferGoes(c *Call, phase TransferPhase, in Referring) {
	tr := &c.Transfer
	if tr.Phase != phase {
		tr.Phase, tr.Since = phase, t.now
	}
	tr.Code, tr.Note = in.Code, in.Note
	t.start(c.ID, TimerTransfer, TransferAfter)
}

// referAccepted is the 202. NOTIFY may have overtaken it, and then it says nothing new.
func (t *turn) referAccepted(c *Call, in Referring) error {
	if c.Transfer.Phase != TransferAsked {
		return &Ignored{Kind: in.Kind(), Call: in.Call, Reason: "the transfer is further already"}
	}
	if in.NoNews {
		in.Note = orElse(in.Note, "The far end does not tell how the transfer goes.")
	}
	t.transferGoes(c, TransferTrying, in)
	return nil
}

// referRefused is a REFER that was not taken. A far end that takes none at all is remembered, so that the next try goes
// another way and says so beforehand.
func (t *turn) referRefused(c *Call, in Referring) {
	note := fmt.Sprintf("The far end refused the transfer (%d).", in.Code)
	if in.Cannot {
		if asked := t.find(in.Call); asked != nil {
			asked.Peer.NoRefer = true
		}
		note = "The far end takes no transfer: give it again, and both are joined another way."
	}
	t.transferFails(c, in.Code, orElse(in.Note, note))
}

// targetRefused is a target that did not take the call. One that does not know the dialog to replace, or not how to, is
// remembered as such: its exchange hides dialogs, and a second try would end the same.
func (t *turn) targetRefused(c *Call, in Referring) {
	if in.Code == 420 || in.Code == 481 {
		t.lacksReplaces(c, in.Call)
	}
	t.transferFails(c, in.Code, orElse(in.Note, refusalOf(c.Transfer.Number, in.Code)))
}

// lacksReplaces notes that the party which was to be taken over cannot be.
func (t *turn) lacksReplaces(c *Call, asked CallID) {
	replaced := c
	if asked == c.ID {
		replaced = t.find(c.Transfer.Consult)
	}
	if replaced != nil {
		replaced.Peer.NoReplaces = true
	}
}

// refusalOf says in words why a target did not take a call.
func refusalOf(number string, code int) string {
	switch resultOfCode(code) {
	case ResultBusy:
		return number + " is busy."
	case ResultDeclined:
		return number + " declined."
	case ResultNoAnswer:
		return number + " did not answer."
	}
	if code == 404 || code == 410 || code == 484 || code == 604 {
		return "There is no number " + number + "."
	}
	return fmt.Sprintf("%s could not be reached (%d).", number, code)
}

// transferUnknown keeps the customer on hold when nothing more is heard.
func (t *turn) transferUnknown(c *Call, note string) {
	c.Transfer.Phase, c.Transfer.Note, c.Transfer.Since = TransferUnknown, note, t.now
}

// handedOver ends our legs of a call that has arrived.
func (t *turn) handedOver(c *Call) {
	c.Transfer.Phase, c.Transfer.Code, c.Transfer.Note = TransferDone, 200, ""
	number, other, name := c.Transfer.Number, c.Transfer.Consult, c.Number
	t.release(c, End{By: SideUs, Result: ResultAnswered, Reason: "Transferred to " + number + "."}, EndingAfter)
	if o := t.find(other); o != nil && o.lasting() {
		t.release(o, End{By: SideUs, Result: ResultAnswered, Reason: "Connected with " + name + "."}, EndingAfter)
	}
}

// peerLearned notes what a far end can do. A refused REFER outweighs an Allow that names it.
func (t *turn) peerLearned(in PeerLearned) error {
	c, err := t.concerned(in, in.Call, (*Call).alive)
	if err != nil {
		return err
	}
	in.Peer.NoRefer = in.Peer.NoRefer || c.Transfer.Bridge && c.Peer.NoRefer
	if c.Peer == in.Peer {
		return ignored(in, c)
	}
	c.Peer = in.Peer
	return nil
}
