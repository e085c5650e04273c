//go:build cgo

package storage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cordboard/cti"
)

// childDir makes the test binary a program that writes into that folder until it is killed.
const childDir = "CORDBOARD_STORAGE_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		writeForEver(dir)
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{
		Dir: dir, Problem: func(err error) { t.Errorf("the writer has trouble: %v", err) },
		Notice: func(sentence string) { t.Errorf("a sound database is said to be damaged: %s", sentence) },
	})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func settle(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Sync(deadline(t)); err != nil {
		t.Fatalf("sync: %v", err)
	}
}

// start is the moment at which the calls of these tests begin.
var start = time.UnixMilli(1_800_000_000_000)

func call(n int) Row {
	return Row{
		ID: cti.CallID(fmt.Sprintf("call%09d", n)), Line: "sales", LineName: "Sales", Route: "City",
		Direction: cti.Outgoing, Number: fmt.Sprintf("+1201555%04d", n), Name: "Zoë Ångström",
		ShowAs: cti.Identity{Name: "Shop", Number: "2001"}, Created: start.Add(time.Duration(n) * time.Minute),
		Answered: start.Add(time.Duration(n)*time.Minute + 3*time.Second), Finished: start.Add(time.Duration(n)*time.Minute + 63*time.Second),
		Result: cti.ResultAnswered, Reason: "The other side hung up.", Code: 200, Codec: "opus", Secure: true,
	}
}

func TestRowComesBackAsItWasRecorded(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	want := call(1)
	s.Record(want)
	settle(t, s)
	got, found, err := OpenReader(dir).Get(deadline(t), want.ID)
	if err != nil || !found {
		t.Fatalf("Get: found %v, %v", found, err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("row changed on the way (-recorded +read):\n%s", d)
	}
	if got.Duration() != time.Minute {
		t.Errorf("duration %v, want the minute between answer and end", got.Duration())
	}
}

func TestAnonymousIdentityComesBack(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	r := call(1)
	r.ShowAs = cti.Identity{Name: "Nobody", Anonymous: true}
	s.Record(r)
	settle(t, s)
	got, _, err := OpenReader(dir).Get(deadline(t), r.ID)
	if err != nil || got.ShowAs != r.ShowAs {
		t.Errorf("identity %+v, %v; want %+v", got.ShowAs, err, r.ShowAs)
	}
}

// A call is recorded when it starts and again when it ends, and once more when the journal is replayed after a crash.
func TestRecordingAgainReplacesTheRow(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	begun := call(1)
	begun.Answered, begun.Finished, begun.Result, begun.Reason = time.Time{}, time.Time{}, cti.ResultUnknown, "begun only"
	s.Record(begun)
	settle(t, s)
	for range 3 {
		s.Record(call(1))
		settle(t, s)
	}
	page, err := OpenReader(dir).Search(deadline(t), Query{})
	if err != nil || len(page.Rows) != 1 || page.Total != 1 {
		t.Fatalf("%d rows, total %d, %v; want one", len(page.Rows), page.Total, err)
	}
	if page.Rows[0].Result != cti.ResultAnswered {
		t.Errorf("result %v, want that of the last recording", page.Rows[0].Result)
	}
	stale, err := OpenReader(dir).Search(deadline(t), Query{Text: "begun"})
	if err != nil || len(stale.Rows) != 0 {
		t.Errorf("the search still finds the replaced reason: %d rows, %v", len(stale.Rows), err)
	}
}

func TestSearch(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	missed := call(2)
	missed.Direction, missed.Result, missed.Reason, missed.Name = cti.Incoming, cti.ResultMissed, `Said "no" * OR (nothing)`, "Bob 50%_\\"
	missed.Via, missed.Called, missed.Line, missed.LineName = "2009", "2002", "desk", "Desk 1"
	for _, r := range []Row{call(1), missed, call(3)} {
		s.Record(r)
	}
	settle(t, s)
	ids := func(n ...int) (out []cti.CallID) {
		for _, i := range n {
			out = append(out, call(i).ID)
		}
		return out
	}
	for name, c := range map[string]struct {
		query Query
		want  []cti.CallID
	}{
		"everything, newest first":               {Query{}, ids(3, 2, 1)},
		"the last digits of a number":            {Query{Text: "0003"}, ids(3)},
		"part of a name in any case":             {Query{Text: "BOB"}, ids(2)},
		"a name without its accents":             {Query{Text: "angstrom"}, ids(3, 1)},
		"a short word":                           {Query{Text: "bo"}, ids(2)},
		"a sign that LIKE would take":            {Query{Text: "%"}, ids(2)},
		"an underscore":                          {Query{Text: "_"}, ids(2)},
		"a backslash":                            {Query{Text: `\`}, ids(2)},
		"signs of the query language":            {Query{Text: `"no" OR (nothing)`}, ids(2)},
		"two words in two fields":                {Query{Text: "missed 2009"}, ids(2)},
		"words that no row has both of":          {Query{Text: "missed angstrom"}, nil},
		"the line's name":                        {Query{Text: "sales"}, ids(3, 1)},
		"the codec":                              {Query{Text: "opus answered"}, ids(3, 1)},
		"one line":                               {Query{Line: "desk"}, ids(2)},
		"missed calls":                           {Query{Result: cti.ResultMissed}, ids(2)},
		"incoming calls":                         {Query{Direction: cti.Incoming}, ids(2)},
		"from a moment on":                       {Query{From: call(2).Created}, ids(3, 2)},
		"before a moment":                        {Query{To: call(2).Created}, ids(1)},
		"second page":                            {Query{Limit: 2, Offset: 2}, ids(1)},
		"first page":                             {Query{Limit: 2}, ids(3, 2)},
		"a statement instead of a word":          {Query{Text: "'; DROP TABLE calls; --"}, nil},
		"a control character and an odd unicode": {Query{Text: "\x00 \u202e"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := OpenReader(dir).Search(deadline(t), c.query)
			if err != nil {
				t.Fatalf("search: %v", err)
			}
			var got []cti.CallID
			for _, r := range page.Rows {
				got = append(got, r.ID)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	page, err := OpenReader(dir).Search(deadline(t), Query{Text: "angstrom", Limit: 1})
	if err != nil || page.Total != 2 {
		t.Errorf("a page of one says total %d, %v; want 2", page.Total, err)
	}
}

func TestReaderWorksWithoutADesk(t *testing.T) {
	dir := t.TempDir()
	if page, err := OpenReader(dir).Search(deadline(t), Query{}); err != nil || len(page.Rows) != 0 {
		t.Fatalf("no file yet: %d rows, %v; want none and no error", len(page.Rows), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Fatalf("reading made files: %v", files)
	}
	s := open(t, dir)
	s.Record(call(1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	page, err := OpenReader(dir).Search(deadline(t), Query{})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("after the desk's end: %d rows, %v; want one", len(page.Rows), err)
	}
}

func entry(seq int64, kind string) cti.Entry {
	return cti.Entry{Seq: seq, At: start.Add(123456789 * time.Nanosecond).UTC(), Kind: kind, Data: []byte(`{"number":"201"}`)}
}

func add(t *testing.T, s *Store, entries ...cti.Entry) {
	t.Helper()
	for _, e := range entries {
		if err := s.Append(e); err != nil {
			t.Fatal(err)
		}
	}
}

func load(t *testing.T, s *Store) Kept {
	t.Helper()
	k, err := s.Load(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestJournalComesBackInOrder(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	want := Kept{Entries: []cti.Entry{entry(1, "dial"), entry(2, "connected"), entry(3, "hangup")}, Seq: 3}
	add(t, s, want.Entries...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, load(t, open(t, dir))); d != "" {
		t.Errorf("(-appended +loaded):\n%s", d)
	}
}

func TestCheckpointCutsTheJournal(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	add(t, s, entry(1, "before"), entry(2, "before"))
	if err := s.Checkpoint(2, start, []byte(`{"state":1}`)); err != nil {
		t.Fatal(err)
	}
	add(t, s, entry(3, "after"))
	settle(t, s)
	want := Kept{State: []byte(`{"state":1}`), Entries: []cti.Entry{entry(3, "after")}, Seq: 3}
	if d := cmp.Diff(want, load(t, s)); d != "" {
		t.Errorf("(-want +loaded):\n%s", d)
	}
	if err := s.Checkpoint(3, start, []byte(`{"state":2}`)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want = Kept{State: []byte(`{"state":2}`), Seq: 3} // numbers go on although the journal is empty
	if d := cmp.Diff(want, load(t, open(t, dir))); d != "" {
		t.Errorf("after a restart (-want +loaded):\n%s", d)
	}
}

// A call begins with an append, and must not wait for the disk: the log is begun anew, which does, by the cut before it.
func TestAppendAfterACutWaitsForNoDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	add(t, s, entry(1, "dial"), entry(2, "ended"))
	if err := s.Checkpoint(2, start, []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	before := logGeneration(t, dir)
	add(t, s, entry(3, "dial"))
	if after := logGeneration(t, dir); after != before {
		t.Errorf("the append began the write-ahead log anew (%x after %x)", after, before)
	}
}

// logGeneration is the salt in the header of the journal's write-ahead log: SQLite writes a new one, to the disk, when it
// begins the log anew (https://sqlite.org/fileformat2.html#walformat).
func logGeneration(t *testing.T, dir string) [8]byte {
	t.Helper()
	wal, err := os.ReadFile(filepath.Join(dir, JournalFile+"-wal"))
	if err != nil || len(wal) < 32 {
		t.Fatalf("no write-ahead log: %d bytes, %v", len(wal), err)
	}
	return [8]byte(wal[16:24])
}

func TestDamagedDatabaseIsKeptAside(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, file string){
		"not a database at all": func(t *testing.T, file string) {
			overwrite(t, file, 0, []byte(strings.Repeat("not a database ", 1000)))
		},
		"pages overwritten": func(t *testing.T, file string) { overwrite(t, file, 4096, []byte(strings.Repeat("\xa5", 3*4096))) },
	} {
		for _, file := range []string{HistoryFile, JournalFile} {
			t.Run(name+" "+file, func(t *testing.T) { damage(t, file, harm) })
		}
	}
}

func damage(t *testing.T, file string, harm func(t *testing.T, file string)) {
	dir := t.TempDir()
	s := open(t, dir)
	for i := range 200 {
		s.Record(call(i))
		add(t, s, entry(int64(i+1), "dial"))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	harm(t, filepath.Join(dir, file))
	notices := make(chan string, 10)
	s, err := Open(t.Context(), Config{Dir: dir, Notice: func(sentence string) { notices <- sentence }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	settle(t, s)
	close(notices)
	var told []string
	for n := range notices {
		told = append(told, n)
	}
	if len(told) != 1 || !strings.Contains(told[0], "damaged; it is kept as") || strings.Contains(told[0], "\n") {
		t.Errorf("notices %q; want one sentence that names the file kept", told)
	}
	kept, err := filepath.Glob(filepath.Join(dir, file+".broken-*"))
	if err != nil || len(kept) == 0 {
		t.Errorf("the damaged file was not kept: %v, %v", kept, err)
	}
	s.Record(call(1))
	settle(t, s)
	if _, found, err := OpenReader(dir).Get(deadline(t), call(1).ID); err != nil || !found {
		t.Errorf("the new database does not work: found %v, %v", found, err)
	}
}

func overwrite(t *testing.T, file string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(with, at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDatabaseOfALaterVersionIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.history.Exec("PRAGMA user_version = 999"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "later Cordboard") {
		t.Fatalf("error %v; want one that names the later version", err)
	}
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	s.Record(call(1))
	add(t, s, entry(1, "dial"))
	settle(t, s)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 4 { // two databases, and what SQLite keeps beside them
		t.Fatalf("files %v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want rights 0600", f.Name(), info.Mode(), err)
		}
	}
}

// R66, R89: a recording is found from the row of its owner, while it runs and when it has ended.
func TestRecordingIsFoundFromItsRow(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	began := time.Now().Truncate(time.Millisecond)
	s.Record(Row{ID: "a", Number: "2044", Created: began})
	s.Record(Row{ID: "b", Number: "2045", Created: began})
	rec := cti.Recording{ID: "r", Owner: "a", Calls: []cti.CallID{"a"}, Started: began}
	s.KeepRecording(cti.KeepRecording{Recording: rec})
	rec.Calls = []cti.CallID{"a", "b"}
	s.KeepRecording(cti.KeepRecording{Recording: rec})
	rec.Fault = "The disk is full."
	s.KeepRecording(cti.KeepRecording{Recording: rec, Ended: began.Add(time.Second)})
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := OpenReader(dir).Recordings(t.Context(), "a")
	want := []Recording{{ID: "r", Owner: "a", Started: began, Ended: began.Add(time.Second), Parties: 2, Fault: "The disk is full."}}
	if d := cmp.Diff(want, all); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	page, err := OpenReader(dir).Search(t.Context(), Query{})
	if err != nil || len(page.Rows) != 2 || page.Rows[0].Recorded+page.Rows[1].Recorded != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}
