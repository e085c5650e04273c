package widget

import "cordboard/ui/theme"

// column is a strip of the call table; a width of 0 means that it is not shown.
type column struct{ x, w float32 }

// columns are the strips of the call table. The party takes what the others leave.
type columns struct{ number, party, line, state, time, quality, next column }

// Widths below which a column gives way to the party, the least useful first.
const (
	roomForLine    = 860
	roomForNext    = 640
	roomForQuality = 560
	roomForTime    = 400
)

// columnsFor shares the width of the table out. A short one keeps number, party and state: who, and how.
func columnsFor(width float32) columns {
	px := theme.Px
	var c columns
	c.number = column{px(12), px(22)}
	right := width
	take := func(col *column, w, room float32) {
		if room > 0 && width < px(room) {
			return
		}
		right -= px(w)
		*col = column{right, px(w) - px(8)}
	}
	take(&c.next, 166, roomForNext)
	take(&c.quality, 66, roomForQuality)
	take(&c.time, 70, roomForTime)
	state := float32(196)
	if width < px(roomForLine) {
		state = 140
	}
	take(&c.state, state, 0)
	take(&c.line, 96, roomForLine)
	c.party = column{px(40), right - px(48)}
	return c
}
