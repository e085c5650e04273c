package settings

import (
	"path/filepath"
	"strings"
	"testing"

	"cordboard/devices/hotkey"
)

func TestKeysOfTheSettings(t *testing.T) {
	s, notice, err := Parse([]byte("[hotkeys.keys]\nanswer = \"Ctrl+Alt+A, XF86AudioPlay\"\nhold = \"\"\nswap = \"Super+S\"\n"))
	if err != nil || notice != "" {
		t.Fatal(notice, err)
	}
	chords := map[string][]string{}
	for _, b := range s.Hotkeys.Bindings() {
		chords[b.Action] = append(chords[b.Action], b.Chord.String())
	}
	for action, want := range map[string]string{
		"answer": "Ctrl+Alt+A MediaPlay", "hold": "", "swap": "Super+S", "hangup": "Ctrl+Shift+F5", "leave": "",
	} {
		if got := strings.Join(chords[action], " "); got != want {
			t.Errorf("%s has the keys %q, want %q", action, got, want)
		}
	}
	file := filepath.Join(t.TempDir(), "s.toml")
	if err := Save(file, s); err != nil {
		t.Fatal(err)
	}
	if again, _, err := Load(file); err != nil || len(again.Hotkeys.Keys) != 3 || again.Hotkeys.Keys["hold"] != "" {
		t.Errorf("saved and read again: %+v, %v", again.Hotkeys, err)
	}
	if off := (Hotkeys{Off: true}).Bindings(); off != nil {
		t.Errorf("switched off there are %+v", off)
	}
}

func TestKeysThatCannotBeAreNamed(t *testing.T) {
	for text, says := range map[string]string{
		"[hotkeys.keys]\nfly = \"F1\"\n":              "not something that a key can do",
		"[hotkeys.keys]\nhold = \"Ctrl+\"\n":          "hotkeys, hold: ",
		"[hotkeys.keys]\nhold = \"H\"\n":              "nobody could type it",
		"[hotkeys.keys]\nhold = \"F1,F2,F3,F4,F5\"\n": "the most is 4",
	} {
		if _, _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want a sentence with %q", text, err, says)
		}
	}
}

// All defaults can be had at once: no two are the same, and each can be read.
func TestDefaultKeys(t *testing.T) {
	if err := (Hotkeys{}).Check(); err != nil {
		t.Fatal(err)
	}
	seen := map[hotkey.Chord]string{}
	for _, b := range (Hotkeys{}).Bindings() {
		if other, double := seen[b.Chord]; double {
			t.Errorf("%s and %s have both %s", other, b.Action, b.Chord)
		}
		seen[b.Chord] = b.Action
	}
	if len(seen) != 13 {
		t.Errorf("%d actions have a key by default", len(seen))
	}
}
