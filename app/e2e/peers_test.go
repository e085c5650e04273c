//go:build cgo && linux

package e2e

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// Addresses and tones of the rig; see its README.
const (
	peersNet    = "127.0.43"
	server      = peersNet + ".1"
	tone1001    = 440.0
	tone1002    = 800.0
	operatorSay = 1000.0 // what our operator says
)

// exchange of Kamailio with baresip phones.
type peers struct {
	t    *testing.T
	path string
	run  string // folder of its files
}

// peersUp starts server and phones, or leaves the test out where the rig or its programs are absent.
func peersUp(t *testing.T, phones ...string) *peers {
	t.Helper()
	p := &peers{t: t, path: rig(t, "peers/peers"), run: t.TempDir()}
	out, code := p.do(append([]string{"up"}, phones...)...)
	const missing = 3 // a program is not installed
	if code == missing && os.Getenv("CI") != "true" {
		t.Skipf("left out: %s", out)
	}
	t.Cleanup(func() { p.must("down") })
	if code != 0 {
		t.Fatalf("peers up: %s", out)
	}
	return p
}

func (p *peers) do(args ...string) (string, int) {
	p.t.Helper()
	cmd := exec.Command(p.path, args...)
	cmd.Env = append(os.Environ(), "PEERS_NET="+peersNet, "PEERS_RUN="+p.run)
	text, err := os.CreateTemp(p.run, "said") // a file, since a pipe would stay open in what the rig leaves running
	if err != nil {
		p.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = text, text
	err = cmd.Run()
	said, readErr := os.ReadFile(text.Name())
	if err := errors.Join(readErr, text.Close()); err != nil {
		p.t.Fatal(err)
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		p.t.Fatal(err)
	}
	return strings.TrimSpace(string(said)), cmd.ProcessState.ExitCode()
}

func (p *peers) must(args ...string) string {
	p.t.Helper()
	out, code := p.do(args...)
	if code != 0 {
		p.t.Fatalf("peers %s: exit code %d: %s", strings.Join(args, " "), code, out)
	}
	return out
}

// heard is what a phone recorded in its newest call, complete once the call is over.
func (p *peers) heard(phone string) wav.Sound {
	p.t.Helper()
	s, err := wav.Read(p.must("rec", phone))
	if err != nil {
		p.t.Fatalf("recording of %s: %v", phone, err)
	}
	return s
}

// addLine sets up an account of the rig before the desk runs.
func (d *desk) addLine(id, user string, flags ...string) {
	d.t.Helper()
	password := d.home + "/pw"
	if err := os.WriteFile(password, []byte("pw"+user+"\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.do(append([]string{"line", "add", "--id", id, "--name", "Line " + user, "--user", user, "--password-file", password}, flags...)...)
}

// loudHalves counts the half seconds of a recording in which the tone is there.
func loudHalves(s wav.Sound, tone float64) int {
	n := 0
	for pcm := s.Mono(); len(pcm) >= s.Rate/2; pcm = pcm[s.Rate/2:] {
		if sounds(pcm[:s.Rate/2], tone, s.Rate) {
			n++
		}
	}
	return n
}

// sounds reports whether a tone is in most tenths of a second. A longer look at once would take a tone whose desk is bringing its
// clock in line, by some Hz for some seconds, for another one.
func sounds(pcm []int16, tone float64, rate int) bool {
	there, tenths := 0, 0
	for n := rate / 10; len(pcm) >= n; pcm = pcm[n:] {
		tenths++
		if audiotest.LevelAt(pcm[:n], tone, rate) > heardAbove {
			there++
		}
	}
	return there > tenths/2
}

// Three lines register over the three transports, and each makes a call in which both sides hear each other.
func TestCallsOverAllTransports(t *testing.T) {
	p := peersUp(t, "1001")
	d := newHome(t, operatorSay)
	d.addLine("udp", "2001", "--server", server, "--transport", "udp")
	d.addLine("tcp", "2002", "--server", server, "--transport", "tcp")
	d.addLine("tls", "2003", "--server", server+":5061", "--transport", "tls", "--ca-file", p.run+"/tls/ca.pem")
	d.start()
	for _, line := range []string{"udp", "tcp", "tls"} {
		d.registered(line)
	}
	for _, line := range []string{"udp", "tcp", "tls"} {
		t.Run(line, func(t *testing.T) {
			call := d.do("dial", "1001", "--line", line)
			d.call(call, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
			p.must("ctl", "1001", "accept")
			d.call(call, "connected", talking)
			d.hears(tone1001)
			d.do("hangup", call)
			d.call(call, "ended", ended)
			if n := loudHalves(p.heard("1001"), operatorSay); n == 0 {
				t.Error("the phone did not hear the operator")
			}
		})
	}
}

// R30, R31: a phone calls in; while it is on hold it hears nothing of us, and it hears us again afterwards.
func TestHoldSilencesTheCaller(t *testing.T) {
	p := peersUp(t, "1001")
	d := newHome(t, operatorSay)
	d.addLine("main", "2001", "--server", server)
	d.start()
	d.registered("main")
	p.must("ctl", "1001", "dial", "2001")
	call := d.ringing()
	d.do("answer")
	began := time.Now()
	c := d.call(call, "connected", talking)
	if c.Number != "1001" || c.Line != "main" {
		t.Errorf("caller %q on line %q", c.Number, c.Line)
	}
	d.hears(tone1001)
	d.do("hold", call)
	open := time.Since(began)
	d.call(call, "held", held)
	d.hearsNothing()
	began = time.Now()
	d.do("resume", call)
	d.call(call, "resumed", resumed)
	d.hears(tone1001)
	p.must("ctl", "1001", "hangup")
	if c := d.call(call, "ended", ended); c.End.By != cti.SidePeer || c.End.Result != cti.ResultAnswered {
		t.Errorf("end %+v", c.End)
	}
	heardFor(t, p.heard("1001"), open+time.Since(began))
}

// slack is what a phone may play on after the sound has ended: its buffer, and the time that commands take here.
const slack = 700 * time.Millisecond

// heardFor wants the phone to have heard the operator, but for no longer than that. A phone records nothing while
// nothing arrives, so silence shows as a shorter recording.
func heardFor(t *testing.T, s wav.Sound, most time.Duration) {
	t.Helper()
	var heard time.Duration
	const step = 100 * time.Millisecond
	n := s.Rate / 10
	for pcm := s.Mono(); len(pcm) >= n; pcm = pcm[n:] {
		if audiotest.LevelAt(pcm[:n], operatorSay, s.Rate) > heardAbove {
			heard += step
		}
	}
	if heard == 0 || heard > most+slack {
		t.Errorf("the phone heard the operator for %v; want something, and at most %v", heard, most+slack)
	}
}

// R32, R33: two calls at once: who is not held hears us, who is held does not, and they change places.
func TestTwoCallsAtOnce(t *testing.T) {
	p := peersUp(t, "1001", "1002")
	d := newHome(t, operatorSay)
	d.addLine("one", "2001", "--server", server)
	d.addLine("two", "2002", "--server", server, "--transport", "tcp")
	d.start()
	d.registered("one")
	d.registered("two")
	first := d.do("dial", "1001", "--line", "one")
	d.call(first, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	p.must("ctl", "1001", "accept")
	d.call(first, "connected", talking)
	d.hears(tone1001)

	p.must("ctl", "1002", "dial", "2002")
	second := d.ringing()
	d.do("answer", second)
	d.call(second, "connected", talking)
	d.call(first, "held", held)
	d.hears(tone1002)
	d.listen("only the second caller", func(pcm []int16) bool { return audiotest.LevelAt(pcm, tone1001, 48000) < silentBelow })

	d.do("resume", first)
	d.call(first, "resumed", resumed)
	d.call(second, "held", held)
	d.hears(tone1001)
	d.do("hangup", first)
	d.do("hangup", second)
	d.call(first, "ended", ended)
	d.call(second, "ended", ended)
	for _, phone := range []string{"1001", "1002"} {
		if loudHalves(p.heard(phone), operatorSay) == 0 {
			t.Errorf("%s did not hear the operator", phone)
		}
	}
}

// Each final answer of the exchange is told in words and kept with its result.
func TestFailureNumbers(t *testing.T) {
	peersUp(t, "1001")
	d := newHome(t, operatorSay)
	d.addLine("main", "2001", "--server", server)
	d.start()
	d.registered("main")
	for number, want := range map[string]cti.Result{
		"9486": cti.ResultBusy, "9600": cti.ResultBusy, "9603": cti.ResultDeclined, "9480": cti.ResultNoAnswer,
		"9404": cti.ResultFailed, "9403": cti.ResultFailed, "9488": cti.ResultFailed, "9503": cti.ResultFailed,
		"9500": cti.ResultFailed, "1077": cti.ResultNoAnswer,
	} {
		call := d.do("dial", number)
		c := d.call(call, "ended", ended)
		if c.End.Result != want || c.End.Reason == "" || strings.Contains(c.End.Reason, "\n") {
			t.Errorf("%s: %+v; want %v", number, c.End, want)
		}
		if row := d.row(call); row.Result != want || row.Number != number {
			t.Errorf("%s: history %+v", number, row)
		}
	}
}

// A dead first server is passed over for the backup.
func TestFailover(t *testing.T) {
	p := peersUp(t, "1001")
	d := newHome(t, operatorSay)
	d.addLine("main", "2001", "--server", peersNet+".66", "--backup", server, "--domain", server)
	d.start()
	if reg := d.registered("main"); !reg.Backup {
		t.Errorf("registration %+v does not say that the backup is in use", reg)
	}
	call := d.do("dial", "1001")
	d.call(call, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	p.must("ctl", "1001", "accept")
	d.call(call, "connected", talking)
	d.hears(tone1001)
	d.do("hangup")
	d.call(call, "ended", ended)
}

// The desk is killed in a call. It is started again, takes the call up in the same dialog, and both sides hear each
// other again; the far end never noticed more than a gap.
func TestKilledDeskTakesTheCallUpAgain(t *testing.T) {
	for _, c := range []struct {
		transport string
		incoming  bool
	}{{"udp", false}, {"tcp", false}, {"tls", false}, {"udp", true}, {"tcp", true}} {
		name := c.transport + map[bool]string{false: " we called", true: " they called"}[c.incoming]
		t.Run(name, func(t *testing.T) { killInCall(t, c.transport, c.incoming) })
	}
}

func killInCall(t *testing.T, transport string, incoming bool) {
	p := peersUp(t, "1001")
	d := newHome(t, operatorSay)
	address := map[string]string{"tls": server + ":5061"}
	d.addLine("main", "2001", "--server", cmp.Or(address[transport], server), "--transport", transport, "--ca-file", p.run+"/tls/ca.pem")
	d.start()
	d.registered("main")
	call := d.connect(p, incoming)
	d.hears(tone1001)

	before := d.kill()
	killed := time.Now()
	d.await("the desk comes back", func(s *cti.Snapshot) bool { return s.Desk.PID != before })
	c := d.call(call, "taken up again", talking)
	t.Logf("taken up %v after the kill", time.Since(killed).Round(time.Millisecond))
	if c.Answered.IsZero() || c.Number != "1001" {
		t.Errorf("the call came back as %+v", c.Call)
	}
	d.hears(tone1001)
	d.do("hold", call)
	d.call(call, "held", held)

	before = d.kill() // once more, now on hold: it stays on hold
	d.await("the desk comes back again", func(s *cti.Snapshot) bool { return s.Desk.PID != before })
	d.call(call, "taken up on hold", func(c cti.CallView) bool { return talking(c) && held(c) })
	d.do("resume", call)
	d.call(call, "resumed", resumed)
	d.hears(tone1001)
	d.do("hangup", call)
	d.call(call, "ended", ended)
	if loudHalves(p.heard("1001"), operatorSay) < 6 { // it talked for a second and a half three times
		t.Error("the phone did not hear the operator before and after")
	}
	if row := d.row(call); row.Result != cti.ResultAnswered {
		t.Errorf("history %+v", row)
	}
}

// connect makes a call between the phone 1001 and line 2001.
func (d *desk) connect(p *peers, incoming bool) string {
	d.t.Helper()
	var call string
	if incoming {
		p.must("ctl", "1001", "dial", "2001")
		call = d.ringing()
		d.do("answer", call)
	} else {
		call = d.do("dial", "1001")
		d.call(call, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
		p.must("ctl", "1001", "accept")
	}
	d.call(call, "connected", talking)
	return call
}
