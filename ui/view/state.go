package view

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// stateChip names the state of a call. The operator's own hold comes first, for it answers who is waiting.
func stateChip(c cti.CallView, now time.Time) Chip {
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
