// Package headset looks after all headsets and handsets of a desk: it finds them, opens those that a desk can use, has each
// driven by package hid, and takes them up again when they come back.
//
// Every set shows the same lamps and every set may act on a call, so that a call is answered with whatever the hand finds
// first. One of them is the primary: only there does a call ring in the set itself, and only from there can one be started.
//
// A set that cannot be used is listed with the reason in words. One that hangs, floods or lies is isolated: each has
// goroutines of its own, and none of them is ever waited for by a call.
package headset
