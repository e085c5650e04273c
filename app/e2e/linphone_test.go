//go:build cgo && linux

package e2e

import (
	"testing"
	"time"

	"cordboard/cti"
	siprig "cordboard/cti/siptest/rig"
	"cordboard/media/wav"
)

// linphoneNet is where the server and the phone of this test are.
const linphoneNet = "127.0.65"

// linphone is a phone of that make and the desk with the line 2001 at the same server.
type linphone struct {
	*siprig.Linphone
	t *testing.T
	d *desk
}

// heardOperator fails when the phone did not hear the operator in the last second of its call, which is over.
func (p *linphone) heardOperator() {
	p.t.Helper()
	p.Wait(`Call \d+ with .* ended`)
	s, err := wav.Read(p.Heard())
	if err != nil {
		p.t.Fatalf("recording of %s: %v", p.Ext, err)
	}
	pcm := s.Mono()
	pcm = pcm[max(len(pcm)-s.Rate, 0):]
	if !sounds(pcm, operatorSay, s.Rate) {
		p.t.Errorf("%s did not hear the operator at the end", p.Ext)
	}
}

// talk lets both sides hear each other.
func (p *linphone) talk() {
	p.t.Helper()
	p.d.hears(tone1001)
	p.AwaitHeard(time.Second)
}

// holds puts the desk on hold and takes it back.
func (p *linphone) holds(call string) {
	p.t.Helper()
	p.Do("pause")
	p.Wait("is now paused")
	p.d.call(call, "held by the phone", func(c cti.CallView) bool { return c.HeldByPeer })
	p.Do("resume")
	p.d.call(call, "taken back by the phone", func(c cti.CallView) bool { return !c.HeldByPeer })
	p.talk()
}

// isHeld is put on hold by the desk and taken back.
func (p *linphone) isHeld(call string) {
	p.t.Helper()
	p.d.do("hold", call)
	p.Wait("has been paused by")
	p.d.call(call, "held", held)
	p.d.hearsNothing()
	p.d.do("resume", call)
	p.d.call(call, "resumed", resumed)
	p.talk()
}

// Linphone calls and is called, either side holds and takes back, either side hangs up, and both hear each other.
func TestLinphone(t *testing.T) {
	k := siprig.Kamailio(t, linphoneNet)
	d := newHome(t, operatorSay)
	d.addLine("main", "2001", "--server", k.IP)
	d.start()
	d.registered("main")
	p := &linphone{Linphone: k.Linphone(t, "1001", int(tone1001)), t: t, d: d}

	p.Do("call sip:2001@" + k.IP)
	call := d.ringing()
	p.Wait("Call 1 to .* ringing")
	d.do("answer", call)
	c := d.call(call, "connected", talking)
	if c.Number != "1001" {
		t.Errorf("the caller shows as %q", c.Number)
	}
	p.talk()
	p.holds(call)
	p.isHeld(call)
	p.Do("terminate")
	if c := d.call(call, "ended", ended); c.End.By != cti.SidePeer || c.End.Result != cti.ResultAnswered {
		t.Errorf("end %+v", c.End)
	}
	p.heardOperator()

	call = d.do("dial", "1001")
	p.Wait("Receiving new incoming call")
	d.call(call, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	p.Do("answer")
	d.call(call, "connected", talking)
	p.talk()
	p.isHeld(call)
	p.holds(call)
	d.do("hangup", call)
	d.call(call, "ended", ended)
	p.heardOperator()
}
