package view

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// PastRow is one row of the history.
type PastRow struct {
	ID     cti.CallID
	When   string
	Arrow  string // in or out
	Party  string
	Number string // as to be dialled again
	Sub    string
	Line   string
	Result Chip
	Talked string
	Record Chip // the mark of a recorded call, no word for others
}

// Past makes the row of a past call, to which so many recordings belong, as it reads now.
func Past(c cti.Call, lineName string, recorded int, now time.Time) PastRow {
	v := cti.CallView{Call: c}
	row := PastRow{
		ID: c.ID, When: whenText(c.Created, now), Arrow: "→", Party: partyName(v, nil), Number: Clean(c.Number),
		Line: firstOf(Clean(lineName), string(c.Line)), Result: pastChip(c), Talked: talked(v, c.Finished),
	}
	if recorded > 0 {
		row.Record = recordChip(Recorded)
	}
	if c.Direction == cti.Incoming {
		row.Arrow = "←"
	}
	number := row.Number
	if number == row.Party {
		number = ""
	}
	reason := Clean(c.End.Reason)
	if c.End.Result == cti.ResultAnswered {
		reason = ""
	}
	row.Sub = joined(number, Clean(c.Route), reason)
	return row
}

// pastChip names how a past call went; unlike in the table an answered one is worth its colour.
func pastChip(c cti.Call) Chip {
	if c.End.Result == cti.ResultAnswered {
		return Chip{lang.Answered.String(), "", Talk}
	}
	return endedChip(c.End.Result)
}

// whenText is the time of day for today and yesterday, else the date with it.
func whenText(t, now time.Time) string {
	t = t.In(now.Location())
	day := func(x time.Time) time.Time {
		y, m, d := x.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	}
	switch clock := t.Format("15:04"); {
	case day(t).Equal(day(now)):
		return lang.Today.With(clock)
	case day(t).Equal(day(now.AddDate(0, 0, -1))):
		return lang.Yesterday.With(clock)
	}
	return t.Format("2006-01-02 15:04")
}

// PageStatus says how many calls were found and which page of them is shown.
func PageStatus(total, page, size int) []Span {
	switch {
	case total == 0:
		return []Span{{Text: lang.HistoryEmpty.String(), Role: Quiet}}
	case total == 1:
		return []Span{{Text: lang.HistoryOne.String(), Role: Quiet}}
	case total <= size:
		return []Span{{Text: lang.HistoryCount.With(total), Role: Quiet}}
	}
	return []Span{{Text: lang.HistoryCount.With(total), Role: Quiet}, {Text: "·", Role: Quiet},
		{Text: lang.HistoryPage.With(page+1, (total+size-1)/size), Role: Quiet}}
}
