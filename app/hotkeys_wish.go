package app

import (
	"errors"
	"slices"

	"cordboard/app/api"
	"cordboard/cti"
)

// wish is what a system-wide key asks for at the moment: a command, or a verb for which the window has to ask for a number.
type wish struct {
	command cti.Command
	ask     cti.Verb
}

// wishOf finds out what a key means now. Keys do what the key of the same name does in the window, to the conference that the
// operator takes part in, else to the current call. The error is one sentence. Pure.
func wishOf(s *cti.Snapshot, action string) (wish, error) {
	switch action {
	case "answer":
		return answerWish(s)
	case "hold":
		return holdWish(s)
	case "mute":
		c, err := microphone(s)
		return wish{command: c}, err
	case "transfer":
		return transferWish(s), nil
	case "consult":
		return orAsk(s, cti.VerbSwap, cti.VerbConsult), nil
	case "conference":
		return orAsk(s, cti.VerbConference, cti.VerbConference), nil
	case "pickup":
		return wish{ask: cti.VerbPickup}, nil
	case "record":
		return recordWish(s)
	case "mask":
		on := !slices.ContainsFunc(s.Recordings, func(r cti.Recording) bool { return r.Paused })
		return resolved(s, cti.VerbPause, api.Request{On: &on})
	case "dnd":
		on := slices.ContainsFunc(s.Lines, func(l cti.LineView) bool { return !l.Config.DND })
		return resolved(s, cti.VerbDND, api.Request{On: &on})
	case "attend":
		k := attended(s)
		on := k == nil
		return resolved(s, cti.VerbAttend, api.Request{On: &on})
	}
	return resolved(s, cti.Verb(action), api.Request{})
}

// resolved is the wish for a verb on what is current.
func resolved(s *cti.Snapshot, verb cti.Verb, r api.Request) (wish, error) {
	c, err := api.Resolve(s, verb, r)
	return wish{command: c}, err
}

// answerWish takes the call that has rung longest; while none rings the current call comes back from hold.
func answerWish(s *cti.Snapshot) (wish, error) {
	for _, c := range s.Calls { // the oldest first
		if c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging {
			return wish{command: cti.Answer{Call: c.ID}}, nil
		}
	}
	if c, ok := currentCall(s); ok && c.Held {
		return wish{command: cti.Hold{Call: c.ID}}, nil
	}
	return wish{}, errors.New("no call is ringing")
}

func holdWish(s *cti.Snapshot) (wish, error) {
	if k := attended(s); k != nil {
		open := slices.ContainsFunc(s.Calls, func(c cti.CallView) bool { return c.Conf == k.ID && c.Live() && !c.Held })
		return wish{command: cti.HoldAll{Conf: k.ID, On: open}}, nil
	}
	c, ok := currentCall(s)
	if !ok {
		return wish{}, errNoCall
	}
	return wish{command: cti.Hold{Call: c.ID, On: !c.Held}}, nil
}

var errNoCall = errors.New("there is no call, or more than one: choose it in the window")

// microphone is the command that closes the microphone, or opens it when it is closed.
func microphone(s *cti.Snapshot) (cti.Command, error) {
	if k := attended(s); k != nil {
		return cti.MuteAll{Conf: k.ID, On: !k.Muted}, nil
	}
	c, ok := currentCall(s)
	if !ok {
		return nil, errNoCall
	}
	return cti.Mute{Call: c.ID, On: !c.Muted}, nil
}

// transferWish completes the consult that runs, or takes a transfer back; else a number is needed.
func transferWish(s *cti.Snapshot) wish {
	c, ok := currentCall(s)
	if ok && c.Transfer.Phase == cti.TransferGrace && c.Transfer.Consult == "" {
		return wish{command: cti.QuickTransfer{Call: c.ID}}
	}
	return orAsk(s, cti.VerbConfirm, cti.VerbTransfer)
}

// orAsk is a verb where the current call allows it now, else another that needs a number.
func orAsk(s *cti.Snapshot, verb, ask cti.Verb) wish {
	if c, ok := currentCall(s); ok {
		why, known := c.Allowed[verb]
		if w, err := resolved(s, verb, api.Request{}); known && why == "" && err == nil && !empty(w.command) {
			return w
		}
	}
	return wish{ask: ask}
}

// empty reports whether a command would join nobody: no consult runs.
func empty(c cti.Command) bool {
	j, ok := c.(cti.Join)
	return ok && len(j.Calls) == 0
}

func recordWish(s *cti.Snapshot) (wish, error) {
	if k := attended(s); k != nil && k.Record != "" {
		return wish{command: cti.StopRecording{Rec: k.Record}}, nil
	}
	if c, ok := currentCall(s); ok && c.Record != "" {
		return wish{command: cti.StopRecording{Rec: c.Record}}, nil
	}
	r := api.Request{}
	if k := attended(s); k != nil {
		r.Conf = k.ID
	}
	return resolved(s, cti.VerbRecord, r)
}

// currentCall is the call that a command without a call acts on.
func currentCall(s *cti.Snapshot) (cti.CallView, bool) {
	c, err := api.Resolve(s, cti.VerbHold, api.Request{})
	if err != nil {
		return cti.CallView{}, false
	}
	i := slices.IndexFunc(s.Calls, func(v cti.CallView) bool { return v.ID == c.Target() })
	if i < 0 {
		return cti.CallView{}, false
	}
	return s.Calls[i], true
}

// attended is the conference that the operator takes part in, nil for none.
func attended(s *cti.Snapshot) *cti.ConferenceView {
	for i := range s.Conferences {
		if !s.Conferences[i].Away {
			return &s.Conferences[i]
		}
	}
	return nil
}
