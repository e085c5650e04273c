package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordboard/app/contacts"
	"cordboard/storage"
)

// fakePeople is a directory of the test that notes what it is asked.
type fakePeople struct {
	asked   []string
	file    []byte
	refusal error
}

func (f *fakePeople) note(words ...string) error {
	f.asked = append(f.asked, strings.Join(words, " "))
	return f.refusal
}

func (f *fakePeople) Find(_ context.Context, text string, limit int) ([]storage.Person, error) {
	return []storage.Person{{ID: "a/1", Name: "Ann", Numbers: []storage.PersonNumber{{Number: "201", Kind: "business"}}}}, f.note("find", text, strings.Repeat("x", limit))
}

func (f *fakePeople) SetFavourite(_ context.Context, id string, on bool) error {
	return f.note("favourite", id, map[bool]string{true: "on", false: "off"}[on])
}

func (f *fakePeople) Refresh(context.Context) error { return f.note("refresh") }

func (f *fakePeople) Sources(context.Context) ([]storage.Source, error) {
	return []storage.Source{{Name: "staff", People: 3}}, f.note("sources")
}

func (f *fakePeople) Import(_ context.Context, source string, format contacts.Format, file []byte) (Imported, error) {
	f.file = file
	return Imported{People: 2, Left: 1}, f.note("import", source, string(format))
}

func (f *fakePeople) RemoveSource(_ context.Context, source string) error {
	return f.note("remove", source)
}

func TestDirectoryOverTheAPI(t *testing.T) {
	desk, _, client := serve(t)
	people, err := client.People(t.Context(), "zoë & co")
	if err != nil || len(people) != 1 || people[0].Name != "Ann" || people[0].Numbers[0].Kind != "business" {
		t.Errorf("people %+v, %v", people, err)
	}
	file := bytes.Repeat([]byte("name,number\n"), maxBody/8) // larger than any other body may be
	done, err := client.Import(t.Context(), "staff/north 1", contacts.CSV, file)
	if err != nil || done != (Imported{People: 2, Left: 1}) || !bytes.Equal(desk.people.file, file) {
		t.Errorf("import: %+v, %v, %d bytes", done, err, len(desk.people.file))
	}
	if sources, err := client.Sources(t.Context()); err != nil || len(sources) != 1 || sources[0].People != 3 {
		t.Errorf("sources %+v, %v", sources, err)
	}
	for _, err := range []error{client.SetFavourite(t.Context(), "a/1", true), client.RefreshDirectory(t.Context()), client.RemoveSource(t.Context(), "staff/north 1")} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []string{"find zoë & co ", "import staff/north 1 csv", "sources", "favourite a/1 on", "refresh", "remove staff/north 1"}
	if d := cmp.Diff(want, desk.people.asked); d != "" {
		t.Errorf("(-want +asked):\n%s", d)
	}
}

func TestDirectoryRefusesInWords(t *testing.T) {
	desk, _, client := serve(t)
	desk.people.refusal = storage.ErrNoPerson
	if err := client.SetFavourite(t.Context(), "x", true); err == nil || err.Error() != storage.ErrNoPerson.Error() {
		t.Errorf("%v", err)
	}
	desk.people.refusal = errors.New("the file has no row of headings")
	if _, err := client.Import(t.Context(), "staff", "", []byte("x")); err == nil || err.Error() != "the file has no row of headings" {
		t.Errorf("%v", err)
	}
	resp, err := client.http.Get("http://localhost/v1/directory?limit=many")
	if err != nil || resp.StatusCode != http.StatusBadRequest {
		t.Fatalf("%v, %v", resp, err)
	}
	_ = resp.Body.Close() // read enough
}
