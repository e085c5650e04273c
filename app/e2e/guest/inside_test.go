//go:build cgo && linux

package guest

import (
	"slices"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
)

// headsetCall: a customer rings at the headset; its hook answers and ends, mute and hold follow both ways with their
// lamps, and a set that is pulled in the call finds it again when it comes back.
func headsetCall(t *testing.T) {
	d := start(t)
	d.headset(true)
	id := d.call("", "rings", func(c cti.CallView) bool { return c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging }).ID
	shows(t, map[string]int{"ring": 1, "off-hook": 0})

	ask(t, "hook", 1)
	d.call(id, "answered", talking)
	shows(t, map[string]int{"ring": 0, "off-hook": 1, "mute": 0})

	ask(t, "press", "mute")
	d.call(id, "muted at the headset", func(c cti.CallView) bool { return c.Muted })
	shows(t, map[string]int{"mute": 1})
	d.do(cti.VerbUnmute, api.Request{Call: id})
	shows(t, map[string]int{"mute": 0})

	ask(t, "press", "flash")
	d.call(id, "held at the headset", func(c cti.CallView) bool { return c.Held })
	shows(t, map[string]int{"hold": 1, "off-hook": 1})
	d.do(cti.VerbResume, api.Request{Call: id})
	shows(t, map[string]int{"hold": 0, "off-hook": 1})

	ask(t, "unplug")
	d.headset(false)
	d.do(cti.VerbMute, api.Request{Call: id})
	d.call(id, "alive without the headset", func(c cti.CallView) bool { return talking(c) && c.Muted })
	ask(t, "plug")
	d.headset(true)
	shows(t, map[string]int{"mute": 1, "off-hook": 1})

	d.end(id)
	shows(t, map[string]int{"off-hook": 0, "mute": 0})
}

// end presses the hook until the call is over: for half a second after a lamp has changed it is taken for the set's own
// answer to that.
func (d *desk) end(id cti.CallID) {
	d.t.Helper()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	late := time.After(patience)
	for {
		ask(d.t, "hook", 1)
		ask(d.t, "hook", 0)
		for next := false; !next; {
			if d.ended(id) {
				return
			}
			select {
			case <-d.remote.Updates():
			case <-again.C:
				next = true
			case <-late:
				d.t.Fatalf("the hook does not end the call; the calls are %+v", d.remote.Snapshot().Calls)
			}
		}
	}
}

// ended reports whether a call is over.
func (d *desk) ended(id cti.CallID) bool {
	return !slices.ContainsFunc(d.remote.Snapshot().Calls, func(c cti.CallView) bool { return c.ID == id && c.Phase != cti.PhaseEnded })
}

func talking(c cti.CallView) bool { return c.Phase == cti.PhaseTalking && !c.Recovering && !c.Held }
