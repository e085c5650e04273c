package storage

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cordboard/cti"
)

// Reader searches the history of a folder. It works while the desk runs, and when none does: window and command line
// use it in processes of their own. Its methods may be called by any goroutine.
type Reader struct{ file string }

// OpenReader returns a reader for the folder that Open was given. Nothing is opened yet: each search opens the file
// anew, because the desk may create it, or move a damaged one aside, in between.
func OpenReader(dir string) *Reader { return &Reader{file: filepath.Join(dir, HistoryFile)} }

// Query says which calls are wanted; zero fields ask for nothing.
type Query struct {
	Text      string // every word must occur in some field: number, name, line, route, reason ...
	Line      cti.LineID
	Direction cti.Direction
	Result    cti.Result
	From, To  time.Time // of creation; To is not included
	Limit     int       // rows of a page, 100 when 0
	Offset    int       // rows to skip
}

const (
	pageSize    = 100
	maxPageSize = 10_000
)

// Page is one page of a search.
type Page struct {
	Rows  []Row `json:"rows"`  // newest first
	Total int   `json:"total"` // of all pages
}

// Search returns the calls that match, newest first. A folder without a history has no calls.
func (r *Reader) Search(ctx context.Context, q Query) (Page, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = pageSize
	}
	var page Page
	w := conditions(q)
	err := r.with(func(db *sql.DB) (err error) {
		if page.Rows, err = selectRows(ctx, db, w.String(), w.args, min(limit, maxPageSize), max(q.Offset, 0)); err != nil {
			return err
		}
		return db.QueryRowContext(ctx, "SELECT count(*) FROM calls WHERE "+w.String(), w.args...).Scan(&page.Total)
	})
	return page, err
}

// Get returns the row of one call, and false when there is none.
func (r *Reader) Get(ctx context.Context, id cti.CallID) (row Row, found bool, err error) {
	err = r.with(func(db *sql.DB) error {
		rows, err := selectRows(ctx, db, "id = ?", []any{id}, 1, 0)
		if len(rows) > 0 {
			row, found = rows[0], true
		}
		return err
	})
	return row, found, err
}

// with lends the open database to read, which does nothing when there is no file yet.
func (r *Reader) with(read func(*sql.DB) error) error {
	if _, err := os.Stat(r.file); os.IsNotExist(err) {
		return nil // SQLite would create the file, which only the desk may do
	}
	db, err := sql.Open("sqlite3", dsn(r.file, pragmasReader))
	if err != nil {
		return fmt.Errorf("open the history: %w", err)
	}
	defer func() { _ = db.Close() }() // nothing was written that closing could lose
	if err := read(db); err != nil {
		return fmt.Errorf("read the history: %w", err)
	}
	return nil
}

// conditions translates a query into SQL.
func conditions(q Query) where {
	var w where
	for _, word := range strings.Fields(q.Text) {
		w.word(word)
	}
	if q.Line != "" {
		w.and("line = ?", q.Line)
	}
	if q.Direction != cti.DirUnknown {
		w.and("direction = ?", q.Direction.String())
	}
	if q.Result != cti.ResultUnknown {
		w.and("result = ?", q.Result.String())
	}
	if !q.From.IsZero() {
		w.and("created >= ?", q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		w.and("created < ?", q.To.UnixMilli())
	}
	return w
}

// where collects the conditions of a search.
type where struct {
	terms []string
	args  []any
}

func (w *where) and(term string, args ...any) {
	w.terms = append(w.terms, term)
	w.args = append(w.args, args...)
}

// String is the condition as SQL.
func (w *where) String() string {
	if len(w.terms) == 0 {
		return "true"
	}
	return strings.Join(w.terms, " AND ")
}

// indexed is the shortest word that the trigram index can find.
const indexed = 3

// word demands that some field holds the word. What the operator typed is a quoted phrase for FTS5, so that none of
// its characters is an operator of the query language.
func (w *where) word(word string) {
	if utf8.RuneCountInString(word) >= indexed {
		w.and("rowid IN (SELECT rowid FROM calls_text WHERE calls_text MATCH ?)", `"`+strings.ReplaceAll(word, `"`, `""`)+`"`)
		return
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
	w.and(`line_name || ' ' || route || ' ' || number || ' ' || name || ' ' || called || ' ' || via || ' ' ||
		shown_name || ' ' || shown_number || ' ' || result || ' ' || reason || ' ' || codec LIKE ? ESCAPE '\'`, pattern)
}

func selectRows(ctx context.Context, db *sql.DB, where string, args []any, limit, offset int) ([]Row, error) {
	const columns = `SELECT id, line, line_name, route, direction, number, name, called, via, shown_name, shown_number,
		created, answered, finished, result, reason, code, codec, secure,
		(SELECT count(*) FROM recordings WHERE owner = calls.id) FROM calls WHERE `
	rows, err := db.QueryContext(ctx, columns+where+" ORDER BY created DESC, id DESC LIMIT ? OFFSET ?", append(slices.Clone(args), limit, offset)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err below has said what there is to say
	var out []Row
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func scan(rows *sql.Rows) (Row, error) {
	var r Row
	var direction, result string
	var created, answered, finished int64
	err := rows.Scan(&r.ID, &r.Line, &r.LineName, &r.Route, &direction, &r.Number, &r.Name, &r.Called, &r.Via,
		&r.ShowAs.Name, &r.ShowAs.Number, &created, &answered, &finished, &result, &r.Reason, &r.Code, &r.Codec, &r.Secure, &r.Recorded)
	if err != nil {
		return Row{}, err
	}
	if r.ShowAs.Number == anonymous {
		r.ShowAs.Number, r.ShowAs.Anonymous = "", true
	}
	r.Created, r.Answered, r.Finished = fromMillis(created), fromMillis(answered), fromMillis(finished)
	if err := r.Direction.UnmarshalText([]byte(direction)); err != nil {
		return Row{}, fmt.Errorf("direction of call %s: %w", r.ID, err)
	}
	if err := r.Result.UnmarshalText([]byte(result)); err != nil {
		return Row{}, fmt.Errorf("result of call %s: %w", r.ID, err)
	}
	return r, nil
}
