//go:build cgo && linux

package e2e

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// direct runs a desk whose only line has no registrar and takes calls from 127.0.0.1.
func direct(t *testing.T, flags ...string) (*desk, netip.AddrPort) {
	t.Helper()
	d, at := newHome(t, operatorSay), freePort(t)
	d.do(append([]string{"line", "add", "--id", "direct", "--user", "2001", "--bind", at.String(), "--trusted", "127.0.0.1"}, flags...)...)
	d.start()
	d.await("the line is ready", func(s *cti.Snapshot) bool {
		return len(s.Lines) == 1 && s.Lines[0].Registration.State == cti.RegDirect
	})
	return d, at
}

// freePort is a port of 127.0.0.1 that nobody listens on at the moment.
func freePort(t *testing.T) netip.AddrPort {
	t.Helper()
	c, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }() // nothing was sent
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

// meets makes a call between the desk and a peer that answers, and ends it: the desk is alive and well.
func (d *desk) meets(p *siptest.Peer) {
	d.t.Helper()
	call, leg := d.talks(p)
	d.do("hangup", call)
	p.Answer(p.Request(sip.BYE), 200, "")
	if c := d.call(call, "ended", ended); c.End.Result != cti.ResultAnswered {
		d.t.Errorf("the call %s ended with %+v", leg.CallID, c.End)
	}
}

// talks makes a call to a peer that answers.
func (d *desk) talks(p *siptest.Peer) (string, *siptest.Leg) {
	d.t.Helper()
	call := d.do("dial", p.URI("1001"), "--line", "direct")
	invite := p.Request(sip.INVITE)
	p.Answer(invite, 200, "callee", siptest.SDP(4000, 1, "sendrecv"))
	p.Request(sip.ACK)
	d.call(call, "connected", talking)
	return call, p.Taken(invite, "callee")
}

// survived fails the test when the desk has died since, and somebody has started it again.
func (d *desk) survived(pid int) {
	d.t.Helper()
	if now := d.await("the desk is there", func(*cti.Snapshot) bool { return true }).Desk.PID; now != pid {
		d.t.Errorf("the desk %d died and came back as %d", pid, now)
	}
	if text, err := os.ReadFile(filepath.Join(d.home, "crash.log")); err == nil && strings.Contains(string(text), "goroutine ") {
		d.t.Errorf("a crash was written down:\n%s", text)
	}
}

// hangUpAll ends every call of the desk.
func (d *desk) hangUpAll() {
	d.t.Helper()
	for _, c := range d.remote.Snapshot().Calls {
		if !ended(c) {
			d.do("hangup", string(c.ID))
			d.call(string(c.ID), "ended", ended)
		}
	}
}

// Each message of RFC 4475, and of our own collection, gets the answer that is due from the running desk, or silence; a
// good INVITE among them rings. Afterwards the desk makes calls as before.
func TestTortureMessages(t *testing.T) {
	d, at := direct(t)
	pid := d.remote.Snapshot().Desk.PID
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // only a script's
	for _, dir := range []string{"../../../shared/rfc4475", "../../cti/sip/account/testdata/torture"} {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			messages := siptest.ReadTorture(t, dir)
			for i, m := range messages {
				got := m.Ask(t, conn, fmt.Sprintf("%s-%d", filepath.Base(dir), i))
				if !m.Due(got, ownerAnswer(m)) {
					t.Errorf("%s (%s): got %d", m.Name, m.Method(), got)
				}
			}
			t.Logf("%d messages", len(messages))
		})
	}
	d.survived(pid)
	d.hangUpAll()
	d.meets(siptest.UDP(t))
}

// ownerAnswer is what the desk says to a good request that is no OPTIONS: an INVITE rings, unless it is for a call that
// is not there, and a text message is nothing for a telephone.
func ownerAnswer(m siptest.Torture) int {
	switch {
	case m.Name == "wsinv": // its To has a tag
		return 481
	case m.Method() == sip.INVITE:
		return 180
	}
	return 405
}

// A thousand INVITEs from an address that was not named: no ring, no answer, no row in the history.
func TestStrangersGetNothing(t *testing.T) {
	d, at := direct(t, "--auto-answer")
	pid := d.remote.Snapshot().Desk.PID
	stranger, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 66)}, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }() // only a script's
	friend, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = friend.Close() }() // the same
	p := siptest.UDP(t)
	for i := range 1000 {
		text := p.Calling(at, "2001", fmt.Sprintf("stranger-%d", i)).Text(sip.INVITE, siptest.SDP(4000, 1, "sendrecv"))
		if _, err := stranger.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if i%50 == 49 {
			siptest.Alive(t, friend, fmt.Sprintf("friend-%d", i)) // what was sent before has been handled
		}
	}
	if err := stranger.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 65535)
	if n, err := stranger.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the stranger got %q, %v", buf[:n], err)
	}
	if p.Any() {
		t.Error("the desk sent something to the Contact or Via of a stranger")
	}
	if s := d.remote.Snapshot(); len(s.Calls) != 0 {
		t.Errorf("the desk shows %d calls of strangers", len(s.Calls))
	}
	if rows := d.do("history", "--json"); !strings.Contains(rows, `"total": 0`) {
		t.Errorf("strangers are in the history: %.500s", rows)
	}
	d.survived(pid)
	d.meets(p)
}

// A caller who asks for the password of the line, at an INVITE of ours or at a BYE, gets no digest: it could be tried
// offline.
func TestNoPasswordForCallers(t *testing.T) {
	password := filepath.Join(t.TempDir(), "pw")
	if err := os.WriteFile(password, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, _ := direct(t, "--auth-user", "2001", "--password-file", password)
	p := siptest.UDP(t)
	for _, challenge := range []string{
		`WWW-Authenticate: Digest realm="pbx", nonce="n1", algorithm=MD5`,
		`Proxy-Authenticate: Digest realm="127.0.0.1", nonce="n2", algorithm=SHA-256, qop="auth"`,
	} {
		code := 401
		if strings.HasPrefix(challenge, "Proxy") {
			code = 407
		}
		call := d.do("dial", p.URI("1001"), "--line", "direct")
		p.Answer(p.Request(sip.INVITE), code, "asker", challenge)
		if c := d.call(call, "refused", ended); c.End.Reason == "" {
			t.Errorf("end %+v", c.End)
		}
		call, _ = d.talks(p)
		d.do("hangup", call)
		p.Answer(p.Request(sip.BYE), code, "", challenge)
		d.call(call, "ended", ended)
	}
	d.meets(p) // what the desk would have sent has been sent
	for _, method := range []sip.RequestMethod{sip.INVITE, sip.BYE} {
		if p.Pending(method) {
			t.Errorf("the desk sent a second %s, %s", method, p.Request(method))
		}
	}
}
