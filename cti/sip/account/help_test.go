package account

import (
	"testing"

	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

const inviteText = "INVITE sip:200@127.0.0.1 SIP/2.0\r\n" +
	"Via: SIP/2.0/UDP 127.0.0.1:5999;rport;branch=z9hG4bKstranger\r\n" +
	"From: <sip:100@127.0.0.1>;tag=a\r\nTo: <sip:200@127.0.0.1>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n" +
	"Contact: <sip:100@127.0.0.1>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

// parse makes a request without Via out of text, with a Call-ID of its own.
func parse(t *testing.T, text string) *sip.Request {
	t.Helper()
	msg, f := message.Parse([]byte(text))
	if f != nil {
		t.Fatal(f)
	}
	req := msg.(*sip.Request)
	req.RemoveHeader("Via")
	*req.CallID() = sip.CallIDHeader(sip.GenerateTagN(10))
	return req
}

// ownTarget is where peers reach the line.
func (l *line) ownTarget() resolve.Target {
	return resolve.Target{Addr: l.layer.Load().Local(), Transport: l.cfg.Line.Transport}
}
