package txn

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

func (w *wire) at(a netip.AddrPort) resolve.Target {
	return resolve.Target{Addr: a, Transport: cti.UDP}
}

// certificate is one for names, signed by itself, and the pool that trusts it.
func certificate(t *testing.T, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestStreams(t *testing.T) {
	cert, pool := certificate(t, "pbx.test")
	for _, transport := range []cti.Transport{cti.TCP, cti.TLS} {
		t.Run(string(transport), func(t *testing.T) {
			server := newWatched(t, Config{Transport: transport, Listen: true, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
			client := newWatched(t, Config{Transport: transport, TLS: &tls.Config{RootCAs: pool}})
			to := resolve.Target{Addr: server.Local(), Transport: transport, ServerName: "pbx.test"}
			for range 50 { // order on one connection
				handle, got := collect()
				client.Request(newRequest(sip.INVITE), to, handle)
				tx := next(t, server.requests)
				tx.Respond(tx.Response(183, ""))
				tx.Respond(tx.Response(486, ""))
				wantCodes(t, got, 183, 486)
			}
			// A call comes in on the connection that the client opened.
			handle, got := collect()
			client.Request(newRequest(sip.MESSAGE), to, handle)
			tx := next(t, server.requests)
			back := resolve.Target{Addr: tx.Source(), Transport: transport}
			tx.Respond(tx.Response(200, ""))
			wantCodes(t, got, 200)
			handle, got = collect()
			server.Request(newRequest(sip.OPTIONS), back, handle)
			tx = next(t, client.requests)
			tx.Respond(tx.Response(200, ""))
			wantCodes(t, got, 200)
		})
	}
}

// A certificate of another name, or of nobody we trust, ends the connection before anything is said.
func TestTLSIsVerified(t *testing.T) {
	cert, pool := certificate(t, "pbx.test")
	server := newWatched(t, Config{Transport: cti.TLS, Listen: true, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
	for name, tt := range map[string]struct {
		roots *x509.CertPool
		name  string
	}{"wrong name": {pool, "other.test"}, "address only": {pool, ""}, "unknown issuer": {x509.NewCertPool(), "pbx.test"}} {
		client := newLayer(t, Config{Transport: cti.TLS, TLS: &tls.Config{RootCAs: tt.roots}})
		handle, got := collect()
		client.Request(newRequest(sip.OPTIONS), resolve.Target{Addr: server.Local(), Transport: cti.TLS, ServerName: tt.name}, handle)
		if o := next(t, got); !errors.Is(o.err, ErrTransport) {
			t.Errorf("%s: %v", name, o)
		}
	}
	if len(server.requests) > 0 {
		t.Error("a request got through")
	}
}

// acceptOne is a TCP peer that is played by the test.
func acceptOne(t *testing.T) (resolve.Target, chan net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conns := make(chan net.Conn, 10)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conns <- conn
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return resolve.Target{Addr: listener.Addr().(*net.TCPAddr).AddrPort(), Transport: cti.TCP}, conns
}

// A server that stops answering keepalives is noticed; one that never answered is not given up.
func TestPingPong(t *testing.T) {
	lost := make(chan error, 1)
	l := newLayer(t, Config{Transport: cti.TCP, KeepAlive: KeepAlive{Stream: 20 * time.Millisecond, Pong: 50 * time.Millisecond},
		OnLost: func(_ netip.AddrPort, err error) { lost <- err }})
	to, conns := acceptOne(t)
	up := make(chan error, 1)
	l.Connect(to, func(_ netip.AddrPort, err error) { up <- err })
	if err := next(t, up); err != nil {
		t.Fatal(err)
	}
	conn := next(t, conns)
	defer conn.Close()
	ping := make([]byte, 4)
	for range 5 { // without a single pong
		if _, err := conn.Read(ping); err != nil || string(ping) != "\r\n\r\n" {
			t.Fatalf("ping %q %v", ping, err)
		}
	}
	if _, err := conn.Write([]byte("\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := next(t, lost); !errors.Is(err, errNoPong) {
		t.Errorf("lost by %v", err)
	}
}

func TestPingIsAnswered(t *testing.T) {
	l := newLayer(t, Config{Transport: cti.TCP})
	to, conns := acceptOne(t)
	l.Connect(to, func(netip.AddrPort, error) {})
	conn := next(t, conns)
	defer conn.Close()
	if _, err := conn.Write([]byte("\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "\r\n" {
		t.Errorf("pong %q %v", line, err)
	}
}

// What cannot be framed is answered 400 and the connection closed; a connection that ends fails what waits on it.
func TestBrokenFraming(t *testing.T) {
	l := newLayer(t, Config{Transport: cti.TCP, OnLost: func(netip.AddrPort, error) {}})
	to, conns := acceptOne(t)
	handle, got := collect()
	l.Request(newRequest(sip.OPTIONS), to, handle)
	conn := next(t, conns)
	defer conn.Close()
	text := strings.Replace((&wire{t: t, conn: newWire(t).conn}).text("OPTIONS", "x"), "Content-Length: 0", "Content-Length: -9", 1)
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if strings.HasPrefix(line, "SIP/2.0 400") {
			break
		}
		if err != nil {
			t.Fatalf("no 400: %v", err)
		}
	}
	if o := next(t, got); !errors.Is(o.err, ErrTransport) {
		t.Errorf("the waiting request got %v", o)
	}
}

// The way through a NAT is kept open for a server that was connected to.
func TestUDPKeepAlive(t *testing.T) {
	l, peer := newLayer(t, Config{KeepAlive: KeepAlive{UDP: 10 * time.Millisecond}}), newWire(t)
	l.Connect(peer.target(), func(netip.AddrPort, error) {})
	buf := make([]byte, 100)
	_ = peer.conn.SetReadDeadline(time.Now().Add(patience))
	for range 3 {
		n, from, err := peer.conn.ReadFromUDPAddrPort(buf)
		if err != nil || string(buf[:n]) != "\r\n\r\n" || from != l.Local() {
			t.Fatalf("%q from %s: %v", buf[:n], from, err)
		}
	}
}
