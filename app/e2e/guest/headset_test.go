//go:build cgo && linux

package guest

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"testing"
)

// waitSeconds is how long the headset waits for something, by the clock of the guest.
const waitSeconds = 30

// ask sends one request to the virtual headset, which is on the other end of the cable, and returns its answer.
func ask(t *testing.T, request ...any) map[string]any {
	t.Helper()
	c, err := net.Dial("unix", os.Getenv("USBHEADSET_RUN")+"/0.sock")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }() // it has answered, or the test is over
	var answer map[string]any
	if err = json.NewEncoder(c).Encode(request); err == nil {
		err = json.NewDecoder(c).Decode(&answer)
	}
	if err == nil && answer["ok"] != true {
		err = fmt.Errorf("%v", answer["error"])
	}
	if err != nil {
		t.Fatalf("the headset, asked for %v: %v", request, err)
	}
	return answer
}

// shows waits until the headset's lamps are so.
func shows(t *testing.T, lamps map[string]int) {
	t.Helper()
	ask(t, "wait", lamps, waitSeconds)
}
