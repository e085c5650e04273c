//go:build linux

// Package rig starts real SIP peers of the distribution for tests: Kamailio as registrar and proxy, baresip and linphone as
// phones that play a tone and record what they hear, sipp as a party that plays a script. Everything listens on loopback addresses of one /24 that the caller
// chooses, so that several tests can run at once.
package rig

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Patience is how long the rig waits for a program to come up or to say something; a busy machine takes seconds.
const Patience = 30 * time.Second

// Need ends the test when a program is missing: as left out on a developer's machine, as a failure where CI=true.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if find(p) != "" {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: packaging/deps.sh test installs it", p)
		}
		t.Skipf("left out: %s is not installed (packaging/deps.sh test installs it)", p)
	}
}

// find looks for a program in PATH and in the folders of system daemons.
func find(program string) string {
	if p, err := exec.LookPath(program); err == nil {
		return p
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin"} {
		if p := filepath.Join(dir, program); executable(p) {
			return p
		}
	}
	return ""
}

func executable(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode()&0o111 != 0
}

// process is a program under test control whose output can be waited for.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}

	mu   sync.Mutex
	out  bytes.Buffer
	more chan struct{} // closed and replaced at every write
}

// start runs a program until the test ends.
func start(t testing.TB, name string, args ...string) *process {
	t.Helper()
	return run(t, command(name, args...))
}

// command prepares a program that speaks English.
func command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(find(name), args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	return cmd
}

// run runs a prepared command until the test ends.
func run(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, done: make(chan struct{}), more: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%s does not start: %v", cmd.Path, err)
	}
	go func() {
		_ = p.cmd.Wait() // how it ended shows in its output
		close(p.done)
	}()
	t.Cleanup(p.stop)
	return p
}

// Write takes the program's output.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.Write(b)
	close(p.more)
	p.more = make(chan struct{})
	return len(b), nil
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// log is the output so far, without colours.
func (p *process) log() (string, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return colours.ReplaceAllString(p.out.String(), ""), p.more
}

// wait blocks until the output from byte offset from on matches re, and returns the match and the offset of its end.
func (p *process) wait(from int, re *regexp.Regexp) (string, int, error) {
	limit := time.After(Patience)
	for {
		log, more := p.log()
		from = min(from, len(log))
		if at := re.FindStringIndex(log[from:]); at != nil {
			return log[from+at[0] : from+at[1]], from + at[1], nil
		}
		select {
		case <-more:
		case <-p.done:
			return "", 0, fmt.Errorf("%s ended; its last words:\n%s", p.cmd.Path, tail(log))
		case <-limit:
			return "", 0, fmt.Errorf("%s never said %q; its last words:\n%s", p.cmd.Path, re, tail(log))
		}
	}
}

// stop ends the program and its children, kindly first.
func (p *process) stop() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM) // already gone is as good
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	}
}

// tail gives the last lines of a log.
func tail(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
