package account

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

func TestAsleep(t *testing.T) {
	start := sample{wall: time.Unix(1000, 0), mono: 100 * time.Second}
	at := func(wall, mono time.Duration) sample { return sample{start.wall.Add(wall), start.mono + mono} }
	const tick = 2 * time.Second
	for name, tt := range map[string]struct {
		now  sample
		want bool
	}{
		"ordinary tick":                      {at(2*time.Second, 2*time.Second), false},
		"busy machine":                       {at(5*time.Second, 5*time.Second), false},
		"slept, monotonic clock stood still": {at(time.Hour, 2*time.Second), true},
		"slept, monotonic clock went on":     {at(time.Hour, time.Hour), true},
		"clock set back":                     {at(-time.Hour, 2*time.Second), false},
		"clock adjusted":                     {at(7*time.Second, 2*time.Second), false},
	} {
		if got := asleep(start, tt.now, tick) > napLimit; got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestResumeRegistersAtOnce(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, accept)
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	server.next(sip.REGISTER)
	l.queue.Post(func() { l.reg.look(time.Hour) })
	server.next(sip.REGISTER)
}

// A network that comes back ends the pause between attempts.
func TestNetworkIsBack(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, refuse(503, sip.NewHeader("Retry-After", "600")))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr()}})
	l.state(t, cti.RegFailed)
	server.script(accept)
	l.queue.Post(func() {
		l.reg.offline = true
		l.reg.look(0)
	})
	l.state(t, cti.RegOK)
}

// A keyring that is locked is said so, and tried again.
func TestPasswordNotAtHand(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, challenge("MD5"))
	var locked atomic.Bool
	locked.Store(true)
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}, Timing: brisk,
		Secret: func() (string, error) {
			if locked.Load() {
				return "", errors.New("the keyring is locked")
			}
			return "pw", nil
		}})
	if r := l.state(t, cti.RegFailed); !strings.Contains(r.Reason, "keyring is locked") || r.RetryAt.IsZero() {
		t.Errorf("news %+v", r)
	}
	locked.Store(false)
	l.state(t, cti.RegOK)
}

// A new local address: new socket, REGISTER with the new Contact that removes the old one, and word to the dialogs.
func TestAddressChange(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, accept)
	changed := make(chan struct{}, 10)
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test", Bind: "127.0.0.1"},
		OnAddressChanged: func() { changed <- struct{}{} }})
	l.state(t, cti.RegOK)
	before := server.next(sip.REGISTER)
	l.queue.Post(func() {
		l.cfg.Line.Bind = "127.0.0.77" // as if the route now left by another interface
		l.reg.look(0)
	})
	next(t, changed)
	after := server.next(sip.REGISTER)
	contacts := after.GetHeaders("Contact")
	if len(contacts) != 2 || contacts[0].(*sip.ContactHeader).Address.Host != "127.0.0.77" {
		t.Fatalf("REGISTER\n%s", after)
	}
	old := contacts[1].(*sip.ContactHeader)
	if e, _ := old.Params.Get("expires"); e != "0" || old.Address.String() != before.Contact().Address.String() {
		t.Errorf("the old binding stays: %s", old)
	}
	if l.LocalAddr() != netip.MustParseAddr("127.0.0.77") || l.Contact().Address.Host != "127.0.0.77" {
		t.Errorf("local %s, Contact %s", l.LocalAddr(), l.Contact())
	}
}

// relay passes bytes between a line and its TCP server, so that a test can break the connection.
type relay struct {
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
	running  sync.WaitGroup
}

func newRelay(t *testing.T, server string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: listener}
	r.running.Go(func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", server)
			if err != nil {
				in.Close()
				continue
			}
			r.mu.Lock()
			r.conns = append(r.conns, in, out)
			r.mu.Unlock()
			r.running.Go(func() { pump(in, out) })
			r.running.Go(func() { pump(out, in) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		r.cut()
		r.running.Wait()
	})
	return r
}

func pump(from, to net.Conn) {
	defer to.Close()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// A lost TCP connection is opened and registered again at once, not at the next refresh.
func TestLostConnectionIsReplaced(t *testing.T) {
	server := newRegistrar(t, txn.Config{Transport: cti.TCP}, accept)
	relay := newRelay(t, server.addr())
	l := newLine(t, Config{Line: cti.LineConfig{Server: relay.listener.Addr().String(), Domain: "test", Transport: cti.TCP}})
	l.state(t, cti.RegOK)
	server.next(sip.REGISTER)
	relay.cut()
	again := server.next(sip.REGISTER)
	if len(again.GetHeaders("Contact")) != 2 {
		t.Errorf("the new REGISTER does not replace the old binding:\n%s", again)
	}
}

// Refreshes come at 80 to 95 % of what was granted, spread.
func TestRefreshAfter(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 1000 {
		d := refreshAfter(100 * time.Second)
		if d < 80*time.Second || d > 95*time.Second {
			t.Fatalf("after %s", d)
		}
		seen[d.Truncate(time.Second)] = true
	}
	if len(seen) < 10 {
		t.Errorf("only %d different seconds", len(seen))
	}
}

func TestRefreshHappens(t *testing.T) {
	server := newRegistrar(t, txn.Config{}, func(_ *registrar, tx *txn.ServerTx) *sip.Response { return granted(tx, 1) })
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr(), Domain: "test"}})
	l.state(t, cti.RegOK)
	first, second := server.next(sip.REGISTER), server.next(sip.REGISTER)
	if first.CallID().Value() != second.CallID().Value() || second.CSeq().SeqNo <= first.CSeq().SeqNo {
		t.Errorf("refresh\n%s", second)
	}
}

func TestPasswordIsNotLogged(t *testing.T) {
	var out lockedBuffer
	server := newRegistrar(t, txn.Config{}, challenge("MD5"))
	l := newLine(t, Config{Line: cti.LineConfig{Server: server.addr()}, Timing: brisk,
		Secret: func() (string, error) { return "hunter2", nil },
		Log:    slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	l.state(t, cti.RegFailed)
	if text := out.String(); strings.Contains(text, "hunter2") || strings.Contains(text, "response=") || text == "" {
		t.Errorf("the log holds\n%s", text)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
