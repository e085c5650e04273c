package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/zalando/go-keyring"

	"cordboard/cti"
)

// Secrets keeps the passwords of the lines. Methods may be called by any goroutine and may wait for the keyring,
// which may wait for its owner to unlock it.
type Secrets struct {
	ring *ringSecrets // nil: no keyring is used
	file *fileSecrets
}

// OpenSecrets chooses where passwords are kept. A home keeps everything in its folder, so it has a file; else the
// keyring of the operating system is used, and notice says in one sentence when there is none.
func OpenSecrets(p Places) (s *Secrets, notice string) {
	s = &Secrets{file: &fileSecrets{path: p.SecretsFile()}}
	if p.Home != "" {
		return s, ""
	}
	if err := probeKeyring(); err != nil {
		return s, "No keyring answers, so passwords are kept in " + p.SecretsFile() + ", which only you can read."
	}
	s.ring = &ringSecrets{}
	return s, ""
}

// service is the name under which the keyring lists our entries.
const service = "cordboard"

// ErrNoSecret is answered for a line that has no password.
var ErrNoSecret = errors.New("no password is stored for the line")

// Get returns the password of a line, or ErrNoSecret.
func (s *Secrets) Get(id cti.LineID) (string, error) {
	if s.ring != nil {
		if pw, err := s.ring.get(id); !errors.Is(err, ErrNoSecret) {
			return pw, err
		}
	}
	return s.file.get(id) // kept from a time without keyring
}

// Set stores the password of a line; an empty one deletes it.
func (s *Secrets) Set(id cti.LineID, password string) error {
	if password == "" {
		return s.Delete(id)
	}
	if s.ring != nil {
		return s.ring.set(id, password)
	}
	return s.file.change(func(m map[cti.LineID]string) { m[id] = password })
}

// Delete forgets the password of a line; one that is not there is no error.
func (s *Secrets) Delete(id cti.LineID) error {
	var err error
	if s.ring != nil {
		err = s.ring.delete(id)
	}
	return errors.Join(err, s.file.change(func(m map[cti.LineID]string) { delete(m, id) }))
}

// ringSecrets is the keyring of the operating system.
type ringSecrets struct{}

func (ringSecrets) get(id cti.LineID) (string, error) {
	pw, err := keyring.Get(service, string(id))
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNoSecret
	}
	if err != nil {
		return "", fmt.Errorf("read the password from the keyring: %w", err)
	}
	return pw, nil
}

func (ringSecrets) set(id cti.LineID, password string) error {
	if err := keyring.Set(service, string(id), password); err != nil {
		return fmt.Errorf("store the password in the keyring: %w", err)
	}
	return nil
}

func (ringSecrets) delete(id cti.LineID) error {
	if err := keyring.Delete(service, string(id)); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("delete the password from the keyring: %w", err)
	}
	return nil
}

// fileSecrets is a file of owner-only rights. It is read anew each time: the command line may have changed it.
type fileSecrets struct {
	path string
	mu   sync.Mutex
}

func (f *fileSecrets) get(id cti.LineID) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, err := f.read()
	if err != nil {
		return "", err
	}
	if pw, ok := m[id]; ok {
		return pw, nil
	}
	return "", ErrNoSecret
}

func (f *fileSecrets) read() (map[cti.LineID]string, error) {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[cti.LineID]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the file of passwords: %w", err)
	}
	m := map[cti.LineID]string{}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("the file of passwords %s is broken: %w", f.path, err)
	}
	return m, nil
}

// change rewrites the file, or leaves it alone when nothing changes.
func (f *fileSecrets) change(edit func(map[cti.LineID]string)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, err := f.read()
	if err != nil {
		return err
	}
	before, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the file of passwords: %w", err)
	}
	edit(m)
	after, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the file of passwords: %w", err)
	}
	if string(after) == string(before) {
		return nil
	}
	if err := writeAtomic(f.path, after); err != nil {
		return fmt.Errorf("write the file of passwords: %w", err)
	}
	return nil
}
