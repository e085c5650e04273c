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

// foldEvery is the number of appends after which the write-ahead log is folded into the file. SQLite would do it by
// itself within an append, and that append would wait for the disk.
const foldEvery = 1000

// Journal is the log of inputs since the last checkpoint. All methods may be called by any goroutine.
type Journal struct {
	db *sql.DB

	mu       sync.Mutex
	conn     *sql.Conn // the only one that writes
	insert   *sql.Stmt
	seq      int64
	unfolded int
}

// mark is a checkpoint on its way to the disk.
type mark struct {
	seq   int64
	at    time.Time
	state []byte
}

func openJournal(ctx context.Context, file string) (*Journal, string, error) {
	db, notice, err := openOrReplace(ctx, file, "journal", pragmasJournal, time.Now())
	if err != nil {
		return nil, "", err
	}
	db.SetMaxOpenConns(2) // one appends, one folds
	j := &Journal{db: db}
	if err := j.prepare(ctx); err != nil {
		return nil, "", errors.Join(fmt.Errorf("open the journal: %w", err), db.Close())
	}
	return j, notice, nil
}

func (j *Journal) prepare(ctx context.Context) error {
	var err error
	if j.conn, err = j.db.Conn(ctx); err != nil {
		return err
	}
	if _, err = j.conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = 0"); err != nil {
		return err
	}
	if j.insert, err = j.conn.PrepareContext(ctx, "INSERT INTO journal (at, kind, data) VALUES (?, ?, ?)"); err != nil {
		return err
	}
	const newest = "SELECT max((SELECT ifnull(max(seq), 0) FROM journal), (SELECT ifnull(max(seq), 0) FROM checkpoint))"
	return j.conn.QueryRowContext(ctx, newest).Scan(&j.seq)
}

// Append adds an input and returns its number. When it returns, kill -9 cannot take the entry away any more.
func (j *Journal) Append(at time.Time, kind string, data []byte) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	res, err := j.insert.Exec(at.UnixNano(), kind, data)
	if err != nil {
		return 0, fmt.Errorf("append to the journal: %w", err)
	}
	seq, err := res.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("append to the journal: %w", err)
	}
	j.seq = seq
	j.unfolded++
	return seq, nil
}

// Load returns the state of the last checkpoint (nil when there is none) and the inputs after it, oldest first.
func (j *Journal) Load(ctx context.Context) (state []byte, entries []cti.Entry, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err = j.conn.QueryRowContext(ctx, "SELECT state FROM checkpoint").Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	rows, err := j.conn.QueryContext(ctx, "SELECT seq, at, kind, data FROM journal ORDER BY seq")
	if err != nil {
		return nil, nil, fmt.Errorf("read the journal: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below has said what there is to say
	for rows.Next() {
		var e cti.Entry
		var at int64
		if err := rows.Scan(&e.Seq, &at, &e.Kind, &e.Data); err != nil {
			return nil, nil, fmt.Errorf("read the journal: %w", err)
		}
		e.At = time.Unix(0, at)
		entries = append(entries, e)
	}
	return state, entries, rows.Err()
}

// last is the number of the newest entry.
func (j *Journal) last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq
}

// cut keeps m and takes away what it stands for, both or neither.
func (j *Journal) cut(ctx context.Context, m mark) error {
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
	j.unfolded += foldEvery // a cut is the moment to fold
	return tx.Commit()
}

// fold moves the write-ahead log into the file when it has grown. It runs beside appends: SQLite's passive checkpoint
// takes no lock that they need.
func (j *Journal) fold(ctx context.Context) error {
	j.mu.Lock()
	due := j.unfolded >= foldEvery
	if due {
		j.unfolded = 0
	}
	j.mu.Unlock()
	if !due {
		return nil
	}
	if _, err := j.db.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		return fmt.Errorf("fold the journal: %w", err)
	}
	return nil
}

func (j *Journal) close() error {
	return errors.Join(j.insert.Close(), j.conn.Close(), j.db.Close())
}
