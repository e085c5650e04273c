package storage

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"unicode"
)

// PeopleQuery says who is looked for.
type PeopleQuery struct {
	// Text: every word must begin a word of some field; a whole number finds whom it belongs to (R20, R23). Without any text
	// the favourites are meant, and whom Predefined has brought (R22).
	Text       string
	Predefined string // a source
	NoGroups   bool   // groups and queues are left out (R19)
	Limit      int    // entries at most, 50 when 0
}

// Bounds of a search.
const (
	peoplePage    = 50
	maxPeoplePage = 1000
)

// Find looks people up, best first: favourites, then whose number or name it is, then the others; each by source and name.
func (d *Directory) Find(ctx context.Context, q PeopleQuery) ([]Person, error) {
	f := finding{d: d, ctx: ctx, q: q, limit: min(max(q.Limit, 0), maxPeoplePage)}
	if f.limit == 0 {
		f.limit = peoplePage
	}
	if words := searchWords(q.Text); words != "" {
		f.number(q.Text)
		f.match("{name} : (" + words + ")")
		f.match(words)
	} else {
		f.preset()
	}
	if f.err != nil || len(f.found) == 0 {
		return []Person{}, f.err
	}
	return d.load(ctx, f.found)
}

// finding collects the entries that a search finds, each once.
type finding struct {
	d     *Directory
	ctx   context.Context
	q     PeopleQuery
	limit int
	found []int64
	err   error
}

// run adds what a query finds; its last parameters are whether groups count and the number of rows. An entry that was found
// before does not count against the limit.
func (f *finding) run(query string, args ...any) {
	if f.err != nil || len(f.found) >= f.limit {
		return
	}
	f.err = f.d.each(f.ctx, func(rows *sql.Rows) error {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return err
		}
		if len(f.found) < f.limit && !slices.Contains(f.found, seq) {
			f.found = append(f.found, seq)
		}
		return nil
	}, query, append(args, !f.q.NoGroups, f.limit)...)
}

// match adds whom the index finds.
func (f *finding) match(text string) {
	// CROSS JOIN keeps the index first: its rows come in the order of seq, so that LIMIT ends the search early.
	f.run(`SELECT p.seq FROM people_text t CROSS JOIN people p ON p.seq = t.rowid WHERE t.people_text MATCH ?
		AND (p.kind = 'person' OR ?) ORDER BY t.rowid LIMIT ?`, text)
}

// preset adds the favourites, and what an administrator put there.
func (f *finding) preset() {
	f.run(`SELECT p.seq FROM people p WHERE (p.id IN (SELECT id FROM favourites) OR p.source = ?) AND (p.kind = 'person' OR ?)
		ORDER BY p.seq LIMIT ?`, f.q.Predefined)
}

// number adds to whom a number belongs.
func (f *finding) number(text string) {
	if f.err != nil || strings.ContainsFunc(text, unicode.IsLetter) && !strings.Contains(text, "@") {
		return
	}
	f.err = f.d.eachOf(f.ctx, text, func(seq int64, _, _ string, kind PersonKind) {
		if (kind == KindPerson || !f.q.NoGroups) && len(f.found) < f.limit && !slices.Contains(f.found, seq) {
			f.found = append(f.found, seq)
		}
	})
}

// Name is how the one entry is called that has the number, "" when there is none, or several and none with just these digits.
func (d *Directory) Name(ctx context.Context, number string) (string, error) {
	var exact, similar []string
	err := d.eachOf(ctx, number, func(_ int64, name, has string, _ PersonKind) {
		if digitsOf(has) == digitsOf(number) {
			exact = append(exact, name)
		}
		similar = append(similar, name)
	})
	for _, names := range [][]string{exact, similar} {
		if names = slices.Compact(names); len(names) == 1 {
			return names[0], err
		}
	}
	return "", err
}

// eachOf hands over the entries that a number belongs to.
func (d *Directory) eachOf(ctx context.Context, number string, take func(seq int64, name, has string, kind PersonKind)) error {
	key := keyOf(number)
	if key == "" {
		return nil
	}
	return d.each(ctx, func(rows *sql.Rows) error {
		var seq int64
		var name, has string
		var kind PersonKind
		err := rows.Scan(&seq, &name, &has, &kind)
		if err == nil && sameNumber(has, number) {
			take(seq, name, has, kind)
		}
		return err
	}, `SELECT p.seq, p.name, n.number, p.kind FROM numbers n JOIN people p ON p.seq = n.person
		WHERE n.key = ? AND NOT n.member ORDER BY p.name, p.seq LIMIT 100`, key)
}

// searchWords makes a query for the index: each word a quoted beginning, so that none of its characters is an operator of the
// query language.
func searchWords(text string) string {
	var words []string
	for word := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			words = append(words, `"`+strings.ReplaceAll(word, `"`, `""`)+`" *`)
		}
	}
	return strings.Join(words, " ")
}

// load reads entries with their numbers, favourites first and else in the order of found.
func (d *Directory) load(ctx context.Context, found []int64) ([]Person, error) {
	people := map[int64]*Person{}
	in, args := "("+strings.Repeat("?, ", len(found)-1)+"?)", make([]any, len(found))
	for i, seq := range found {
		args[i] = seq
	}
	err := d.each(ctx, func(rows *sql.Rows) error {
		var seq int64
		var p Person
		err := rows.Scan(&seq, &p.ID, &p.Source, &p.Kind, &p.Name, &p.Company, &p.Department, &p.Job, &p.Street, &p.Note, &p.Line, &p.Watch, &p.Favourite)
		people[seq] = &p
		return err
	}, `SELECT seq, id, source, kind, name, company, department, job, street, note, line, watch, id IN (SELECT id FROM favourites)
		FROM people WHERE seq IN `+in, args...)
	if err == nil {
		err = d.loadNumbers(ctx, people, in, args)
	}
	var out []Person
	for _, favourite := range []bool{true, false} {
		for _, seq := range found {
			if p := people[seq]; p != nil && p.Favourite == favourite {
				out = append(out, *p)
			}
		}
	}
	return out, err
}

func (d *Directory) loadNumbers(ctx context.Context, people map[int64]*Person, in string, args []any) error {
	return d.each(ctx, func(rows *sql.Rows) error {
		var seq int64
		var member bool
		var n PersonNumber
		if err := rows.Scan(&seq, &member, &n.Number, &n.Kind); err != nil {
			return err
		}
		switch p := people[seq]; {
		case p == nil: // it came in between the two queries
		case member:
			p.Members = append(p.Members, n.Number)
		default:
			p.Numbers = append(p.Numbers, n)
		}
		return nil
	}, "SELECT person, member, number, kind FROM numbers WHERE person IN "+in+" ORDER BY person, member, place", args...)
}
