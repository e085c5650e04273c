package storage

import (
	"context"
	"database/sql"
	"time"

	"cordboard/cti"
)

// Recording is a recording in the index. Its files lie in a folder that has its ID as name.
type Recording struct {
	ID      cti.RecID  `json:"id"`
	Owner   cti.CallID `json:"owner"` // the call in whose row it is played
	Started time.Time  `json:"started"`
	Ended   time.Time  `json:"ended,omitzero"`  // zero: it runs
	Parties int        `json:"parties"`         // calls that were kept
	Fault   string     `json:"fault,omitempty"` // one sentence when it broke off
}

const upsertRecording = `
INSERT INTO recordings (id, owner, started, ended, parties, fault) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, started = excluded.started, ended = excluded.ended,
  parties = max(parties, excluded.parties), fault = excluded.fault`

// KeepRecording puts a recording into the index, replacing an earlier entry of the same ID. It returns at once.
func (s *Store) KeepRecording(k cti.KeepRecording) {
	r := k.Recording
	s.put(change{
		key: "recording " + string(r.ID), sql: upsertRecording,
		args: []any{r.ID, r.Owner, millis(r.Started), millis(k.Ended), len(r.Calls), r.Fault},
	})
}

// latest is how many recordings are listed of a history that has many.
const latest = 1000

// Recordings lists the recordings of a call's row, oldest first; without a call the latest of all, newest first.
func (r *Reader) Recordings(ctx context.Context, owner cti.CallID) (all []Recording, err error) {
	query, args := "SELECT id, owner, started, ended, parties, fault FROM recordings WHERE owner = ? ORDER BY started, id", []any{owner}
	if owner == "" {
		query, args = "SELECT id, owner, started, ended, parties, fault FROM recordings ORDER BY started DESC, id DESC LIMIT ?", []any{latest}
	}
	err = r.with(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err below has said what there is to say
		for rows.Next() {
			var rec Recording
			var started, ended int64
			if err := rows.Scan(&rec.ID, &rec.Owner, &started, &ended, &rec.Parties, &rec.Fault); err != nil {
				return err
			}
			rec.Started, rec.Ended = fromMillis(started), fromMillis(ended)
			all = append(all, rec)
		}
		return rows.Err()
	})
	return all, err
}
