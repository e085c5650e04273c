package settings

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordboard/cti"
	"cordboard/storage"
)

// places are those of a home in a folder of the test.
func places(t *testing.T) Places {
	t.Helper()
	p, err := Locate(filepath.Join(t.TempDir(), "home"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// full uses every setting.
func full() Settings {
	return Settings{
		Lines: []cti.LineConfig{{
			ID: "sales", Name: "Sales \"1\"", User: "2001", AuthUser: "auth", Domain: "pbx.example", Display: "Zoë", Server: "sip.pbx.example:5061",
			Backup: []string{"10.0.0.1", "[2001:db8::1]:5060"}, Outbound: "edge.example", Transport: cti.TLS, CAFile: "/etc/ca.pem", Bind: "127.0.0.1",
			Expires: 300, Codecs: []string{"opus", "pcma"}, SRTP: cti.SRTPRequired, DTMF: cti.DTMFInfo, Trusted: []string{"10.0.0.9"}, Auto: true,
			Routes:   []cti.Route{{Name: "City", Prefix: "0", Strip: 1, Proxy: "trunk.example", Headers: map[string]string{"X-Route": "city"}}},
			Identity: []cti.Identity{{Name: "Shop", Number: "2001"}, {Name: "Nobody", Anonymous: true}},
		}},
		Sound:  Sound{Mic: "Headset", Speaker: "none", Ringer: "Speakers"},
		Window: Window{Theme: "light", Scale: 125},
		Desk:   Desk{Stay: true},
		API:    API{Listen: "127.0.0.1:8790"},
		Policy: Policy{Profile: "duo"},
		Directory: Directory{Files: []string{"people.csv"}, Targets: []storage.Person{{
			Name: "Support", Kind: storage.KindQueue, Numbers: []storage.PersonNumber{{Number: "300"}}, Members: []string{"201", "202"}, Watch: true, Line: "sales",
		}}},
	}
}

func TestSettingsComeBackAsTheyWereSaved(t *testing.T) {
	p := places(t)
	want := full()
	if err := Save(p.SettingsFile(), want); err != nil {
		t.Fatal(err)
	}
	got, notice, err := Load(p.SettingsFile())
	if err != nil || notice != "" {
		t.Fatalf("load: %q, %v", notice, err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-saved +loaded):\n%s", d)
	}
	left, err := os.ReadDir(p.Home)
	if err != nil || len(left) != 1 {
		t.Errorf("saving left %v behind, %v", left, err)
	}
}

func TestPracticeLinesAreNotStored(t *testing.T) {
	p := places(t)
	if err := Save(p.SettingsFile(), Settings{Lines: []cti.LineConfig{{ID: "a", User: "1", Practice: true}, {ID: "b", User: "2"}}}); err != nil {
		t.Fatal(err)
	}
	got, _, err := Load(p.SettingsFile())
	if err != nil || len(got.Lines) != 1 || got.Lines[0].ID != "b" {
		t.Errorf("lines %+v, %v; want b only", got.Lines, err)
	}
}

func TestMissingFileIsAnEmptyOne(t *testing.T) {
	s, notice, err := Load(places(t).SettingsFile())
	if err != nil || notice != "" || len(s.Lines) != 0 {
		t.Errorf("%+v, %q, %v", s, notice, err)
	}
}

func TestBrokenFileIsKeptAsideAndNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"no value":               {"[[line]]\nid = \"a\"\nname = \n", "line 3, column 8"},
		"text instead of number": {"[[line]]\nid = \"a\"\nuser=\"1\"\nexpires = \"soon\"\n", "line 4"},
		"no TOML at all":         {"\x00\x01\x02", "line 1"},
		"a word out of choice":   {"[[line]]\nid = \"a\"\nuser=\"1\"\ntransport = \"pigeon\"\n", `transport "pigeon"`},
		"two lines of one id":    {"[[line]]\nid = \"a\"\n[[line]]\nid = \"a\"\n", `two lines have the id "a"`},
		"API on all addresses":   {"[api]\nlisten = \"0.0.0.0:1\"\n", "not a loopback address"},
	} {
		t.Run(name, func(t *testing.T) {
			p := places(t)
			if err := os.WriteFile(p.SettingsFile(), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, notice, err := Load(p.SettingsFile())
			if err != nil || len(s.Lines) != 0 {
				t.Fatalf("settings %+v, %v", s, err)
			}
			if !strings.Contains(notice, c.says) || !strings.Contains(notice, "kept as") || strings.Contains(notice, "\n") {
				t.Errorf("notice %q; want one sentence with %q", notice, c.says)
			}
			kept, err := filepath.Glob(p.SettingsFile() + ".broken-*")
			if err != nil || len(kept) != 1 {
				t.Fatalf("kept %v, %v", kept, err)
			}
			if text, err := os.ReadFile(kept[0]); err != nil || string(text) != c.text {
				t.Errorf("the file was changed to %q, %v", text, err)
			}
			if _, err := os.Stat(p.SettingsFile()); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the broken file is still in place: %v", err)
			}
		})
	}
}

func TestUnknownSettingIsNamed(t *testing.T) {
	_, notice, err := Parse([]byte("[window]\ntheme = \"dark\"\ncolour = \"red\"\n"))
	if err != nil || !strings.Contains(notice, "window.colour") {
		t.Errorf("notice %q, %v", notice, err)
	}
}

func TestLineChecks(t *testing.T) {
	good := full().Lines[0]
	if err := CheckLine(good); err != nil {
		t.Fatalf("a good line is refused: %v", err)
	}
	for says, spoil := range map[string]func(*cti.LineConfig){
		"line id":           func(l *cti.LineConfig) { l.ID = "a/b" },
		"control character": func(l *cti.LineConfig) { l.Display = "x\r\nContact: evil" },
		"longer than":       func(l *cti.LineConfig) { l.Name = strings.Repeat("x", 256) },
		"not a host":        func(l *cti.LineConfig) { l.Server = "host;evil" },
		"srtp":              func(l *cti.LineConfig) { l.SRTP = "maybe" },
		"dtmf":              func(l *cti.LineConfig) { l.DTMF = "tones" },
		"codec":             func(l *cti.LineConfig) { l.Codecs = []string{"mp3"} },
		"expires":           func(l *cti.LineConfig) { l.Expires = -1 },
		"strips":            func(l *cti.LineConfig) { l.Routes = []cti.Route{{Name: "x", Strip: 99}} },
		"needs a user":      func(l *cti.LineConfig) { l.User = "" },
		"entries":           func(l *cti.LineConfig) { l.Backup = make([]string, 33) },
	} {
		l := good
		spoil(&l)
		if err := CheckLine(l); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v; want one about %q", err, says)
		}
	}
}

func TestSaveAndDropLine(t *testing.T) {
	p := places(t)
	secrets, notice := OpenSecrets(p)
	if notice != "" {
		t.Errorf("a home has its own file of passwords, but: %q", notice)
	}
	var s Settings
	pw := "hunter2"
	id, err := s.SaveLine(p, secrets, cti.LineConfig{Name: "Sales Desk", User: "2001", Server: "pbx.example"}, &pw)
	if err != nil || id != "sales-desk" {
		t.Fatalf("line %q, %v", id, err)
	}
	if again, err := s.SaveLine(p, secrets, cti.LineConfig{Name: "Sales Desk", User: "2002", Server: "pbx.example"}, nil); err != nil || again != "sales-desk-2" {
		t.Errorf("second line %q, %v", again, err)
	}
	// A change without a password keeps the stored one.
	if _, err := s.SaveLine(p, secrets, cti.LineConfig{ID: id, Name: "Sales", User: "2001", Server: "pbx.example"}, nil); err != nil {
		t.Error(err)
	}
	if got, err := secrets.Get(id); err != nil || got != pw {
		t.Errorf("password %q, %v", got, err)
	}
	text, err := os.ReadFile(p.SettingsFile())
	if err != nil || strings.Contains(string(text), pw) || strings.Count(string(text), "[[line]]") != 2 {
		t.Errorf("settings file, %v:\n%s", err, text)
	}
	if found, err := s.DropLine(p, secrets, id); !found || err != nil {
		t.Errorf("drop: %v, %v", found, err)
	}
	if _, err := secrets.Get(id); !errors.Is(err, ErrNoSecret) {
		t.Errorf("the password is still there: %v", err)
	}
	if found, err := s.DropLine(p, secrets, id); found || err != nil {
		t.Errorf("drop twice: %v, %v", found, err)
	}
}

func TestSecretsFileIsForItsOwnerOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // rights there come from the profile's folder
	}
	p := places(t)
	secrets, _ := OpenSecrets(p)
	if err := secrets.Set("a", "x"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{p.SecretsFile(), p.Home} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestSystemFolders(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the folders there come from the profile
	}
	root := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", root+"/config")
	t.Setenv("XDG_DATA_HOME", root+"/data")
	t.Setenv("XDG_RUNTIME_DIR", root+"/run")
	p, err := Locate("")
	if err != nil {
		t.Fatal(err)
	}
	want := Places{Config: root + "/config/cordboard", Data: root + "/data/cordboard", Runtime: root + "/run/cordboard"}
	if p != want {
		t.Errorf("places %+v, want %+v", p, want)
	}
}

// A socket's address holds about a hundred bytes; folders may have longer names.
func TestSocketOfALongFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // pipes have no such limit
	}
	t.Setenv("TMPDIR", t.TempDir())
	long := Places{Runtime: "/" + strings.Repeat("long/", 40)}
	a, err := long.Socket()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Places{Runtime: long.Runtime + "er"}.Socket()
	if err != nil || a == b || !strings.HasPrefix(a, os.TempDir()) {
		t.Errorf("sockets %q and %q, %v", a, b, err)
	}
	if err := os.Chmod(filepath.Dir(a), 0o777); err != nil {
		t.Fatal(err)
	}
	if s, err := long.Socket(); err == nil {
		t.Errorf("a folder open to everybody is used: %s", s)
	}
}

// FuzzParse throws texts at the settings: an error is one sentence, and what is taken is saved and read back the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte("[[line]]\nid = \"a\"\nuser = \"1\"\nroutes = [{name = \"x\", strip = 1}]\n"))
	f.Add([]byte("[sound]\nmic = \"none\"\n[window]\nscale = 120\n[api]\nlisten = \"[::1]:80\"\n"))
	f.Add([]byte("[[line]]\nid = 5\n"))
	f.Add([]byte("line = \"x\"\n\x00"))
	f.Add([]byte("a = 1979-05-27T07:32:00Z\n[[line]]\n[line.routes]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, _, err := Parse(text)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		file := filepath.Join(t.TempDir(), "s.toml")
		if err := Save(file, s); err != nil {
			t.Fatalf("what was read cannot be saved: %v", err)
		}
		again, notice, err := Load(file)
		if err != nil || notice != "" {
			t.Fatalf("what was saved cannot be read: %q, %v", notice, err)
		}
		if err := again.Check(); err != nil {
			t.Error(err)
		}
	})
}

func TestProfileInForce(t *testing.T) {
	text := "[policy]\nprofile = \"night\"\n[[policy.profiles]]\nname = \"night\"\nextra_parties = 2\nforbidden = [\"transfer\"]\n"
	s, notice, err := Parse([]byte(text))
	if err != nil || notice != "" {
		t.Fatalf("%q, %v", notice, err)
	}
	if p := s.Policy.InForce(); p.Name != "night" || p.Extra != 2 || len(p.Forbidden) != 1 {
		t.Errorf("in force is %+v", p)
	}
	if len(s.Policy.All()) != 1+len(cti.Presets()) {
		t.Errorf("there are %d profiles", len(s.Policy.All()))
	}
	if err := s.Policy.Choose("agent"); err != nil || !s.Policy.InForce().NoHoldInConf {
		t.Errorf("agent: %+v, %v", s.Policy.InForce(), err)
	}
	if err := s.Policy.Choose("nobody"); err == nil || s.Policy.InForce().Name != "agent" {
		t.Errorf("a profile that is not there: %v", err)
	}
}

func TestRulesOfALineAreChecked(t *testing.T) {
	for want, change := range map[string]func(*cti.LineConfig){
		"auto_answer_header":  func(l *cti.LineConfig) { l.AutoBy = "some" },
		"referrals":           func(l *cti.LineConfig) { l.Refers = "maybe" },
		"identity_header":     func(l *cti.LineConfig) { l.Shown = "to" },
		"believed_header":     func(l *cti.LineConfig) { l.Believed = "to" },
		"context_header":      func(l *cti.LineConfig) { l.Header = "Contact" },
		"not a number":        func(l *cti.LineConfig) { l.Forward.Busy = "x" },
		"between 0 and 180":   func(l *cti.LineConfig) { l.Forward.After = 999 },
		"pickup code":         func(l *cti.LineConfig) { l.Pickup = "*8\r\nX:" },
		"cannot rewrite":      func(l *cti.LineConfig) { l.Routes = []cti.Route{{Name: "r", Rewrite: []cti.Rewrite{{From: "("}}}} },
		"a control character": func(l *cti.LineConfig) { l.Watch = []string{"20\n44"} },
		"numbers are watched": func(l *cti.LineConfig) { l.Watch = make([]string, 501) },
	} {
		l := cti.LineConfig{ID: "desk"}
		change(&l)
		if err := CheckLine(l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	good := cti.LineConfig{
		ID: "desk", Pickup: "*8", Room: "900", AutoBy: cti.AutoKnown, Refers: cti.ReferAllow, Shown: cti.IdentityPAI, Header: "X-Case",
		Forward: cti.Forward{Always: "sip:night@example.org", After: 30}, Watch: []string{"2044"}, VoiceMail: "*9700",
		Routes: []cti.Route{{Name: "r", Rewrite: []cti.Rewrite{{From: "0(.*)", To: "+49$1"}}, Identities: []string{"Desk"}}},
	}
	if err := CheckLine(good); err != nil {
		t.Error(err)
	}
}
