//go:build linux

package peerstest

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip"
)

// patience bounds every wait: scripts pause for seconds, and machines that run tests are busy.
const patience = 60 * time.Second

// network is the loopback network of this package's rig, so that several can run at once.
const network = "127.0.42"

// rig finds the peers program. Where CI runs it has to be there.
func rig(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../../../shared/peers/peers")
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the peers rig is missing: %v", err)
		}
		t.Skip("left out: the peers rig is not beside the repository")
	}
	return path
}

// peers runs a command of the rig. Exit code 3 means that a program of the distribution is missing.
func peers(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	cmd := exec.Command(rig(t), args...)
	cmd.Env = append(os.Environ(), "PEERS_NET="+network)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == 3 && os.Getenv("CI") != "true" {
		t.Skipf("left out: %s", out)
	}
	return out, err
}

// server starts the exchange.
func server(t *testing.T) {
	t.Helper()
	if out, err := peers(t, "server"); err != nil {
		t.Fatalf("peers server: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if out, err := peers(t, "down"); err != nil {
			t.Errorf("peers down: %v\n%s", err, out)
		}
	})
}

// script plays a scripted party; the error holds what it saw when it did not go as scripted. A called party is
// waited for until it listens.
func script(t *testing.T, args ...string) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		out, err := peers(t, append([]string{"sipp"}, args...)...)
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
		done <- err
	}()
	if strings.HasPrefix(args[0], "uas-") {
		awaitListener(t, network+".250:5060", done)
	}
	return done
}

// awaitListener returns when somebody has the UDP address. It asks the kernel's table: to bind the address oneself would
// take it away from the party at the very moment when that wants it.
func awaitListener(t *testing.T, addr string, done <-chan error) {
	t.Helper()
	at := netip.MustParseAddrPort(addr)
	a := at.Addr().As4()
	entry := fmt.Sprintf(" %02X%02X%02X%02X:%04X ", a[3], a[2], a[1], a[0], at.Port())
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		table, err := os.ReadFile("/proc/net/udp")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(table), entry) {
			return
		}
		select {
		case err := <-done:
			t.Fatalf("the script ended before it listened: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("nobody listens at %s", addr)
}

// ports hands out numbers; these tests look at the signalling.
type ports struct{ next atomic.Int32 }

func (p *ports) Reserve(cti.CallID, netip.Addr) (uint16, error) {
	return uint16(42000 + 2*(p.next.Add(1)%500)), nil
}
func (p *ports) Free(cti.CallID) {}

// desk is a stack with one registered line, and what it posted.
type desk struct {
	t      *testing.T
	stack  *sip.Stack
	line   cti.LineConfig
	events chan cti.Input
	kept   []cti.Input
}

func newDesk(t *testing.T, user string, change ...func(*cti.LineConfig)) *desk {
	t.Helper()
	d := &desk{t: t, events: make(chan cti.Input, 10000)}
	d.line = cti.LineConfig{ID: "l1", Name: "Line " + user, User: user, Server: network + ".1", Transport: cti.UDP, Bind: network + ".101", Expires: 60}
	for _, f := range change {
		f(&d.line)
	}
	s, err := sip.New(sip.Config{
		Post: func(in cti.Input) { d.events <- in }, Ports: &ports{},
		Secret:    func(cti.LineID) (string, error) { return "pw" + user, nil },
		UserAgent: "Cordboard test", InstanceID: "urn:uuid:00000000-0000-4000-8000-00000000" + user,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.stack = s
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("the stack did not close cleanly: %v", err)
		}
	})
	s.Do(cti.SetLine{Config: d.line})
	for {
		switch r := next[cti.LineRegistered](d); r.Reg.State {
		case cti.RegOK:
			return d
		case cti.RegFailed:
			t.Fatalf("not registered: %s", r.Reg.Reason)
		}
	}
}

// next waits for the next event of a type; others are kept for later calls.
func next[T cti.Input](d *desk) T {
	d.t.Helper()
	for i, in := range d.kept {
		if v, ok := in.(T); ok {
			d.kept = append(d.kept[:i:i], d.kept[i+1:]...)
			return v
		}
	}
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case in := <-d.events:
			if v, ok := in.(T); ok {
				return v
			}
			d.kept = append(d.kept, in)
		case <-deadline.C:
			var zero T
			d.t.Fatalf("no %T came; instead %s", zero, kinds(d.kept))
		}
	}
}

func kinds(list []cti.Input) (out []string) {
	for _, in := range list {
		out = append(out, in.Kind())
	}
	return out
}

func (d *desk) dial(number string) cti.CallID {
	id := cti.NewCallID()
	d.stack.Do(cti.Invite{Call: id, Line: d.line, Target: number})
	return id
}

// finished checks that the script went well.
func finished(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("the script did not end")
	}
}
