package hotkey

import (
	"errors"
	"fmt"
	"strings"
)

// Mods is a set of modifier keys.
type Mods uint8

// Modifier keys. Super is the key with the logo of the system.
const (
	Ctrl Mods = 1 << iota
	Shift
	Alt
	Super
)

// modNames are the modifiers in the order in which a chord is written, with what else people call them.
var modNames = []struct {
	mod   Mods
	name  string
	other []string
}{
	{Ctrl, "Ctrl", []string{"control", "strg"}},
	{Alt, "Alt", []string{"option"}},
	{Shift, "Shift", nil},
	{Super, "Super", []string{"win", "windows", "meta", "logo", "cmd"}},
}

// Chord is one key with the modifiers that are held with it. The zero value is no key at all. Key is a name of Keys.
type Chord struct {
	Mods Mods
	Key  string
}

// maxChord is more bytes than any chord has.
const maxChord = 64

// Parse reads a chord such as "Ctrl+Alt+A", "super+f9" or "XF86AudioMicMute"; case does not matter. The error is one
// sentence. Pure; any goroutine may call it.
func Parse(text string) (Chord, error) {
	if len(text) > maxChord {
		return Chord{}, errors.New("this is too long for a key")
	}
	parts := strings.Split(text, "+")
	var c Chord
	for _, p := range parts[:len(parts)-1] {
		m := modNamed(strings.TrimSpace(p))
		switch {
		case m == 0:
			return Chord{}, fmt.Errorf("%q in the key %q is not one of Ctrl, Alt, Shift, Super", strings.TrimSpace(p), text)
		case c.Mods&m != 0:
			return Chord{}, fmt.Errorf("the key %q names %s twice", text, strings.TrimSpace(p))
		}
		c.Mods |= m
	}
	last := strings.TrimSpace(parts[len(parts)-1])
	k, ok := keyNamed(last)
	if !ok {
		return Chord{}, fmt.Errorf("%q in the key %q is not the name of a key", last, text)
	}
	if c.Key = k.name; !k.alone && c.Mods&^Shift == 0 {
		return Chord{}, fmt.Errorf("%s needs Ctrl, Alt or Super with it, else nobody could type it any more", c)
	}
	return c, nil
}

func modNamed(text string) Mods {
	for _, m := range modNames {
		if strings.EqualFold(text, m.name) {
			return m.mod
		}
		for _, o := range m.other {
			if strings.EqualFold(text, o) {
				return m.mod
			}
		}
	}
	return 0
}

// String writes the chord so that Parse reads it again; "" for no key.
func (c Chord) String() string {
	if c.Key == "" {
		return ""
	}
	var b strings.Builder
	for _, m := range modNames {
		if c.Mods&m.mod != 0 {
			b.WriteString(m.name + "+")
		}
	}
	return b.String() + c.Key
}

// MarshalText writes the chord for settings and the API.
func (c Chord) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Chord) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*c = Chord{}
		return nil
	}
	*c, err = Parse(string(text))
	return err
}
