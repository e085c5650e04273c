//go:build cgo && linux

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordboard/cti"
)

const directorySettings = `
[[line]]
id = "sales"
name = "Sales"
user = "2001"
server = "127.0.0.1:9"
watch = ["2044"]

[directory]
files = ["people.csv"]

[[directory.target]]
name = "Support"
kind = "queue"
numbers = [{ number = "300" }]
members = ["201", "202"]
watch = true

[[directory.target]]
name = "Board"
numbers = [{ number = "400" }]
sign_on = true
`

// R19, R20, R21, R22, R23, R28: people, groups and queues come from settings, files and imports, and are found as one types.
func TestDirectoryOfARealDesk(t *testing.T) {
	d := newHome(t, 400)
	d.write("cordboard.toml", directorySettings)
	d.write("people.csv", "name;department;phone;mobile\nZoë Müller;Field service;+49 30 12345678;0170 1234567\n")
	d.start()
	d.await("lamps of the queue and its members", func(s *cti.Snapshot) bool { return len(s.Lamps) == 4 })
	d.write("mine.csv", "name,number\nBob,2055\n")
	d.do("directory", "import", filepath.Join(d.home, "mine.csv"))

	for words, want := range map[string][]string{
		"list": {"Support", "300"}, "find zoe serv": {"Zoë Müller", "+493012345678", "01701234567"}, "find 030 12345678": {"Zoë Müller"},
		"find bob": {"2055"}, "find supp": {"queue"},
	} {
		out := d.do(append([]string{"directory"}, strings.Fields(words)...)...)
		for _, text := range want {
			if !strings.Contains(out, text) {
				t.Errorf("%s: no %q in\n%s", words, text, out)
			}
		}
	}
	for _, words := range []string{"find 345678", "find board"} { // R23: not the whole number; R28: needs a sign-on
		if out := d.do(append([]string{"directory"}, strings.Fields(words)...)...); out != "nobody" {
			t.Errorf("%s finds\n%s", words, out)
		}
	}
	d.write("people.csv", "name,phone\nYvonne,2066\n")
	d.do("directory", "refresh")
	if out := d.do("directory", "find", "yv"); !strings.Contains(out, "2066") {
		t.Errorf("R27: after a refresh\n%s", out)
	}
	if out := d.do("directory", "find", "zoe"); out != "nobody" {
		t.Errorf("R27: who left the file is still there:\n%s", out)
	}
}

// write makes a file in the desk's folder.
func (d *desk) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.home, name), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// R88: the history row plays what was recorded, without any other program; never into a call.
func TestRecordingIsPlayedFromItsRow(t *testing.T) {
	tb := newTable(t, 1)
	op := tb.operator()
	tb.call(1)
	rec := op.do("record", tb.calls[1])
	tb.hear("both hear each other", []int{1}, []int{0})
	tb.hear("for some more seconds", []int{1}, []int{0})
	if out, code := op.run("play", rec); code == 0 || !strings.Contains(out, "a call is open") {
		t.Errorf("within the call: %d %s", code, out)
	}
	op.do("hangup", tb.calls[1])
	op.await("the call is over", func(s *cti.Snapshot) bool { return len(s.Recordings) == 0 })
	op.hearsNothing()
	if out := op.do("recordings", tb.calls[1]); !strings.Contains(out, rec) || !strings.Contains(out, "call.wav") {
		t.Errorf("the row has\n%s", out)
	}
	op.do("play", rec)
	op.hears(toneAt(1))
	op.do("play", "--off")
	op.hearsNothing()
}
