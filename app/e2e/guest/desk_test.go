//go:build cgo && linux

package guest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
)

// patience is how long a test waits for anything, by the clock of the guest.
const patience = 60 * time.Second

// desk is the program with its own folder, as a window sees it.
type desk struct {
	t      *testing.T
	home   string
	client *api.Client
	remote *api.Remote
}

// start runs the desk with a file for the sound, and waits until it answers.
func start(t *testing.T) *desk {
	t.Helper()
	home, err := os.MkdirTemp("", "cb") // not t.TempDir: its long names do not fit into a socket's address
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, home: home}
	parent := exec.Command(program, "--headless", "--home", home, "--mic", "none", "--speaker", "none", "--ringer", "none")
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	socket, err := settings.Places{Runtime: home}.Socket()
	if err != nil {
		t.Fatal(err)
	}
	d.client = api.NewClient(socket)
	d.remote = api.NewRemote(api.RemoteConfig{Client: d.client})
	t.Cleanup(func() {
		d.remote.Close()
		_ = d.client.Quit(context.Background()) // what does not end is killed
		_ = parent.Process.Signal(os.Interrupt)
		_ = parent.Wait() // the exit code says nothing here
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(home, "desk.log")) // may not be there
			t.Logf("the desk said:\n%s", log)
		}
		_ = os.RemoveAll(home) // the guest forgets it anyway
	})
	select {
	case <-d.remote.Ready():
	case <-time.After(patience):
		log, _ := os.ReadFile(filepath.Join(home, "desk.log")) // may not be there
		t.Fatalf("the desk does not answer; it said:\n%s", log)
	}
	return d
}

// await waits until what is known about the desk is so.
func (d *desk) await(what string, ok func(*cti.Snapshot) bool) {
	d.t.Helper()
	late := time.After(patience)
	for !ok(d.remote.Snapshot()) {
		select {
		case <-d.remote.Updates():
		case <-late:
			d.t.Fatalf("%s does not happen; the calls are %+v", what, d.remote.Snapshot().Calls)
		}
	}
}

// call waits until some call, or that of the ID, is so.
func (d *desk) call(id cti.CallID, what string, ok func(cti.CallView) bool) cti.CallView {
	d.t.Helper()
	var found cti.CallView
	d.await("call "+what, func(s *cti.Snapshot) bool {
		for _, c := range s.Calls {
			if (id == "" || c.ID == id) && ok(c) {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// headset waits until the desk has a headset in use, or has none.
func (d *desk) headset(there bool) {
	d.t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	late := time.After(patience)
	for {
		found, err := d.client.Devices(d.t.Context())
		if err == nil && (len(found.Headsets) == 1 && found.Headsets[0].Primary) == there {
			return
		}
		select {
		case <-look.C:
		case <-late:
			d.t.Fatalf("a headset in use: want %v; there is %+v, %v", there, found.Headsets, err)
		}
	}
}

// do has a command carried out.
func (d *desk) do(verb cti.Verb, r api.Request) {
	d.t.Helper()
	if _, err := d.client.Command(d.t.Context(), verb, r); err != nil {
		d.t.Fatalf("%s: %v", verb, err)
	}
}
