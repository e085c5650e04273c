package view

import (
	"strconv"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Ask is what a command needs to know besides the row that it acts on.
type Ask uint8

// Things to ask for.
const (
	AskNothing Ask = iota
	AskDial
	AskTransfer
	AskConsult
	AskConference
	AskPickup
	AskForward
)

// Title is the question.
func (a Ask) Title() string {
	switch a {
	case AskTransfer:
		return lang.AskTransfer.String()
	case AskConsult:
		return lang.AskConsult.String()
	case AskConference:
		return lang.AskConference.String()
	case AskPickup:
		return lang.AskPickup.String()
	case AskNothing, AskDial, AskForward:
	}
	return lang.AskNumber.String()
}

// Target is where a command that asks goes: by what number, which way, and as whom.
type Target struct {
	Number   string
	Line     cti.LineID
	Route    string
	Identity cti.Identity
}

// Complete makes a command of a Command's Send: its target, and new IDs for what it begins.
func Complete(c cti.Command, t Target) cti.Command {
	switch c := c.(type) {
	case cti.Dial:
		c.Call, c.Line, c.Route, c.Number, c.Identity = cti.NewCallID(), t.Line, t.Route, t.Number, t.Identity
		return c
	case cti.StartConsult:
		c.Call, c.Line, c.Route, c.Number, c.Identity = cti.NewCallID(), t.Line, t.Route, t.Number, t.Identity
		return c
	case cti.QuickTransfer:
		c.Route, c.Number, c.Identity = t.Route, t.Number, t.Identity
		return c
	case cti.Pickup:
		c.Call, c.Line, c.Number = cti.NewCallID(), t.Line, t.Number
		return c
	case cti.Join:
		if c.Conf == "" {
			c.Conf = cti.NewConfID()
		}
		return c
	case cti.StartRecording:
		c.Rec = cti.NewRecID()
		return c
	case cti.FollowReferral:
		if c.Accept {
			c.New = cti.NewCallID()
		}
		return c
	}
	return c
}

// partner is the other leg of a consult that a call takes part in.
func partner(calls []cti.CallView, c cti.CallView) (cti.CallView, bool) {
	for _, o := range calls {
		if o.Live() && c.ID != "" && (c.Consult.For == o.ID || o.Consult.For == c.ID) {
			return o, true
		}
	}
	return cti.CallView{}, false
}

// consulting reports whether the selected row takes part in a consult: its keys go to Confirm and Swap then.
func (x subject) consulting() bool {
	if x.call.Consult.Conf != "" {
		return true
	}
	_, ok := partner(x.snap.Calls, x.call)
	return ok
}

// transfer hands the call over without asking the target first; while that can be taken back it is what takes it back.
func (x subject) transfer() Command {
	cmd := Command{Label: lang.Transfer.String(), Key: cti.KeyTransfer, First: true, Ask: AskTransfer,
		Reason: whyNot(x.call, cti.VerbTransfer), Plan: Clean(x.call.Plans[cti.VerbTransfer]), Send: cti.QuickTransfer{Call: x.call.ID}}
	switch {
	case x.whole():
		cmd.Reason = lang.ConfNoTransfer.String()
	case x.call.Transfer.Phase == cti.TransferGrace:
		cmd.Label, cmd.Ask, cmd.Style = lang.TakeBack.String(), AskNothing, StyleGo
		cmd.Send = cti.QuickTransfer{Call: x.call.ID, Number: x.call.Transfer.Number}
	case x.consulting():
		cmd.Key = ""
	}
	return cmd
}

// consult calls somebody while the customer waits, and swaps the two once it runs (R44, R45).
func (x subject) consult() Command {
	if x.consulting() {
		return Command{Label: lang.Swap.String(), Key: cti.KeyConsult, Reason: whyNot(x.call, cti.VerbSwap), Send: cti.Swap{Call: x.call.ID}}
	}
	cmd := Command{Label: lang.Consult.String(), Key: cti.KeyConsult, Ask: AskConsult,
		Reason: whyNot(x.call, cti.VerbConsult), Send: cti.StartConsult{For: x.call.ID, Purpose: cti.ForTransfer}}
	if x.whole() {
		cmd.Reason, cmd.Send = denied(x.conf.Allowed, cti.VerbConsult), cti.StartConsult{Conf: x.conf.ID, Purpose: cti.ForConference}
	}
	return cmd
}

// confirm is the last step after a consultation (R40, R46).
func (x subject) confirm() Command {
	cmd := Command{Label: lang.Confirm.String(), Style: StyleGo, Reason: lang.NoConsult.String()}
	if x.consulting() {
		cmd.Key, cmd.Reason = cti.KeyTransfer, whyNot(x.call, cti.VerbConfirm)
		cmd.Plan, cmd.Send = Clean(x.call.Plans[cti.VerbConfirm]), cti.Confirm{Call: x.call.ID}
	}
	return cmd
}

// abort ends the consulted leg and takes the customer back (R48).
func (x subject) abort() Command {
	cmd := Command{Label: lang.Abort.String(), Key: cti.KeyAbort, Reason: lang.NoConsult.String()}
	if x.consulting() {
		cmd.Reason, cmd.Send = whyNot(x.call, cti.VerbAbort), cti.Abort{Call: x.call.ID}
	}
	return cmd
}

// pickup takes a call that rings at another number; it needs no row (R9).
func (x subject) pickup() Command {
	return Command{Label: lang.PickUp.String(), Key: cti.KeyPickup, Ask: AskPickup, Send: cti.Pickup{}, First: true}
}

// follow does what the far end asks for by REFER; nobody but the operator decides it.
func follow(c cti.CallView) Command {
	return Command{Label: lang.FollowWish.String(), Key: cti.KeyFollow, Reason: whyNot(c, cti.VerbReferral),
		Send: cti.FollowReferral{Call: c.ID, Accept: true}}
}

func refuse(c cti.CallView) Command {
	return Command{Label: lang.RefuseWish.String(), Key: cti.KeyDecline, Reason: whyNot(c, cti.VerbReferral),
		Send: cti.FollowReferral{Call: c.ID}}
}

// rowOf is the number of a call's row, as the hints name it.
func rowOf(calls []cti.CallView, id cti.CallID) string {
	for i, c := range calls {
		if c.ID == id {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}
