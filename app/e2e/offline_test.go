//go:build cgo && linux

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// offline lets the program run without any network but the loopback, for the length of the test.
func offline(t *testing.T) {
	t.Helper()
	const alone = `unshare --map-root-user --net sh -c 'ip link set lo up && exec "$@"' sh`
	out, err := exec.Command("sh", "-c", alone+" true").CombinedOutput()
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("a network of the test's own is needed: %v\n%s", err, out)
	}
	if err != nil {
		t.Skipf("left out: this system lets no test have a network of its own: %s", out)
	}
	original := program
	t.Cleanup(func() { program = original })
	program = filepath.Join(t.TempDir(), "cordboard")
	script := fmt.Sprintf("#!/bin/sh\nexec %s '%s' \"$@\"\n", alone, original)
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
}

// A newcomer without any network starts Cordboard with nothing set up: the practice lines register, a colleague can be
// called, and the customer calls in.
func TestNewcomerWithoutANetwork(t *testing.T) {
	offline(t)
	d := newHome(t, operatorSay)
	d.start()
	d.registered("practice-2001")
	d.registered("practice-2002")
	customer := d.ringing()
	d.do("answer", customer)
	d.call(customer, "connected", talking)
	d.hears(831) // the customer
	d.do("hangup", customer)
	d.call(customer, "ended", ended)
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	d.hears(toneOf(t, "201"))
	d.do("hangup", call)
	d.call(call, "ended", ended)
}
