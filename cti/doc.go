// Package cti is the domain of Cordboard: lines, calls, and what an operator may do with them.
//
// It uses the standard library only. Everything that happens, an operator's command or news from
// the world, is an Input. Step is a pure function from (State, Input, time) to the next State and
// the Effects that follow; the Switchboard is the one goroutine that calls it. Whatever can be
// computed from the State (who hears whom, what may be pressed, what the window shows) is computed,
// never stored beside it.
//
// Adapters (cti/sip, media/engine, devices, storage, ui) import this package and never each other.
package cti
