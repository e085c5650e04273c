//go:build cgo && linux

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// subscribed waits for the desk's subscription to an event and grants it; the exchange has no others.
func (x *pbx) subscribed(event string) *party {
	x.t.Helper()
	for {
		req := x.peer.Request(sip.SUBSCRIBE)
		if header(req, "Event") == event {
			x.peer.Answer(req, 200, "exchange", "Expires: 600")
			x.watched++
			return &party{Leg: x.peer.Taken(req, "exchange"), x: x}
		}
		x.peer.Answer(req, 489, "exchange")
	}
}

// dialogs tells the desk what a watched phone does.
func (f *party) dialogs(version int, list ...string) {
	f.x.t.Helper()
	f.notifies("dialog", "active;expires=600", "application/dialog-info+xml", fmt.Sprintf(
		`<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="full" entity="sip:1007@pbx">%s</dialog-info>`,
		version, strings.Join(list, "")), 200)
}

// dialogWith is a call of the watched phone.
func (x *pbx) dialogWith(caller, state, direction string) string {
	return fmt.Sprintf(`<dialog id="%[1]s" call-id="call-%[1]s" local-tag="here" remote-tag="there" direction="%[3]s"><state>%[2]s</state>`+
		`<remote><identity>%[4]s</identity><target uri="%[4]s"/></remote></dialog>`, caller, state, direction, x.peer.URI(caller))
}

// lamp waits until the only lamp of the desk is so.
func (x *pbx) lamp(want cti.LampState) cti.Lamp {
	x.t.Helper()
	return x.await(fmt.Sprintf("the lamp %s", want), func(s *cti.Snapshot) bool {
		return len(s.Lamps) == 1 && s.Lamps[0].State == want
	}).Lamps[0]
}

// R24, R26: the lamp of a number follows what its phone does, says since when, and shows the caller before he is taken; when
// the exchange says nothing more, so does the lamp.
func TestLampFollowsThePhone(t *testing.T) {
	x := newPBX(t, "--watch", "1007")
	x.lamp(cti.LampUnknown)
	phone := x.subscribed("dialog")
	phone.dialogs(0)
	free := x.lamp(cti.LampFree)
	phone.dialogs(1, x.dialogWith("1009", "early", "recipient"))
	if l := x.lamp(cti.LampRinging); l.Caller != "1009" || !l.At.After(free.At) {
		t.Errorf("the lamp is %+v", l)
	}
	phone.dialogs(2, x.dialogWith("1009", "confirmed", "recipient"))
	if l := x.lamp(cti.LampBusy); l.Caller != "1009" {
		t.Errorf("the lamp is %+v", l)
	}
	phone.dialogs(3, x.dialogWith("1009", "terminated", "recipient"))
	x.lamp(cti.LampFree)
	phone.notifies("dialog", "terminated;reason=rejected", "", "", 200)
	x.watched-- // by the exchange itself
	if l := x.lamp(cti.LampUnknown); l.Note == "" {
		t.Errorf("the lamp does not say why nothing is known: %+v", l)
	}
}

// R24: an exchange that does not tell leaves the lamp dark, with the reason.
func TestLampThatIsRefused(t *testing.T) {
	x := newPBX(t, "--watch", "1007")
	for {
		req := x.peer.Request(sip.SUBSCRIBE)
		x.peer.Answer(req, 403, "exchange")
		if header(req, "Event") == "dialog" {
			break
		}
	}
	x.await("the lamp says why", func(s *cti.Snapshot) bool {
		return len(s.Lamps) == 1 && s.Lamps[0].State == cti.LampUnknown && s.Lamps[0].Note != ""
	})
}

// R9: a call that rings at a watched number is taken by its dialog, and by no other: early-only, so that a call is never torn
// from somebody who has just answered.
func TestPickupByDialog(t *testing.T) {
	x := newPBX(t, "--watch", "1007")
	phone := x.subscribed("dialog")
	phone.dialogs(0, x.dialogWith("1009", "early", "recipient"))
	x.lamp(cti.LampRinging)
	call := x.do("pickup", "1007")
	r := x.rings(call)
	if got := header(r.invite, "Replaces"); got != "call-1009;to-tag=there;from-tag=here;early-only" || header(r.invite, "Require") != "replaces" {
		t.Errorf("Replaces %q, Require %q", got, header(r.invite, "Require"))
	}
	if r.invite.Recipient.User != "1009" {
		t.Errorf("%s is called, want the caller", r.invite.Recipient.String())
	}
	r.picksUp()
	if c := x.call(call, "taken", talking); c.Pickup != "1007" || c.Number != "1009" {
		t.Errorf("the call is %+v", c.Call)
	}
}

// R9: the race is lost: where the line has a code that is tried next, and in the end the row says what happened.
func TestPickupThatIsLost(t *testing.T) {
	x := newPBX(t, "--watch", "1007", "--pickup-code", "*8")
	phone := x.subscribed("dialog")
	phone.dialogs(0, x.dialogWith("1009", "early", "recipient"))
	x.lamp(cti.LampRinging)
	call := x.do("pickup", "1007")
	x.rings(call).refuses(481)
	if end := x.call(call, "lost", ended).End; !strings.Contains(end.Reason, "1007") {
		t.Errorf("end %+v", end)
	}
	second := x.rings("")
	if got := second.invite.Recipient.User; got != "*81007" || header(second.invite, "Replaces") != "" {
		t.Errorf("then %q is called", got)
	}
	second.refuses(486)
	x.await("both are over", func(s *cti.Snapshot) bool {
		return len(s.Calls) == 2 && ended(s.Calls[1]) && strings.Contains(s.Calls[1].End.Reason, "somebody else took the call")
	})
	phone.dialogs(1)
	x.lamp(cti.LampFree)
}

// The lamp for voice mail, by subscription and by news that nobody asked for.
func TestVoiceMailLamp(t *testing.T) {
	x := newPBX(t)
	box := x.subscribed("message-summary")
	const kind = "application/simple-message-summary"
	box.notifies("message-summary", "active;expires=600", kind, "Messages-Waiting: yes\r\nMessage-Account: sip:8888@pbx\r\nVoice-Message: 3/1\r\n", 200)
	waits := func(n int) func(*cti.Snapshot) bool {
		return func(s *cti.Snapshot) bool { m := s.VoiceMail["main"]; return m.New == n && m.Waiting == (n > 0) }
	}
	if m := x.await("three wait", waits(3)).VoiceMail["main"]; m.Old != 1 || !strings.HasPrefix(m.Account, "8888") && !strings.HasPrefix(m.Account, "sip:8888@") {
		t.Errorf("the mailbox is %+v", m)
	}
	alone := &party{Leg: x.peer.Calling(x.at, "2001", "unasked"), x: x}
	alone.notifies("message-summary", "active", kind, "Messages-Waiting: no\r\nVoice-Message: 0/4\r\n", 200)
	x.await("none waits", waits(0))
}

// dialog-info that cannot be read, of others, or without end: the right code, the lamp says that it knows nothing or stays,
// and the next good document counts again.
func TestBadDialogInfo(t *testing.T) {
	x := newPBX(t, "--watch", "1007")
	pid := x.remote.Snapshot().Desk.PID
	phone := x.subscribed("dialog")
	phone.dialogs(0)
	free := x.lamp(cti.LampFree)
	const kind, rings = "application/dialog-info+xml", `<dialog-info version="1" state="full"><dialog id="1"><state>early</state></dialog></dialog-info>`
	other := &party{Leg: x.peer.Calling(x.at, "2001", "nowhere"), x: x}
	other.notifies("dialog", "active", kind, rings, 481)
	phone.notifies("presence", "active", kind, rings, 489)
	if l := x.remote.Snapshot().Lamps[0]; l.State != cti.LampFree || !l.At.Equal(free.At) {
		t.Errorf("the lamp became %+v", l)
	}
	for _, body := range []string{
		"{}", "<dialog-info", strings.Repeat("<a>", 10000), "<dialog-info>" + strings.Repeat("<dialog/>", 5000) + "</dialog-info>",
		`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><dialog-info>&b;</dialog-info>`, "\x00\xff", strings.Repeat(" ", 50000),
	} {
		phone.notifies("dialog", "active;expires=600", kind, body, 200)
	}
	phone.dialogs(9, x.dialogWith("1009", "confirmed", "initiator"))
	x.lamp(cti.LampBusy)
	guess := *phone.Leg // the Call-ID is right, our tag is not
	guess.Remote, _, _ = strings.Cut(guess.Remote, ";tag=")
	guess.Remote += ";tag=guess"
	(&party{Leg: &guess, x: x}).notifies("dialog", "active", kind, rings, 481)
	x.lamp(cti.LampBusy)
	x.survived(pid)
}
