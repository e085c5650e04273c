//go:build linux

package peerstest

import (
	"fmt"
	"testing"
	"time"

	"cordboard/cti"
)

// phone starts a phone of the rig that answers when told to.
func phone(t *testing.T, ext string) {
	t.Helper()
	if out, err := peers(t, "phone", ext); err != nil {
		t.Fatalf("peers phone %s: %v\n%s", ext, err, out)
	}
}

// ctl gives a phone of the rig a command.
func ctl(t *testing.T, args ...string) {
	t.Helper()
	if out, err := peers(t, append([]string{"ctl"}, args...)...); err != nil {
		t.Fatalf("peers ctl %v: %v\n%s", args, err, out)
	}
}

// lamp waits until a number's lamp has a state. News on the way there is passed by: phones pass through states.
func (d *desk) lamp(number string, want cti.LampState) cti.Lamp {
	d.t.Helper()
	for {
		if l := next[cti.LampChanged](d).Lamp; l.Number == number && l.State == want {
			return l
		}
	}
}

// A hundred lamps, two of them real phones: one rings for the other, they talk, and they hang up.
func TestLampsOfRealPhones(t *testing.T) {
	server(t)
	phone(t, "1001")
	phone(t, "1002")
	d := newDesk(t, "2001")
	numbers := []string{"1001", "1002"}
	for n := range 98 {
		numbers = append(numbers, fmt.Sprint(1101+n))
	}
	begun := time.Now()
	d.stack.Do(cti.SetWatches{Line: d.line, Numbers: numbers})
	free := map[string]bool{}
	for len(free) < len(numbers) {
		l := next[cti.LampChanged](d).Lamp
		if l.State != cti.LampFree {
			t.Fatalf("%+v", l)
		}
		free[l.Number] = true
	}
	t.Logf("%d lamps within %s", len(free), time.Since(begun).Round(time.Millisecond))
	ctl(t, "1002", "dial", "1001")
	if l := d.lamp("1001", cti.LampRinging); l.Caller != "1002" || l.Pickup == nil || l.Pickup.CallID == "" || l.Pickup.RemoteTag == "" {
		t.Errorf("1001 rings: %+v %+v", l, l.Pickup)
	}
	ctl(t, "1001", "accept")
	if l := d.lamp("1001", cti.LampBusy); l.Caller != "1002" {
		t.Errorf("1001 talks: %+v", l)
	}
	ctl(t, "1001", "hangup")
	d.lamp("1001", cti.LampFree)
}

func TestMailboxOfARealExchange(t *testing.T) {
	server(t)
	d := newDesk(t, "2002")
	if out, err := peers(t, "mwi", "2002", "3", "1"); err != nil {
		t.Fatalf("peers mwi: %v\n%s", err, out)
	}
	want := cti.VoiceMail{Waiting: true, New: 3, Old: 1, Account: "2002"}
	for got := (cti.VoiceMail{}); got != want; {
		got = next[cti.VoiceMailChanged](d).VoiceMail
	}
}
