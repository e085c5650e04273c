package report

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordboard/devices/hid/hidtest"
)

var update = flag.Bool("update", false, "write the golden tables anew")

// Descriptors of real devices lie beside the repository, since they are other people's bytes; what they decode to is kept
// here. Each of the synthetic ones is made for one trap that a real device sets.
const (
	realDir      = "../../../../shared/hid-descriptors"
	syntheticDir = "testdata/synthetic"
)

// synthetic is the map of one of the synthetic descriptors.
func synthetic(t testing.TB, name string) *Map {
	t.Helper()
	d, err := Parse(hidtest.Descriptor(t, filepath.Join(syntheticDir, name+".hex")))
	if err != nil {
		t.Fatal(err)
	}
	return NewMap(d)
}

// table is what a descriptor decodes to: what the device can do, what each of its buttons says when it is pressed and let
// go by itself, and what is written for the states of a call.
func table(desc []byte) string {
	d, err := Parse(desc)
	if err != nil {
		return "refused: " + err.Error() + "\n"
	}
	m := NewMap(d)
	var b strings.Builder
	fmt.Fprintf(&b, "rank %d, kind %s, numbered %t\n", m.Rank(), m.Phone, m.Numbered)
	if why := m.Unfit(); why != "" {
		fmt.Fprintf(&b, "unfit: %s\n", why)
	}
	for _, c := range m.Controls {
		fmt.Fprintf(&b, "%s: %s\n", c, tried(m, c))
	}
	for _, f := range m.Lamps {
		fmt.Fprintln(&b, f)
	}
	if len(m.Lamps) > 0 {
		for _, on := range []Lamps{0, LampSet(Ring, Ringer), LampSet(OffHook, Muted), LampSet(OffHook, Held)} {
			fmt.Fprintf(&b, "write %s: % x\n", on, m.Encode(on))
		}
	}
	return b.String()
}

// tried are the changes that a control gives when it alone goes through all of its values, from 0 up and back to 0.
func tried(m *Map, c Control) string {
	dec, words := NewDecoder(m), []string{}
	for v := range uint32(1)<<min(c.Size, 4) + 1 {
		payload := make([]byte, m.InputLength(c.Report))
		SetBits(payload, c.Bit, c.Size, v)
		if m.Numbered {
			payload = append([]byte{c.Report}, payload...)
		}
		changes, err := dec.Decode(payload)
		if err != nil {
			return err.Error()
		}
		for _, ch := range changes {
			if ch.What == c.What && ch.Usage.Page() == c.Usage.Page() && !ch.First {
				words = append(words, ch.String())
			}
		}
	}
	return strings.Join(words, ", ")
}

// TestTables: every real and every synthetic descriptor decodes to the table that is kept.
func TestTables(t *testing.T) {
	t.Run("synthetic", func(t *testing.T) { tables(t, syntheticDir, "testdata/synthetic", 14) })
	t.Run("real", func(t *testing.T) {
		if _, err := os.Stat(realDir); errors.Is(err, os.ErrNotExist) {
			if os.Getenv("CI") == "true" {
				t.Fatal("the descriptors of real devices are not beside the repository")
			}
			t.Skip("left out: ../shared/hid-descriptors is not there")
		}
		tables(t, realDir, "testdata/real", 21)
	})
}

func tables(t *testing.T, from, golden string, least int) {
	files, _ := filepath.Glob(filepath.Join(from, "*.hex")) // the pattern is well formed
	if len(files) < least {
		t.Fatalf("%d descriptors in %s, there should be %d", len(files), from, least)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".hex")
		got, path := []byte(table(hidtest.Descriptor(t, file))), filepath.Join(golden, name+".txt")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
		if !bytes.Equal(got, want) {
			t.Errorf("%s decodes to\n%s\nbut the table says\n%s", name, got, want)
		}
	}
}
