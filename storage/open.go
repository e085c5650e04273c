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
func dsn(file, params string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	return "file:" + u.EscapedPath() + "?" + params
}

// openOrReplace opens and migrates a database. A file that SQLite calls damaged is moved aside and a new one is
// started; notice then says so in one sentence.
func openOrReplace(ctx context.Context, file, set, params string, now time.Time) (db *sql.DB, notice string, err error) {
	db, err = openChecked(ctx, file, set, params)
	if err == nil || !damaged(err) {
		return db, "", err
	}
	aside, err := setAside(file, now)
	if err != nil {
		return nil, "", fmt.Errorf("the %s database is damaged and cannot be moved aside: %w", set, err)
	}
	db, err = openChecked(ctx, file, set, params)
	return db, fmt.Sprintf("The %s database was damaged; it is kept as %s and a new one was started.", set, aside), err
}

// openChecked opens a database, has SQLite look it over and applies the migrations it has not had.
func openChecked(ctx context.Context, file, set, params string) (*sql.DB, error) {
	if err := ownOnly(file); err != nil {
		return nil, fmt.Errorf("open the %s database: %w", set, err)
	}
	db, err := sql.Open("sqlite3", dsn(file, params))
	if err != nil {
		return nil, fmt.Errorf("open the %s database: %w", set, err)
	}
	db.SetMaxOpenConns(1) // one writer; readers of other processes have connections of their own
	if err := check(ctx, db, set); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := migrate(ctx, db, set); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// ownOnly makes the file, if there is none, with the rights that SQLite then gives to the files beside it too: they hold
// whom the operator talked to, and nobody else may read that.
func ownOnly(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// errDamaged is what a failed check is wrapped around.
var errDamaged = errors.New("the database is damaged")

func check(ctx context.Context, db *sql.DB, set string) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("open the %s database: %w", set, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("check of the %s database: %s: %w", set, verdict, errDamaged)
	}
	return nil
}

// setAside renames a damaged file and the write-ahead log that belongs to it, and returns the new name.
func setAside(file string, now time.Time) (string, error) {
	aside := file + ".broken-" + now.Format("20060102-150405.000")
	if err := os.Rename(file, aside); err != nil {
		return "", err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(file+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}
