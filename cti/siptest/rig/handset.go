//go:build linux

package rig

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// handset is what all phones of the rig are to a test: something that tells what happens to it, and that records what it
// hears.
type handset struct {
	Ext  string
	Tone int // what it says, Hz
	t    testing.TB
	dir  string // of its files; recordings are in rec
	p    *process
	seen int // how much of the log earlier waits have consumed
}

// home is the address of extension 10xx: one for each, so that all can have port 5060.
func (s *Server) home(t testing.TB, ext string) string {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimPrefix(ext, "10"))
	if err != nil {
		t.Fatalf("extension %q is not of the form 10xx", ext)
	}
	return fmt.Sprintf("%s.%d", s.net, 10+n)
}

// Wait blocks until the phone's log matches behind what the last Wait matched: waits in a row see what comes in a row,
// however fast it came. baresip logs its SIP trace and events, linphone its events.
func (h *handset) Wait(pattern string) string {
	h.t.Helper()
	m, end, err := h.p.wait(h.seen, regexp.MustCompile(pattern))
	if err != nil {
		h.t.Fatalf("phone %s: %v", h.Ext, err)
	}
	h.seen = end
	return m
}

// Heard is the newest recording of what the phone heard, empty when there is none. It is complete once the call is over.
// baresip begins a new one for each call, linphone goes on with its only one.
func (h *handset) Heard() string {
	files, err := filepath.Glob(filepath.Join(h.dir, "rec", "*dec.wav"))
	if err != nil || len(files) == 0 {
		return ""
	}
	sort.Strings(files) // names begin with the time
	return files[len(files)-1]
}

// AwaitHeard blocks until the phone has recorded about that much more sound, in whatever call it is.
func (h *handset) AwaitHeard(more time.Duration) {
	h.t.Helper()
	want := h.recorded() + more
	check := time.NewTicker(20 * time.Millisecond)
	defer check.Stop()
	for limit := time.After(Patience); h.recorded() < want; {
		select {
		case <-check.C:
		case <-limit:
			h.t.Fatalf("phone %s: no sound arrives to be recorded", h.Ext)
		}
	}
}

// recorded is the length of the newest recording so far. Lengths in its header are written only at the end; linphone
// writes all of the header then, and records at the rate of Opus, which it prefers.
func (h *handset) recorded() time.Duration {
	b, err := os.ReadFile(h.Heard())
	const header, byteRateAt, opusByteRate = 44, 28, 2 * 48000
	if err != nil || len(b) <= header {
		return 0
	}
	byteRate := cmp.Or(binary.LittleEndian.Uint32(b[byteRateAt:]), opusByteRate)
	return time.Duration(len(b)-header) * time.Second / time.Duration(byteRate)
}
