package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/app/contacts"
	"cordboard/app/pipe"
	"cordboard/cti"
	"cordboard/media/record"
	"cordboard/storage"
)

func TestStateShowsWhatTheDeskDoesBesideCalls(t *testing.T) {
	now := time.Now()
	s := &cti.Snapshot{
		Lines:       []cti.LineView{{ID: "sales", Name: "Sales"}},
		Calls:       []cti.CallView{{Call: cti.Call{ID: "a", Number: "201", Conf: "k"}}, {Call: cti.Call{ID: "b", Number: "202"}}, {Call: cti.Call{ID: "c", Number: "203", Conf: "k"}}},
		Conferences: []cti.ConferenceView{{Conference: cti.Conference{ID: "k", Name: "Conference 1", Away: true, Note: "2044 refused."}}},
		Recordings:  []cti.Recording{{ID: "r", Calls: []cti.CallID{"b"}, Paused: true, Started: now}},
		Lamps:       []cti.Lamp{{Line: "sales", Number: "2055", State: cti.LampRinging, Caller: "0301", At: now}},
		VoiceMail:   map[cti.LineID]cti.VoiceMail{"sales": {Waiting: true, New: 2, Old: 1}},
		Profile:     cti.Profile{Name: "agent"},
	}
	var out bytes.Buffer
	stateTable(&out, s)
	for _, row := range [][]string{
		{"1", "Conference 1", "1:201 3:203", "is away", "k", "2044 refused."}, {"r", "2:202", "paused"}, {"2055", "sales", "ringing", "0301"},
		{"voice mail of Sales: 2 new, 1 old"}, {"profile agent"},
	} {
		if !hasRow(out.String(), row) {
			t.Errorf("no row with %q in\n%s", row, out.String())
		}
	}
}

// hasRow reports whether a line has all the words in that order.
func hasRow(text string, words []string) bool {
	for line := range strings.Lines(text) {
		rest, found := line, true
		for _, word := range words {
			_, after, ok := strings.Cut(rest, word)
			rest, found = after, found && ok
		}
		if found {
			return true
		}
	}
	return false
}

// book is the directory, the recordings and the rest of a desk of the test, as far as the command line asks for them.
type book struct {
	api.Directory
	api.Recordings
	asked []string
	file  string
}

func (b *book) note(words ...string) { b.asked = append(b.asked, strings.Join(words, " ")) }

func (b *book) Snapshot() *cti.Snapshot                { return &cti.Snapshot{} }
func (b *book) Ask(context.Context, cti.Command) error { return nil }

func (b *book) Find(_ context.Context, text string, _ int) ([]storage.Person, error) {
	b.note("find", text)
	return []storage.Person{
		{ID: "staff/1", Name: "Zoë", Company: "Acme", Favourite: true, Numbers: []storage.PersonNumber{{Number: "201", Kind: "business"}, {Number: "0170", Kind: "mobile"}}},
		{ID: "settings/2", Name: "Support", Kind: storage.KindQueue, Numbers: []storage.PersonNumber{{Number: "300"}}},
	}, nil
}

func (b *book) Import(_ context.Context, source string, _ contacts.Format, file []byte) (api.Imported, error) {
	b.note("import", source)
	b.file = string(file)
	return api.Imported{People: 2, Left: 1}, nil
}

func (b *book) Sources(context.Context) ([]storage.Source, error) {
	return []storage.Source{{Name: "staff", People: 7}}, nil
}

func (b *book) RemoveSource(_ context.Context, source string) error {
	b.note("remove", source)
	return nil
}
func (b *book) Refresh(context.Context) error { b.note("refresh"); return nil }
func (b *book) SetFavourite(_ context.Context, id string, on bool) error {
	b.note("favourite", id, map[bool]string{true: "on", false: "off"}[on])
	return nil
}

func (b *book) List(_ context.Context, call cti.CallID) ([]api.Recorded, error) {
	b.note("recordings", string(call))
	begin := time.Now()
	return []api.Recorded{{
		Recording: storage.Recording{ID: "r1", Owner: "c1", Started: begin, Ended: begin.Add(90 * time.Second), Fault: "The disk was full."},
		Index:     &record.Index{Parts: []record.Part{{Call: "call.wav", Tracks: []record.Track{{File: "track-01.wav"}}}}},
	}}, nil
}

func (b *book) Play(p api.Play) (api.Playing, error) {
	if p.Recording != "r1" {
		return api.Playing{}, errors.New("a call is open: hold it or end it before playing a recording")
	}
	b.note("play", string(p.Recording), p.File, (time.Duration(p.At) * time.Millisecond).String())
	return api.Playing{}, nil
}

func (b *book) StopPlaying() { b.note("stop playing") }

// sit starts a server for the book and returns how the command line works with it.
func sit(t *testing.T, b *book) (run func(args ...string) (code int, out, errs string)) {
	t.Helper()
	dir, err := os.MkdirTemp("", "cb") // not t.TempDir: its long names do not fit into a socket's address
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := pipe.Listen(filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	server := api.NewServer(api.Config{Desk: b, People: b, Tapes: b})
	server.Serve(l, "")
	client := api.NewClient(filepath.Join(dir, "s"))
	t.Cleanup(func() { client.Close(); server.Close() })
	return func(args ...string) (int, string, string) {
		o, err := Parse(args)
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		var out, errs bytes.Buffer
		code := Run(o, Env{Client: client, Out: &out, Err: &errs, In: strings.NewReader("")})
		return code, out.String(), errs.String()
	}
}

func TestDirectoryOnTheCommandLine(t *testing.T) {
	b := &book{}
	run := sit(t, b)
	file := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(file, []byte("name\nAnn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ := run("directory", "find", "zo", "acme")
	for _, row := range [][]string{{"*", "Zoë", "201", "business", "Acme", "staff/1"}, {"0170", "mobile"}, {"Support", "300", "queue"}} {
		if !hasRow(out, row) {
			t.Errorf("no row with %q in\n%s", row, out)
		}
	}
	_, out, errs := run("directory", "import", file)
	if !strings.Contains(out, "2 people imported as people.csv") || !strings.Contains(errs, "1 entries") || b.file != "name\nAnn\n" {
		t.Errorf("import: %q, %q, %q", out, errs, b.file)
	}
	if _, out, _ := run("directory", "sources"); !hasRow(out, []string{"staff", "7"}) {
		t.Errorf("sources: %s", out)
	}
	for _, args := range []string{"list", "import " + file + " --source mine", "remove mine", "refresh", "favourite staff/1", "favourite staff/1 --off"} {
		if code, _, errs := run(strings.Fields("directory " + args)...); code != OK {
			t.Errorf("%s: %d %s", args, code, errs)
		}
	}
	want := "find zo acme|import people.csv|find |import mine|remove mine|refresh|favourite staff/1 on|favourite staff/1 off"
	if got := strings.Join(b.asked, "|"); got != want {
		t.Errorf("asked %s\nwant  %s", got, want)
	}
	if code, _, errs := run("directory", "fly"); code != Misused || !strings.Contains(errs, "directory list") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestRecordingsOnTheCommandLine(t *testing.T) {
	b := &book{}
	run := sit(t, b)
	if _, out, _ := run("recordings", "c1"); !hasRow(out, []string{"r1", "1m30s", "c1", "call.wav track-01.wav", "The disk was full."}) {
		t.Errorf("recordings: %s", out)
	}
	for _, args := range []string{"play r1", "play r1 track-01.wav --from 12", "play --off"} {
		if code, _, errs := run(strings.Fields(args)...); code != OK {
			t.Errorf("%s: %d %s", args, code, errs)
		}
	}
	want := "recordings c1|play r1  0s|play r1 track-01.wav 12s|stop playing"
	if got := strings.Join(b.asked, "|"); got != want {
		t.Errorf("asked %s\nwant  %s", got, want)
	}
	if code, _, errs := run("play", "r2"); code != Failed || !strings.Contains(errs, "a call is open") {
		t.Errorf("in a call: %d %s", code, errs)
	}
	if code, _, _ := run("play"); code != Misused {
		t.Errorf("without a recording: %d", code)
	}
}
