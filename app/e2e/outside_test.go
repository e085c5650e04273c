//go:build cgo && linux

package e2e

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/codec"

	"github.com/emiago/sipgo/sip"
)

// turnedAway lets somebody call, who must be refused with that code; the history says the rest.
func (x *pbx) turnedAway(code int) *sip.Response {
	x.t.Helper()
	f := x.callsIn("caller")
	res := f.Final(sip.INVITE)
	f.Repeat(sip.ACK)
	if res.StatusCode != code {
		x.t.Errorf("the caller got %d, want %d", res.StatusCode, code)
	}
	return res
}

// sentTo wants a redirection to a number, with the reason for whoever is called then.
func sentTo(t *testing.T, res *sip.Response, number, why string) {
	t.Helper()
	if c := res.Contact(); c == nil || c.Address.User != number {
		t.Errorf("the caller is sent to %v, want %s", c, number)
	}
	if by := header(res, "Diversion"); !strings.Contains(by, "reason="+why) || !strings.Contains(by, "2001@") {
		t.Errorf("Diversion %q, want the reason %s", by, why)
	}
}

// rang wants somebody's call to ring, and lets him give up.
func (f *party) rang() {
	f.x.t.Helper()
	f.Response(180, sip.INVITE)
	call := f.x.ringing()
	f.Repeat(sip.CANCEL)
	f.Response(487, sip.INVITE)
	f.Repeat(sip.ACK)
	f.x.call(call, "given up", ended)
}

// Do not disturb refuses what comes, says so in the row, and lets calls ring again afterwards.
func TestDoNotDisturb(t *testing.T) {
	x := newPBX(t)
	x.do("dnd")
	x.turnedAway(486)
	s := x.await("the row says why", func(s *cti.Snapshot) bool { return len(s.Calls) == 1 && ended(s.Calls[0]) })
	if end := s.Calls[0].End; end.Result != cti.ResultRefused || !strings.Contains(end.Reason, "Do not disturb") {
		t.Errorf("end %+v", end)
	}
	x.do("forward", "--line", "main", "--when-busy", "1009")
	sentTo(t, x.turnedAway(302), "1009", "do-not-disturb")
	x.do("dnd", "--off")
	x.callsIn("caller").rang()
}

// Forwarding: always, while another call is up, and when nobody answers in time.
func TestForwarding(t *testing.T) {
	x := newPBX(t)
	x.do("forward", "--line", "main", "--always", "1009")
	sentTo(t, x.turnedAway(302), "1009", "unconditional")
	x.do("forward", "--line", "main", "--when-busy", "1008", "--no-answer", "1007", "--after", "1")
	f := x.callsIn("caller")
	f.Response(180, sip.INVITE)
	sentTo(t, f.Final(sip.INVITE), "1007", "no-answer")
	f.Repeat(sip.ACK)
	x.calls("1001")
	sentTo(t, x.turnedAway(302), "1008", "user-busy")
	x.refuses("cannot forward to itself", "forward", "--line", "main", "--always", "2001")
	x.do("forward", "--line", "main")
	x.callsIn("caller").rang()
}

// answerAtOnce are headers by which exchanges have a call answered.
var answerAtOnce = []string{
	"Call-Info: <sip:exchange>;answer-after=0", "Alert-Info: <http://exchange>;info=alert-autoanswer", "Answer-Mode: Auto", "P-Auto-Answer: normal",
}

// A header answers a call where the line allows it: at once, with a beep, the microphone shut until that is over. It does
// not while another call is up, and not where the line does not allow it.
func TestAutoAnswerByHeader(t *testing.T) {
	x := newPBX(t, "--auto-answer-header", "all")
	for _, mark := range answerAtOnce {
		x.answersBy(mark)
	}
	x.calls("1001")
	x.callsIn("caller", answerAtOnce[0]).rang()

	x = newPBX(t, "--auto-answer-header", "known", "--watch", "1001")
	x.callsIn("caller", answerAtOnce[0]).rang()
	x = newPBX(t)
	x.callsIn("caller", answerAtOnce[0]).rang()
}

// answersBy lets somebody call with such a header, and listens to what the desk sends him.
func (x *pbx) answersBy(mark string) {
	x.t.Helper()
	ear, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = ear.Close() }() // only a script's
	x.n++
	f := &party{Leg: x.peer.Calling(x.at, "2001", "auto-"+strconv.Itoa(x.n)), x: x}
	f.Request(sip.INVITE, mark, siptest.SDP(ear.LocalAddr().(*net.UDPAddr).Port, 1, "sendrecv"))
	f.answered()
	s := x.await("it is answered", func(s *cti.Snapshot) bool { return len(s.Calls) > 0 && talking(s.Calls[len(s.Calls)-1]) })
	f.call = string(s.Calls[len(s.Calls)-1].ID)
	const half = cti.BeepFor / 2
	first := listenTo(x.t, ear, half)
	if level := audiotest.LevelAt(first, operatorSay, 8000); level > silentBelow || media.LevelOf(first) < heardAbove {
		x.t.Errorf("%s: in the beep the caller hears the operator with %.0f dBFS, all in all %.0f", mark, level, media.LevelOf(first))
	}
	for audiotest.LevelAt(listenTo(x.t, ear, half), operatorSay, 8000) < heardAbove {
		continue // the beep takes its time
	}
	x.do("hangup", f.call)
	f.goes()
}

// listenTo decodes what arrives for a time, by the count of its packets.
func listenTo(t *testing.T, ear *net.UDPConn, long time.Duration) (pcm []int16) {
	t.Helper()
	_, dec, err := codec.New(cti.Codec{Name: "pcma", PT: 8, Rate: 8000}, codec.DefaultPtime)
	if err != nil {
		t.Fatal(err)
	}
	buf, out := make([]byte, 2048), make([]int16, 2048)
	if err := ear.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for len(pcm) < int(long.Seconds()*8000) {
		n, err := ear.Read(buf)
		if err != nil {
			t.Fatalf("no sound comes: %v", err)
		}
		const header = 12 // RFC 3550 section 5.1
		if n, err = dec.Decode(out, buf[min(header, n):n]); err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, out[:n]...)
	}
	return pcm
}

// NOTIFY hold puts the caller on hold, NOTIFY talk takes him back; what the operator held stays held, and a ringing call is
// answered that way only where the line lets a header do it.
func TestControlledFromOutside(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	f.notifies("hold", "active", "", "", 200)
	f.isHeld()
	f.notifies("talk", "active", "", "", 200)
	f.isBack()
	x.do("hold", f.call)
	f.isHeld()
	f.notifies("talk", "active", "", "", 200)
	x.call(f.call, "held by the operator", held)
	x.silent("the operator held it")
	caller := x.callsIn("caller")
	caller.Learn(caller.Response(180, sip.INVITE))
	caller.talks()
	if c := x.call(x.ringing(), "rings on", func(cti.CallView) bool { return true }); c.Phase != cti.PhaseRinging {
		t.Errorf("the call is %s", c.Phase)
	}
	caller.gives()

	x = newPBX(t, "--auto-answer-header", "all")
	caller = x.callsIn("caller")
	caller.Learn(caller.Response(180, sip.INVITE))
	x.ringing()
	invited := caller.CSeq
	caller.talks()
	caller.CSeq = invited
	caller.answered()
	x.await("it is answered", func(s *cti.Snapshot) bool { return talking(s.Calls[0]) })
}

// talks sends NOTIFY talk while the call rings.
func (f *party) talks() {
	f.x.t.Helper()
	f.Request(sip.NOTIFY, "Event: talk", "Subscription-State: active")
	f.Response(200, sip.NOTIFY)
}

// gives ends a call that still rings after other requests.
func (f *party) gives() {
	f.x.t.Helper()
	f.Request(sip.BYE)
	f.Response(200, sip.BYE)
}
