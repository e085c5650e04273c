package settings

import (
	"fmt"
	"path/filepath"
	"slices"

	"cordboard/cti/dial"
	"cordboard/storage"
)

// Directory is where people, groups and queues come from.
type Directory struct {
	// Files are CSV or vCard files that are read at each start and at a refresh; a relative path is beside the settings.
	Files []string `toml:"files,omitempty"`
	// Targets are the administrator's own entries: the groups and queues that calls may be sent to (R19), and what is
	// offered before anything was typed (R22).
	Targets []storage.Person `toml:"target,omitempty"`
	// SignOn says that single sign-on is enabled at this workplace: only then are targets offered that need it (R28).
	SignOn bool `toml:"sign_on,omitempty"`
}

// Offered are the targets that this workplace may use.
func (d Directory) Offered() []storage.Person {
	return slices.DeleteFunc(slices.Clone(d.Targets), func(p storage.Person) bool { return p.SignOn && !d.SignOn })
}

// Limits of the directory in the settings; large ones belong into files.
const (
	maxTargets = 1000
	maxSources = 32
)

// Paths are the files, with their folders.
func (d Directory) Paths(p Places) []string {
	var all []string
	for _, f := range d.Files {
		if !filepath.IsAbs(f) {
			f = filepath.Join(p.Config, f)
		}
		all = append(all, f)
	}
	return all
}

func (d Directory) check() error {
	if len(d.Targets) > maxTargets || len(d.Files) > maxSources {
		return fmt.Errorf("the directory has %d targets and %d files, the most is %d and %d", len(d.Targets), len(d.Files), maxTargets, maxSources)
	}
	for _, t := range d.Targets {
		if t.Name == "" {
			return fmt.Errorf("a target of the directory has no name")
		}
		if err := oneOf("kind", t.Kind, storage.KindPerson, storage.KindGroup, storage.KindQueue); err != nil {
			return fmt.Errorf("target %s: %w", t.Name, err)
		}
		numbers := append([]string(nil), t.Members...)
		for _, n := range t.Numbers {
			numbers = append(numbers, n.Number)
		}
		for _, n := range numbers {
			if _, err := dial.Clean(n); err != nil {
				return fmt.Errorf("target %s: %.60q is not a number: %w", t.Name, n, err)
			}
		}
	}
	return nil
}
