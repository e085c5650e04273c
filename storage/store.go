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

	// Notice is told, in one sentence for the operator, of each damaged database that was moved aside: within Open, or
	// later by the writer goroutine. It must return at once. Nil ignores it.
	Notice func(string)
}

// retryAfter is the pause after a failed commit: a full disk does not empty within milliseconds.
const retryAfter = time.Second

// Store is the desk's side of the database; it is the cti.Journal of the Switchboard. All methods may be called by any goroutine.
type Store struct {
	cfg     Config
	history *sql.DB // the writer's, once it runs
	journal *journal

	mu      sync.Mutex
	pending map[string]change // newest of each key that waits to be written
	order   []string          // keys of pending
	mark    *mark             // newest checkpoint that waits
	waiters []chan struct{}   // closed after the next commit
	closing bool

	wake chan struct{} // one slot
	done chan struct{} // closed when the writer has ended
}

// Open opens both databases, moves a damaged one aside and starts the writer. Close ends it.
//
// The journal is checked to the last page before it is trusted. The history may be large, and a desk that restarts in a
// call must not wait for it: the writer checks it before it writes for the first time.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Problem == nil {
		cfg.Problem = func(error) {}
	}
	if cfg.Notice == nil {
		cfg.Notice = func(string) {}
	}
	s := &Store{cfg: cfg, pending: map[string]change{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	var err error
	var broken [2]string
	if s.history, broken[0], err = openOrReplace(ctx, s.historyFile(), openMigrated); err != nil {
		return nil, err
	}
	if s.journal, broken[1], err = openJournal(ctx, filepath.Join(cfg.Dir, JournalFile)); err != nil {
		return nil, errors.Join(err, s.history.Close())
	}
	for _, sentence := range broken {
		if sentence != "" {
			cfg.Notice(sentence)
		}
	}
	go s.write()
	return s, nil
}

func (s *Store) historyFile() file {
	return file{filepath.Join(s.cfg.Dir, HistoryFile), "history", pragmasHistory}
}

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
func (s *Store) Record(r Row) { s.put(r.change()) }

// change is a row of any table that waits to be written. A later one of the same key takes its place.
type change struct {
	key  string
	sql  string
	args []any
}

func (s *Store) put(c change) {
	s.mu.Lock()
	if _, waits := s.pending[c.key]; !waits {
		s.order = append(s.order, c.key)
	}
	s.pending[c.key] = c
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
