package ui

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// Config is all that a window needs; Desk is the only part that must be there.
type Config struct {
	Desk       Desk
	History    History    // nil: the history says that it is not available
	Recordings Recordings // nil: nothing can be played
	Settings   Settings   // nil: the settings can be read only
	Contacts   []Contact
	Directory  Directory // nil: there is no directory
	// Identities are the caller IDs that were chosen last, by line, as Settings.SaveIdentity was given them (R15).
	Identities map[cti.LineID]string
	Look       theme.Look // as kept from the last time; the zero value follows the drawing's dark theme
	Title      string     // of the main window, "Cordboard" when empty

	// Now is the clock of all running times; time.Now when nil.
	Now func() time.Time
	// Inline does work that may block, and what follows from it, at once on the UI goroutine. Tests set it to
	// be free of chance; a product never does, for a slow desk would freeze the window.
	Inline bool
}

// Link is implemented by a Desk that lives in another process.
type Link interface {
	// Lost is empty while the desk answers, else one sentence that says what is being done about it.
	// A change of it wakes Updates. It never blocks.
	Lost() string
}

// Contact is a number that the window offers beside the table, for example a colleague of the practice exchange.
type Contact struct {
	Name   string
	Number string
	Note   string // what to expect there, a few words
}

// Person is an entry of the directory.
type Person = view.Person

// PersonNumber is one number of a person.
type PersonNumber = view.Number

// DirectoryMost is how many people a search of the directory returns at most.
const DirectoryMost = 50

// Directory is where the window looks people, groups and queues up. All methods may block, are never called from the UI
// goroutine, and return one sentence for the operator as their error.
type Directory interface {
	// Find returns at most DirectoryMost people in whose fields every word of text occurs, best first; for an empty text
	// the favourites and what an administrator put there.
	Find(text string) ([]Person, error)
	// Refresh fetches the directory, and what is known of its numbers, again.
	Refresh() error
	// SetFavourite keeps a person among the favourites, or does not any longer.
	SetFavourite(id string, on bool) error
}

// HistoryFilter narrows a search of the history.
type HistoryFilter uint8

// The filters that the history window offers.
const (
	HistoryAll HistoryFilter = iota
	HistoryMissed
	HistoryIncoming
	HistoryOutgoing
)

// HistoryRow is one past call.
type HistoryRow struct {
	cti.Call
	LineName string // as the line was called at the time
	Recorded int    // recordings that belong to the call
}

// HistoryPage is one page of a search.
type HistoryPage struct {
	Rows  []HistoryRow // newest first
	Total int          // of all pages
}

// History is where the window looks up past calls. It needs neither network nor a running desk.
type History interface {
	// Search finds the calls in which every word of text occurs in any field; pages start at 0 and hold
	// HistoryPageSize rows. It may block and is never called from the UI goroutine.
	Search(text string, filter HistoryFilter, page int) (HistoryPage, error)
}

// HistoryPageSize is the number of rows on a page of the history.
const HistoryPageSize = 50

// PastRecording is one recording of a past call.
type PastRecording = view.PastRecording

// Playing is what the desk plays to the operator; without a recording it is nothing.
type Playing struct {
	Recording  cti.RecID
	At, Length time.Duration
}

// Recordings plays recordings to the operator. All methods may block, are never called from the UI goroutine except for Stop
// when the window has closed, and return one sentence for the operator as their error.
type Recordings interface {
	// List returns the recordings that belong to the row of a past call, oldest first.
	List(cti.CallID) ([]PastRecording, error)
	// Play plays a recording from a place on, instead of what is being played. It is refused while a call is open, and a
	// call that is answered ends it.
	Play(id cti.RecID, at time.Duration) (Playing, error)
	// Playing tells what is being played, and where it is.
	Playing() (Playing, error)
	// Stop ends the playing.
	Stop() error
}

// Settings carries out what the settings window asks for. All methods may block, are never called from the
// UI goroutine, and return one sentence for the operator as their error.
type Settings interface {
	// SaveLine adds a line (empty ID) or replaces it. A nil password leaves the stored one as it is.
	SaveLine(cfg cti.LineConfig, password *string) error
	// RemoveLine takes a line away; its calls go on until they end.
	RemoveLine(cti.LineID) error
	// SetSound chooses devices by name; empty is the system's default, "none" is none.
	SetSound(mic, speaker, ringer string) error
	// SaveLook keeps theme and size for the next start.
	SaveLook(theme.Look) error
	// SaveIdentity keeps which caller ID was chosen last on a line, for the next start; empty is the line's own.
	SaveIdentity(line cti.LineID, identity string) error
}
