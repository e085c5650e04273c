package cli

import (
	"bytes"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordboard/cti"
	"cordboard/storage"
)

func TestFlagsStandBeforeAndBehindTheVerb(t *testing.T) {
	want := Options{Verb: "state", Args: []string{}, Home: "/h", JSON: true}
	for _, args := range []string{"--home /h state --json", "state --json --home /h", "--json --home=/h state", "-json state -home /h"} {
		got, err := Parse(strings.Fields(args))
		if err != nil {
			t.Errorf("%s: %v", args, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", args, d)
		}
	}
}

func TestLineFlagsMakeTheLine(t *testing.T) {
	got, err := Parse([]string{
		"line", "add", "--name", "Sales Desk", "--user=2001", "--password-file", "-", "--server", "pbx:5061", "--transport", "tls",
		"--outbound", "edge", "--domain", "pbx.example", "--auth-user", "auth", "--display", "Zoë", "--ca-file", "ca.pem", "--bind", "127.0.0.1",
		"--backup", "b1,b2", "--backup", "b3", "--codecs", "opus, pcma", "--srtp", "required", "--dtmf", "info", "--trusted", "10.0.0.9",
		"--auto-answer", "--expires", "300", "--id", "sales",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := cti.LineConfig{
		ID: "sales", Name: "Sales Desk", User: "2001", Server: "pbx:5061", Transport: cti.TLS, Outbound: "edge", Domain: "pbx.example",
		AuthUser: "auth", Display: "Zoë", CAFile: "ca.pem", Bind: "127.0.0.1", Backup: []string{"b1", "b2", "b3"},
		Codecs: []string{"opus", "pcma"}, SRTP: cti.SRTPRequired, DTMF: cti.DTMFInfo, Trusted: []string{"10.0.0.9"}, Auto: true, Expires: 300,
	}
	if d := cmp.Diff(want, got.Config); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got.PasswordFile != "-" || !cmp.Equal(got.Args, []string{"add"}) {
		t.Errorf("options %+v", got)
	}
}

func TestSoundFlagsKnowWhetherTheyWereGiven(t *testing.T) {
	got, err := Parse([]string{"--headless", "--mic", "none", "--speaker", ""})
	if err != nil || got.Mic == nil || *got.Mic != "none" || got.Speaker == nil || *got.Speaker != "" || got.Ringer != nil {
		t.Errorf("options %+v, %v", got, err)
	}
}

func TestWhatIsNotUnderstoodIsTold(t *testing.T) {
	for args, says := range map[string]string{
		"fly":                      "not a command",
		"--fly":                    "not defined",
		"line add --expires soon":  "expires",
		"answer --json":            "--json does not go with answer",
		"--json":                   "--json does not go with starting Cordboard",
		"state --headless":         "--headless does not go with state",
		"tel:+4930123 --transport": "flag needs an argument",
	} {
		_, err := Parse(strings.Fields(args))
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one sentence with %q", args, err, says)
		}
	}
	if _, err := Parse([]string{"dial", "--help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help: %v", err)
	}
}

func TestHelpNamesEveryVerbAndFlag(t *testing.T) {
	var out bytes.Buffer
	Usage(&out)
	for _, v := range verbs {
		if !strings.Contains(out.String(), "cordboard "+v.name) {
			t.Errorf("help does not tell of %s", v.name)
		}
	}
	for flag := range strings.FieldsSeq(lineFlags) {
		if !strings.Contains(out.String(), "--"+flag+" ") {
			t.Errorf("help does not tell of --%s", flag)
		}
	}
}

// A caller chooses his name; a terminal must not obey it.
func TestNamesCannotSteerTheTerminal(t *testing.T) {
	var out bytes.Buffer
	evil := "Eve\x1b]0;title\x07\x1b[2J\u202e\nroot\u009b31m"
	stateTable(&out, &cti.Snapshot{Calls: []cti.CallView{{Call: cti.Call{ID: "x", Name: evil, Number: "1\t2", Since: time.Now()}}}})
	historyTable(&out, storage.Page{Rows: []storage.Row{{Name: evil, Reason: evil}}, Total: 1})
	if i := strings.IndexAny(out.String(), "\x1b\x07\u202e\u009b"); i >= 0 {
		t.Errorf("a control character reaches the terminal: %q", out.String())
	}
	if !strings.Contains(out.String(), "Eve") || strings.Contains(out.String(), "\nroot") {
		t.Errorf("the name is not shown in its place: %q", out.String())
	}
}

func TestPasswordIsTheFirstLine(t *testing.T) {
	for text, want := range map[string]string{"secret\n": "secret", "secret\r\nmore": "secret", "two words": "two words"} {
		if got, err := readPassword("-", strings.NewReader(text)); err != nil || got != want {
			t.Errorf("%q gives %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "\n"} {
		if _, err := readPassword("-", strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken for a password", text)
		}
	}
}
