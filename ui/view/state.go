package view

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// stateChip names the state of a call. The operator's own hold comes first, for it answers who is waiting.
func stateChip(c cti.CallView, p cti.Profile, now time.Time) Chip {
	if chip, ok := transferChip(c, p, now); ok {
		return chip
	}
	switch c.Phase {
	case cti.PhaseDialing:
		return Chip{lang.Calling.String(), since(c.Since, now), Ring}
	case cti.PhaseRinging:
		return Chip{lang.Ringing.String(), since(c.Since, now), Ring}
	case cti.PhaseAnswering:
		return Chip{lang.Connecting.String(), since(c.Since, now), Ring}
	case cti.PhaseTalking:
		return talkingChip(c, now)
	case cti.PhaseEnding:
		return Chip{lang.Ending.String(), "", Quiet}
	case cti.PhaseEnded:
		return endedChip(c.End.Result)
	case cti.PhaseUnknown:
	}
	return Chip{c.Phase.String(), "", Quiet}
}

// transferChip names how far a transfer has come; once it has failed the call is what it was, on hold.
func transferChip(c cti.CallView, p cti.Profile, now time.Time) (Chip, bool) {
	if !c.Live() {
		return Chip{}, false
	}
	switch t := c.Transfer; t.Phase {
	case cti.TransferGrace:
		return Chip{lang.TransferIn.With(graceLeft(t, p, now)), "", Wait}, true
	case cti.TransferAsked, cti.TransferTrying:
		return Chip{lang.Transferring.String(), since(t.Since, now), Wait}, true
	case cti.TransferRinging:
		return Chip{lang.TargetRings.String(), since(t.Since, now), Ring}, true
	case cti.TransferDone:
		return Chip{lang.Transferred.String(), "", Talk}, true
	case cti.TransferNone, cti.TransferFailed, cti.TransferUnknown:
	}
	return Chip{}, false
}

// talkingChip names what a connected call is doing.
func talkingChip(c cti.CallView, now time.Time) Chip {
	switch {
	case c.Recovering:
		return Chip{lang.Reconnecting.String(), since(c.Since, now), Wait}
	case c.Held:
		from := c.HeldAt
		if from.IsZero() {
			from = c.Since
		}
		return Chip{lang.OnHold.String(), since(from, now), Wait}
	case c.HeldByPeer:
		return Chip{lang.HeldByThem.String(), since(c.Since, now), Wait}
	}
	return Chip{lang.Talking.String(), "", Talk}
}

// endedChip names how a call went; what the operator should look at stands out.
func endedChip(r cti.Result) Chip {
	switch r {
	case cti.ResultAnswered:
		return Chip{lang.Ended.String(), "", Quiet}
	case cti.ResultMissed:
		return Chip{lang.Missed.String(), "", Stop}
	case cti.ResultRefused:
		return Chip{lang.Refused.String(), "", Quiet}
	case cti.ResultBusy:
		return Chip{lang.TheyAreBusy.String(), "", Stop}
	case cti.ResultNoAnswer:
		return Chip{lang.NoAnswer.String(), "", Wait}
	case cti.ResultDeclined:
		return Chip{lang.Declined.String(), "", Stop}
	case cti.ResultFailed:
		return Chip{lang.Failed.String(), "", Stop}
	case cti.ResultElsewhere:
		return Chip{lang.Elsewhere.String(), "", Quiet}
	case cti.ResultUnknown:
	}
	return Chip{lang.Ended.String(), "", Quiet}
}
