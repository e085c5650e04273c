package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"cordboard/cti"
)

// journal is the log of inputs since the last checkpoint. All methods may be called by any goroutine.
type journal struct {
	db *sql.DB

	mu     sync.Mutex
	conn   *sql.Conn // the only one that writes
	insert *sql.Stmt
}

// mark is a checkpoint on its way to the disk.
type mark struct {
	seq   int64
	at    time.Time
	state []byte
}

func openJournal(ctx context.Context, path string) (*journal, string, error) {
	db, notice, err := openOrReplace(ctx, file{path, "journal", pragmasJournal}, openChecked)
	if err != nil {
		return nil, "", err
	}
	db.SetMaxOpenConns(2) // one appends, one folds
	j := &journal{db: db}
	if err := j.prepare(ctx); err != nil {
		return nil, "", errors.Join(fmt.Errorf("open the journal: %w", err), db.Close())
	}
	return j, notice, nil
}

func (j *journal) prepare(ctx context.Context) error {
	var err error
	if j.conn, err = j.db.Conn(ctx); err != nil {
		return err
	}
	// SQLite would fold its write-ahead log by itself, within an append, and that append would wait for the disk.
	if _, err = j.conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = 0"); err != nil {
		return err
	}
	j.insert, err = j.conn.PrepareContext(ctx, "INSERT INTO journal (seq, at, kind, data) VALUES (?, ?, ?, ?)")
	return err
}

// append adds an entry. When it returns, kill -9 cannot take the entry away any more.
func (j *journal) append(e cti.Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.insert.Exec(e.Seq, e.At.UnixNano(), e.Kind, e.Data); err != nil {
		return fmt.Errorf("append to the journal: %w", err)
	}
	return nil
}

// load reads the checkpoint and the entries after it.
func (j *journal) load(ctx context.Context) (k Kept, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err = j.conn.QueryRowContext(ctx, "SELECT seq, state FROM checkpoint").Scan(&k.Seq, &k.State)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Kept{}, fmt.Errorf("read the checkpoint: %w", err)
	}
	rows, err := j.conn.QueryContext(ctx, "SELECT seq, at, kind, data FROM journal WHERE seq > ? ORDER BY seq", k.Seq)
	if err != nil {
		return Kept{}, fmt.Errorf("read the journal: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below has said what there is to say
	for rows.Next() {
		var e cti.Entry
		var at int64
		if err := rows.Scan(&e.Seq, &at, &e.Kind, &e.Data); err != nil {
			return Kept{}, fmt.Errorf("read the journal: %w", err)
		}
		e.At = time.Unix(0, at).UTC() // as the Switchboard stamped it
		k.Entries = append(k.Entries, e)
		k.Seq = e.Seq
	}
	return k, rows.Err()
}

// cut keeps m and takes away what it stands for, both or neither.
//
// The write-ahead log is folded first: SQLite begins it anew with the first write after that, and has this write wait for
// the disk. So it is the cut that waits, and not the append with which the next call begins.
func (j *journal) cut(ctx context.Context, m mark) error {
	if err := j.fold(ctx); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	tx, err := j.conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it only says that there is nothing to roll back
	const keep = `INSERT INTO checkpoint (one, seq, at, state) VALUES (1, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, at = excluded.at, state = excluded.state`
	if _, err := tx.ExecContext(ctx, keep, m.seq, m.at.UnixNano(), m.state); err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM journal WHERE seq <= ?", m.seq); err != nil {
		return fmt.Errorf("cut the journal: %w", err)
	}
	return tx.Commit()
}

// fold moves the write-ahead log into the file. It runs beside appends: SQLite's passive checkpoint takes no lock that
// they need.
func (j *journal) fold(ctx context.Context) error {
	if _, err := j.db.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return fmt.Errorf("fold the journal: %w", err)
	}
	return nil
}

func (j *journal) close() error {
	return errors.Join(j.insert.Close(), j.conn.Close(), j.db.Close())
}
