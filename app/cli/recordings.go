package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
)

// recordings lists those of a call's row, or the latest of all.
func recordings(ctx context.Context, o Options, env Env) error {
	var call cti.CallID
	if len(o.Args) > 0 {
		call = cti.CallID(o.Args[0])
	}
	all, err := env.Client.Recordings(ctx, call)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, all)
	}
	recordingTable(env.Out, all)
	return nil
}

// play plays a recording to the operator, or ends that.
func play(ctx context.Context, o Options, env Env) error {
	if o.Off {
		return env.Client.StopPlaying(ctx)
	}
	if len(o.Args) == 0 {
		return &UsageError{"say play RECORDING, or play --off"}
	}
	p := api.Play{Recording: cti.RecID(o.Args[0]), At: int64(o.From) * 1000}
	if len(o.Args) > 1 {
		p.File = o.Args[1]
	}
	_, err := env.Client.Play(ctx, p)
	return err
}

func recordingTable(w io.Writer, all []api.Recorded) {
	if len(all) == 0 {
		say(w, "no recordings\n")
		return
	}
	rows := [][]string{{"RECORDING", "WHEN", "LENGTH", "CALL", "FILES", ""}}
	for _, r := range all {
		length := "running"
		if !r.Ended.IsZero() {
			length = r.Ended.Sub(r.Started).Round(time.Second).String()
		}
		rows = append(rows, []string{string(r.ID), r.Started.Local().Format("2006-01-02 15:04:05"), length, string(r.Owner),
			strings.Join(filesOf(r), " "), r.Fault})
	}
	table(w, rows...)
}

// filesOf are the files of a recording, as play takes them.
func filesOf(r api.Recorded) []string {
	if r.Index == nil {
		return []string{"gone"}
	}
	var files []string
	for _, part := range r.Index.Parts {
		files = append(files, part.Call)
		for _, track := range part.Tracks {
			files = append(files, track.File)
		}
	}
	return files
}

// doingsTables show what the desk does beside single calls; what there is nothing of is left out.
func doingsTables(w io.Writer, s *cti.Snapshot) {
	conferenceTable(w, s)
	if len(s.Recordings) > 0 {
		rows := [][]string{{"RECORDING", "SINCE", "CALLS", ""}}
		for _, r := range s.Recordings {
			note := r.Fault
			if r.Paused {
				note = strings.TrimSpace("paused " + note)
			}
			rows = append(rows, []string{string(r.ID), age(r.Started), strings.Join(rowsOf(s, r.Calls), " "), note})
		}
		say(w, "\n")
		table(w, rows...)
	}
	lampTable(w, s)
	for _, l := range s.Lines {
		if mail, ok := s.VoiceMail[l.ID]; ok && (mail.Waiting || mail.New+mail.Old > 0) {
			say(w, "\nvoice mail of %s: %d new, %d old\n", printable(l.Name), mail.New, mail.Old)
		}
	}
	if s.Profile.Name != "" {
		say(w, "\nprofile %s\n", printable(s.Profile.Name))
	}
}

func conferenceTable(w io.Writer, s *cti.Snapshot) {
	if len(s.Conferences) == 0 {
		return
	}
	rows := [][]string{{"", "CONFERENCE", "MEMBERS", "OPERATOR", "ID", ""}}
	for i, c := range s.Conferences {
		var members []cti.CallID
		for _, call := range s.Calls {
			if call.Conf == c.ID {
				members = append(members, call.ID)
			}
		}
		operator := "takes part"
		if c.Away {
			operator = "is away"
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), c.Name, strings.Join(rowsOf(s, members), " "), operator, string(c.ID), c.Note})
	}
	say(w, "\n")
	table(w, rows...)
}

// rowsOf are the rows of calls in the table of calls, with what a person knows them by.
func rowsOf(s *cti.Snapshot, calls []cti.CallID) []string {
	var rows []string
	for i, c := range s.Calls {
		for _, id := range calls {
			if c.ID == id {
				rows = append(rows, fmt.Sprintf("%d:%s", i+1, c.Number))
			}
		}
	}
	return rows
}

func lampTable(w io.Writer, s *cti.Snapshot) {
	if len(s.Lamps) == 0 {
		return
	}
	rows := [][]string{{"LAMP", "LINE", "STATE", "SINCE", "", ""}}
	for _, l := range s.Lamps {
		rows = append(rows, []string{l.Number, string(l.Line), string(l.State), age(l.At), l.Caller, l.Note})
	}
	say(w, "\n")
	table(w, rows...)
}
