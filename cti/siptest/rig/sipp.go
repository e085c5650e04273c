//go:build linux

package rig

import (
	"bufio"
	"embed"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed sipp/*.xml
var scenarios embed.FS

// Script is a party that sipp plays after a scenario of this package.
type Script struct {
	t    testing.TB
	name string
	dir  string
	p    *process
}

// SIPpCaller lets extension 10xx call a number, so many times in all and ten times a second. The scenario "caller" hangs
// up two seconds after the answer.
func (s *Server) SIPpCaller(t testing.TB, scenario, ext, number string, calls int) *Script {
	t.Helper()
	return s.sipp(t, scenario, ext, s.IP+":5060", "-s", number, "-m", strconv.Itoa(calls))
}

// SIPpCalled registers extension 10xx and lets it take that many calls. The scenario "called" answers with 183 and 200 in
// one go, holds, resumes and hangs up.
func (s *Server) SIPpCalled(t testing.TB, scenario, ext string, calls int) *Script {
	t.Helper()
	s.sipp(t, "register", ext, s.IP+":5060", "-m", "1").Finish()
	sc := s.sipp(t, scenario, ext, "-m", strconv.Itoa(calls))
	sc.awaitPort(s.home(t, ext))
	return sc
}

// sipp starts the program on the address of an extension.
func (s *Server) sipp(t testing.TB, scenario, ext string, args ...string) *Script {
	t.Helper()
	Need(t, "sipp")
	text, err := scenarios.ReadFile("sipp/" + scenario + ".xml")
	if err != nil {
		t.Fatalf("no such scenario: %v", err)
	}
	sc := &Script{t: t, name: scenario, dir: t.TempDir()}
	file := filepath.Join(sc.dir, "scenario.xml")
	write(t, file, string(text))
	ip := s.home(t, ext)
	cmd := command("sipp", append(args, "-sf", file, "-i", ip, "-mi", ip, "-p", "5060", "-bind_local", "-r", "10",
		"-au", ext, "-ap", "pw"+ext, "-key", "account", ext, "-nostdin",
		"-timeout", strconv.Itoa(int(3*Patience/time.Second)), "-timeout_error",
		"-trace_err", "-error_file", filepath.Join(sc.dir, "errors"))...)
	cmd.Dir = sc.dir
	sc.p = run(t, cmd)
	return sc
}

// awaitPort blocks until the called party listens. It looks into the kernel's table: to bind the port for a trial could
// take it away from sipp, and a message would be one too many for the scenario.
func (sc *Script) awaitPort(ip string) {
	sc.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for limit := time.After(Patience); !listens(sc.t, netip.AddrPortFrom(netip.MustParseAddr(ip), 5060)); {
		select {
		case <-again.C:
		case <-sc.p.done:
			sc.Finish()
			sc.t.Fatalf("sipp %s ended before anybody called", sc.name)
		case <-limit:
			sc.t.Fatalf("sipp %s does not listen", sc.name)
		}
	}
}

// listens reports whether somebody has a UDP port open (proc(5): net/udp has addresses in hexadecimal, as they lie in
// memory).
func listens(t testing.TB, at netip.AddrPort) bool {
	t.Helper()
	f, err := os.Open("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	addr := at.Addr().As4()
	want := fmt.Sprintf(" %08X:%04X ", binary.NativeEndian.Uint32(addr[:]), at.Port())
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if strings.Contains(lines.Text(), want) {
			return true
		}
	}
	return false
}

// Finish blocks until the script has ended, and fails the test unless all of its calls went as written.
func (sc *Script) Finish() {
	sc.t.Helper()
	select {
	case <-sc.p.done:
	case <-time.After(4 * Patience):
		sc.t.Fatalf("sipp %s does not end", sc.name)
	}
	if code := sc.p.cmd.ProcessState.ExitCode(); code != 0 {
		saw, _ := os.ReadFile(filepath.Join(sc.dir, "errors")) // only there when something was unexpected
		log, _ := sc.p.log()
		sc.t.Errorf("sipp %s: exit code %d; it saw\n%s\nand its last words were\n%s", sc.name, code, saw, tail(log))
	}
}
