package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"cordboard/cti"
)

// Settings is the content of the settings file. Passwords are not in it.
type Settings struct {
	Lines  []cti.LineConfig `toml:"line"`
	Sound  Sound            `toml:"sound"`
	Window Window           `toml:"window"`
	Desk   Desk             `toml:"desk"`
	API    API              `toml:"api"`
	Policy Policy           `toml:"policy"`

	Hotkeys Hotkeys `toml:"hotkeys,omitempty"`
	Headset Headset `toml:"headset,omitempty"`

	Directory Directory `toml:"directory,omitempty"`
}

// Sound names the devices; an empty name is the system's default, "none" is none, a path that ends in .wav a file.
type Sound struct {
	Mic     string `toml:"mic"`
	Speaker string `toml:"speaker"`
	Ringer  string `toml:"ringer"`
}

// Window is how the window looks, and what its operator chose last.
type Window struct {
	Theme string `json:"theme,omitempty" toml:"theme,omitempty"` // dark, light or contrast; dark when empty
	Scale int    `json:"scale,omitempty" toml:"scale,omitzero"`  // per cent; 100 when 0

	Identities map[cti.LineID]string `json:"identities,omitempty" toml:"identities,omitempty"` // caller ID chosen last, by line
}

// Desk is what the desk does by itself.
type Desk struct {
	Stay bool `toml:"stay,omitempty"` // goes on when the last window is closed
}

// API is the local API beyond the socket.
type API struct {
	Listen string `toml:"listen,omitempty"` // loopback address:port for a CRM; no TCP when empty
}

// maxFile is more than any settings file needs, and keeps a wrong file from filling the memory.
const maxFile = 4 << 20

// Parse reads settings. The error names line and column; notice names the first setting that is not known, which
// is ignored.
func Parse(text []byte) (s Settings, notice string, err error) {
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&s)
	if err != nil {
		return Settings{}, "", sentence(err)
	}
	if err := s.Check(); err != nil {
		return Settings{}, "", err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		notice = fmt.Sprintf("The settings file has %q, which this Cordboard does not know and ignores.", unknown[0].String())
	}
	return s, notice, nil
}

// sentence makes one line of the decoder's report.
func sentence(err error) error {
	if e, ok := errors.AsType[toml.ParseError](err); ok {
		return fmt.Errorf("line %d, column %d: %s", e.Position.Line, e.Position.Col, e.Message)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "toml: "))
}

// Load reads the settings file. A missing file is an empty one. A broken one is moved aside and answered with empty
// settings and one sentence for the operator; err is left for files that cannot be read at all.
func Load(file string) (s Settings, notice string, err error) {
	text, err := readLimited(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Settings{}, "", nil
	}
	if err != nil {
		return Settings{}, "", fmt.Errorf("read the settings: %w", err)
	}
	s, notice, broken := Parse(text)
	if broken == nil {
		return s, notice, nil
	}
	aside := file + ".broken-" + time.Now().Format("20060102-150405.000")
	if err := os.Rename(file, aside); err != nil {
		return Settings{}, "", fmt.Errorf("the settings file is broken (%w) and cannot be moved aside: %w", broken, err)
	}
	return Settings{}, fmt.Sprintf("The settings file is broken at %s; it is kept as %s and Cordboard starts without it.", broken, aside), nil
}

func readLimited(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s has %d bytes, more than a settings file can have", file, info.Size())
	}
	return os.ReadFile(file)
}

// Save writes the settings so that a crash leaves either the old or the new file, never half of one.
func Save(file string, s Settings) error {
	var text bytes.Buffer
	text.WriteString("# Settings of Cordboard. Passwords are kept elsewhere.\n")
	encoder := toml.NewEncoder(&text)
	encoder.Indent = ""
	if err := encoder.Encode(stored(s)); err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	if err := writeAtomic(file, text.Bytes()); err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	return nil
}

// stored leaves out the lines that belong to the practice exchange: they are made anew at every start.
func stored(s Settings) Settings {
	var lines []cti.LineConfig
	for _, l := range s.Lines {
		if !l.Practice {
			lines = append(lines, l)
		}
	}
	s.Lines = lines
	return s
}

// writeAtomic replaces a file, readable by its owner only.
func writeAtomic(file string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
