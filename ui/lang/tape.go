package lang

// Texts of the player under the history.
const (
	TapePlay    Text = "Play"
	TapePause   Text = "Pause"
	TapeStop    Text = "Stop"
	TapeNext    Text = "Next"
	TapeTitle   Text = "Recording"
	TapeOf      Text = "%d of %d"
	TapeAt      Text = "%s / %s" // the place in the recording, and its length
	TapeRuns    Text = "It is still being recorded"
	TapeGone    Text = "There is no recording of this call any more."
	TapeStopped Text = "A call wanted your ear: Play goes on here"
	TapeIdle    Text = "Nothing is being played."
)
