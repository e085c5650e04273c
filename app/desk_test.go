//go:build cgo

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordboard/app/cli"
	"cordboard/app/settings"
)

// A desk that cannot be built says why and ends; parts that have news already do not hold it up.
func TestDeskThatCannotStartEnds(t *testing.T) {
	home := t.TempDir()
	places, err := settings.Locate(home)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(home, "instance-id"), 0o700); err != nil { // where a file belongs
		t.Fatal(err)
	}
	none := "none"
	d, err := openDesk(cli.Options{Home: home, NoPractice: true, Mic: &none, Speaker: &none, Ringer: &none}, places, strings.NewReader(""))
	if err == nil {
		d.close()
		t.Fatal("the desk started without an identity")
	}
}
