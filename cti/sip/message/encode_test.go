package message

import (
	"errors"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// sample is a request with every kind of header that Encode looks into.
func sample() *sip.Request {
	r := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "100", Host: "pbx.test"})
	r.AppendHeader(&sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP", Host: "192.0.2.1",
		Params: sip.HeaderParams{{K: "branch", V: "z9hG4bKx"}}})
	r.AppendHeader(&sip.FromHeader{DisplayName: "Bob", Address: sip.Uri{Scheme: "sip", User: "200", Host: "pbx.test"},
		Params: sip.HeaderParams{{K: "tag", V: "t"}}})
	r.AppendHeader(&sip.ToHeader{Address: r.Recipient})
	id := sip.CallIDHeader("id")
	r.AppendHeader(&id)
	r.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE})
	return r
}

func TestEncodeAndParseAgree(t *testing.T) {
	req := sample()
	req.From().DisplayName = Quote(`Боб "the \ builder"`)
	req.SetBody([]byte("v=0\r\n"))
	data, err := Encode(req)
	if err != nil {
		t.Fatal(err)
	}
	msg, f := Parse(data)
	if f != nil {
		t.Fatal(f)
	}
	if got := Unquote(msg.From().DisplayName); got != `Боб "the \ builder"` {
		t.Errorf("display name %q", got)
	}
	again, err := Encode(msg)
	if err != nil || string(again) != string(data) {
		t.Errorf("%v\n%s\nbecame\n%s", err, data, again)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*sip.Request){
		"CRLF in the number":        func(r *sip.Request) { r.Recipient.User = "1\r\nX: y" },
		"blank in the number":       func(r *sip.Request) { r.Recipient.User = "1 SIP/2.0" },
		"method":                    func(r *sip.Request) { r.Method = "A B" },
		"header value":              func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-A", "a\nb")) },
		"header name":               func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-A: b\r\nX-C", "d")) },
		"NUL":                       func(r *sip.Request) { r.AppendHeader(sip.NewHeader("X-A", "a\x00b")) },
		"quote in a display name":   func(r *sip.Request) { r.From().DisplayName = `a" <sip:x@y>` },
		"backslash at its end":      func(r *sip.Request) { r.From().DisplayName = `a\` },
		"bracket in an address":     func(r *sip.Request) { r.To().Address.User = "a>;tag=b" },
		"line break in a tag":       func(r *sip.Request) { r.From().Params.Add("tag", "a\r\nX: y") },
		"line break in a parameter": func(r *sip.Request) { r.Via().Params.Add("branch", "a\r\nX: y") },
	} {
		req := sample()
		spoil(req)
		if data, err := Encode(req); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%s was written: %v\n%s", name, err, data)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"Bob": "Bob", "a\r\nX: y": "a  X: y", `say "hi"`: `say \"hi\"`, `\`: `\\`, "Мария": "Мария", "\x00": "",
	} {
		if got := Quote(in); got != want || !wellQuoted(got) {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestTolerance(t *testing.T) {
	text := "OPTIONS sip:a@b SIP/2.0\nv: SIP/2.0/UDP h;branch=z9hG4bKa\nf: <sip:a@b> ; TAG = x\nt: \"A, B\" <sip:b@b;LR>\ni: 1\nCSEQ: 1   OPTIONS\nk: timer\nx: 90\n\n"
	msg, f := Parse([]byte("\r\n\r\n" + text))
	if f != nil {
		t.Fatal(f)
	}
	tag, _ := msg.From().Params.Get("tag")
	req := msg.(*sip.Request)
	if tag != "x" || msg.CSeq().MethodName != "OPTIONS" || req.GetHeader("Supported") == nil || req.GetHeader("Session-Expires") == nil {
		t.Errorf("reads as\n%s", msg)
	}
	if !msg.To().Address.UriParams.Has("lr") || msg.To().DisplayName != "A, B" {
		t.Errorf("To reads as %s", msg.To())
	}
}

// An answer to what cannot be read echoes it, and never more than one line at a time.
func TestFaultAnswers(t *testing.T) {
	_, f := Parse([]byte("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: \"broken <sip:a@b>\r\nTo: <sip:b@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"))
	if f == nil || f.Code != 400 {
		t.Fatalf("fault %v", f)
	}
	data, err := Encode(f.Answer("mine"))
	if err != nil || !strings.Contains(string(data), "To: <sip:b@b>;tag=mine\r\n") || !strings.Contains(string(data), `From: "broken <sip:a@b>`) {
		t.Errorf("%v\n%s", err, data)
	}
}

// FuzzParse: whatever comes, there is no panic; what is good can be written and reads the same; answers can be written.
func FuzzParse(f *testing.F) {
	data, err := Encode(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("SIP/2.0 200\r\nv: SIP/2.0/UDP [::1]:5060;rport\r\nf:<sip:a>\r\nt:a <tel:+1>;tag=\"a b\"\r\ni:1\r\nCSeq:1 A\r\n\r\n"))
	f.Add([]byte("BYE sip:x SIP/2.0\nVia:SIP/2.0/TCP a , SIP / 2.0 / UDP b;;c\nContact: *\nRoute: <sip:a;lr>,<sip:b>\n\tfold\n\n"))
	f.Add([]byte("OPTIONS soap.beep://h SIP/7.0\r\n\r\n"))
	f.Add([]byte("\r"))
	f.Fuzz(func(t *testing.T, data []byte) {
		msg, fault := Parse(data)
		if fault != nil {
			if res := fault.Answer("t"); res != nil {
				_, _ = Encode(res) // may be refused for what it echoes
			}
			return
		}
		if req, ok := msg.(*sip.Request); ok {
			Check(req, policy)
		}
		out, err := Encode(msg)
		if err != nil {
			return // a peer may send what we would not
		}
		again, fault := Parse(out)
		if fault != nil {
			t.Fatalf("%q was written as %q, which is refused: %v", data, out, fault)
		}
		if again.CallID().Value() != msg.CallID().Value() || toTagOf(again) != toTagOf(msg) || len(again.Body()) != len(msg.Body()) {
			t.Errorf("%q became %q", data, out)
		}
	})
}

func toTagOf(m sip.Message) string { v, _ := m.To().Params.Get("tag"); return v }

func BenchmarkParse(b *testing.B) {
	data, err := Encode(sample())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, f := Parse(data); f != nil {
			b.Fatal(f)
		}
	}
}
