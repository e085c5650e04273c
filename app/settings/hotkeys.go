package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cordboard/devices/hotkey"
)

// Hotkeys are the system-wide keys. Keys says by action which chords differ from the default, with commas between several;
// an empty text takes the key away.
type Hotkeys struct {
	Off  bool              `json:"off,omitempty" toml:"off,omitempty"` // takes no key at all
	Keys map[string]string `json:"keys,omitempty" toml:"keys,omitempty"`
}

// Action is something that a system-wide key can do.
type Action struct {
	Name    string
	About   string // a few words, which the desktop may show in its own list of keys
	Default string // chord, empty for none
}

// Actions are all of them. Where the window has a key for the same, the default is Ctrl+Shift with it.
var Actions = []Action{
	{"answer", "Answer, or take back from hold", "Ctrl+Shift+F2"},
	{"hold", "Hold or resume", "Ctrl+Shift+F3"},
	{"mute", "Microphone off or on", "Ctrl+Shift+F4"},
	{"hangup", "Hang up", "Ctrl+Shift+F5"},
	{"transfer", "Transfer, or complete it", "Ctrl+Shift+F6"},
	{"consult", "Ask somebody first, or swap", "Ctrl+Shift+F7"},
	{"conference", "Add to a conference", "Ctrl+Shift+F8"},
	{"push-to-talk", "Microphone on while it is held", "Ctrl+Shift+F9"},
	{"dial-selection", "Dial what is marked", "Ctrl+Shift+F10"},
	{"mask", "Pause a recording or let it go on", "Ctrl+Shift+F11"},
	{"record", "Start or stop a recording", "Ctrl+Shift+F12"},
	{"dial-clipboard", "Dial what was copied", "Ctrl+Shift+Insert"},
	{"show", "Show the window", "Ctrl+Shift+F1"},
	{"swap", "Swap the two parties of a consult", ""},
	{"confirm", "Complete a transfer", ""},
	{"abort", "End the consult and take the caller back", ""},
	{"split", "Take a member out of a conference", ""},
	{"hold-all", "Hold all members of a conference, or resume", ""},
	{"attend", "Take part in a conference, or step out", ""},
	{"leave", "Leave a conference so that the others go on", ""},
	{"end-all", "End a conference for all", ""},
	{"pickup", "Take a call that rings elsewhere", ""},
	{"dnd", "Do not disturb on or off", ""},
}

// maxChords is how many keys one action can have.
const maxChords = 4

// Bindings are the keys to take, in the order of Actions.
func (h Hotkeys) Bindings() []hotkey.Binding {
	var out []hotkey.Binding
	if h.Off {
		return nil
	}
	for _, a := range Actions {
		chords, err := h.chords(a)
		if err != nil {
			continue // Check has refused it
		}
		for _, c := range chords {
			out = append(out, hotkey.Binding{Action: a.Name, About: a.About, Chord: c})
		}
	}
	return out
}

// chords reads what is set for an action, or its default.
func (h Hotkeys) chords(a Action) ([]hotkey.Chord, error) {
	text, set := h.Keys[a.Name]
	if !set {
		text = a.Default
	}
	var out []hotkey.Chord
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		c, err := hotkey.Parse(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("hotkeys, %s: %w", a.Name, err)
		}
		out = append(out, c)
	}
	if len(out) > maxChords {
		return nil, fmt.Errorf("hotkeys, %s: there are %d keys, the most is %d", a.Name, len(out), maxChords)
	}
	return out, nil
}

// Check says in one sentence what is wrong with the keys.
func (h Hotkeys) Check() error {
	for _, name := range slices.Sorted(maps.Keys(h.Keys)) {
		i := slices.IndexFunc(Actions, func(a Action) bool { return a.Name == name })
		if i < 0 {
			return fmt.Errorf("hotkeys: %.40q is not something that a key can do", name)
		}
		if _, err := h.chords(Actions[i]); err != nil {
			return err
		}
	}
	return nil
}
