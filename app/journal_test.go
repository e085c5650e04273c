//go:build cgo

package app

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// nobody is a port that does nothing: no far end ever answers by itself.
type nobody struct{}

func (nobody) Do(cti.Effect) {}

// testDesk is a desk as far as it keeps books: database and Switchboard, no SIP and no sound.
func testDesk(t *testing.T, dir string) *desk {
	t.Helper()
	d := &desk{places: settings.Places{Data: dir}, log: slog.New(slog.DiscardHandler), boarded: make(chan struct{})}
	store, err := storage.Open(t.Context(), storage.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	d.store = store
	d.describe()
	return d
}

// start starts the Switchboard as openBoard does.
func (d *desk) start() {
	state, seq := d.replay()
	state.Lines = []cti.Line{{Config: cti.LineConfig{ID: "desk", Name: "Desk"}}}
	d.board = cti.NewSwitchboard(cti.Config{
		State: state, Seq: seq, SIP: nobody{}, Media: nobody{}, History: history{d}, Journal: d.journal(state, seq),
		Desk: func() cti.DeskInfo { return *d.info.Load() }, Log: d.log,
	})
}

func (d *desk) stop(t *testing.T) {
	t.Helper()
	d.board.Close()
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, dir string) []storage.Row {
	t.Helper()
	page, err := storage.OpenReader(dir).Search(t.Context(), storage.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Rows
}

// play lets calls come, be answered, held and ended, in an order that the seed chooses.
func play(t *testing.T, b *cti.Switchboard, seed uint64) {
	t.Helper()
	chance := rand.New(rand.NewPCG(seed, 0))
	b.Post(cti.LineRegistered{Line: "desk", Reg: cti.Registration{State: cti.RegOK}})
	var calls []cti.CallID
	for range 120 {
		if len(calls) == 0 || chance.IntN(6) == 0 {
			calls = append(calls, begin(t, b, chance))
			continue
		}
		id := calls[chance.IntN(len(calls))]
		switch chance.IntN(6) {
		case 0:
			b.Post(cti.Answer{Call: id})
		case 1:
			b.Post(cti.Connected{Call: id, Session: cti.MediaSession{Version: 1, Codec: cti.Codec{Name: "pcma", PT: 8}}})
		case 2:
			b.Post(cti.Hold{Call: id, On: chance.IntN(2) == 0})
		case 3:
			b.Post(cti.Identified{Call: id, Number: "777", Name: fmt.Sprint("Name ", chance.IntN(9))})
		case 4:
			b.Post(cti.Hangup{Call: id})
		case 5:
			b.Post(cti.Ended{Call: id, By: cti.SidePeer, Code: []int{0, 486, 603, 487}[chance.IntN(4)], Reason: "It is over."})
		}
	}
	for _, id := range calls {
		b.Post(cti.Ended{Call: id, By: cti.SidePeer, Reason: "It is over."})
	}
}

// begin starts a call in one direction or the other.
func begin(t *testing.T, b *cti.Switchboard, chance *rand.Rand) cti.CallID {
	t.Helper()
	id := cti.NewCallID()
	if chance.IntN(2) == 0 {
		b.Post(cti.Offered{Call: id, Line: "desk", Number: "4711", Name: "Caller"})
	} else {
		b.Post(cti.Dial{Call: id, Line: "desk", Number: "201"})
	}
	return id
}

// The desk is killed before any row reached the disk: what the journal says makes the same history.
func TestHistoryFollowsFromTheJournal(t *testing.T) {
	for seed := range uint64(8) {
		dir := t.TempDir()
		d := testDesk(t, dir)
		b := recording(d)
		play(t, b, seed)
		d.stop(t)
		want := rows(t, dir)
		if len(want) < 5 {
			t.Fatalf("seed %d: only %d calls were played", seed, len(want))
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(filepath.Join(dir, storage.HistoryFile) + suffix); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		again := testDesk(t, dir)
		again.start()
		if err := again.store.Sync(context.Background()); err != nil {
			t.Fatal(err)
		}
		again.stop(t)
		if diff := cmp.Diff(want, rows(t, dir)); diff != "" {
			t.Errorf("seed %d (-history +from the journal):\n%s", seed, diff)
		}
	}
}

// recording starts the Switchboard with a journal that is never cut, so that all of it can be replayed.
func recording(d *desk) *cti.Switchboard {
	d.board = cti.NewSwitchboard(cti.Config{
		State: cti.State{}, SIP: nobody{}, Media: nobody{}, History: history{d}, Journal: uncut{d.store},
		Desk: func() cti.DeskInfo { return *d.info.Load() }, Log: d.log,
	})
	d.board.Post(cti.LineSet{Config: cti.LineConfig{ID: "desk", Name: "Desk"}})
	return d.board
}

type uncut struct{ *storage.Store }

func (uncut) Checkpoint(int64, time.Time, []byte) error { return nil }
