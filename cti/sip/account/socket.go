package account

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"
)

// bindOf reads LineConfig.Bind: empty, an address, or address:port.
func bindOf(line cti.LineConfig) (netip.AddrPort, error) {
	if line.Bind == "" {
		return netip.AddrPort{}, nil
	}
	if a, err := netip.ParseAddr(line.Bind); err == nil {
		return netip.AddrPortFrom(a, 0), nil
	}
	ap, err := netip.ParseAddrPort(line.Bind)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("its local address %q is none: %w", line.Bind, err)
	}
	return ap, nil
}

// usual is the port that peers of a line without registrar expect (RFC 3261 section 19.1.2).
const usual = 5060

// anywhere stands for the default route; nothing is sent there.
var anywhere = netip.MustParseAddr("192.0.2.1")

// wanted is the address that a socket towards target has to have now.
func (r *registration) wanted(target resolve.Target) (netip.AddrPort, error) {
	bind, err := bindOf(r.a.cfg.Line)
	if err != nil || bind.Addr().IsValid() {
		return bind, err
	}
	peer := target.Addr.Addr()
	if !peer.IsValid() {
		peer = anywhere
	}
	local, err := txn.LocalTo(peer)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %w", txn.ErrTransport, err)
	}
	return netip.AddrPortFrom(local, 0), nil
}

// open makes sure that the layer's socket fits the target.
func (r *registration) open(target resolve.Target) error {
	bind, err := r.wanted(target)
	if err != nil {
		return err
	}
	if l := r.a.layer.Load(); l != nil && l.Local().Addr() == bind.Addr() {
		return nil
	}
	return r.replaceLayer(bind, false)
}

// replaceLayer opens a new socket and closes the old one: its address is gone.
func (r *registration) replaceLayer(bind netip.AddrPort, listen bool) error {
	tlsConfig, err := tlsOf(r.a.cfg.Line)
	if err != nil {
		return err
	}
	a := r.a
	l, err := txn.New(txn.Config{
		Transport: a.cfg.Line.Transport, Bind: bind, Listen: listen, TLS: tlsConfig,
		Timers: a.cfg.Timing.Timers, KeepAlive: a.cfg.Timing.KeepAlive,
		Policy: message.Policy{Methods: a.cfg.Allow, Extensions: a.cfg.Supported},
		Admit:  func(addr netip.Addr) bool { return a.hosts.Load().admits(addr) },
		Known:  a.cfg.Known, OnRequest: a.take, OnStray: a.cfg.OnStray, OnLost: r.lost, Log: a.log,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", txn.ErrTransport, err)
	}
	if old := a.layer.Swap(l); old != nil {
		go old.Close() // its callbacks may wait for this goroutine
	}
	return nil
}

// tlsOf trusts the system's roots and those of CAFile.
func tlsOf(line cti.LineConfig) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if line.CAFile == "" || line.Transport != cti.TLS {
		return config, nil
	}
	pem, err := os.ReadFile(line.CAFile)
	if err != nil {
		return nil, fmt.Errorf("the file of certificate authorities cannot be read: %w", err)
	}
	if config.RootCAs, err = x509.SystemCertPool(); err != nil {
		config.RootCAs = x509.NewCertPool() // systems without roots of their own
	}
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("the file of certificate authorities holds no certificate")
	}
	return config, nil
}

// direct opens the socket of a line without any server: peers call it at its address.
func (r *registration) direct() {
	bind, err := bindOf(r.a.cfg.Line)
	if err == nil && !strings.HasSuffix(r.a.cfg.Line.Bind, ":0") && bind.Port() == 0 {
		addr := bind.Addr()
		if !addr.IsValid() {
			addr = netip.IPv4Unspecified()
		}
		bind = netip.AddrPortFrom(addr, usual)
	}
	if err == nil && r.a.layer.Load() == nil {
		// A TLS listener would need a certificate of our own; such a line only calls out.
		err = r.replaceLayer(bind, r.a.cfg.Line.Transport == cti.TCP)
	}
	if err != nil {
		r.failed(sentence(err), 0)
		return
	}
	r.local = r.named(r.a.layer.Load().Local())
	r.contact = r.a.contactAt(r.local)
	r.publish(r.contact, nil)
	r.tell(cti.RegDirect, "", time.Time{})
}

// named puts an address that peers can use in the place of "all addresses": the one towards the first trusted host, or
// towards anywhere.
func (r *registration) named(local netip.AddrPort) netip.AddrPort {
	if !local.Addr().IsUnspecified() {
		return local
	}
	peer := anywhere
	if trusted := r.route.hosts.trusted; len(trusted) > 0 {
		peer = trusted[0].Addr()
	}
	addr, err := txn.LocalTo(peer)
	if err != nil {
		return local // no network at all
	}
	return netip.AddrPortFrom(addr, local.Port())
}
