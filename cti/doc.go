// Package cti is the domain of Cordboard: lines, calls, and what an operator may do with them.
//
// It uses the standard library only. Everything that happens, an operator's command or news from
// the world, is an Input. Step is a pure function from (State, Input, time) to the next State and
// the Effects that follow; the Switchboard is the one goroutine that calls it. Whatever can be
// computed from the State (who hears whom, what may be pressed, what the window shows) is computed,
// never stored beside it.
//
// # Where to find what
//
// step.go has the table of inputs; step_command.go, step_call.go, step_end.go and step_desk.go have
// the handlers. testdata/transitions.txt says for every state and input what follows. allowed.go,
// planfor.go and view.go derive. switchboard.go lives it, advance.go is what a live run and a replay share.
//
// # One call claims the operator
//
// At most one call that is not held is dialing, ringing at the far end, being answered or connected. Whoever
// dials, answers or takes back a call puts the one before on hold, also when it is not connected yet: it
// then tells its far end as soon as it is, and waits with "F2 connect" as its next key. So two far ends that
// answer at the same moment never hear each other's operator.
//
// # Hold is a will, not an agreement
//
// Held changes the moment the operator wants it, and with it the plan: nothing of the operator is heard
// any more, whatever the far end answers. HeldAgreed and HoldNote tell what the far end made of it.
//
// Adapters (cti/sip, media/engine, devices, storage, ui) import this package and never each other.
package cti
