package cti

import (
	"errors"
	"fmt"
	"time"
)

// StepFunc is the signature of Step.
type StepFunc func(State, Input, time.Time) (State, []Effect, error)

// advance is Step as the desk lives it: with the plan that follows, and with a panic turned into the end
// of the one call that it happened in. Live run and replay both go through here.
func advance(step StepFunc, s State, in Input, now time.Time) (State, []Effect, error) {
	next, effects, err := guarded(step, s, in, now)
	var fault *FaultError
	switch {
	case errors.As(err, &fault):
		next, effects = endFaulted(step, s, fault, now)
	case err != nil:
		return s, nil, err
	}
	plan := PlanFor(next)
	// After a restart the engine is new and knows of no plan, changed or not.
	if _, fresh := in.(Restarted); fresh || !plan.Equal(PlanFor(s)) {
		effects = append(effects, ApplyPlan{plan})
	}
	return next, effects, err
}

// FaultError is a panic inside Step, caught: a defect of the program, not of the call.
type FaultError struct {
	Call  CallID
	Kind  string
	Value any // what was panicked with
}

// Error names the input that the desk failed over.
func (f *FaultError) Error() string {
	return fmt.Sprintf("internal fault over %s of call %s: %v", f.Kind, f.Call, f.Value)
}

// guarded is step with its panic as an error.
func guarded(step StepFunc, s State, in Input, now time.Time) (next State, effects []Effect, err error) {
	defer func() {
		if v := recover(); v != nil {
			next, effects, err = s, nil, &FaultError{Call: CallOf(in), Kind: in.Kind(), Value: v}
		}
	}()
	return step(s, in, now)
}

// endFaulted ends the call of a fault. When even that fails, or the fault is of no call, the State stays.
func endFaulted(step StepFunc, s State, fault *FaultError, now time.Time) (State, []Effect) {
	in := Faulted{Call: fault.Call, Reason: "An internal fault over " + fault.Kind + " ended the call."}
	next, effects, err := guarded(step, s, in, now)
	if err != nil {
		return s, nil
	}
	return next, effects
}

// Replay runs the journal since a checkpoint and returns the State that it leads to, with the effects
// that each entry had. They are not carried out: the caller starts a Switchboard with the State and posts
// Restarted. An entry that cannot be read is left out and named in the error; the State is good all the same.
func Replay(checkpoint State, entries []Entry) (State, [][]Effect, error) {
	var errs []error
	s, all := checkpoint, make([][]Effect, len(entries))
	for i, e := range entries {
		in, err := DecodeInput(e.Kind, e.Data)
		if err != nil {
			errs = append(errs, fmt.Errorf("journal entry %d: %w", e.Seq, err))
			continue
		}
		s, all[i], err = advance(Step, s, in, e.At)
		var fault *FaultError
		if errors.As(err, &fault) {
			errs = append(errs, fmt.Errorf("journal entry %d: %w", e.Seq, err))
		}
	}
	return s, all, errors.Join(errs...)
}
