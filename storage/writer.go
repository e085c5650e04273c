package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"cordboard/cti"
)

// batch is what the writer commits together.
type batch struct {
	changes []change
	mark    *mark
	waiters []chan struct{}
	closing bool
}

// write is the writer goroutine: the only one that changes the history.
func (s *Store) write() {
	defer close(s.done)
	ctx := context.Background() // the desk's end must not cut a commit short; Close waits for it
	s.verify(ctx)
	troubled := false
	for range s.wake {
		b := s.take()
		if err := s.commit(ctx, b); err != nil {
			if !troubled {
				s.cfg.Problem(err)
			}
			troubled = true
			s.putBack(b)
			if b.closing {
				return
			}
			time.AfterFunc(retryAfter, s.poke)
			continue
		}
		troubled = false
		for _, w := range b.waiters {
			close(w)
		}
		if b.closing {
			return
		}
	}
}

// verify looks the history over and starts a new one when it is damaged.
func (s *Store) verify(ctx context.Context) {
	if !damaged(check(ctx, s.history, "history")) {
		return
	}
	_ = s.history.Close() // it is damaged; there is nothing left to lose
	db, notice, err := replace(ctx, s.historyFile())
	if err != nil {
		s.cfg.Problem(err) // each commit will fail, and tell it again
		return
	}
	s.history = db
	s.cfg.Notice(notice)
}

func (s *Store) take() batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := batch{mark: s.mark, waiters: s.waiters, closing: s.closing}
	for _, key := range s.order {
		b.changes = append(b.changes, s.pending[key])
	}
	s.pending, s.order, s.mark, s.waiters = map[string]change{}, nil, nil, nil
	return b
}

// putBack returns what could not be written, behind nothing newer of the same key.
func (s *Store) putBack(b batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range b.changes {
		if _, newer := s.pending[c.key]; !newer {
			s.pending[c.key] = c
			s.order = append(s.order, c.key)
		}
	}
	if s.mark == nil {
		s.mark = b.mark
	}
	s.waiters = append(s.waiters, b.waiters...)
}

// commit writes the rows and only then, because a checkpoint takes away what they could be derived from, the mark.
func (s *Store) commit(ctx context.Context, b batch) error {
	if len(b.changes) > 0 {
		if err := writeAll(ctx, s.history, b.changes); err != nil {
			return fmt.Errorf("write the history: %w", err)
		}
	}
	if b.mark != nil {
		return s.journal.cut(ctx, *b.mark)
	}
	return nil
}

const upsert = `
INSERT INTO calls (id, line, line_name, route, direction, number, name, called, via, shown_name, shown_number,
                   created, answered, finished, result, reason, code, codec, secure)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  line = excluded.line, line_name = excluded.line_name, route = excluded.route, direction = excluded.direction,
  number = excluded.number, name = excluded.name, called = excluded.called, via = excluded.via,
  shown_name = excluded.shown_name, shown_number = excluded.shown_number, created = excluded.created,
  answered = excluded.answered, finished = excluded.finished, result = excluded.result, reason = excluded.reason,
  code = excluded.code, codec = excluded.codec, secure = excluded.secure`

func writeAll(ctx context.Context, db *sql.DB, changes []change) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it only says that there is nothing to roll back
	for _, c := range changes {
		if _, err := tx.ExecContext(ctx, c.sql, c.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// change is how the row gets into the table.
func (r Row) change() change {
	return change{"call " + string(r.ID), upsert, []any{
		r.ID, r.Line, r.LineName, r.Route, r.Direction.String(), r.Number, r.Name,
		r.Called, r.Via, r.ShowAs.Name, shownNumber(r.ShowAs), millis(r.Created), millis(r.Answered), millis(r.Finished),
		r.Result.String(), r.Reason, r.Code, r.Codec, r.Secure,
	}}
}

// anonymous stands for a withheld identity in the column of the shown number.
const anonymous = "anonymous"

func shownNumber(id cti.Identity) string {
	if id.Anonymous {
		return anonymous
	}
	return id.Number
}
