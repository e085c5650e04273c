package cti

// Keys of the window, for the hints in the rows (CallView.Next) and for the window itself: what a hint names is what the
// key does. In a consult the key of the transfer completes it and the key of the consult swaps, so that one finger
// always hands over and another always goes to and fro.
const (
	KeyConnect    = "F2" // answers, takes back, joins a conference again
	KeyHold       = "F3" // of a conference: all members
	KeyMute       = "F4" // the operator's microphone
	KeyHangUp     = "F5"
	KeyTransfer   = "F6" // quick transfer; takes it back during the grace; Confirm in a consult
	KeyConsult    = "F7" // Swap in a consult
	KeyConference = "F8" // asks for one more, joins when he is connected (R53)
	KeyPickup     = "F9"
	KeyLeave      = "F10"
	KeyMatrix     = "F11" // who hears whom
	KeyRecord     = "F12" // start, pause, go on

	KeyAbort   = "Ctrl+F7" // ends the consulted leg
	KeySplit   = "Ctrl+F8"
	KeyEndAll  = "Ctrl+F5" // takes it back during the grace
	KeyStop    = "Ctrl+F12"
	KeyFollow  = "Enter" // does what the far end asks for (REFER), while nothing is typed
	KeyDecline = "Esc"
)
