package account

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// The messages of RFC 4475 and what is due for each are kept beside the repository; those in testdata are our own.
var tortureDirs = []string{"../../../../shared/rfc4475", "testdata/torture"}

// TestTortureOverUDP sends every message to a running line and waits for the answer that is due, or for silence.
func TestTortureOverUDP(t *testing.T) {
	for _, dir := range tortureDirs {
		t.Run(filepath.Base(dir), func(t *testing.T) { torture(t, dir) })
	}
}

func torture(t *testing.T, dir string) {
	table, err := os.ReadFile(filepath.Join(dir, "expect.tsv"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the torture messages are required in CI: %v", err)
		}
		t.Skipf("left out: %s is not here", dir)
	}
	offered := make(chan *sip.Request, 100)
	l := newLine(t, Config{
		Line: cti.LineConfig{Bind: "127.0.0.1:0", Trusted: []string{"127.0.0.1"}}, Timing: brisk,
		OnRequest: func(tx *txn.ServerTx) {
			offered <- tx.Request()
			tx.Respond(tx.Response(sip.StatusBusyHere, ""))
		},
	})
	l.state(t, cti.RegDirect)
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(l.layer.Load().Local()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	for i, line := range lines {
		col := strings.Split(line, "\t")
		data, err := os.ReadFile(filepath.Join(dir, col[0]+".dat"))
		if err != nil {
			t.Fatal(err)
		}
		got := tell(t, conn, withRport(data), "marker"+strconv.Itoa(i))
		if !due(got, col[4], col[5]) {
			t.Errorf("%s: got %d, want %s %s", col[0], got, col[4], col[5])
		}
	}
	t.Logf("%d messages", len(lines))
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

var callID = regexp.MustCompile(`(?im)^(?:call-id|i)\s*:\s*(\S+)`)

// tell sends a message and then one that is always answered: what comes before that answer belongs to the message.
// 0 is silence.
func tell(t *testing.T, conn *net.UDPConn, data []byte, marker string) int {
	t.Helper()
	ping := strings.NewReplacer("INVITE", "OPTIONS", "z9hG4bKstranger", "z9hG4bK"+marker, "c1", marker).Replace(inviteText)
	for _, text := range []string{string(data), ping} {
		if _, err := conn.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	buf, code := make([]byte, message.MaxSize), 0
	for {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("the line fell silent: %v", err)
		}
		// The answers to malformed messages are malformed too: only the status line and the Call-ID are looked at.
		text := string(buf[:n])
		if strings.Contains(text, "Call-ID: "+marker) {
			return code
		}
		if id := callID.FindStringSubmatch(string(data)); id != nil && !strings.Contains(text, id[1]) {
			continue // a repeated refusal of an INVITE before
		}
		if c, err := strconv.Atoi(text[8:11]); err == nil && c > 100 {
			code = c
		}
	}
}

// due compares an answer with the table: OPTIONS get 200, calls 486, REGISTER 405; responses are never answered.
func due(got int, expect, codes string) bool {
	if codes != "-" {
		for _, c := range strings.Split(codes, "|") {
			if n, _ := strconv.Atoi(c); n == got {
				return true
			}
		}
		return false
	}
	switch expect {
	case "drop":
		return got == 0
	case "reject":
		return got == 0 || got >= 400
	}
	return got == 0 || got == 200 || got == 486 // a response to nobody, or a request that reached its owner
}
