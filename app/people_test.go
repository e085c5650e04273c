//go:build cgo

package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// peopleDesk is a desk with a directory that the settings and a file of theirs fill, and one line with a server.
func peopleDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	d := testDesk(t, dir)
	d.places = settings.Places{Config: dir, Data: dir}
	file := "name,number,kind,watch\nAnn,+493012345678,,yes\nHelp,301,group,\n"
	if err := os.WriteFile(filepath.Join(dir, "people.csv"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	d.settings = settings.Settings{
		Lines: []cti.LineConfig{{ID: "desk", Server: "pbx.example", Watch: []string{"2044"}}},
		Directory: settings.Directory{Files: []string{"people.csv"}, Targets: []storage.Person{
			{Name: "Support", Kind: storage.KindQueue, Numbers: []storage.PersonNumber{{Number: "300"}}, Members: []string{"201"}, Watch: true},
		}},
	}
	if err := d.openPeople(); err != nil {
		t.Fatal(err)
	}
	d.start()
	t.Cleanup(func() { d.stop(t); d.close() })
	return d
}

// found are the names that a search of the API finds.
func found(t *testing.T, d *desk, text string) string {
	t.Helper()
	people, err := apiPeople{d}.Find(t.Context(), text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

func TestSettingsFillTheDirectory(t *testing.T) {
	d := peopleDesk(t)
	if err := d.provision(t.Context()); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"": "Support", "an": "Ann", "sup": "Support", "help": "Help"} {
		if got := found(t, d, text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	d.settings.Directory = settings.Directory{}
	if err := d.provision(t.Context()); err != nil || found(t, d, "ann") != "" || found(t, d, "") != "" {
		t.Errorf("what the settings no longer name is still there: %v", err)
	}
}

// R28: a target that needs single sign-on is offered only where that is enabled.
func TestTargetThatNeedsASignOn(t *testing.T) {
	d := peopleDesk(t)
	for _, enabled := range []bool{false, true} {
		d.settings.Directory.SignOn = enabled
		d.settings.Directory.Targets = []storage.Person{
			{Name: "Board", Numbers: []storage.PersonNumber{{Number: "400"}}, SignOn: true},
			{Name: "Support", Numbers: []storage.PersonNumber{{Number: "300"}}},
		}
		if err := d.provision(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := found(t, d, "board"); (got == "Board") != enabled || found(t, d, "support") != "Support" {
			t.Errorf("with single sign-on %v the search finds %q", enabled, got)
		}
	}
}

// A file that is broken for a moment must not empty the directory.
func TestUnreadableFileLeavesWhatItBrought(t *testing.T) {
	d := peopleDesk(t)
	if err := d.provision(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.places.Config, "people.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.provision(t.Context()); err == nil || !strings.Contains(err.Error(), "people.csv") || found(t, d, "ann") != "Ann" {
		t.Errorf("%v", err)
	}
}

func TestImportsBringNoGroupsAndLeaveTheSettingsAlone(t *testing.T) {
	d := peopleDesk(t)
	a := apiPeople{d}
	done, err := a.Import(t.Context(), "mine", "", []byte("name,number,kind\nBob,202,\nMob,303,group\n"))
	if err != nil || done.People != 1 || found(t, d, "bob") != "Bob" || found(t, d, "mob") != "" {
		t.Errorf("%+v, %v", done, err)
	}
	for _, source := range []string{"settings", "settings people.csv", "", "a\nb"} {
		if _, err := a.Import(t.Context(), source, "", []byte("name\nEve\n")); err == nil {
			t.Errorf("an import as %q is taken", source)
		}
	}
	if err := a.RemoveSource(t.Context(), "mine"); err != nil || found(t, d, "bob") != "" {
		t.Errorf("after its removal: %v", err)
	}
}

func TestGroupsAreNotFoundWhereTheProfileForbidsThem(t *testing.T) {
	d := peopleDesk(t)
	if err := d.provision(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.board.Post(cti.ProfileSet{Profile: cti.Profile{Name: "strict", NoGroups: true}})
	await(t, d, "the profile in force", func(s *cti.Snapshot) bool { return s.Profile.NoGroups })
	if got := found(t, d, "support"); got != "" {
		t.Errorf("a group is found: %q", got)
	}
}

func TestWatchedPeopleHaveLamps(t *testing.T) {
	d := peopleDesk(t)
	if err := d.loadPeople(); err != nil {
		t.Fatal(err)
	}
	await(t, d, "lamps of the settings, of the queue and its member, and of Ann", func(s *cti.Snapshot) bool {
		var numbers []string
		for _, l := range s.Lamps {
			numbers = append(numbers, l.Number)
		}
		return slices.Equal(numbers, []string{"+493012345678", "201", "2044", "300"})
	})
}

// R27: what was known of a number is asked for anew.
func TestRefreshForgetsTheLamps(t *testing.T) {
	d := peopleDesk(t)
	if err := (apiPeople{d}).Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.board.Post(cti.LampChanged{Lamp: cti.Lamp{Line: "desk", Number: "2044", State: cti.LampBusy}})
	busy := func(s *cti.Snapshot) bool {
		return slices.ContainsFunc(s.Lamps, func(l cti.Lamp) bool { return l.Number == "2044" && l.State == cti.LampBusy })
	}
	await(t, d, "news of a lamp", busy)
	if err := (apiPeople{d}).Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	await(t, d, "lamps of which nothing is known", func(s *cti.Snapshot) bool { return len(s.Lamps) == 4 && !busy(s) })
}

func TestCallerWithoutANameHasThatOfTheDirectory(t *testing.T) {
	d := peopleDesk(t)
	if err := d.provision(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(d.boarded)
	for _, c := range []struct{ number, name, want string }{
		{"03012345678", "", "Ann"}, {"03012345678", "03012345678", "Ann"}, {"03012345678", "Mallory", "Mallory"}, {"999", "", ""},
	} {
		id := cti.NewCallID()
		d.post(cti.Offered{Call: id, Line: "desk", Number: c.number, Name: c.name})
		await(t, d, "the caller's name", func(s *cti.Snapshot) bool {
			return slices.ContainsFunc(s.Calls, func(v cti.CallView) bool { return v.ID == id && v.Name == c.want })
		})
	}
}

// await waits for a snapshot.
func await(t *testing.T, d *desk, what string, there func(*cti.Snapshot) bool) {
	t.Helper()
	wake, stop := d.board.Watch()
	defer stop()
	late := time.After(30 * time.Second)
	for !there(d.board.Snapshot()) {
		select {
		case <-wake:
		case <-late:
			t.Fatalf("no %s: %+v", what, d.board.Snapshot())
		}
	}
}
