package message

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// policy is what a telephone with calls understands.
var policy = Policy{
	Methods:    strings.Fields("INVITE ACK CANCEL BYE OPTIONS INFO UPDATE PRACK NOTIFY MESSAGE"),
	Extensions: []string{"timer", "100rel", "replaces"},
}

const tortureDir = "../../../../shared/rfc4475"

// verdict is what becomes of a message: "accept", "drop", or "reject" with the code of the answer.
func verdict(data []byte) (string, int) {
	msg, f := Parse(data)
	if req, ok := msg.(*sip.Request); ok && f == nil {
		f = Check(req, policy)
	}
	switch {
	case f == nil:
		return "accept", 0
	case f.Answer("tag") == nil:
		return "drop", 0
	}
	return "reject", f.Code
}

// tortureFile reads a file of the RFC 4475 messages. Where they are absent the test is left out, but never in CI.
func tortureFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tortureDir, name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the messages of RFC 4475 are required in CI: %v", err)
		}
		t.Skip("left out: the messages of RFC 4475 are not here")
	}
	return data
}

// TestTorture runs RFC 4475 against its own verdicts.
func TestTorture(t *testing.T) {
	table := tortureFile(t, "expect.tsv")
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		col := strings.Split(line, "\t")
		t.Run(col[0], func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(tortureDir, col[0]+".dat"))
			if err != nil {
				t.Fatal(err)
			}
			got, code := verdict(data)
			if !agrees(got, code, col[4], col[5]) {
				_, f := Parse(data)
				t.Errorf("%s %d, want %s %s (%v)", got, code, col[4], col[5], f)
			}
		})
	}
}

// agrees compares with a line of the table. "accept" with a code names the answer that a telephone gives for the method.
func agrees(got string, code int, expect, codes string) bool {
	if codes == "-" {
		if expect == "drop" && got == "accept" {
			return true // a well-formed response to nobody: the transaction layer drops it
		}
		return got == expect || expect == "reject" && got == "drop"
	}
	for _, c := range strings.Split(codes, "|") {
		if n, _ := strconv.Atoi(c); got == "reject" && n == code {
			return true
		}
	}
	return false
}

// TestTortureDetails looks at what the notes of the table ask for.
func TestTortureDetails(t *testing.T) {
	read := func(name string) sip.Message {
		msg, f := Parse(tortureFile(t, name+".dat"))
		if f != nil {
			t.Fatalf("%s: %v", name, f)
		}
		return msg
	}
	tag := func(p sip.HeaderParams) string { v, _ := p.Get("tag"); return v }

	m := read("wsinv").(*sip.Request)
	if tag(m.To().Params) != "1918181833n" || tag(m.From().Params) != "98asjd8" || len(m.GetHeaders("Via")) != 3 ||
		m.CSeq().MethodName != "INVITE" || m.CSeq().SeqNo != 9 || len(m.Body()) != 150 || *m.MaxForwards() != 68 {
		t.Errorf("wsinv reads as\n%s", m)
	}
	if Unquote(m.From().DisplayName) != `J Rosenberg \"` {
		t.Errorf("wsinv: display name %q", Unquote(m.From().DisplayName))
	}
	if b, _ := m.Via().Params.Get("branch"); b != "390skdjuw" || m.Via().Host != "192.0.2.2" {
		t.Errorf("wsinv: via %s", m.Via())
	}
	m = read("intmeth").(*sip.Request)
	if string(m.Method) != "!interesting-Method0123456789_*+`.%indeed'~" || tag(m.From().Params) != "_token~1'+`*%!-." {
		t.Errorf("intmeth reads as\n%s", m)
	}
	m = read("semiuri").(*sip.Request)
	if m.Recipient.User != "user;par=u%40example.net" || m.Recipient.Host != "example.com" {
		t.Errorf("semiuri: user %q host %q", m.Recipient.User, m.Recipient.Host)
	}
	if n := len(read("longreq").GetHeaders("Via")); n != 34 {
		t.Errorf("longreq: %d Vias", n)
	}
	if n := len(read("mpart01").Body()); n != 553 {
		t.Errorf("mpart01: body of %d octets", n)
	}
	if n := len(read("escnull").GetHeaders("Contact")); n != 2 {
		t.Errorf("escnull: %d Contacts", n)
	}
	if n := len(read("dblreq").Body()); n != 0 {
		t.Errorf("dblreq: body of %d octets", n)
	}
}
