package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/storage"
)

// openBoard starts the Switchboard with what the journal says.
func (d *desk) openBoard() error {
	state, seq := d.replay()
	d.choosePractice()
	d.describe()
	state.Lines = nil
	for _, l := range d.lines() {
		state.Lines = append(state.Lines, cti.Line{Config: l})
	}
	d.board = cti.NewSwitchboard(cti.Config{
		State: state, Seq: seq, SIP: d.stack, Media: d.engine, History: history{d}, Journal: d.journal(state, seq),
		Desk: func() cti.DeskInfo { return *d.info.Load() }, Log: d.log, Published: d.published,
	})
	close(d.boarded)
	d.onClose(d.saving.Wait)
	d.onClose(d.board.Close)
	return nil
}

// replay finds out what was going on when the last desk ended. What cannot be read is told, and the desk starts empty.
func (d *desk) replay() (cti.State, int64) {
	if d.store == nil {
		return cti.State{}, 0
	}
	kept, err := d.store.Load(context.Background())
	if err != nil {
		d.note("What was going on before cannot be read: " + err.Error() + ".")
		return cti.State{}, 0
	}
	var state cti.State
	if kept.State != nil {
		err = json.Unmarshal(kept.State, &state)
	}
	var effects [][]cti.Effect
	if err == nil {
		state, effects, err = cti.Replay(state, kept.Entries)
	}
	if err != nil {
		d.note("What was going on before cannot be taken up again: " + err.Error() + ".")
		return cti.State{}, kept.Seq
	}
	d.rewrite(state, effects)
	return state, kept.Seq
}

// rewrite records again what the journal says about the history: the last desk may have died between the two files.
// Rows replace themselves.
func (d *desk) rewrite(s cti.State, effects [][]cti.Effect) {
	for _, step := range effects {
		for _, e := range step {
			switch e := e.(type) {
			case cti.Record:
				d.store.Record(storage.RowOf(e.Call, lineName(s, e.Call.Line)))
			case cti.KeepRecording:
				d.store.KeepRecording(e)
			}
		}
	}
}

// lineName is how a line is called now; a line that is gone has its ID only.
func lineName(s cti.State, id cti.LineID) string {
	if l, ok := s.Line(id); ok {
		return l.Config.Name
	}
	return string(id)
}

// journal gives the Switchboard its journal, with the state it starts from: lines come from the settings and not from
// the entries before.
func (d *desk) journal(s cti.State, seq int64) cti.Journal {
	if d.store == nil {
		return noJournal{}
	}
	text, err := json.Marshal(s)
	if err == nil {
		err = d.store.Checkpoint(seq, time.Now(), text)
	}
	d.logged("write down the state at the start", err)
	return d.store
}

// noJournal stands in when there is no database; the operator was told.
type noJournal struct{}

func (noJournal) Append(cti.Entry) error                    { return nil }
func (noJournal) Checkpoint(int64, time.Time, []byte) error { return nil }

// history is the Switchboard's port to the history.
type history struct{ d *desk }

// Do records the row of a call, or a recording. It is called by the Switchboard's goroutine and returns at once.
func (h history) Do(e cti.Effect) {
	if h.d.store == nil {
		return
	}
	switch e := e.(type) {
	case cti.Record:
		h.record(e)
	case cti.KeepRecording:
		h.d.store.KeepRecording(e)
	}
}

func (h history) record(r cti.Record) {
	name := string(r.Call.Line)
	for _, l := range h.d.board.Snapshot().Lines {
		if l.ID == r.Call.Line {
			name = l.Name
		}
	}
	h.d.store.Record(storage.RowOf(r.Call, name))
}

// published hands a snapshot to the API; there is none yet while the desk starts.
func (d *desk) published(s *cti.Snapshot) {
	d.tidyAfterCalls(s)
	d.keepSwitches(s)
	if server := d.server.Load(); server != nil {
		server.Publish(s)
		d.endWhenLeft(s)
	}
}

// tidyAfter is how long after the last call its garbage is collected. A caller who waited in a queue comes sooner.
const tidyAfter = 100 * time.Millisecond

// tidyAfterCalls collects the garbage when the last call has ended and none follows at once. Else it would be collected
// when a call makes more of it, which is most at its beginning: one answer in ten would leave some milliseconds later.
func (d *desk) tidyAfterCalls(s *cti.Snapshot) {
	wasInCall := d.inCall
	d.inCall = busy(s)
	switch {
	case wasInCall && !d.inCall:
		d.tidy = time.AfterFunc(tidyAfter, runtime.GC)
	case !wasInCall && d.inCall && d.tidy != nil:
		d.tidy.Stop()
	}
}

// describe makes what the snapshots say about the desk, from the next one on.
func (d *desk) describe() {
	d.noted.Lock()
	defer d.noted.Unlock()
	d.info.Store(&cti.DeskInfo{
		Version: Version, PID: os.Getpid(), Started: d.started.Round(0), Home: d.places.Data,
		Practice: d.practicing.Load(), Notice: strings.Join(d.notices, " "), MicLevel: -100,
	})
}

// openLines lets the first input in: lines register, and calls that were up are taken up again.
func (d *desk) openLines() error {
	d.board.Post(cti.ProfileSet{Profile: d.settings.Policy.InForce()})
	d.board.Post(cti.Restarted{})
	return nil
}

// instanceID is the name of this installation towards registrars, the same for ever (RFC 5626 4.1).
func instanceID(dir string) (string, error) {
	file := filepath.Join(dir, "instance-id")
	text, err := os.ReadFile(file)
	if err == nil && strings.HasPrefix(string(text), "urn:uuid:") {
		return strings.TrimSpace(string(text)), nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read the name of this installation: %w", err)
	}
	id := newUUID()
	if err := os.WriteFile(file, []byte(id+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the name of this installation: %w", err)
	}
	return id, nil
}

// newUUID makes a random UUID (RFC 9562 5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// hangUp ends all calls and waits for the far ends to confirm.
func (d *desk) hangUp() {
	ctx, cancel := context.WithTimeout(context.Background(), hangupWithin)
	defer cancel()
	wake, stop := d.board.Watch()
	defer stop()
	for _, c := range d.board.Snapshot().Calls {
		if c.Live() {
			if err := d.board.Ask(ctx, cti.Hangup{Call: c.ID}); err != nil {
				d.log.Info("call not hung up", "call", c.ID, "error", err)
			}
		}
	}
	for busy(d.board.Snapshot()) {
		select {
		case <-wake:
		case <-ctx.Done():
			d.log.Warn("some calls did not end in time")
			return
		}
	}
}

// busy reports whether a call is up.
func busy(s *cti.Snapshot) bool {
	for _, c := range s.Calls {
		if c.Live() {
			return true
		}
	}
	return false
}
