package account

import (
	"net"
	"path/filepath"
	"strconv"
	"testing"

	"cordboard/cti"
	"cordboard/cti/sip/txn"
	"cordboard/cti/siptest"

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
	messages := siptest.ReadTorture(t, dir)
	l := newLine(t, Config{
		Line: cti.LineConfig{Bind: "127.0.0.1:0", Trusted: []string{"127.0.0.1"}}, Timing: brisk,
		OnRequest: func(tx *txn.ServerTx) { tx.Respond(tx.Response(sip.StatusBusyHere, "")) },
	})
	l.state(t, cti.RegDirect)
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(l.layer.Load().Local()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for i, m := range messages {
		if got := m.Ask(t, conn, "marker"+strconv.Itoa(i)); !m.Due(got, sip.StatusBusyHere) {
			t.Errorf("%s: got %d", m.Name, got)
		}
	}
	t.Logf("%d messages", len(messages))
}
