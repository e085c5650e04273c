package view

import (
	"strings"
	"testing"
	"time"
)

func TestCleanTakesWhatCouldDeceive(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"ordinary name", "Maria López", "Maria López"},
		{"line breaks", "Maria\r\nBilling", "Maria Billing"},
		{"tabs and runs of blanks", "\t Maria \t  Lopez  ", "Maria Lopez"},
		{"override of direction", "evil\u202egpj.exe", "evilgpj.exe"},
		{"isolates and marks", "\u2066a\u2069\u200fb\u061c", "ab"},
		{"zero-width signs", "Ac\u200bme\ufeff", "Acme"},
		{"escape sequence", "\x1b[31mred", "[31mred"},
		{"invalid UTF-8", "a\xffb", "ab"},
		{"private use", "a\ue000b", "ab"},
		{"markup stays text", "**bold** [x](http://y)", "**bold** [x](http://y)"},
		{"right to left script", "שלום", "שלום"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) is %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestCleanEndsEndlessNames(t *testing.T) {
	got := Clean(strings.Repeat("ü", 5000))
	if n := len([]rune(got)); n != nameLimit+1 || !strings.HasSuffix(got, "…") {
		t.Errorf("an endless name has %d runes and ends in %q", n, got[len(got)-3:])
	}
}

func TestClock(t *testing.T) {
	for _, c := range []struct {
		in   time.Duration
		want string
	}{
		{0, "0:00"}, {59*time.Second + 999*time.Millisecond, "0:59"}, {time.Minute, "1:00"}, {72 * time.Second, "1:12"},
		{59*time.Minute + 59*time.Second, "59:59"}, {time.Hour, "1:00:00"}, {25*time.Hour + 61*time.Second, "25:01:01"},
		{-time.Second, "0:00"},
	} {
		if got := Clock(c.in); got != c.want {
			t.Errorf("%v reads %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"Maria", "\u202eabc", "a\r\nb", "\xff\xfe", strings.Repeat("x", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if got != Clean(got) && !strings.HasSuffix(got, "…") {
			t.Errorf("cleaning %q twice changes it: %q, %q", s, got, Clean(got))
		}
		for _, r := range got {
			if r < ' ' || r == '\u202e' || r == '\u200b' || r == 0x7f {
				t.Errorf("Clean(%q) keeps %U", s, r)
			}
		}
	})
}
