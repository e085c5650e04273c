package siptest

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Answer sends a response to a request. Extra are whole header lines; a last one that starts with "v=" is a session
// description. tag is put on To when the request has none and the code is above 100.
func (p *Peer) Answer(req *sip.Request, code int, tag string, extra ...string) {
	p.t.Helper()
	to, err := netip.ParseAddrPort(req.Source())
	if err != nil {
		p.t.Fatal(err)
	}
	p.Send(to, p.Compose(req, code, tag, extra...))
}

// Compose is the text that Answer sends, for scripts that send several messages in one go.
func (p *Peer) Compose(req *sip.Request, code int, tag string, extra ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d Test\r\n", code)
	for _, name := range []string{"Via", "Record-Route", "From", "To", "Call-ID", "CSeq"} {
		for _, h := range req.GetHeaders(name) {
			v := h.Value()
			if name == "To" && code > 100 && !strings.Contains(v, ";tag=") {
				v += ";tag=" + tag
			}
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	p.finish(&b, extra)
	return b.String()
}

// finish writes the extra headers, a Contact when there is none, and the body.
func (p *Peer) finish(b *strings.Builder, extra []string) {
	body, contact := "", false
	for _, line := range extra {
		if strings.HasPrefix(line, "v=") {
			body = line
			continue
		}
		contact = contact || strings.HasPrefix(line, "Contact:")
		b.WriteString(line + "\r\n")
	}
	if !contact {
		fmt.Fprintf(b, "Contact: <%s>\r\n", p.URI("peer"))
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(b, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

// Leg is the peer's side of a dialog.
type Leg struct {
	Peer          *Peer
	To            netip.AddrPort // where requests are sent
	CallID        string
	Local, Remote string // From and To values, with tags
	Target        string
	CSeq          uint32
	branch        int
}

// Taken is the leg of an INVITE that the peer answers with tag.
func (p *Peer) Taken(invite *sip.Request, tag string) *Leg {
	p.t.Helper()
	to, err := netip.ParseAddrPort(invite.Source())
	if err != nil {
		p.t.Fatal(err)
	}
	return &Leg{
		Peer: p, To: to, CallID: invite.CallID().Value(), Local: invite.To().Value() + ";tag=" + tag,
		Remote: invite.From().Value(), Target: invite.Contact().Address.String(), CSeq: 100,
	}
}

// Calling is the leg of a call that the peer makes to a user at an address. Send its INVITE with Request.
func (p *Peer) Calling(to netip.AddrPort, user, callID string) *Leg {
	return &Leg{
		Peer: p, To: to, CallID: callID, Local: fmt.Sprintf(`"Caller" <%s>;tag=caller-%s`, p.URI("caller"), callID),
		Remote: fmt.Sprintf("<sip:%s@%s>", user, to), Target: fmt.Sprintf("sip:%s@%s", user, to),
	}
}

// Request sends a request of the leg with the next CSeq and returns its text. Extra is as for Peer.Answer.
func (l *Leg) Request(method sip.RequestMethod, extra ...string) string {
	l.Peer.t.Helper()
	if method != sip.ACK && method != sip.CANCEL {
		l.CSeq++
		l.branch++
	}
	return l.Repeat(method, extra...)
}

// Repeat sends a request with the CSeq and branch of the last one: a CANCEL, the ACK of a refusal, or a lower CSeq
// after the script has changed it.
func (l *Leg) Repeat(method sip.RequestMethod, extra ...string) string {
	l.Peer.t.Helper()
	text := l.Text(method, extra...)
	l.Peer.Send(l.To, text)
	return text
}

// Text builds a request of the leg without sending it.
func (l *Leg) Text(method sip.RequestMethod, extra ...string) string {
	var b strings.Builder
	transport := "UDP"
	if l.Peer.tcp != nil {
		transport = "TCP"
	}
	branch := fmt.Sprintf("z9hG4bK-%s-%d", l.CallID, l.branch)
	if method == sip.ACK {
		branch += "-ack"
	}
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\nVia: SIP/2.0/%s %s;branch=%s;rport\r\nMax-Forwards: 70\r\n", method, l.Target, transport, l.Peer.addr, branch)
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n", l.Local, l.Remote, l.CallID, l.CSeq, method)
	l.Peer.finish(&b, extra)
	return b.String()
}

// Confirm takes the 2xx of the leg's INVITE: remote tag and target; and sends the ACK, with a description when given.
func (l *Leg) Confirm(res *sip.Response, extra ...string) {
	l.Peer.t.Helper()
	l.Learn(res)
	l.Request(sip.ACK, extra...)
}

// Response waits for a response with a code to the leg's latest request of a method. Peer.Response takes those of other
// calls too, such as a final answer that is repeated because its ACK was late.
func (l *Leg) Response(code int, method sip.RequestMethod) *sip.Response {
	l.Peer.t.Helper()
	return l.response(fmt.Sprintf("a %d to %s", code, method), method, func(got int) bool { return got == code })
}

// Final waits for the final response to the leg's latest request of a method.
func (l *Leg) Final(method sip.RequestMethod) *sip.Response {
	l.Peer.t.Helper()
	return l.response("a final answer to "+string(method), method, func(got int) bool { return got >= 200 })
}

// Asked waits for the next request of a method that arrives in the leg's dialog.
func (l *Leg) Asked(method sip.RequestMethod) *sip.Request {
	l.Peer.t.Helper()
	m := l.Peer.match(fmt.Sprintf("a %s in %s", method, l.CallID), func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Method == method && r.CallID().Value() == l.CallID
	})
	return m.(*sip.Request)
}

func (l *Leg) response(what string, method sip.RequestMethod, fits func(code int) bool) *sip.Response {
	l.Peer.t.Helper()
	m := l.Peer.match(what+" in "+l.CallID, func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && fits(r.StatusCode) && r.CallID().Value() == l.CallID && r.CSeq().SeqNo == l.CSeq && r.CSeq().MethodName == method
	})
	return m.(*sip.Response)
}

// Learn takes the remote tag and target from a response.
func (l *Leg) Learn(res *sip.Response) {
	l.Remote = res.To().Value()
	if c := res.Contact(); c != nil {
		l.Target = c.Address.String()
	}
}

// SDP is a plain G.711 description at an RTP port, with a direction.
func SDP(port int, version int, direction string) string {
	return fmt.Sprintf("v=0\r\no=peer 1 %d IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 8 0 101\r\n"+
		"a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=%s\r\n", version, port, direction)
}

// Raw sends a request of the leg with a body of another type.
func (l *Leg) Raw(method sip.RequestMethod, kind, body string) {
	l.Peer.t.Helper()
	l.CSeq++
	l.branch++
	text := strings.Replace(l.Text(method), "Content-Length: 0\r\n", fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", kind, len(body)), 1)
	l.Peer.Send(l.To, text+body)
}
