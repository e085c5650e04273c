package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cordboard/app/api"
	"cordboard/app/contacts"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// fromSettings is the source of the entries that the settings have themselves; files of the settings have their path behind it.
const fromSettings = "settings"

// nameWithin is how long a call waits for the name of its caller: it is no reason to ring late.
const nameWithin = 50 * time.Millisecond

var errNoPeople = errors.New("the directory cannot be opened; the notice in the window says why")

// openPeople opens the directory. Without one calls can still be made, so what is wrong with it is a notice.
func (d *desk) openPeople() error {
	people, notice, err := storage.OpenDirectory(context.Background(), d.places.Data)
	d.note(notice)
	if err != nil {
		d.note("There is no directory: " + err.Error() + ".")
		return nil
	}
	d.people = people
	d.onClose(func() { d.logged("close the directory", people.Close()) })
	return nil
}

// apiPeople is the directory as the API sees it.
type apiPeople struct{ d *desk }

// Find looks entries up; groups only if the profile in force has them (R19).
func (a apiPeople) Find(ctx context.Context, text string, limit int) ([]storage.Person, error) {
	if a.d.people == nil {
		return nil, errNoPeople
	}
	q := storage.PeopleQuery{Text: text, Predefined: fromSettings, NoGroups: a.d.board.Snapshot().Profile.NoGroups, Limit: limit}
	return a.d.people.Find(ctx, q)
}

// SetFavourite keeps an entry among the favourites.
func (a apiPeople) SetFavourite(ctx context.Context, id string, on bool) error {
	if a.d.people == nil {
		return errNoPeople
	}
	return a.d.people.SetFavourite(ctx, id, on)
}

// Sources lists where entries come from.
func (a apiPeople) Sources(ctx context.Context) ([]storage.Source, error) {
	if a.d.people == nil {
		return nil, errNoPeople
	}
	return a.d.people.Sources(ctx)
}

// Import makes a file all that a source has.
func (a apiPeople) Import(ctx context.Context, source string, format contacts.Format, file []byte) (api.Imported, error) {
	if a.d.people == nil {
		return api.Imported{}, errNoPeople
	}
	if err := checkSource(source); err != nil {
		return api.Imported{}, err
	}
	people, left, err := contacts.Read(file, format)
	if err != nil {
		return api.Imported{}, err
	}
	if people, err = a.d.admissible(people); err != nil {
		return api.Imported{}, err
	}
	err = a.d.people.Replace(ctx, source, people)
	a.d.watchPeople(ctx)
	return api.Imported{People: len(people), Left: left}, err
}

// RemoveSource takes an import away.
func (a apiPeople) RemoveSource(ctx context.Context, source string) error {
	if a.d.people == nil {
		return errNoPeople
	}
	if err := checkSource(source); err != nil {
		return err
	}
	err := a.d.people.Replace(ctx, source, nil)
	a.d.watchPeople(ctx)
	return err
}

// checkSource keeps what comes from the settings from being replaced by an import.
func checkSource(source string) error {
	switch {
	case source == fromSettings || strings.HasPrefix(source, fromSettings+" "):
		return errors.New("these entries come from the settings and are changed there")
	case source == "" || len(source) > 100 || strings.ContainsFunc(source, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("a source needs a name of up to 100 characters")
	}
	return nil
}

// admissible leaves out what only an administrator brings: groups and queues are those of the settings (R19).
func (d *desk) admissible(people []storage.Person) ([]storage.Person, error) {
	var kept []storage.Person
	for _, p := range people {
		if !p.Group() {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return nil, errors.New("the file has groups and queues only, which the settings bring")
	}
	return kept, nil
}

// Refresh reads what the settings name again, and has the lamps asked for anew (R27).
func (a apiPeople) Refresh(ctx context.Context) error {
	if a.d.people == nil {
		return errNoPeople
	}
	err := a.d.provision(ctx)
	for _, l := range a.d.board.Snapshot().Lines {
		a.d.board.Post(cti.Watched{Line: l.ID})
	}
	a.d.watchPeople(ctx)
	return err
}

// loadPeople brings what the settings name into the directory and lights its lamps. It takes a while with large files, and
// runs beside the calls.
func (d *desk) loadPeople() error {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := d.provision(ctx); err != nil && ctx.Err() == nil {
			d.note("The directory is not complete: " + err.Error() + ".")
		}
		d.watchPeople(ctx)
	}()
	d.onClose(func() { cancel(); <-done })
	return nil
}

// provision makes entries and files of the settings what the directory has of them. A file that cannot be read leaves what it
// brought the last time.
func (d *desk) provision(ctx context.Context) error {
	if d.people == nil {
		return nil // the operator was told
	}
	d.provisioning.Lock()
	defer d.provisioning.Unlock()
	from := d.knownSettings()
	targets, _ := contacts.Clean(from.Directory.Offered()) // checked when the settings were read
	errs := []error{d.people.Replace(ctx, fromSettings, targets)}
	wanted := map[string]bool{fromSettings: true}
	for _, path := range from.Directory.Paths(d.places) {
		source := fromSettings + " " + path
		wanted[source] = true
		errs = append(errs, d.provisionFile(ctx, source, path))
	}
	have, err := d.people.Sources(ctx)
	errs = append(errs, err)
	for _, s := range have {
		if !wanted[s.Name] && checkSource(s.Name) != nil {
			errs = append(errs, d.people.Replace(ctx, s.Name, nil)) // the settings no longer name it
		}
	}
	return errors.Join(errs...)
}

func (d *desk) provisionFile(ctx context.Context, source, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("a file of the directory: %w", err)
	}
	if info.Size() > contacts.MaxFile {
		return fmt.Errorf("%s has more than %d bytes", filepath.Base(path), contacts.MaxFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("a file of the directory: %w", err)
	}
	people, left, err := contacts.Read(text, "")
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if left > 0 {
		d.log.Warn("entries or numbers of the directory left out", "file", path, "count", left)
	}
	return d.people.Replace(ctx, source, people)
}

// knownSettings are those of this moment.
func (d *desk) knownSettings() settings.Settings {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.settings
}

// knownLines are the lines of this moment, those of the practice exchange included.
func (d *desk) knownLines() []cti.LineConfig {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines())
}

// watchPeople makes every line watch the numbers of its settings and those that the directory wants watched. Entries that
// name no line are watched by the first one that has a server.
func (d *desk) watchPeople(ctx context.Context) {
	d.watching.Lock() // what was read last must be posted last
	defer d.watching.Unlock()
	wanted := map[cti.LineID][]string{}
	if d.people != nil {
		var err error
		if wanted, err = d.people.Watched(ctx); err != nil {
			d.logged("find out whom to watch", err)
			return
		}
	}
	for _, l := range d.knownLines() {
		numbers := append(append([]string(nil), l.Watch...), wanted[l.ID]...)
		if l.Server != "" {
			numbers = append(numbers, wanted[""]...)
			delete(wanted, "")
		}
		d.board.Post(cti.Watched{Line: l.ID, Numbers: numbers})
	}
}

// named gives a caller who tells no name the one that the directory has for his number.
func (d *desk) named(in cti.Input) cti.Input {
	o, ok := in.(cti.Offered)
	if !ok || d.people == nil || o.Number == "" || o.Name != "" && o.Name != o.Number {
		return in
	}
	ctx, cancel := context.WithTimeout(context.Background(), nameWithin)
	defer cancel()
	name, err := d.people.Name(ctx, o.Number)
	if err != nil {
		d.log.Warn("no name for a caller", "error", err)
		return in
	}
	if name != "" {
		o.Name = name
	}
	return o
}
