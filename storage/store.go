package storage

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"cordboard/cti"
)

// Config is what Open needs.
type Config struct {
	Dir string // folder of the database files; it exists

	// Problem is told when rows cannot be written; they are kept and tried again. It is called by the writer
	// goroutine, once for each spell of trouble, and must return at once. Nil ignores it.
	Problem func(error)
}

// retryAfter is the pause after a failed commit: a full disk does not empty within milliseconds.
const retryAfter = time.Second

// Store is the desk's side of the database; it is the cti.Journal of the Switchboard. All methods may be called by any goroutine.
type Store struct {
	cfg     Config
	history *sql.DB
	journal *journal
	notices []string

	mu      sync.Mutex
	pending map[cti.CallID]Row // newest row of each call that waits to be written
	order   []cti.CallID       // of pending
	mark    *mark              // newest checkpoint that waits
	waiters []chan struct{}    // closed after the next commit
	closing bool

	wake chan struct{} // one slot
	done chan struct{} // closed when the writer has ended
}

// Open opens both databases, moves a damaged one aside and starts the writer. Close ends it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Problem == nil {
		cfg.Problem = func(error) {}
	}
	s := &Store{cfg: cfg, pending: map[cti.CallID]Row{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	var err error
	var notice string
	if s.history, notice, err = openOrReplace(ctx, filepath.Join(cfg.Dir, HistoryFile), "history", pragmasHistory, time.Now()); err != nil {
		return nil, err
	}
	s.note(notice)
	if s.journal, notice, err = openJournal(ctx, filepath.Join(cfg.Dir, JournalFile)); err != nil {
		return nil, errors.Join(err, s.history.Close())
	}
	s.note(notice)
	go s.write()
	return s, nil
}

func (s *Store) note(sentence string) {
	if sentence != "" {
		s.notices = append(s.notices, sentence)
	}
}

// Notices are the sentences that the operator must see: one for each damaged database that was moved aside.
func (s *Store) Notices() []string { return s.notices }

// Kept is what the journal holds.
type Kept struct {
	State   []byte      // of the last checkpoint, as JSON; nil when there was none
	Entries []cti.Entry // after it, oldest first
	Seq     int64       // of the newest entry
}

// Load reads what the journal holds, to start from.
func (s *Store) Load(ctx context.Context) (Kept, error) { return s.journal.load(ctx) }

// Append adds an input to the journal. When it returns, kill -9 cannot take the entry away any more.
func (s *Store) Append(e cti.Entry) error { return s.journal.append(e) }

// Record stores a row, replacing an earlier one of the same ID. It returns at once; rows of one call that come faster
// than the disk are merged to the newest.
func (s *Store) Record(r Row) {
	s.mu.Lock()
	if _, waits := s.pending[r.ID]; !waits {
		s.order = append(s.order, r.ID)
	}
	s.pending[r.ID] = r
	s.mu.Unlock()
	s.poke()
}

// Checkpoint keeps state as what the journal up to seq comes to, and cuts the journal there. It returns at once; the
// cut is made when every row recorded so far is on the disk, so that nothing is lost in between. The error is always
// nil: Config.Problem is told what goes wrong later.
func (s *Store) Checkpoint(seq int64, at time.Time, state []byte) error {
	s.mu.Lock()
	s.mark = &mark{seq: seq, at: at, state: state}
	s.mu.Unlock()
	s.poke()
	return nil
}

// Sync waits until everything handed over so far is on the disk.
func (s *Store) Sync(ctx context.Context) error {
	committed := make(chan struct{})
	s.mu.Lock()
	s.waiters = append(s.waiters, committed)
	s.mu.Unlock()
	s.poke()
	select {
	case <-committed:
		return nil
	case <-s.done:
		return errors.New("the database is closed")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close writes what waits and closes the files. A second call does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closing
	s.closing = true
	s.mu.Unlock()
	if closed {
		<-s.done
		return nil
	}
	s.poke()
	<-s.done
	return errors.Join(s.history.Close(), s.journal.close())
}

func (s *Store) poke() {
	select {
	case s.wake <- struct{}{}:
	default: // it will see our work on the wake-up that waits already
	}
}
