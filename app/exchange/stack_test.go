package exchange

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip"
	"cordboard/cti/sip/account"
	"cordboard/media/codec"
)

// ports gives out real ports that nobody listens on: these tests are about signalling.
type ports struct{}

func (ports) Reserve(_ cti.CallID, local netip.Addr) (uint16, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 0)))
	if err != nil {
		return 0, err
	}
	return uint16(conn.LocalAddr().(*net.UDPAddr).Port), conn.Close()
}

func (ports) Free(cti.CallID) {}

// stack is the desk's real SIP side with the lines of an exchange.
type stack struct {
	*sip.Stack
	t     *testing.T
	news  chan cti.Input
	kept  []cti.Input // came while something else was waited for
	lines []cti.LineConfig
}

func newStack(t *testing.T, x *Exchange) *stack {
	t.Helper()
	s := &stack{t: t, news: make(chan cti.Input, 1000), lines: x.Lines()}
	var err error
	s.Stack, err = sip.New(sip.Config{
		Post:  func(in cti.Input) { s.news <- in },
		Ports: ports{},
		Secret: func(line cti.LineID) (string, error) {
			secret, _ := x.Secret(line)
			return secret, nil
		},
		Timing: sip.Timing{Account: account.Timing{Probe: time.Second}}, // one test closes the exchange first
		Codecs: codec.Supported(), UserAgent: "test", InstanceID: "urn:uuid:00000000-0000-4000-8000-000000000001",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	for _, line := range s.lines {
		s.Do(cti.SetLine{Config: line})
	}
	for range s.lines {
		wait(s, func(r cti.LineRegistered) bool { return r.Reg.State == cti.RegOK })
	}
	return s
}

// wait takes news until one is of type T and wanted. Others are kept for later calls: what belongs together comes in any
// order.
func wait[T cti.Input](s *stack, wanted func(T) bool) T {
	s.t.Helper()
	for i, in := range s.kept {
		if e, ok := in.(T); ok && wanted(e) {
			s.kept = append(s.kept[:i:i], s.kept[i+1:]...)
			return e
		}
	}
	deadline := time.After(patience)
	for {
		select {
		case in := <-s.news:
			if e, ok := in.(T); ok && wanted(e) {
				return e
			}
			s.kept = append(s.kept, in)
		case <-deadline:
			var none T
			s.t.Fatalf("no %T came that is wanted", none)
			return none
		}
	}
}

func TestTheDesksOwnStackCallsAColleague(t *testing.T) {
	x := quick(t, nil)
	s := newStack(t, x)
	s.Do(cti.Invite{Call: "c1", Line: s.lines[0], Target: "201"})
	up := wait(s, func(cti.Connected) bool { return true })
	if up.Name != "Anna Berger" || up.Number != "201" || !up.Session.Ready() {
		t.Errorf("%+v", up)
	}
	for _, on := range []bool{true, false} {
		s.Do(cti.SetHold{Call: "c1", On: on})
		if h := wait(s, func(h cti.HoldSettled) bool { return h.On == on }); !h.OK {
			t.Errorf("hold %v: %s", on, h.Note)
		}
	}
	s.Do(cti.Release{Call: "c1"})
	wait(s, func(e cti.Ended) bool { return e.Call == "c1" })
	eventually(t, func() bool { return x.Calls() == 0 })
}

func TestTheDesksOwnStackHearsRefusals(t *testing.T) {
	s := newStack(t, quick(t, nil))
	for number, code := range map[string]int{"204": 486, "206": 603, "290": 503, "299": 404} {
		id := cti.CallID("to-" + number)
		s.Do(cti.Invite{Call: id, Line: s.lines[1], Target: number})
		if e := wait(s, func(e cti.Ended) bool { return e.Call == id }); e.Code != code || e.Reason == "" {
			t.Errorf("%s: %+v", number, e)
		}
	}
}

func TestTheDesksOwnStackIsCalledByTheCustomer(t *testing.T) {
	x := quick(t, nil)
	s := newStack(t, x)
	if err := x.CallIn("2002"); err != nil {
		t.Fatal(err)
	}
	call := wait(s, func(cti.Offered) bool { return true })
	if call.Name != customer.Name || call.Number != customer.Number.Number || call.Line != "practice-2002" {
		t.Errorf("%+v", call)
	}
	s.Do(cti.Accept{Call: call.Call})
	wait(s, func(c cti.Connected) bool { return c.Session.Ready() })
	x.Close()
	if e := wait(s, func(e cti.Ended) bool { return e.Call == call.Call }); e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
}
