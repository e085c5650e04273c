package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/txn"
	"cordboard/cti/siptest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ports hands out numbers without opening anything.
type ports struct{ next, freed atomic.Int32 }

func (p *ports) Reserve(cti.CallID, netip.Addr) (uint16, error) {
	return uint16(40000 + 2*p.next.Add(1)), nil
}
func (p *ports) Free(cti.CallID) { p.freed.Add(1) }

// desk is a Stack with one direct line, and what it posted.
type desk struct {
	t      testing.TB
	stack  *Stack
	ports  *ports
	line   cti.LineConfig
	addr   netip.AddrPort
	events chan cti.Input
	kept   []cti.Input // arrived while another kind was waited for
	dialog []byte      // of the latest DialogKept
}

// quick are times for tests: long enough for a busy machine, short enough to wait for.
func quick() Timing {
	return Timing{
		Account: account.Timing{Timers: txn.Timers{T1: 100 * time.Millisecond, T4: 100 * time.Millisecond, D: 100 * time.Millisecond}},
		Second:  20 * time.Millisecond,
		Recover: 2 * time.Second,
	}
}

// hurried makes transactions end after 0.64 s, for scripts in which nobody answers.
func hurried() Timing {
	t := quick()
	t.Account.Timers.T1 = 10 * time.Millisecond
	return t
}

// brisk makes them end after 3.2 s, for scripts in which something has to happen before that: a machine that stands
// still for half a second must not skip it.
func brisk() Timing {
	t := quick()
	t.Account.Timers.T1 = 50 * time.Millisecond
	return t
}

func freePort(t testing.TB) netip.AddrPort {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func newDesk(t testing.TB, timing Timing, change ...func(*cti.LineConfig)) *desk {
	t.Helper()
	return newHookedDesk(t, timing, nil, change...)
}

// newHookedDesk is newDesk with a function that sees every event first, on the goroutine of its call.
func newHookedDesk(t testing.TB, timing Timing, onPost func(*desk, cti.Input), change ...func(*cti.LineConfig)) *desk {
	t.Helper()
	addr := freePort(t)
	line := cti.LineConfig{
		ID: "l1", Name: "Direct", User: "2001", Domain: "desk.test", Display: "Desk", Transport: cti.UDP,
		Bind: addr.String(), Trusted: []string{"127.0.0.1"}, Codecs: []string{"pcma", "pcmu"},
	}
	for _, f := range change {
		f(&line)
	}
	return startDesk(t, timing, line, addr, onPost)
}

// startDesk opens the line and waits until it is ready.
func startDesk(t testing.TB, timing Timing, line cti.LineConfig, addr netip.AddrPort, onPost func(*desk, cti.Input)) *desk {
	t.Helper()
	d := &desk{t: t, ports: &ports{}, line: line, addr: addr, events: make(chan cti.Input, 10000)}
	s, err := New(Config{
		Post: func(in cti.Input) {
			if onPost != nil {
				onPost(d, in)
			}
			d.events <- in
		},
		Ports: d.ports, Timing: timing, UserAgent: "test", InstanceID: "urn:uuid:00000000-0000-4000-8000-000000000001",
	})
	if err != nil {
		t.Fatal(err)
	}
	d.stack = s
	t.Cleanup(d.close)
	s.Do(cti.SetLine{Config: line})
	for {
		if r := next[cti.LineRegistered](d); r.Reg.State == cti.RegDirect {
			return d
		}
	}
}

func (d *desk) close() {
	ctx, cancel := context.WithTimeout(context.Background(), siptest.Patience)
	defer cancel()
	if err := d.stack.Close(ctx); err != nil {
		d.t.Errorf("the stack did not close cleanly: %v", err)
	}
}

// next waits for the next event of a type; others are kept for later calls, in order.
func next[T cti.Input](d *desk) T {
	d.t.Helper()
	for i, in := range d.kept {
		if v, ok := in.(T); ok {
			d.kept = append(d.kept[:i:i], d.kept[i+1:]...)
			return v
		}
	}
	deadline := time.NewTimer(siptest.Patience)
	defer deadline.Stop()
	for {
		select {
		case in := <-d.events:
			if k, ok := in.(cti.DialogKept); ok {
				d.dialog = k.Dialog
			}
			if v, ok := in.(T); ok {
				return v
			}
			d.kept = append(d.kept, in)
		case <-deadline.C:
			var zero T
			d.t.Fatalf("no %T came; instead %v", zero, kinds(d.kept))
			return zero
		}
	}
}

func kinds(list []cti.Input) (out []string) {
	for _, in := range list {
		out = append(out, in.Kind())
	}
	return out
}

// none fails when an event of a type has been posted.
func none[T cti.Input](d *desk) {
	d.t.Helper()
	for {
		select {
		case in := <-d.events:
			d.kept = append(d.kept, in)
			continue
		default:
		}
		break
	}
	for _, in := range d.kept {
		if v, ok := in.(T); ok {
			d.t.Errorf("unexpected %T: %+v", v, v)
		}
	}
}

// dial starts a call to a peer.
func (d *desk) dial(p *siptest.Peer, change ...func(*cti.Invite)) cti.CallID {
	d.t.Helper()
	e := cti.Invite{Call: cti.NewCallID(), Line: d.line, Target: p.URI("1001")}
	for _, f := range change {
		f(&e)
	}
	d.stack.Do(e)
	return e.Call
}

// up makes an outgoing call that is answered.
func (d *desk) up(p *siptest.Peer, extra ...string) (cti.CallID, *siptest.Leg) {
	d.t.Helper()
	id := d.dial(p)
	invite := p.Request("INVITE")
	if len(extra) == 0 {
		extra = []string{"Allow: INVITE, ACK, BYE, UPDATE, INFO"}
	}
	p.Answer(invite, 200, "callee", append(extra, siptest.SDP(4000, 1, "sendrecv"))...)
	p.Request("ACK")
	next[cti.Connected](d)
	return id, p.Taken(invite, "callee")
}

// called makes an incoming call that rings.
func (d *desk) called(p *siptest.Peer, extra ...string) (cti.Offered, *siptest.Leg) {
	d.t.Helper()
	leg := p.Calling(d.addr, "2001", fmt.Sprintf("in-%d", time.Now().UnixNano()))
	if len(extra) == 0 {
		extra = []string{siptest.SDP(4000, 1, "sendrecv")}
	}
	leg.Request("INVITE", extra...)
	return next[cti.Offered](d), leg
}

// talking makes an incoming call that is answered.
func (d *desk) talking(p *siptest.Peer, extra ...string) (cti.CallID, *siptest.Leg) {
	d.t.Helper()
	o, leg := d.called(p, extra...)
	d.stack.Do(cti.Accept{Call: o.Call})
	leg.Confirm(leg.Response(200, "INVITE"))
	next[cti.Connected](d)
	return o.Call, leg
}

// hangUp releases a call and lets the peer confirm.
func (d *desk) hangUp(p *siptest.Peer, id cti.CallID) cti.Ended {
	d.t.Helper()
	d.stack.Do(cti.Release{Call: id})
	p.Answer(p.Request("BYE"), 200, "")
	return next[cti.Ended](d)
}

// addrPort reads an address of a test's own making.
func addrPort(t testing.TB, s string) netip.AddrPort {
	t.Helper()
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
