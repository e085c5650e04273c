package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
)

//go:embed migrations
var migrations embed.FS

// migrate brings a database up to date: each file of the set that the database has not had is applied in a
// transaction of its own, in the order of the names. PRAGMA user_version counts those applied.
func migrate(ctx context.Context, db *sql.DB, set string) error {
	files, err := fs.Glob(migrations, path.Join("migrations", set, "*.sql")) // Glob sorts
	if err != nil {
		return fmt.Errorf("read the migrations of %s: %w", set, err)
	}
	var done int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&done); err != nil {
		return fmt.Errorf("read the version of the %s database: %w", set, err)
	}
	if done > len(files) {
		return &TooNewError{Set: set, Version: done, Known: len(files)}
	}
	for i := done; i < len(files); i++ {
		if err := apply(ctx, db, files[i], i+1); err != nil {
			return fmt.Errorf("migrate the %s database with %s: %w", set, path.Base(files[i]), err)
		}
	}
	return nil
}

// apply runs one migration and counts it, both or neither.
func apply(ctx context.Context, db *sql.DB, file string, version int) error {
	text, err := migrations.ReadFile(file)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it only says that there is nothing to roll back
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}

// TooNewError is a database that a later version of Cordboard has written. It is left alone.
type TooNewError struct {
	Set     string // history or journal
	Version int    // of the file
	Known   int    // the latest that this program knows
}

// Error returns the sentence.
func (e *TooNewError) Error() string {
	return fmt.Sprintf("the %s database is of version %d and was written by a later Cordboard; this one knows versions up to %d", e.Set, e.Version, e.Known)
}
