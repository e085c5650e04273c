package hotkey

import (
	"strings"
	"testing"
)

func TestChordsAreReadInAnyWriting(t *testing.T) {
	for text, want := range map[string]string{
		"ctrl+alt+a":           "Ctrl+Alt+A",
		"Alt + Control+ a":     "Ctrl+Alt+A",
		"win+F9":               "Super+F9",
		"Shift+Ctrl+f24":       "Ctrl+Shift+F24",
		"xf86audiomicmute":     "MicMute",
		"XF86AudioPlay":        "MediaPlay",
		"Ctrl+Page_Up":         "Ctrl+PageUp",
		"Shift+Pause":          "Shift+Pause",
		"F5":                   "F5",
		"strg+Alt+Shift+Win+0": "Ctrl+Alt+Shift+Super+0",
	} {
		c, err := Parse(text)
		if err != nil || c.String() != want {
			t.Errorf("%q is read as %q, %v; want %q", text, c, err, want)
		}
	}
}

func TestChordsThatCannotBeAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		"":                       "not the name of a key",
		"Ctrl":                   "not the name of a key",
		"Ctrl+":                  "not the name of a key",
		"Hyper+A":                "not one of Ctrl, Alt, Shift, Super",
		"Ctrl+Control+A":         "twice",
		"A":                      "nobody could type it",
		"Shift+Space":            "nobody could type it",
		"Ctrl+Æ":                 "not the name of a key",
		strings.Repeat("x", 100): "too long",
	} {
		if c, err := Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q is read as %q, %v; want a sentence with %q", text, c, err, says)
		}
	}
}

// Each key has its own name, keysym and Windows code: a double would take the wrong key.
func TestKeysAreToldApart(t *testing.T) {
	seen := map[any]string{}
	for _, k := range keys {
		for _, id := range []any{strings.ToLower(k.name), k.sym, k.vk} {
			if other, double := seen[id]; double && id != uint16(0) {
				t.Errorf("%s and %s are both %v", other, k.name, id)
			}
			seen[id] = k.name
		}
		if c, err := Parse("Ctrl+" + k.xkb); err != nil || c.Key != k.name {
			t.Errorf("the keysym's name %s is read as %q, %v", k.xkb, c, err)
		}
	}
	if len(KeyNames()) != len(keys) {
		t.Errorf("%d names for %d keys", len(KeyNames()), len(keys))
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"Ctrl+Alt+A", "F1", "super+XF86AudioPlay", "++", "Ctrl+ +", "shift+shift+f1", "\x00+\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x00\x1b") {
				t.Errorf("%q is refused by %q", text, err)
			}
			return
		}
		again, err := Parse(c.String())
		if err != nil || again != c {
			t.Errorf("%q is written as %q, which is read as %v, %v", text, c, again, err)
		}
	})
}

func TestOneKeyForOneCommand(t *testing.T) {
	f5, _ := Parse("F5")
	f6, _ := Parse("F6")
	single, all := sorted([]Binding{{Action: "a", Chord: f5}, {Action: "b", Chord: f6}, {Action: "c", Chord: f5}, {Action: "a", Chord: f5}})
	if len(single) != 2 || len(all) != 3 {
		t.Fatalf("%d to be asked for, %d in all: %+v", len(single), len(all), all)
	}
	if r := all[2]; r.State != Conflict || r.Why != `F5 stands for "a" already.` {
		t.Errorf("the second command of a key is told %+v", r)
	}
}
