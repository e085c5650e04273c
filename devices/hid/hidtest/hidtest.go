// Package hidtest reads report descriptors for tests.
package hidtest

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// Descriptor reads a report descriptor from a file of hexadecimal bytes, in which lines with # are comments.
func Descriptor(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var digits strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			digits.WriteString(strings.Join(strings.Fields(line), ""))
		}
	}
	desc, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return desc
}
