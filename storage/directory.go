package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cordboard/cti"
)

// DirectoryFile is the database of people. It is a file of its own because an import of some ten thousand is one
// transaction, for which the history cannot wait.
const DirectoryFile = "directory.db"

// MaxPeople is how many entries one source may bring.
const MaxPeople = 200_000

// Directory keeps people, groups and queues. All methods may be called by any goroutine.
type Directory struct {
	write *sql.DB // one connection
	read  *sql.DB // its own, so that a search does not wait for an import
}

// OpenDirectory opens the directory in a folder that exists. A damaged file is moved aside, which notice then tells in one
// sentence: sources bring their people again, favourites are lost.
func OpenDirectory(ctx context.Context, dir string) (d *Directory, notice string, err error) {
	f := file{filepath.Join(dir, DirectoryFile), "directory", pragmasHistory + "&_foreign_keys=1"}
	d = &Directory{}
	if d.write, notice, err = openOrReplace(ctx, f, openChecked); err != nil {
		return nil, notice, err
	}
	if d.read, err = sql.Open("sqlite3", dsn(f.path, pragmasReader)); err != nil {
		return nil, notice, errors.Join(fmt.Errorf("open the directory: %w", err), d.write.Close())
	}
	return d, notice, nil
}

// Close closes the files.
func (d *Directory) Close() error { return errors.Join(d.read.Close(), d.write.Close()) }

// Replace makes people all that a source has in the directory; none take the source away. Entries that occur twice are kept
// once. It fails as a whole or not at all.
func (d *Directory) Replace(ctx context.Context, source string, people []Person) error {
	if len(people) > MaxPeople {
		return fmt.Errorf("%d people are more than the %d that one source may bring", len(people), MaxPeople)
	}
	people = slices.Clone(people)
	slices.SortStableFunc(people, func(a, b Person) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	err := d.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM people WHERE source = ?", source); err != nil {
			return err
		}
		return insertPeople(ctx, tx, source, people)
	})
	if err != nil {
		return fmt.Errorf("keep the people of %s: %w", source, err)
	}
	return nil
}

// change runs a change of the directory in a transaction.
func (d *Directory) change(ctx context.Context, run func(*sql.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it only says that there is nothing to roll back
	if err := run(tx); err != nil {
		return err
	}
	return tx.Commit()
}

const (
	insertPerson = `INSERT INTO people (id, source, kind, name, company, department, job, street, note, line, watch)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	insertNumber = "INSERT INTO numbers (person, member, place, number, kind, key) VALUES (?, ?, ?, ?, ?, ?)"
)

func insertPeople(ctx context.Context, tx *sql.Tx, source string, people []Person) error {
	var into [2]*sql.Stmt
	for i, text := range []string{insertPerson, insertNumber} {
		s, err := tx.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		defer func() { _ = s.Close() }() // it ends with the transaction anyway
		into[i] = s
	}
	for _, p := range people {
		r, err := into[0].ExecContext(ctx, p.fullID(source), source, cmp.Or(p.Kind, KindPerson), p.Name, p.Company, p.Department,
			p.Job, p.Street, p.Note, p.Line, p.Watch)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			continue // it is there already
		}
		seq, err := r.LastInsertId()
		if err != nil {
			return err
		}
		if err := insertNumbers(ctx, into[1], seq, p); err != nil {
			return err
		}
	}
	return nil
}

func insertNumbers(ctx context.Context, into *sql.Stmt, seq int64, p Person) error {
	for i, n := range p.Numbers {
		if _, err := into.ExecContext(ctx, seq, 0, i, n.Number, n.Kind, keyOf(n.Number)); err != nil {
			return err
		}
	}
	for i, n := range p.Members {
		if _, err := into.ExecContext(ctx, seq, 1, i, n, "", keyOf(n)); err != nil {
			return err
		}
	}
	return nil
}

// ErrNoPerson is answered for an ID that the directory does not have.
var ErrNoPerson = errors.New("the directory has no such entry")

// SetFavourite keeps an entry among the favourites, or does not any longer.
func (d *Directory) SetFavourite(ctx context.Context, id string, on bool) error {
	text := "DELETE FROM favourites WHERE id IN (SELECT id FROM people WHERE id = ?)"
	if on {
		text = "INSERT OR REPLACE INTO favourites (id) SELECT id FROM people WHERE id = ?"
	}
	r, err := d.write.ExecContext(ctx, text, id)
	if err != nil {
		return fmt.Errorf("keep the favourite: %w", err)
	}
	if n, err := r.RowsAffected(); on && err == nil && n == 0 {
		return ErrNoPerson
	}
	return nil
}

// Source is where people come from.
type Source struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

// Sources lists what has brought people, by name.
func (d *Directory) Sources(ctx context.Context) ([]Source, error) {
	all := []Source{}
	err := d.each(ctx, func(rows *sql.Rows) error {
		var s Source
		err := rows.Scan(&s.Name, &s.People)
		all = append(all, s)
		return err
	}, "SELECT source, count(*) FROM people GROUP BY source ORDER BY source")
	return all, err
}

// Watched lists the numbers whose lamps are shown, by the line that watches them; those that name no line are under "".
func (d *Directory) Watched(ctx context.Context) (map[cti.LineID][]string, error) {
	all := map[cti.LineID][]string{}
	err := d.each(ctx, func(rows *sql.Rows) error {
		var line cti.LineID
		var number string
		err := rows.Scan(&line, &number)
		all[line] = append(all[line], number)
		return err
	}, "SELECT p.line, n.number FROM people p JOIN numbers n ON n.person = p.seq WHERE p.watch ORDER BY p.seq, n.member, n.place")
	return all, err
}

// each runs a query and hands its rows over one by one.
func (d *Directory) each(ctx context.Context, take func(*sql.Rows) error, query string, args ...any) error {
	rows, err := d.read.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below has said what there is to say
	for rows.Next() {
		if err := take(rows); err != nil {
			return fmt.Errorf("read the directory: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	return nil
}
