// Package ui is the window of Cordboard: a client of the desk that draws snapshots and sends commands.
package ui

import "cordboard/cti"

// Desk is all that the window knows of the process that handles calls. The in-process and the remote
// implementation live in app; tests use a scripted one.
type Desk interface {
	// Snapshot returns the newest snapshot. It never blocks and never returns nil.
	Snapshot() *cti.Snapshot
	// Updates has a slot for one wake-up: receive, then take the newest Snapshot.
	Updates() <-chan struct{}
	// Send asks for a command and returns its refusal as an error with one sentence, or nil. It may block
	// for as long as the local API takes, so never call it from the UI goroutine.
	Send(cti.Command) error
}
