package settings

import (
	"os"
	"strings"
	"testing"
)

// The example in the administrator's manual is what people copy: every setting in it must be known and allowed.
func TestManualsExampleIsUnderstood(t *testing.T) {
	manual, err := os.ReadFile("../../docs/administrator.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(manual), "```toml\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the manual has no example")
	}
	s, notice, err := Parse([]byte(example))
	if err != nil || notice != "" {
		t.Fatalf("the example is not understood: %q, %v", notice, err)
	}
	if len(s.Lines) != 1 || len(s.Lines[0].Routes) != 1 || len(s.Lines[0].Identity) != 2 || s.API.Listen == "" {
		t.Errorf("the example says %+v", s)
	}
}
