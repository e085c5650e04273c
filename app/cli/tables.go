package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"cordboard/cti"
	"cordboard/storage"
)

// table prints rows in columns. Text of the far end is cleaned of what a terminal would obey.
func table(w io.Writer, rows ...[]string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i := range row {
			row[i] = printable(row[i])
		}
		say(t, "%s\n", strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	_ = t.Flush() // a terminal that is gone
}

// printable takes out control characters and marks that turn the direction of writing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return -1
	}, s)
}

func stateTable(w io.Writer, s *cti.Snapshot) {
	if s.Desk.Notice != "" {
		say(w, "%s\n\n", printable(s.Desk.Notice))
	}
	lineTable(w, s.Lines)
	callTable(w, s)
	doingsTables(w, s)
}

func callTable(w io.Writer, s *cti.Snapshot) {
	if len(s.Calls) == 0 {
		say(w, "\nno calls\n")
		return
	}
	rows := [][]string{{"", "NUMBER", "NAME", "LINE", "STATE", "FOR", "CODEC"}}
	for i, c := range s.Calls {
		rows = append(rows, []string{fmt.Sprint(i + 1), c.Number, c.Name, string(c.Line), callWord(c), age(c.Since), c.Codec})
	}
	say(w, "\n")
	table(w, rows...)
}

// callWord says in a few words what a call is doing.
func callWord(c cti.CallView) string {
	words := []string{c.Direction.String(), c.Phase.String()}
	for _, mark := range []struct {
		on   bool
		word string
	}{{c.Held, "held"}, {c.HeldByPeer, "held by the other side"}, {c.Muted, "muted"}, {c.Recovering, "being taken up again"}} {
		if mark.on {
			words = append(words, mark.word)
		}
	}
	if c.Phase == cti.PhaseEnded {
		words = append(words, c.End.Reason)
	}
	return strings.Join(words, ", ")
}

func age(since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return time.Since(since).Round(time.Second).String()
}

func lineTable(w io.Writer, lines []cti.LineView) {
	if len(lines) == 0 {
		say(w, "no lines\n")
		return
	}
	rows := [][]string{{"LINE", "NAME", "ADDRESS", "STATE"}}
	for _, l := range lines {
		state := l.Registration.State.String()
		if l.Why != "" {
			state = l.Why
		}
		address := l.Config.User
		if l.Config.Server != "" {
			address += "@" + l.Config.Server
		}
		rows = append(rows, []string{string(l.ID), l.Name, address, state})
	}
	table(w, rows...)
}

func soundTable(w io.Writer, s cti.Sound) {
	row := func(what string, d cti.Device) []string { return []string{what, d.Name, string(d.State), d.Note} }
	table(w, []string{"", "DEVICE", "STATE", ""}, row("microphone", s.Mic), row("speaker", s.Speaker), row("ringer", s.Ringer))
	say(w, "\nmicrophones: %s\nspeakers: %s\n", printable(strings.Join(s.Inputs, ", ")), printable(strings.Join(s.Outputs, ", ")))
}

func historyTable(w io.Writer, page storage.Page) {
	if len(page.Rows) == 0 {
		say(w, "no calls\n")
		return
	}
	rows := [][]string{{"WHEN", "", "NUMBER", "NAME", "LINE", "RESULT", "LENGTH", "REASON"}}
	for _, r := range page.Rows {
		rows = append(rows, []string{r.Created.Local().Format("2006-01-02 15:04:05"), r.Direction.String(), r.Number, r.Name,
			r.LineName, r.Result.String(), r.Duration().Round(time.Second).String(), r.Reason})
	}
	table(w, rows...)
	if page.Total > len(page.Rows) {
		say(w, "%d of %d calls\n", len(page.Rows), page.Total)
	}
}
