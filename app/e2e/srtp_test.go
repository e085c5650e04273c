//go:build cgo && linux

package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	siprig "cordboard/cti/siptest/rig"
	"cordboard/media/wav"
)

// secureNet is where the server and the phones of these tests are.
const secureNet = "127.0.64"

// newSecure is a desk whose operator says a tone, with the line "main" over TLS.
func newSecure(t *testing.T, k *siprig.Server, user string, tone float64, policy cti.SRTPPolicy) *desk {
	t.Helper()
	d := newHome(t, tone)
	d.addLine("main", user, "--server", k.IP+":5061", "--transport", "tls", "--ca-file", k.CAFile, "--srtp", string(policy))
	d.start()
	d.registered("main")
	return d
}

// meet makes a call between line 2001 and a phone.
func (d *desk) meet(phone *siprig.Phone, incoming bool) string {
	d.t.Helper()
	var call string
	if incoming {
		phone.Do("dial", "2001")
		call = d.ringing()
		d.do("answer", call)
	} else {
		call = d.do("dial", phone.Ext)
		phone.Wait("Incoming call")
		phone.Do("accept", "")
	}
	d.call(call, "connected", talking)
	return call
}

// printed is a call as "state --json" shows it to a script.
func (d *desk) printed(call string) cti.CallView {
	d.t.Helper()
	var s cti.Snapshot
	if err := json.Unmarshal([]byte(d.do("state", "--json")), &s); err != nil {
		d.t.Fatal(err)
	}
	for _, c := range s.Calls {
		if string(c.ID) == call {
			return c
		}
	}
	d.t.Fatalf("the call %s is gone", call)
	return cti.CallView{}
}

// heardBy is how many half seconds of the operator a phone heard in its call that is over.
func heardBy(t *testing.T, phone *siprig.Phone) int {
	t.Helper()
	phone.Wait("session closed|terminated")
	s, err := wav.Read(phone.Heard())
	if err != nil {
		t.Fatalf("recording of %s: %v", phone.Ext, err)
	}
	return loudHalves(s, operatorSay)
}

// Calls over TLS with a phone that talks encrypted only, both ways: both sides hear each other, and scripts see that
// nobody can listen in.
func TestEncryptedCalls(t *testing.T) {
	for _, policy := range []cti.SRTPPolicy{cti.SRTPOptional, cti.SRTPRequired} {
		t.Run(string(policy), func(t *testing.T) {
			k := siprig.Kamailio(t, secureNet)
			phone := k.Baresip(t, "1001", siprig.PhoneOptions{Tone: int(tone1001), Transport: "tls", SRTP: true})
			d := newSecure(t, k, "2001", operatorSay, policy)
			for _, incoming := range []bool{false, true} {
				call := d.meet(phone, incoming)
				d.hears(tone1001)
				phone.AwaitHeard(time.Second)
				if c := d.printed(call); !c.Secure {
					t.Errorf("incoming %v: the call does not count as encrypted: %+v", incoming, c)
				}
				d.do("hangup", call)
				d.call(call, "ended", ended)
				if heardBy(t, phone) == 0 {
					t.Errorf("incoming %v: the phone did not hear the operator", incoming)
				}
			}
		})
	}
}

// A line that requires encrypted sound refuses a phone that has none, whoever calls, and says so in one sentence; no
// sound leaves the desk.
func TestClearSoundIsRefused(t *testing.T) {
	k := siprig.Kamailio(t, secureNet)
	phone := k.Baresip(t, "1001", siprig.PhoneOptions{Tone: int(tone1001), Transport: "tls", Auto: true})
	d := newSecure(t, k, "2001", operatorSay, cti.SRTPRequired)

	call := d.do("dial", "1001")
	c := d.call(call, "ended", ended)
	if c.End.Result != cti.ResultFailed || !strings.Contains(c.End.Reason, "encrypted") || strings.Count(c.End.Reason, ".") != 1 {
		t.Errorf("the call ended as %+v", c.End)
	}
	if c.Quality.Sent != 0 {
		t.Errorf("%d packets of sound left the desk", c.Quality.Sent)
	}

	phone.Do("dial", "2001")
	phone.Wait("399 cordboard \"Encrypted media required\"")
	phone.Wait("session closed|terminated")
	if phone.Heard() != "" {
		t.Error("the phone has sound of a call that never was")
	}
}

// A desk that is killed in an encrypted call takes it up again with the same key: baresip 1.0 takes no new one in a call,
// and hears the operator all the same. Keys that anybody could read are not written down for that.
func TestKilledDeskTakesTheEncryptedCallUpAgain(t *testing.T) {
	k := siprig.Kamailio(t, secureNet)
	phone := k.Baresip(t, "1001", siprig.PhoneOptions{Tone: int(tone1001), Transport: "tls", SRTP: true})
	d := newSecure(t, k, "2001", operatorSay, cti.SRTPRequired)
	for _, incoming := range []bool{false, true} {
		call := d.meet(phone, incoming)
		d.hears(tone1001)
		for range 2 { // the second desk knows the key by the first one's journal only
			before := d.kill()
			d.await("the desk comes back", func(s *cti.Snapshot) bool { return s.Desk.PID != before })
			d.call(call, "taken up again", talking)
			d.hears(tone1001)
			phone.AwaitHeard(2 * time.Second)
		}
		if !d.printed(call).Secure {
			t.Errorf("incoming %v: the call taken up again is not encrypted", incoming)
		}
		d.do("hangup", call)
		d.call(call, "ended", ended)
		if !heardLast(t, phone) {
			t.Errorf("incoming %v: the phone did not hear the operator at the end", incoming)
		}
	}
}

// heardLast reports whether a phone heard the operator in the last second of its call that is over.
func heardLast(t *testing.T, phone *siprig.Phone) bool {
	t.Helper()
	phone.Wait("session closed|terminated")
	s, err := wav.Read(phone.Heard())
	if err != nil {
		t.Fatalf("recording of %s: %v", phone.Ext, err)
	}
	pcm := s.Mono()
	return sounds(pcm[max(len(pcm)-s.Rate, 0):], operatorSay, s.Rate)
}

// After a power failure there is a new supervisor with a new secret: nobody can read the old keys, and the call goes on
// with new ones. The far end is a desk, since it has to take a new key in a call (RFC 3264 8).
func TestEncryptedCallGoesOnWithNewKeysAfterAPowerFailure(t *testing.T) {
	k := siprig.Kamailio(t, secureNet)
	d := newSecure(t, k, "2001", operatorSay, cti.SRTPRequired)
	far := newSecure(t, k, "2002", tone1001, cti.SRTPOptional)
	for _, caller := range []*desk{d, far} {
		ours, theirs := d.meetDesk(far, caller)
		d.hears(tone1001)
		far.hears(operatorSay)

		d.losePower()
		d.start()
		d.call(ours, "taken up again", talking)
		d.hears(tone1001)
		far.hears(operatorSay)
		if !d.printed(ours).Secure || !far.printed(theirs).Secure {
			t.Errorf("the call taken up again is not encrypted: %+v and %+v", d.printed(ours), far.printed(theirs))
		}
		d.do("hangup", ours)
		d.call(ours, "ended", ended)
		far.call(theirs, "ended", ended)
	}
}

// losePower ends supervisor and desk at the same time, without a word to anybody.
func (d *desk) losePower() {
	d.t.Helper()
	_ = d.parent.Process.Kill() // first, or it would start the next desk
	<-d.exited
	d.kill()
	d.remote.Close()
}

// meetDesk makes a call between two desks with the lines 2001 and 2002, and returns what each calls it.
func (d *desk) meetDesk(far, caller *desk) (ours, theirs string) {
	d.t.Helper()
	if caller == d {
		ours = d.do("dial", "2002")
		theirs = far.ringing()
		far.do("answer", theirs)
	} else {
		theirs = far.do("dial", "2001")
		ours = d.ringing()
		d.do("answer", ours)
	}
	d.call(ours, "connected", talking)
	far.call(theirs, "connected", talking)
	return ours, theirs
}
