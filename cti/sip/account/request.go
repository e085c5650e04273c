package account

import (
	"crypto/rand"
	"net/netip"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// NewRequest makes a request outside of any dialog: From (address of record, display name, new tag), To, Call-ID,
// CSeq 1, Max-Forwards, Contact, Route, User-Agent. The caller may change all of it before Send.
func (a *Account) NewRequest(method sip.RequestMethod, target sip.Uri) *sip.Request {
	req := sip.NewRequest(method, target)
	req.AppendHeader(&sip.FromHeader{
		DisplayName: message.Quote(a.cfg.Line.Display), Address: a.AOR(),
		Params: sip.HeaderParams{{K: "tag", V: rand.Text()}},
	})
	req.AppendHeader(&sip.ToHeader{Address: *target.Clone()})
	id := sip.CallIDHeader(rand.Text())
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: method})
	mf := sip.MaxForwardsHeader(70)
	req.AppendHeader(&mf)
	req.AppendHeader(a.Contact())
	for _, r := range a.Routes() {
		req.AppendHeader(r)
	}
	a.sign(req)
	return req
}

// sign adds the name of the program.
func (a *Account) sign(msg sip.Message) {
	if a.cfg.UserAgent != "" && len(msg.GetHeaders("User-Agent")) == 0 {
		msg.AppendHeader(sip.NewHeader("User-Agent", a.cfg.UserAgent))
	}
}

// contactAt is our Contact at an address.
func (a *Account) contactAt(at netip.AddrPort) sip.Uri {
	uri := sip.Uri{Scheme: "sip", User: a.cfg.Line.User, Host: hostOf(at.Addr()), Port: int(at.Port())}
	if t := a.cfg.Line.Transport; t != cti.UDP {
		uri.UriParams = sip.HeaderParams{{K: "transport", V: string(t)}}
	}
	return uri
}

// hostOf writes IPv6 addresses in brackets.
func hostOf(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.WithZone("").String() + "]"
	}
	return a.String()
}

// supported is the Supported header of REGISTER and of answers to OPTIONS.
func (a *Account) supported() sip.Header {
	return sip.NewHeader("Supported", strings.Join(append([]string{"path", "gruu"}, a.cfg.Supported...), ", "))
}

// allow is the Allow header.
func (a *Account) allow() sip.Header { return sip.NewHeader("Allow", strings.Join(a.cfg.Allow, ", ")) }
