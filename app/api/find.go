package api

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"cordboard/cti"
)

// find fills in what a request leaves to the desk: the IDs of what is new, the current call, conference or recording, and
// the calls that are given by their rows. It returns what the answer names.
func find(snap *cti.Snapshot, verb cti.Verb, r *Request) (Done, error) {
	switch verb {
	case cti.VerbDial, cti.VerbPickup:
		return r.newCall(), nil
	case cti.VerbConsult:
		return r.findConsulted(snap)
	case cti.VerbConference:
		return r.findJoined(snap)
	case cti.VerbHear, cti.VerbArrange, cti.VerbHoldAll, cti.VerbAttend, cti.VerbMuteAll, cti.VerbLeave, cti.VerbEndAll:
		return r.findConference(snap)
	case cti.VerbRecord:
		return r.findRecorded(snap)
	case cti.VerbPause, cti.VerbStop:
		return r.findRecording(snap)
	case cti.VerbDND, cti.VerbForward:
		return Done{}, nil
	case cti.VerbReferral:
		if r.New == "" {
			r.New = cti.NewCallID()
		}
	}
	var err error
	r.Call, err = callOf(snap, r.Call)
	return Done{Call: r.Call}, err
}

// newCall gives the call an ID unless it has one.
func (r *Request) newCall() Done {
	if r.Call == "" {
		r.Call = cti.NewCallID()
	}
	return Done{Call: r.Call}
}

// findConsulted names the call or the conference that the consult is for.
func (r *Request) findConsulted(snap *cti.Snapshot) (Done, error) {
	done := r.newCall()
	if r.Conf != "" {
		return done, nil
	}
	var err error
	r.For, err = callOf(snap, r.For)
	return done, err
}

// findJoined names the calls to join; without any it is the consult that runs. They join the conference that one of them
// is in, or a new one.
func (r *Request) findJoined(snap *cti.Snapshot) (Done, error) {
	if err := r.findCalls(snap); err != nil {
		return Done{}, err
	}
	if len(r.Calls) == 0 {
		r.Calls = consulting(snap)
	}
	for _, id := range r.Calls {
		if i := callIndex(snap.Calls, id); r.Conf == "" && i >= 0 {
			r.Conf = snap.Calls[i].Conf
		}
	}
	if r.Conf == "" {
		r.Conf = cti.NewConfID()
	}
	return Done{Conf: r.Conf}, nil
}

// findCalls turns rows into IDs.
func (r *Request) findCalls(snap *cti.Snapshot) error {
	for i := range r.Calls {
		var err error
		if r.Calls[i], err = callOf(snap, r.Calls[i]); err != nil {
			return err
		}
	}
	return nil
}

// consulting lists both legs of the only consult for a call.
func consulting(snap *cti.Snapshot) []cti.CallID {
	var legs []cti.CallID
	for _, c := range snap.Calls {
		if c.Live() && c.Consult.For != "" {
			legs = append(legs, c.Consult.For, c.ID)
		}
	}
	if len(legs) != 2 {
		return nil
	}
	return legs
}

// findConference names the conference and the parties in it.
func (r *Request) findConference(snap *cti.Snapshot) (Done, error) {
	var err error
	if r.Conf, err = conferenceOf(snap, r.Conf); err != nil {
		return Done{}, err
	}
	for _, id := range []*cti.PartyID{&r.Listener, &r.Source} {
		if *id == "" || *id == cti.Operator {
			continue
		}
		call, err := callOf(snap, cti.CallID(*id))
		if err != nil {
			return Done{}, err
		}
		*id = cti.PartyID(call)
	}
	if r.Call != "" {
		r.Call, err = callOf(snap, r.Call)
	}
	return Done{Call: r.Call, Conf: r.Conf}, err
}

// findRecorded names what to record: the calls or the conference given, else the current call with all that are in its
// conference.
func (r *Request) findRecorded(snap *cti.Snapshot) (Done, error) {
	if r.Rec == "" {
		r.Rec = cti.NewRecID()
	}
	done := Done{Recording: r.Rec}
	if err := r.findCalls(snap); err != nil || len(r.Calls) > 0 || r.Conf != "" {
		return done, err
	}
	if i := attended(snap); r.Call == "" && i >= 0 {
		r.Conf = snap.Conferences[i].ID
		return done, nil
	}
	id, err := callOf(snap, r.Call)
	r.Calls = []cti.CallID{id}
	return done, err
}

// attended is the index of the conference that the operator is in, -1 for none; at most one has him.
func attended(snap *cti.Snapshot) int {
	return slices.IndexFunc(snap.Conferences, func(c cti.ConferenceView) bool { return !c.Away })
}

// findRecording names the recording: the one given, that of the call given, or the only one.
func (r *Request) findRecording(snap *cti.Snapshot) (Done, error) {
	switch {
	case r.Rec != "":
	case r.Call != "":
		id, err := callOf(snap, r.Call)
		if err != nil {
			return Done{}, err
		}
		if i := callIndex(snap.Calls, id); i >= 0 {
			r.Rec = snap.Calls[i].Record
		}
		if r.Rec == "" {
			return Done{}, errors.New("this call is not being recorded")
		}
	case len(snap.Recordings) == 1:
		r.Rec = snap.Recordings[0].ID
	case len(snap.Recordings) == 0:
		return Done{}, errors.New("nothing is being recorded")
	default:
		return Done{}, fmt.Errorf("%d recordings are running: say which", len(snap.Recordings))
	}
	return Done{Recording: r.Rec}, nil
}

// rowDigits is more digits than any row number has, and fewer than a call's ID has characters.
const rowDigits = 4

// callOf finds the call that is meant: the ID given, the call in the row of that number (counted from 1 as in the window),
// or the current call.
func callOf(snap *cti.Snapshot, given cti.CallID) (cti.CallID, error) {
	if given == "" {
		if id, ok := current(snap); ok {
			return id, nil
		}
		return "", errors.New("there is no call")
	}
	if n, err := strconv.Atoi(string(given)); err == nil && len(given) <= rowDigits {
		if n < 1 || n > len(snap.Calls) {
			return "", fmt.Errorf("there is no call in row %d", n)
		}
		return snap.Calls[n-1].ID, nil
	}
	return given, nil
}

// conferenceOf finds the conference that is meant: the ID given, the one of that number (counted from 1), or the only one
// that the operator has to do with.
func conferenceOf(snap *cti.Snapshot, given cti.ConfID) (cti.ConfID, error) {
	if n, err := strconv.Atoi(string(given)); err == nil && len(given) <= rowDigits {
		if n < 1 || n > len(snap.Conferences) {
			return "", fmt.Errorf("there is no conference %d", n)
		}
		return snap.Conferences[n-1].ID, nil
	}
	if given != "" {
		return given, nil
	}
	if i := attended(snap); i >= 0 {
		return snap.Conferences[i].ID, nil
	}
	switch len(snap.Conferences) {
	case 0:
		return "", errors.New("there is no conference")
	case 1:
		return snap.Conferences[0].ID, nil
	}
	return "", fmt.Errorf("there are %d conferences: say which", len(snap.Conferences))
}

// current finds the call that a command without a call acts on.
func current(snap *cti.Snapshot) (cti.CallID, bool) {
	s := cti.State{Profile: snap.Profile}
	for _, c := range snap.Calls {
		s.Calls = append(s.Calls, c.Call)
	}
	for _, c := range snap.Conferences {
		s.Conferences = append(s.Conferences, c.Conference)
	}
	return cti.Current(s)
}
