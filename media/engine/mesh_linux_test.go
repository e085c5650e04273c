package engine

import (
	"bufio"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
)

// BenchmarkMesh is what a conference costs in which every call hears every other, with real sockets, packets of 20 ms
// G.711 both ways and everybody talking: percent of a core for each call, all threads of the engine's process counted.
func BenchmarkMesh(b *testing.B) {
	for _, n := range []int{2, 4, 16} {
		b.Run(fmt.Sprintf("legs=%d", n), func(b *testing.B) {
			relax(b)
			e, err := New(Config{Sound: fake.New(nil, nil), Post: func(cti.Input) {}, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				b.Fatal(err)
			}
			mesh(b, e, n)
			for b.Loop() {
				time.Sleep(time.Second)
				before, start := used(b), time.Now()
				time.Sleep(6 * time.Second)
				spent := used(b) - before
				b.ReportMetric(100*spent.Seconds()/time.Since(start).Seconds()/float64(n), "%core/leg")
			}
			if q := e.Quality(callID(0)); q.Packets < 200 || q.LevelIn < -60 {
				b.Errorf("the talkers are not heard: %+v", q)
			}
			if err := e.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// relax gives this process the timers that the desk runs with (app, deskSlack).
func relax(b *testing.B) {
	b.Helper()
	threads, err := filepath.Glob("/proc/self/task/*")
	if err != nil {
		b.Fatal(err)
	}
	for _, thread := range threads {
		// A thread may have ended meanwhile, and an old kernel has no such file: the figures are higher then.
		_ = os.WriteFile("/proc/"+filepath.Base(thread)+"/timerslack_ns", []byte("4000000"), 0)
	}
}

// used is the processor time of all threads so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// mesh joins n calls with talkers of another process, each hearing all others.
func mesh(b *testing.B, e *Engine, n int) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), talkersVariable+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close() // ends it
		if err := cmd.Wait(); err != nil {
			b.Errorf("talkers: %v", err)
		}
	})
	local, said := netip.MustParseAddr("127.0.0.1"), bufio.NewReader(out)
	var p cti.Plan
	for i := range n {
		port, err := e.Reserve(callID(i), local)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintln(in, netip.AddrPortFrom(local, port))
		line, err := said.ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		e.Do(cti.ApplySession{Call: callID(i), Session: pcma(netip.MustParseAddrPort(strings.TrimSpace(line)))})
		for k := range i {
			p.Edges = append(p.Edges, both(cti.PartyID(callID(i)), cti.PartyID(callID(k)))...)
		}
	}
	e.Do(cti.ApplyPlan{Plan: p})
}
