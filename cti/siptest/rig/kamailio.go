//go:build linux

package rig

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"path/filepath"
	"testing"
	"time"
)

//go:embed kamailio.cfg
var kamailioCfg string

// Server is a Kamailio at work. Every number is an account with the password "pw" + number.
type Server struct {
	IP     string // of the server: UDP and TCP on port 5060, TLS on 5061
	CAFile string // root of its certificate
	net    string
}

// Kamailio starts a registrar and proxy on the address .1 of the loopback network, for example "127.0.61"; of the next
// free one when another run is at work there.
func Kamailio(t testing.TB, network string) *Server {
	t.Helper()
	return kamailio(t, network)
}

// LossyKamailio is a Kamailio on a network that loses the first copy of every message, so that all has to be said twice.
func LossyKamailio(t testing.TB, network string) *Server {
	t.Helper()
	return kamailio(t, network, "-A", "RIG_LOSSY")
}

// kamailio starts the server with further options.
func kamailio(t testing.TB, network string, options ...string) *Server {
	t.Helper()
	Need(t, "kamailio")
	network = freeNetwork(t, network)
	dir := t.TempDir()
	s := &Server{IP: network + ".1", CAFile: filepath.Join(dir, "ca.pem"), net: network}
	cert, key := filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key")
	s.certificate(t, cert, key)
	cfg := filepath.Join(dir, "kamailio.cfg")
	write(t, cfg, kamailioCfg)
	quoted := func(name, value string) string { return fmt.Sprintf("%s=%q", name, value) }
	p := start(t, "kamailio", append(options, "-DD", "-E", "-m", "32", "-M", "4", "-Y", dir, "-f", cfg,
		"-A", quoted("RIG_IP", s.IP), "-A", quoted("RIG_TLS_CERT", cert), "-A", quoted("RIG_TLS_KEY", key),
		"-l", "udp:"+s.IP+":5060", "-l", "tcp:"+s.IP+":5060", "-l", "tls:"+s.IP+":5061")...)
	if err := s.awaitOptions(p); err != nil {
		t.Fatal(err)
	}
	return s
}

// freeNetwork is the first loopback /24 from network on whose server address nobody uses.
func freeNetwork(t testing.TB, network string) string {
	t.Helper()
	var third int
	if _, err := fmt.Sscanf(network, "127.0.%d", &third); err != nil {
		t.Fatalf("%q is not a loopback network of the form 127.0.N", network)
	}
	for n := third; n < 255; n++ {
		network = fmt.Sprintf("127.0.%d", n)
		if unused(network + ".1") {
			return network
		}
	}
	t.Fatal("no loopback network is free for a server")
	return ""
}

// unused reports whether nobody listens on the ports of SIP at an address.
func unused(ip string) bool {
	udp, err := net.ListenPacket("udp4", ip+":5060")
	if err != nil {
		return false
	}
	_ = udp.Close() // only asked whether it is free
	for _, port := range []string{":5060", ":5061"} {
		tcp, err := net.Listen("tcp4", ip+port)
		if err != nil {
			return false
		}
		_ = tcp.Close() // the same
	}
	return true
}

// awaitOptions asks the server until it answers: a listening socket alone does not show that it serves.
func (s *Server) awaitOptions(p *process) error {
	c, err := net.Dial("udp", s.IP+":5060")
	if err != nil {
		return err
	}
	defer c.Close()
	buf := make([]byte, 2048)
	again := time.NewTicker(100 * time.Millisecond) // a closed port is refused at once
	defer again.Stop()
	for limit := time.After(Patience); ; {
		_, err := fmt.Fprintf(c, "OPTIONS sip:%[1]s SIP/2.0\r\nVia: SIP/2.0/UDP %[2]s;branch=z9hG4bK%[3]d\r\nMax-Forwards: 70\r\nFrom: <sip:rig@%[1]s>;tag=1\r\n"+
			"To: <sip:%[1]s>\r\nCall-ID: up\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", s.IP, c.LocalAddr(), time.Now().UnixNano())
		if err == nil && answered(c, buf) {
			return nil
		}
		select {
		case <-again.C:
		case <-p.done:
			log, _ := p.log()
			return fmt.Errorf("kamailio ended; its last words:\n%s", tail(log))
		case <-limit:
			log, _ := p.log()
			return fmt.Errorf("kamailio does not answer; its last words:\n%s", tail(log))
		}
	}
}

// answered reports whether a 200 comes within a moment.
func answered(c net.Conn, buf []byte) bool {
	_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond)) // fails only on a closed socket, and so does the read
	n, err := c.Read(buf)
	return err == nil && bytes.HasPrefix(buf[:n], []byte("SIP/2.0 200"))
}

// certificate makes a private CA and a certificate for the server's address.
func (s *Server) certificate(t testing.TB, certFile, keyFile string) {
	t.Helper()
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Rig CA"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caKey, _ := sign(t, ca, ca, nil, s.CAFile)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "rig.test"}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		IPAddresses: []net.IP{net.ParseIP(s.IP)}, DNSNames: []string{"rig.test"}, KeyUsage: x509.KeyUsageDigitalSignature}
	_, key := sign(t, leaf, ca, caKey, certFile)
	write(t, keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
}

// sign writes a new certificate to file and returns its key, also as PKCS #8. A nil parentKey makes it sign itself.
func sign(t testing.TB, cert, parent *x509.Certificate, parentKey *ecdsa.PrivateKey, file string) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if parentKey == nil {
		parentKey = key
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, pkcs8
}
