package account

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// The exchange of ../shared/peers on an address of its own; see its README.
const (
	peersScript = "../../../../shared/peers/peers"
	peersNet    = "127.0.41"
	peersServer = peersNet + ".1"
)

// exchange starts the server with settings and gives the directory of its files. Where it cannot run, the test is left
// out and says so - but not in CI.
func exchange(t *testing.T, settings ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	env := append(os.Environ(), append(settings, "PEERS_NET="+peersNet, "PEERS_RUN="+dir)...)
	peers := func(verb string) error {
		cmd := exec.Command(peersScript, verb)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Logf("peers %s: %s", verb, out)
		}
		return err
	}
	if err := peers("server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the exchange is required in CI: %v", err)
		}
		t.Skipf("left out: no exchange here (%v)", err)
	}
	t.Cleanup(func() { _ = peers("down") }) // what is left ends with its directory
	return dir
}

// seat is a line of the exchange; the address lets two of them be told apart.
func seat(t *testing.T, user string, transport cti.Transport, dir string, cfg Config) *line {
	t.Helper()
	port := ""
	if transport == cti.TLS {
		port = ":5061"
	}
	if cfg.Line.Server == "" {
		cfg.Line.Server = peersServer + port
	}
	cfg.Line.User, cfg.Line.Domain, cfg.Line.Transport = user, peersServer, transport
	cfg.Line.CAFile = filepath.Join(dir, "tls", "ca.pem")
	cfg.Line.Bind = peersNet + ".101"
	cfg.Secret = func() (string, error) { return "pw" + user, nil }
	return newLine(t, cfg)
}

func TestKamailioTransports(t *testing.T) {
	dir := exchange(t)
	for _, transport := range []cti.Transport{cti.UDP, cti.TCP, cti.TLS} {
		t.Run(string(transport), func(t *testing.T) {
			rings := make(chan *txn.ServerTx, 10)
			called := seat(t, "2002", transport, dir, Config{OnRequest: func(tx *txn.ServerTx) {
				rings <- tx
				tx.Respond(tx.Response(486, ""))
			}})
			caller := seat(t, "2001", transport, dir, Config{})
			called.state(t, cti.RegOK)
			caller.state(t, cti.RegOK)
			codes := make(chan int, 10)
			invite := caller.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "2002", Host: peersServer})
			caller.Send(invite, Options{}, func(res *sip.Response, err error) {
				if err == nil && res.StatusCode > 100 {
					codes <- res.StatusCode
				}
			})
			if code := next(t, codes); code != 486 { // through digest, the proxy, and in on the connection of the called
				t.Errorf("the call got %d", code)
			}
			next(t, rings)
		})
	}
}

func TestKamailioSHA256(t *testing.T) {
	dir := exchange(t, "PEERS_DIGEST=SHA-256", "PEERS_NO_TLS=1")
	seat(t, "2001", cti.UDP, dir, Config{}).state(t, cti.RegOK)
}

func TestKamailioIntervalTooBrief(t *testing.T) {
	dir := exchange(t, "PEERS_MIN_EXPIRES=90", "PEERS_NO_TLS=1")
	if r := seat(t, "2001", cti.UDP, dir, Config{Line: cti.LineConfig{Expires: 20}}).state(t, cti.RegOK); r.Expires != 90 {
		t.Errorf("granted %d", r.Expires)
	}
}

// A nonce that has grown old is replaced without a word to anybody.
func TestKamailioStaleNonce(t *testing.T) {
	dir := exchange(t, "PEERS_NONCE_EXPIRE=1", "PEERS_NO_TLS=1")
	l := seat(t, "2001", cti.UDP, dir, Config{})
	l.state(t, cti.RegOK)
	<-time.After(2100 * time.Millisecond) // the server's clock counts whole seconds
	codes := make(chan int, 10)
	l.Send(l.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "9486", Host: peersServer}), Options{},
		func(res *sip.Response, err error) {
			if err == nil && res.StatusCode > 100 {
				codes <- res.StatusCode
			}
		})
	if code := next(t, codes); code != 486 {
		t.Errorf("got %d", code)
	}
}

func TestKamailioFailOver(t *testing.T) {
	dir := exchange(t, "PEERS_NO_TLS=1")
	for _, transport := range []cti.Transport{cti.UDP, cti.TCP} {
		l := seat(t, "2001", transport, dir, Config{
			Line:   cti.LineConfig{Server: peersNet + ".9", Backup: []string{peersServer}},
			Timing: Timing{Probe: time.Second},
		})
		if r := l.state(t, cti.RegOK); !r.Backup || r.Server != peersServer+":5060" {
			t.Errorf("%s: %+v", transport, r)
		}
	}
}
