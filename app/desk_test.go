//go:build cgo

package app

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cordboard/app/cli"
	"cordboard/app/settings"
	"cordboard/cti"
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

// What calls leave behind is collected after the last of them, once, and not while the next one begins.
func TestGarbageIsCollectedAfterCalls(t *testing.T) {
	none, up := &cti.Snapshot{}, &cti.Snapshot{Calls: []cti.CallView{{Call: cti.Call{Phase: cti.PhaseTalking}}}}
	d := &desk{}
	before := collections()
	for _, s := range []*cti.Snapshot{none, up, up} {
		d.tidyAfterCalls(s)
	}
	if n := collections() - before; n != 0 {
		t.Errorf("%d collections before a call has ended", n)
	}
	d.tidyAfterCalls(none)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for late := time.After(30 * time.Second); collections() == before; {
		select {
		case <-look.C:
		case <-late:
			t.Fatal("nothing was collected after the last call")
		}
	}
}

// collections counts those of the garbage that the program itself asked for.
func collections() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumForcedGC
}
