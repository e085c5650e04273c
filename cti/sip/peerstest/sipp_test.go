//go:build linux

package peerstest

import (
	"fmt"
	"slices"
	"testing"

	"cordboard/cti"
	siprig "cordboard/cti/siptest/rig"
)

// sippNet is the loopback network of these tests.
const sippNet = "127.0.66"

// sippCalls is how many calls each script makes or takes.
const sippCalls = 50

// atRig is a desk with line 2001 at a server of the repository's own rig.
func atRig(t *testing.T, k *siprig.Server) *desk {
	t.Helper()
	return newDesk(t, "2001", func(l *cti.LineConfig) { l.Server, l.Bind = k.IP, "" })
}

// On a network that loses the first copy of everything each call rings once, is connected once and ends once.
func TestCallsOverALossyNetwork(t *testing.T) {
	k := siprig.LossyKamailio(t, sippNet)
	d := atRig(t, k)
	callers := k.SIPpCaller(t, "caller", "1003", "2001", sippCalls)
	calls := map[cti.CallID]int{}
	for range sippCalls {
		o := next[cti.Offered](d)
		calls[o.Call]++
		d.stack.Do(cti.Accept{Call: o.Call})
	}
	for range sippCalls {
		calls[next[cti.Connected](d).Call]++
	}
	for range sippCalls {
		e := next[cti.Ended](d)
		calls[e.Call]++
		if e.By != cti.SidePeer {
			t.Errorf("%+v", e)
		}
	}
	callers.Finish()
	for id, events := range calls {
		if events != 3 {
			t.Errorf("call %s was told of %d times instead of 3", id, events)
		}
	}
}

// Called parties whose 183 and 200 come in one go: both are told, in that order. Then they hold, resume and hang up.
func TestAnswersBackToBack(t *testing.T) {
	k := siprig.Kamailio(t, sippNet)
	d := atRig(t, k)
	called := k.SIPpCalled(t, "called", "1004", sippCalls)
	for range sippCalls {
		d.dial("1004")
	}
	told := map[cti.CallID][]string{}
	for ended := 0; ended < sippCalls; {
		switch e := next[cti.Input](d).(type) {
		case cti.Progressed:
			told[e.Call] = append(told[e.Call], fmt.Sprint("progress ", e.Code))
		case cti.Connected:
			told[e.Call] = append(told[e.Call], "connected")
		case cti.SessionChanged:
			told[e.Call] = append(told[e.Call], fmt.Sprint("held ", e.HeldByPeer))
		case cti.Ended:
			told[e.Call] = append(told[e.Call], fmt.Sprint("ended by the peer: ", e.By == cti.SidePeer))
			ended++
		}
	}
	called.Finish()
	want := []string{"progress 183", "connected", "held true", "held false", "ended by the peer: true"}
	for id, events := range told {
		if !slices.Equal(events, want) {
			t.Errorf("call %s: %q, want %q", id, events, want)
		}
	}
	if len(told) != sippCalls {
		t.Errorf("%d calls were told of, want %d", len(told), sippCalls)
	}
}
