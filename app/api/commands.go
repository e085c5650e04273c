package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"cordboard/cti"
)

// commands is an example of the command of each verb. Its fields have the names that they have in a Request, so that either is
// made of the other's JSON.
var commands = map[cti.Verb]cti.Command{
	cti.VerbDial:       cti.Dial{},
	cti.VerbAnswer:     cti.Answer{},
	cti.VerbHangup:     cti.Hangup{},
	cti.VerbHold:       cti.Hold{},
	cti.VerbResume:     cti.Hold{},
	cti.VerbMute:       cti.Mute{},
	cti.VerbUnmute:     cti.Mute{},
	cti.VerbDTMF:       cti.SendDTMF{},
	cti.VerbConsult:    cti.StartConsult{},
	cti.VerbSwap:       cti.Swap{},
	cti.VerbTransfer:   cti.QuickTransfer{},
	cti.VerbConfirm:    cti.Confirm{},
	cti.VerbAbort:      cti.Abort{},
	cti.VerbConference: cti.Join{},
	cti.VerbSplit:      cti.Split{},
	cti.VerbMember:     cti.Member{},
	cti.VerbHear:       cti.Hear{},
	cti.VerbArrange:    cti.Arrange{},
	cti.VerbHoldAll:    cti.HoldAll{},
	cti.VerbAttend:     cti.Attend{},
	cti.VerbMuteAll:    cti.MuteAll{},
	cti.VerbLeave:      cti.Leave{},
	cti.VerbEndAll:     cti.EndAll{},
	cti.VerbPickup:     cti.Pickup{},
	cti.VerbReferral:   cti.FollowReferral{},
	cti.VerbRecord:     cti.StartRecording{},
	cti.VerbPause:      cti.PauseRecording{},
	cti.VerbStop:       cti.StopRecording{},
	cti.VerbDND:        cti.DoNotDisturb{},
	cti.VerbForward:    cti.Forwarding{},
}

// opposites are verbs that are another command with its "on" turned.
var opposites = map[cti.Verb]bool{cti.VerbResume: true, cti.VerbUnmute: true}

// commandOf makes the command of a verb out of a request whose calls have been found.
func commandOf(verb cti.Verb, r Request) (cti.Command, error) {
	yes := !opposites[verb]
	if r.On == nil || !yes {
		r.On = &yes
	}
	if r.Accept == nil {
		r.Accept = r.On
	}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("the request cannot be read: %w", err)
	}
	c := reflect.New(reflect.TypeOf(commands[verb]))
	if err := json.Unmarshal(data, c.Interface()); err != nil {
		return nil, fmt.Errorf("the request is none for %s: %w", verb, err)
	}
	return c.Elem().Interface().(cti.Command), nil
}

// requestOf is the way back: verb and body that make the command again.
func requestOf(c cti.Command) (cti.Verb, Request, error) {
	var r Request
	data, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return "", r, fmt.Errorf("the command %s cannot be sent: %w", c.Kind(), err)
	}
	return cti.Verb(c.Kind()), r, nil
}

// Resolve makes the command that a verb and a request mean at the moment of a snapshot: what the request leaves open is the
// current call, conference or recording. The error is one sentence. Pure.
func Resolve(snap *cti.Snapshot, verb cti.Verb, r Request) (cti.Command, error) {
	if commands[verb] == nil {
		return nil, fmt.Errorf("%q is not a command", string(verb))
	}
	c, _, err := resolve(snap, verb, r)
	return c, err
}

// resolve is Resolve for a verb that there is; it also returns what the answer names.
func resolve(snap *cti.Snapshot, verb cti.Verb, r Request) (cti.Command, Done, error) {
	done, err := find(snap, verb, &r)
	if err != nil {
		return nil, done, err
	}
	c, err := commandOf(verb, r)
	return c, done, err
}

func (s *Server) postCommand(w http.ResponseWriter, r *http.Request) {
	verb := cti.Verb(r.PathValue("verb"))
	if commands[verb] == nil {
		fail(w, http.StatusNotFound, fmt.Errorf("%q is not a command", string(verb)))
		return
	}
	var req Request
	if err := decode(r, &req); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	command, done, err := resolve(s.cfg.Desk.Snapshot(), verb, req)
	if err != nil {
		fail(w, http.StatusConflict, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	if err := s.cfg.Desk.Ask(ctx, command); err != nil {
		fail(w, askStatus(err), err)
		return
	}
	reply(w, done)
}

func askStatus(err error) int {
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusConflict
}
