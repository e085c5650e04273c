package account

import (
	"net/netip"
	"strconv"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// destination finds where a request goes and calls use, at once when no name has to be looked up.
func (a *Account) destination(req *sip.Request, opt Options, use func(resolve.Target, error)) {
	here := a.place.Load()
	_, inDialog := req.To().Params.Get("tag")
	switch {
	case opt.To.IsValid():
		use(opt.To, nil)
	case req.Route() != nil:
		a.hop(&req.Route().Address, use)
	case inDialog:
		a.hop(&req.Recipient, use)
	case opt.Proxy != "":
		a.resolve(opt.Proxy, use)
	case here.server.IsValid():
		use(here.server, nil)
	case a.cfg.Line.Server == "" && a.cfg.Line.Outbound == "":
		a.hop(&req.Recipient, use)
	default:
		use(resolve.Target{}, txn.ErrClosed) // no server has been found so far
	}
}

// hop resolves a Route or Request-URI. What is at the server's own host goes over the connection that is open to it:
// the port in its Contact is often another one, or of another transport.
func (a *Account) hop(uri *sip.Uri, use func(resolve.Target, error)) {
	server := a.place.Load().server
	target, literal := resolve.Immediate(hostPort(uri), a.cfg.Line.Transport)
	transport, named := uri.UriParams.Get("transport")
	foreign := named && !strings.EqualFold(transport, string(a.cfg.Line.Transport))
	sameHost := literal && target.Addr.Addr() == server.Addr.Addr() || strings.EqualFold(uri.Host, server.ServerName)
	switch {
	case server.IsValid() && (foreign || sameHost && a.cfg.Line.Transport != cti.UDP):
		use(server, nil)
	case literal:
		use(target, nil)
	default:
		a.resolve(hostPort(uri), use)
	}
}

func hostPort(uri *sip.Uri) string {
	if uri.Port == 0 {
		return uri.Host
	}
	return uri.Host + ":" + strconv.Itoa(uri.Port)
}

// resolve looks a name up without holding the caller up.
func (a *Account) resolve(server string, use func(resolve.Target, error)) {
	if t, ok := resolve.Immediate(server, a.cfg.Line.Transport); ok {
		use(t, nil)
		return
	}
	go func() {
		found, err := a.cfg.Resolver.Lookup(a.ctx, server, a.cfg.Line.Transport)
		if err != nil {
			use(resolve.Target{}, err)
			return
		}
		use(found[0], nil)
	}()
}

// alternatives are the servers to try when to fails: only for requests outside of dialogs that go to the line's server.
func (a *Account) alternatives(req *sip.Request, opt Options, to resolve.Target) []resolve.Target {
	_, inDialog := req.To().Params.Get("tag")
	if inDialog || req.Method == sip.REGISTER || opt.To.IsValid() || opt.Proxy != "" || to != a.place.Load().server {
		return nil
	}
	targets := a.reg.targets()
	for i, t := range targets {
		if t == to {
			return append(targets[i+1:len(targets):len(targets)], targets[:i]...)
		}
	}
	return nil
}

func addrOf(s string) netip.AddrPort {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return netip.AddrPort{} // matches no server
	}
	return a
}
