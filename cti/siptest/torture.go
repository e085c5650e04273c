package siptest

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Torture is a message of RFC 4475 or of its kind, with the answer that is due.
type Torture struct {
	Name   string
	Data   []byte // with rport put into the topmost Via, so that answers come back to the sender's port
	expect string // accept, reject or drop
	codes  []int  // of the answers that are due; none: any that suits expect
}

// ReadTorture reads the messages of a folder with the table expect.tsv. Where the folder is absent the test is left out,
// but never in CI.
func ReadTorture(t testing.TB, dir string) []Torture {
	t.Helper()
	table, err := os.ReadFile(filepath.Join(dir, "expect.tsv"))
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("the torture messages are required in CI: %v", err)
	}
	if err != nil {
		t.Skipf("left out: %s is not here", dir)
	}
	var list []Torture
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		col := strings.Split(line, "\t") // file, section, title, class, expect, code, notes
		data, err := os.ReadFile(filepath.Join(dir, col[0]+".dat"))
		if err != nil {
			t.Fatal(err)
		}
		m := Torture{Name: col[0], Data: withRport(data), expect: col[4]}
		for code := range strings.SplitSeq(col[5], "|") {
			if n, err := strconv.Atoi(code); err == nil {
				m.codes = append(m.codes, n)
			}
		}
		list = append(list, m)
	}
	return list
}

// IsResponse reports whether the message is a response. No response is ever answered.
func (m Torture) IsResponse() bool { return bytes.HasPrefix(m.Data, []byte("SIP/2.0 ")) }

// Method is the first word of a request.
func (m Torture) Method() sip.RequestMethod {
	word, _, _ := strings.Cut(string(m.Data), " ")
	return sip.RequestMethod(word)
}

// Due reports whether an answer is what the table wants; 0 is silence. owner is what whoever owns the line answers to a
// request that reaches it.
func (m Torture) Due(code, owner int) bool {
	switch {
	case m.codes != nil:
		return slices.Contains(m.codes, code)
	case m.expect == "drop" || m.IsResponse():
		return code == 0
	case m.expect == "reject":
		return code == 0 || code >= 400
	case m.Method() == sip.OPTIONS:
		return code == 200
	}
	return code == owner
}

// withRport makes the answer come back to the sender's port.
func withRport(data []byte) []byte {
	if bytes.Contains(data, []byte("rport")) {
		return data
	}
	head, body, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	for i, line := range lines {
		name, _, ok := strings.Cut(line, ":")
		if name = strings.ToLower(strings.TrimSpace(name)); ok && (name == "via" || name == "v") {
			last := i // a folded Via ends with its last line; the first of several hops is the topmost
			for last+1 < len(lines) && strings.HasPrefix(lines[last+1], " ") {
				last++
			}
			if hop, rest, list := strings.Cut(lines[last], ","); list {
				lines[last] = hop + ";rport," + rest
			} else {
				lines[last] += ";rport"
			}
			break
		}
	}
	out := strings.Join(lines, "\r\n")
	if len(head) != len(data) {
		return append([]byte(out+"\r\n\r\n"), body...)
	}
	return []byte(out)
}

// Ask sends the message and returns the code of its answer. Where silence may be due, 0, an OPTIONS is sent after it:
// what was not said before the answer to that will not be said. marker must be another one for each message.
func (m Torture) Ask(t testing.TB, conn *net.UDPConn, marker string) int {
	t.Helper()
	send(t, conn, string(m.Data))
	if m.mayBeSilent() {
		send(t, conn, ping(conn, marker))
	} else {
		marker = ""
	}
	return answer(t, conn, m.callID(), marker)
}

// mayBeSilent reports whether the table asks for silence, or lets it pass.
func (m Torture) mayBeSilent() bool {
	return m.expect == "drop" || m.IsResponse() || m.expect == "reject" && m.codes == nil
}

// callID is empty when the message has none; then its answer has none.
func (m Torture) callID() string { return callIDOf(string(m.Data)) }

var callIDLine = regexp.MustCompile(`(?im)^(?:call-id|i)\s*:\s*(\S+)`)

// callIDOf looks at nothing else: malformed messages and their answers cannot be parsed.
func callIDOf(text string) string {
	if id := callIDLine.FindStringSubmatch(text); id != nil {
		return id[1]
	}
	return ""
}

// Alive sends an OPTIONS and waits for its answer. marker is its Call-ID.
func Alive(t testing.TB, conn *net.UDPConn, marker string) {
	t.Helper()
	send(t, conn, ping(conn, marker))
	answer(t, conn, marker, "")
}

// ping is an OPTIONS with a Call-ID.
func ping(conn *net.UDPConn, id string) string {
	return "OPTIONS sip:200@" + conn.RemoteAddr().String() + " SIP/2.0\r\n" +
		"Via: SIP/2.0/UDP " + conn.LocalAddr().String() + ";rport;branch=z9hG4bK" + id + "\r\n" +
		"From: <sip:100@127.0.0.1>;tag=a\r\nTo: <sip:200@127.0.0.1>\r\nCall-ID: " + id + "\r\nCSeq: 1 OPTIONS\r\n" +
		"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
}

func send(t testing.TB, conn *net.UDPConn, text string) {
	t.Helper()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// answer waits for an answer above 100 with that Call-ID and returns its code, or 0 when that with the Call-ID last
// comes before. Others are repetitions of answers to messages before.
func answer(t testing.TB, conn *net.UDPConn, id, last string) int {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(Patience)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 65535)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("the line fell silent: %v", err)
		}
		text := string(buf[:n])
		code, err := strconv.Atoi(text[8:11])
		switch of := callIDOf(text); {
		case last != "" && of == last:
			return 0
		case of == id && err == nil && code > 100:
			return code
		}
	}
}
