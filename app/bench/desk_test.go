//go:build linux

package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
)

// program is the executable: CORDBOARD_BIN, else a build of its own.
func program(b *testing.B) string {
	b.Helper()
	if p := os.Getenv("CORDBOARD_BIN"); p != "" {
		return p
	}
	out := filepath.Join(b.TempDir(), "cordboard")
	if msg, err := exec.Command("go", "build", "-o", out, "cordboard/app/cordboard").CombinedOutput(); err != nil {
		b.Fatalf("the program does not build: %v\n%s", err, msg)
	}
	return out
}

// desk is a running desk with one line without registrar that the peers of a benchmark may call.
type desk struct {
	b    *testing.B
	bin  string
	home string
	addr string // of the line
	cmd  *exec.Cmd
}

// newDesk prepares a home with the line "direct" at addr; start runs it.
func newDesk(b *testing.B, addr string, line ...string) *desk {
	b.Helper()
	d := &desk{b: b, bin: program(b), home: b.TempDir(), addr: addr}
	d.start("--no-practice")
	d.cli(append([]string{"line", "add", "--name", "direct", "--user", "desk", "--bind", addr, "--trusted", "127.0.0.1",
		"--codecs", "pcma"}, line...)...)
	d.await(func(s cti.Snapshot) bool { return len(s.Lines) == 1 && s.Lines[0].Usable })
	return d
}

func (d *desk) start(args ...string) {
	d.b.Helper()
	d.cmd = exec.Command(d.bin, append([]string{"--home", d.home, "--headless", "--mic", "none", "--speaker", "none", "--ringer", "none"}, args...)...)
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := d.cmd.Start(); err != nil {
		d.b.Fatal(err)
	}
	d.b.Cleanup(d.stop)
	d.await(func(cti.Snapshot) bool { return true })
}

func (d *desk) stop() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Signal(syscall.SIGTERM) // already gone is as good
	_ = d.cmd.Wait()                          // it ends by signal
	d.cmd = nil
}

// cli runs a verb and returns what it prints.
func (d *desk) cli(args ...string) string {
	d.b.Helper()
	out, err := exec.Command(d.bin, append([]string{"--home", d.home}, args...)...).CombinedOutput()
	if err != nil {
		d.b.Fatalf("cordboard %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// await polls the state until it is as wanted.
func (d *desk) await(fits func(cti.Snapshot) bool) cti.Snapshot {
	d.b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var out []byte
	for limit := time.After(30 * time.Second); ; {
		var err error
		var s cti.Snapshot
		out, err = exec.Command(d.bin, "--home", d.home, "state", "--json").Output()
		if err == nil && json.Unmarshal(out, &s) == nil && fits(s) {
			return s
		}
		select {
		case <-tick.C:
		case <-limit:
			d.b.Fatalf("the desk never came to be as wanted; it says:\n%s", out)
		}
	}
}

// client speaks to the desk without starting a program for each command.
func (d *desk) client() *api.Client {
	d.b.Helper()
	places, err := settings.Locate(d.home)
	if err != nil {
		d.b.Fatal(err)
	}
	socket, err := places.Socket()
	if err != nil {
		d.b.Fatal(err)
	}
	c := api.NewClient(socket)
	d.b.Cleanup(c.Close)
	return c
}

// pid of the process that handles the calls.
func (d *desk) pid() int {
	return d.await(func(s cti.Snapshot) bool { return s.Desk.PID != 0 }).Desk.PID
}

// cpu is the processor time that a process has used so far.
func cpu(b *testing.B, pid int) time.Duration {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	f := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+2:]))
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * time.Second / 100 // USER_HZ is 100 on every Linux that Go runs on
}

// pss is the proportional set size of a process in MB.
func pss(b *testing.B, pid int) float64 {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Fatal(err)
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "Pss:" {
			kb, _ := strconv.Atoi(f[1])
			return float64(kb) / 1024
		}
	}
	b.Fatal("no Pss in smaps_rollup")
	return 0
}

// load reports what a process costs over a while: percent of one core, and memory.
func load(b *testing.B, pid int, during time.Duration) {
	b.Helper()
	before, start := cpu(b, pid), time.Now()
	time.Sleep(during)
	used := cpu(b, pid) - before
	b.ReportMetric(100*used.Seconds()/time.Since(start).Seconds(), "%core")
	b.ReportMetric(pss(b, pid), "MB-pss")
}

// quantile of measured times, q from 0 to 1.
func quantile(d []time.Duration, q float64) time.Duration {
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[int(q*float64(len(d)-1))]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
