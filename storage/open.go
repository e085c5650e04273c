package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// Files of the folder that Open is given.
const (
	HistoryFile = "cordboard.db"
	JournalFile = "journal.db"
)

// Settings of a connection belong into its name: run as statements they would reach one pooled connection only.
const (
	pragmasHistory = "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_txlock=immediate"
	pragmasJournal = "_journal_mode=WAL&_synchronous=NORMAL&_busy_timeout=5000&_txlock=immediate"
	pragmasReader  = "mode=rw&_query_only=1&_busy_timeout=2000"
)

// dsn names a database file for the driver.
func dsn(path, params string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + u.EscapedPath() + "?" + params
}

// openOrReplace opens a database by open. A file that SQLite calls damaged is moved aside and a new one is started;
// notice then says so in one sentence.
func openOrReplace(ctx context.Context, f file, open func(context.Context, file) (*sql.DB, error)) (db *sql.DB, notice string, err error) {
	db, err = open(ctx, f)
	if err == nil || !damaged(err) {
		return db, "", err
	}
	return replace(ctx, f)
}

// file is one of the two databases.
type file struct {
	path   string
	set    string // of migrations; also how the operator knows it
	params string // of the connection
}

// replace moves a damaged database aside and starts a new one.
func replace(ctx context.Context, f file) (db *sql.DB, notice string, err error) {
	aside, err := setAside(f.path, time.Now())
	if err != nil {
		return nil, "", fmt.Errorf("the %s database is damaged and cannot be moved aside: %w", f.set, err)
	}
	db, err = openMigrated(ctx, f)
	return db, fmt.Sprintf("The %s database was damaged; it is kept as %s and a new one was started.", f.set, aside), err
}

// openMigrated opens a database and applies the migrations it has not had. It reads little and so is quick, but does not
// find all damage.
func openMigrated(ctx context.Context, f file) (*sql.DB, error) {
	if err := ownOnly(f.path); err != nil {
		return nil, fmt.Errorf("open the %s database: %w", f.set, err)
	}
	db, err := sql.Open("sqlite3", dsn(f.path, f.params))
	if err != nil {
		return nil, fmt.Errorf("open the %s database: %w", f.set, err)
	}
	db.SetMaxOpenConns(1) // one writer; readers of other processes have connections of their own
	if err := migrate(ctx, db, f.set); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openChecked opens a database and has SQLite look all of it over.
func openChecked(ctx context.Context, f file) (*sql.DB, error) {
	db, err := openMigrated(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := check(ctx, db, f.set); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// ownOnly makes the file, if there is none, with the rights that SQLite then gives to the files beside it too: they hold
// whom the operator talked to, and nobody else may read that.
func ownOnly(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// setAside renames a damaged file and the write-ahead log that belongs to it, and returns the new name.
func setAside(path string, now time.Time) (string, error) {
	aside := path + ".broken-" + now.Format("20060102-150405.000")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// errDamaged is what a failed check is wrapped around.
var errDamaged = errors.New("the database is damaged")

// check has SQLite look a database over: some 3 ms for each thousand calls.
func check(ctx context.Context, db *sql.DB, set string) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check the %s database: %w", set, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("check of the %s database: %s: %w", set, verdict, errDamaged)
	}
	return nil
}
