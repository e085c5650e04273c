//go:build cgo && linux

package e2e

import (
	"strings"
	"testing"
)

// R9: a call that rings elsewhere is taken by the line's feature code; a race that was lost ends in words.
func TestPickupByFeatureCode(t *testing.T) {
	x := newPBX(t, "--pickup-code", "*8")
	call := x.do("pickup", "1007")
	r := x.rings(call)
	if got := r.invite.Recipient.User; got != "*81007" {
		t.Errorf("%q was called", got)
	}
	first := r.picksUp()
	if c := x.call(call, "taken", talking); c.Pickup != "1007" {
		t.Errorf("the call is %+v", c.Call)
	}
	call = x.do("pickup", "1007")
	first.isHeld()
	x.rings(call).refuses(480)
	if end := x.call(call, "lost", ended).End; !strings.Contains(end.Reason, "Nothing rings at 1007 any more") {
		t.Errorf("end %+v", end)
	}
}

// R9, R4: without a code and without news of the number there is nothing to take, which is said and nothing is sent.
func TestPickupNeedsAWay(t *testing.T) {
	x := newPBX(t)
	x.refuses("no pickup code", "pickup", "1007")
	x.silent("it was refused")
}
