package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"cordboard/cti"
)

// commands makes the command of each verb. A call that is not named has been filled in already.
var commands = map[cti.Verb]func(Request) cti.Command{
	cti.VerbDial: func(r Request) cti.Command {
		return cti.Dial{Call: r.Call, Line: r.Line, Route: r.Route, Number: r.Number, Identity: r.Identity}
	},
	cti.VerbAnswer: func(r Request) cti.Command { return cti.Answer{Call: r.Call} },
	cti.VerbHangup: func(r Request) cti.Command { return cti.Hangup{Call: r.Call, Busy: r.Busy} },
	cti.VerbHold:   func(r Request) cti.Command { return cti.Hold{Call: r.Call, On: r.on()} },
	cti.VerbResume: func(r Request) cti.Command { return cti.Hold{Call: r.Call} },
	cti.VerbMute:   func(r Request) cti.Command { return cti.Mute{Call: r.Call, On: r.on()} },
	cti.VerbUnmute: func(r Request) cti.Command { return cti.Mute{Call: r.Call} },
	cti.VerbDTMF:   func(r Request) cti.Command { return cti.SendDTMF{Call: r.Call, Digits: r.Digits} },
}

func (r Request) on() bool { return r.On == nil || *r.On }

// requestOf is the way back: verb and body that make the command again.
func requestOf(c cti.Command) (cti.Verb, Request) {
	verb, r := cti.Verb(c.Kind()), Request{Call: c.Target()}
	switch c := c.(type) {
	case cti.Dial:
		r.Line, r.Route, r.Number, r.Identity = c.Line, c.Route, c.Number, c.Identity
	case cti.Hangup:
		r.Busy = c.Busy
	case cti.Hold:
		r.On = &c.On
	case cti.Mute:
		r.On = &c.On
	case cti.SendDTMF:
		r.Digits = c.Digits
	}
	return verb, r
}

func (s *Server) postCommand(w http.ResponseWriter, r *http.Request) {
	verb := cti.Verb(r.PathValue("verb"))
	build, ok := commands[verb]
	if !ok {
		fail(w, http.StatusNotFound, fmt.Errorf("%q is not a command", string(verb)))
		return
	}
	var req Request
	if err := decode(r, &req); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	var err error
	if req.Call, err = target(s.cfg.Desk.Snapshot(), verb, req.Call); err != nil {
		fail(w, http.StatusConflict, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	if err := s.cfg.Desk.Ask(ctx, build(req)); err != nil {
		fail(w, askStatus(err), err)
		return
	}
	reply(w, Done{Call: req.Call})
}

func askStatus(err error) int {
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusConflict
}

// rowDigits is more digits than any row number has, and fewer than a call's ID has characters.
const rowDigits = 4

// target finds the call that is meant: a new ID for dial, the ID given, the call in the row of that number (counted
// from 1 as in the window), or the current call.
func target(snap *cti.Snapshot, verb cti.Verb, given cti.CallID) (cti.CallID, error) {
	if given == "" && verb == cti.VerbDial {
		return cti.NewCallID(), nil
	}
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

// current finds the call that a command without a call acts on.
func current(snap *cti.Snapshot) (cti.CallID, bool) {
	var s cti.State
	for _, c := range snap.Calls {
		s.Calls = append(s.Calls, c.Call)
	}
	return cti.Current(s)
}
