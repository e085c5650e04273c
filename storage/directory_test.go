//go:build cgo

package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordboard/cti"
)

func openDirectory(t testing.TB, dir string) *Directory {
	t.Helper()
	d, notice, err := OpenDirectory(t.Context(), dir)
	if err != nil || notice != "" {
		t.Fatalf("open: %v, notice %q", err, notice)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

func fill(t testing.TB, d *Directory, source string, people ...Person) {
	t.Helper()
	if err := d.Replace(t.Context(), source, people); err != nil {
		t.Fatal(err)
	}
}

// names are those that a search finds, in order.
func names(t *testing.T, d *Directory, q PeopleQuery) []string {
	t.Helper()
	found, err := d.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("find %+v: %v", q, err)
	}
	all := []string{}
	for _, p := range found {
		all = append(all, p.Name)
	}
	return all
}

func numbered(name string, numbers ...string) Person {
	p := Person{Name: name}
	for _, n := range numbers {
		p.Numbers = append(p.Numbers, PersonNumber{Number: n, Kind: "business"})
	}
	return p
}

func staff(t testing.TB) *Directory {
	d := openDirectory(t, t.TempDir())
	fill(t, d, "staff",
		Person{Name: "Zoë Müller", Company: "Acme", Department: "Sales", Job: "Head", Street: "Hauptstraße 12", Numbers: []PersonNumber{{"+493012345678", "business"}, {"+491701234567", "mobile"}}},
		Person{Name: "Ann Sales", Note: "speaks French, asks Zoë", Numbers: []PersonNumber{{"201", "business"}}},
		Person{Name: "Support", Kind: KindGroup, Numbers: []PersonNumber{{"300", ""}}, Members: []string{"201", "202"}},
	)
	return d
}

func TestEveryFieldIsSearchedAsOneTypes(t *testing.T) {
	d := staff(t)
	for text, want := range map[string][]string{
		"zoe":           {"Zoë Müller", "Ann Sales"}, // the name counts more than the note
		"MUL acm":       {"Zoë Müller"},
		"haupt 12":      {"Zoë Müller"},
		"fre":           {"Ann Sales"},
		"sal":           {"Ann Sales", "Zoë Müller"},
		"oe":            {}, // the beginning of a word, not its middle
		"mul french":    {}, // every word
		`" OR name : *`: {},
		"sup":           {"Support"},
	} {
		if d := cmp.Diff(want, names(t, d, PeopleQuery{Text: text})); d != "" {
			t.Errorf("%q (-want +got):\n%s", text, d)
		}
	}
}

func TestWholeNumberFindsItsOwnerInEveryNotation(t *testing.T) {
	d := staff(t)
	for _, text := range []string{"+493012345678", "030 12345678", "0049 30 1234 5678", "(030) 12345678", "12345678"} {
		if got := names(t, d, PeopleQuery{Text: text}); !slices.Equal(got, []string{"Zoë Müller"}) {
			t.Errorf("%s finds %q", text, got)
		}
	}
	for _, text := range []string{"1234", "5678", "20", "+493112345678", "9201"} {
		if got := names(t, d, PeopleQuery{Text: text}); len(got) != 0 {
			t.Errorf("%s, which is nobody's whole number, finds %q", text, got)
		}
	}
}

func TestPersonComesBackWhole(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	want := Person{ID: "7", Kind: KindQueue, Name: "Support", Company: "Acme", Department: "Service", Job: "Help", Street: "Elm 1", Note: "day and night",
		Numbers: []PersonNumber{{"300", "business"}, {"+15551234567", "mobile"}}, Members: []string{"202", "201"}, Watch: true, Line: "sales"}
	fill(t, d, "staff", want)
	found, err := d.Find(t.Context(), PeopleQuery{Text: "support"})
	want.ID, want.Source = "staff/7", "staff"
	if diff := cmp.Diff([]Person{want}, found); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	watched, err := d.Watched(t.Context())
	if diff := cmp.Diff(map[cti.LineID][]string{"sales": {"300", "+15551234567", "202", "201"}}, watched); err != nil || diff != "" {
		t.Errorf("watched: %v (-want +got):\n%s", err, diff)
	}
}

func TestGroupsCanBeSwitchedOff(t *testing.T) {
	d := staff(t)
	for _, text := range []string{"support", "300"} {
		if got := names(t, d, PeopleQuery{Text: text, NoGroups: true}); len(got) != 0 {
			t.Errorf("%s finds %q", text, got)
		}
	}
	for _, q := range []PeopleQuery{{Text: "french", NoGroups: true}, {Text: "201", NoGroups: true}} {
		if got := names(t, d, q); !slices.Equal(got, []string{"Ann Sales"}) {
			t.Errorf("without groups %q finds %q", q.Text, got)
		}
	}
	if got := names(t, d, PeopleQuery{Predefined: "staff", NoGroups: true}); slices.Contains(got, "Support") {
		t.Errorf("the list has the group: %q", got)
	}
}

func TestWithoutTextFavouritesComeBeforeThePredefined(t *testing.T) {
	dir := t.TempDir()
	d := openDirectory(t, dir)
	fill(t, d, "settings", numbered("Beate", "301"), numbered("Anton", "302"))
	fill(t, d, "import", numbered("Zacharias", "303"), numbered("Yvonne", "304"))
	found, err := d.Find(t.Context(), PeopleQuery{Text: "zach"})
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if err := d.SetFavourite(t.Context(), found[0].ID, true); err != nil {
		t.Fatal(err)
	}
	fill(t, d, "import", numbered("Zacharias", "303")) // brought once more
	q := PeopleQuery{Predefined: "settings"}
	if got := names(t, d, q); !slices.Equal(got, []string{"Zacharias", "Anton", "Beate"}) {
		t.Errorf("without text: %q", got)
	}
	if err := d.SetFavourite(t.Context(), found[0].ID, false); err != nil {
		t.Fatal(err)
	}
	if got := names(t, d, q); !slices.Equal(got, []string{"Anton", "Beate"}) {
		t.Errorf("without favourites: %q", got)
	}
	if err := d.SetFavourite(t.Context(), "nobody", true); err == nil {
		t.Error("nobody can be a favourite")
	}
}

func TestSourceIsReplacedAsAWhole(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	fill(t, d, "a", numbered("Old", "401"), numbered("Both", "402"), numbered("Both", "402"))
	fill(t, d, "b", numbered("Other", "403"))
	if got := names(t, d, PeopleQuery{Text: "both"}); len(got) != 1 {
		t.Errorf("who occurs twice in a source is kept as %q", got)
	}
	fill(t, d, "a", numbered("New", "404"))
	for text, want := range map[string]int{"old": 0, "both": 0, "new": 1, "other": 1, "401": 0} {
		if got := names(t, d, PeopleQuery{Text: text}); len(got) != want {
			t.Errorf("%s finds %q", text, got)
		}
	}
	fill(t, d, "a")
	sources, err := d.Sources(t.Context())
	if diff := cmp.Diff([]Source{{"b", 1}}, sources); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestNumberGivesTheNameOfItsOnlyOwner(t *testing.T) {
	d := openDirectory(t, t.TempDir())
	fill(t, d, "a", numbered("Ann", "+493012345678"), numbered("Bob", "+12015551234"), numbered("Bea", "+12025551234"), numbered("Desk", "201"))
	for number, want := range map[string]string{
		"03012345678": "Ann", "+12015551234": "Bob", "5551234": "", "201": "Desk", "9201": "", "": "", "anonymous": "", "0": "",
	} {
		if got, err := d.Name(t.Context(), number); err != nil || got != want {
			t.Errorf("%q is called %q, %v; want %q", number, got, err, want)
		}
	}
}

func TestDamagedDirectoryIsMovedAside(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, DirectoryFile), []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	d, notice, err := OpenDirectory(t.Context(), dir)
	if err != nil || !strings.Contains(notice, "directory database was damaged") {
		t.Fatalf("notice %q, %v", notice, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func BenchmarkDirectoryOf50000(b *testing.B) {
	d := openDirectory(b, b.TempDir())
	people := make([]Person, 50_000)
	for i := range people {
		people[i] = Person{Name: fmt.Sprintf("%c%c Person %d", 'A'+i%26, 'a'+i/26%26, i), Company: "Acme", Department: fmt.Sprintf("Department %d", i%100),
			Street: fmt.Sprintf("Main street %d", i), Numbers: []PersonNumber{{fmt.Sprintf("+4930%07d", i), "business"}}}
	}
	fill(b, d, "all", people...)
	for _, text := range []string{"p", "ma", "acme main", "department 42", "person 49999", "qz", "030 0049999", "person acme 77"} {
		b.Run(strings.ReplaceAll(text, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				if _, err := d.Find(b.Context(), PeopleQuery{Text: text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
