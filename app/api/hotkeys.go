package api

import (
	"net/http"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/devices/hotkey"
)

// Hotkeys tells how the system-wide keys are doing.
type Hotkeys struct {
	hotkey.Status
	Settings settings.Hotkeys `json:"settings"`
	Said     string           `json:"said,omitempty"` // why the latest key did nothing, one sentence; empty when it did
}

func (s *Server) getHotkeys(w http.ResponseWriter, _ *http.Request) {
	reply(w, s.cfg.Admin.Hotkeys())
}

func (s *Server) putHotkeys(w http.ResponseWriter, r *http.Request) {
	var wanted settings.Hotkeys
	if err := decode(r, &wanted); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	now, err := s.cfg.Admin.SetHotkeys(wanted)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	reply(w, now)
}

// Raise brings the windows to the front, where they ask for the number that a verb needs; none when it is empty. While there
// is no window the wish waits for the first. It returns how many there are.
func (s *Server) Raise(ask cti.Verb) int { return s.hub.toWindow(Event{Event: EventRaise, Ask: ask}) }

// Say tells the operator a sentence in the windows that are there.
func (s *Server) Say(sentence string) { s.hub.announce(Event{Event: EventSaid, Said: sentence}) }
