package cti

import (
	"encoding/json"
	"time"
)

// journal appends the input. A journal that fails does not stop calls: what is lost is their recovery, and
// the operator is told so once.
func (b *Switchboard) journal(in Input, now time.Time) {
	kind, data, err := EncodeInput(in)
	if err == nil {
		b.seq++
		err = b.cfg.Journal.Append(Entry{Seq: b.seq, At: now, Kind: kind, Data: data})
	}
	b.noteJournal(err)
}

// checkpoint lets the journal be cut at this State.
func (b *Switchboard) checkpoint(now time.Time) {
	data, err := json.Marshal(b.state)
	if err == nil {
		err = b.cfg.Journal.Checkpoint(b.seq, now, data)
	}
	b.cut = b.seq // also when it failed: the next one is due in its time, not at every input
	b.noteJournal(err)
}

// noteJournal logs the moment at which the journal breaks and the one at which it works again.
func (b *Switchboard) noteJournal(err error) {
	switch {
	case err != nil && !b.jammed:
		b.cfg.Log.Error("the journal cannot be written", "err", err)
		b.jamNotice = "Calls go on, but they cannot be written down: " + err.Error()
	case err == nil && b.jammed:
		b.cfg.Log.Info("the journal works again")
		b.jamNotice = ""
	}
	b.jammed = err != nil
}
