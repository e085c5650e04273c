//go:build cgo && linux

package e2e

import (
	"fmt"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// unharmed wants the call to be as it was, and nobody to have been called.
func (f *party) unharmed(before cti.CallView) {
	f.x.t.Helper()
	f.Request(sip.OPTIONS) // what came before has been handled when this is answered
	f.Response(200, sip.OPTIONS)
	f.x.silent("a bad request")
	after := f.x.call(f.call, "is there", func(cti.CallView) bool { return true })
	after.Quality, before.Quality = cti.Quality{}, cti.Quality{}
	if !reflect.DeepEqual(after.Call, before.Call) {
		f.x.t.Errorf("the call changed from %+v to %+v", before.Call, after.Call)
	}
	if n := len(f.x.remote.Snapshot().Calls); n != 1 {
		f.x.t.Errorf("there are %d calls", n)
	}
}

// A REFER that cannot be read, or is for what a telephone has no business to call, is refused by the right code. The line
// would follow any good one at once: none of these makes it dial.
func TestBadRefers(t *testing.T) {
	x := newPBX(t, "--referrals", "allow")
	f := x.calls("1001")
	before := x.call(f.call, "connected", talking)
	at := x.peer.Addr().String()
	for _, c := range []struct {
		code    int
		headers []string
	}{
		{400, nil},
		{400, []string{"Refer-To: <sip:1003@" + at + ">", "Refer-To: <sip:1004@" + at + ">"}},
		{400, []string{"Refer-To: <sip:1003@" + at + ">", "Referred-By: <sip:a@b>", "Referred-By: <sip:c@d>"}},
		{400, []string{"Refer-To: <sip:>"}},
		{400, []string{"Refer-To: <sip:1003@" + at + ";method=BYE>"}},
		{400, []string{"Refer-To: <sip:" + strings.Repeat("1", 500) + "@" + at + ">"}},
		{400, []string{"Refer-To: <sip:1003@" + at + "?Replaces=a%0d%0aX-Injected:%20yes%3bto-tag%3d1%3bfrom-tag%3d2>"}},
		{400, []string{"Refer-To: <sip:1003@" + at + "?Replaces=a%3bto-tag%3d1>"}},
		{400, []string{"Refer-To: <sip:1003@" + at + "?Replaces=a%3bto-tag%3d1%3bfrom-tag%3d2&replaces=b%3bto-tag%3d1%3bfrom-tag%3d2>"}},
		{416, []string{"Refer-To: <http://127.0.0.1/>"}},
		{416, []string{"Refer-To: <file:///etc/passwd>"}},
	} {
		f.Request(sip.REFER, c.headers...)
		if res := f.Final(sip.REFER); res.StatusCode != c.code {
			t.Errorf("%.200q: %d, want %d", c.headers, res.StatusCode, c.code)
		}
	}
	f.unharmed(before)
	// Of the headers of a good one only those count that a transfer needs.
	f.Request(sip.REFER, "Refer-To: <sip:1003@"+at+"?X-Injected=yes&From=sip:boss@"+at+"&Route=sip:127.0.0.9>")
	f.agrees("recvonly")
	r := x.rings("")
	if header(r.invite, "X-Injected") != "" || r.invite.GetHeader("Route") != nil || strings.Contains(r.invite.From().Value(), "boss") {
		t.Errorf("a stranger wrote our INVITE:\n%s", r.invite)
	}
	r.refuses(486)
	f.isBack()
}

// A REFER outside of any call, for a dialog that is somebody else's, or for a call that only rings.
func TestRefersOutsideOfACall(t *testing.T) {
	x := newPBX(t, "--referrals", "allow")
	f := x.calls("1001")
	before := x.call(f.call, "connected", talking)
	to := "Refer-To: <" + f.Peer.URI("1003") + ">"
	refuses := func(leg *siptest.Leg, want int) {
		t.Helper()
		leg.Request(sip.REFER, to)
		if res := leg.Final(sip.REFER); res.StatusCode != want {
			t.Errorf("%d, want %d", res.StatusCode, want)
		}
	}
	refuses(x.peer.Calling(x.at, "2001", "nowhere"), 403)
	stranger := x.peer.Calling(x.at, "2001", "else")
	stranger.Remote += ";tag=unknown"
	refuses(stranger, 481)
	guess := *f.Leg // the Call-ID is right, a tag is not
	guess.Local = strings.Replace(guess.Local, "tag=", "tag=x", 1)
	guess.CSeq += 1000
	refuses(&guess, 481)
	f.unharmed(before)

	ringing := x.callsIn("caller")
	ringing.Learn(ringing.Response(180, sip.INVITE))
	ringing.Request(sip.REFER, to)
	ringing.Response(603, sip.REFER)
	x.silent("the call only rings")
	ringing.gives()
}

// A machine that is none of the line's servers gets no answer, and changes nothing: with a guessed dialog, and even with
// the right one in a Replaces. (Inside a dialog its tags are what admits: far ends may send from wherever they are.)
func TestStrangersInADialog(t *testing.T) {
	x := newPBX(t, "--referrals", "allow")
	f := x.calls("1001")
	before := x.call(f.call, "connected", talking)
	stranger, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 66)}, net.UDPAddrFromAddrPort(x.at))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }() // only a script's
	evil := *f.Leg
	evil.CSeq, evil.Local = evil.CSeq+100, strings.Replace(evil.Local, "tag=", "tag=x", 1)
	for i, text := range []string{
		evil.Text(sip.REFER, "Refer-To: <"+f.Peer.URI("1003")+">"),
		evil.Text(sip.BYE),
		evil.Text(sip.NOTIFY, "Event: hold", "Subscription-State: active"),
		x.peer.Calling(x.at, "2001", "heir").Text(sip.INVITE, f.place(""), siptest.SDP(4000, 1, "sendrecv")),
	} {
		text = strings.Replace(text, "branch=z9hG4bK", fmt.Sprintf("branch=z9hG4bK-evil%d", i), 1)
		if _, err := stranger.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	f.unharmed(before)
	if err := stranger.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 65535)
	if n, err := stranger.Read(buf); err == nil {
		t.Errorf("the stranger got\n%s", buf[:n])
	}
}

// An INVITE with a Replaces that fits no call, or cannot be read, is refused by the code of RFC 3891, and does not ring.
func TestBadReplaces(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	before := x.call(f.call, "connected", talking)
	other := func(header string) string { return strings.Replace(header, "from-tag=", "from-tag=x", 1) }
	for _, c := range []struct {
		code    int
		headers []string
	}{
		{481, []string{"Replaces: nothing@nowhere;to-tag=1;from-tag=2"}},
		{481, []string{other(f.place(""))}},
		{486, []string{f.place(";early-only")}},
		{400, []string{"Replaces: "}},
		{400, []string{"Replaces: a;to-tag=1"}},
		{400, []string{"Replaces: a;to-tag=1;to-tag=2;from-tag=3"}},
		{400, []string{"Replaces: " + strings.Repeat("a", 2000) + ";to-tag=1;from-tag=2"}},
		{400, []string{f.place(""), f.place("")}},
	} {
		leg := x.callsIn("taker", c.headers...)
		if res := leg.Final(sip.INVITE); res.StatusCode != c.code {
			t.Errorf("%.200q: %d, want %d", c.headers, res.StatusCode, c.code)
		}
		leg.Repeat(sip.ACK)
	}
	f.unharmed(before)
}

// NOTIFY that nobody asked for, that cannot be read, or that never ends: the right code, and the transfer goes on as far as
// it had come.
func TestBadNotifies(t *testing.T) {
	x := newPBXUnder(t, brisk)
	f := x.calls("1001")
	before := x.call(f.call, "connected", talking)
	const ok, kind = "SIP/2.0 200 OK\r\n", "message/sipfrag"
	f.notifies("refer", "terminated", kind, ok, 481) // no REFER was sent
	f.notifies("dance", "active", "", "", 489)
	outside := &party{Leg: x.peer.Calling(x.at, "2001", "nowhere"), x: x}
	outside.notifies("refer", "terminated", kind, ok, 481)
	outside.notifies("dialog", "active", "application/dialog-info+xml", "<dialog-info/>", 481)
	f.unharmed(before)

	f.transfers("1003")
	f.refer(202)
	f.tells("active;expires=60", "SIP/2.0 100 Trying\r\n", 200)
	f.waits(cti.TransferTrying, "")
	f.notifies("refer", "terminated", "text/html", ok, 415)
	for _, body := range []string{"HTTP/1.1 200 OK", "SIP/2.0 20 OK", "SIP/2.0 -200 OK", "SIP/2.0 999 OK", "SIP/9.0 200 OK", "\x00\x01\x02", "{}"} {
		f.notifies("refer", "terminated", kind, body, 400)
	}
	f.notifies("refer;id=99999", "terminated", kind, ok, 481)
	f.notifies("refer", "active", kind, "SIP/2.0 180 Ringing\r\n"+strings.Repeat("X: "+strings.Repeat("y", 100)+"\r\n", 300), 200)
	for range 500 {
		f.tells("active;expires=60", "SIP/2.0 180 Ringing\r\n", 200)
		f.tells("active;expires=60", "SIP/2.0 183 Session Progress\r\n", 200)
	}
	f.waits(cti.TransferRinging, "")
	f.tells("terminated", ok, 200)
	f.goes()
}
