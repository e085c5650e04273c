package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

func (s *Server) getState(w http.ResponseWriter, _ *http.Request) {
	reply(w, s.cfg.Desk.Snapshot())
}

// getEvents streams until the client leaves or the desk ends.
func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	sub := s.hub.subscribe(q.Get("live") == "1", q.Get("window") == "1")
	defer s.hub.unsubscribe(sub)
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := http.NewResponseController(w)
	for {
		select {
		case <-sub.wake:
		case <-r.Context().Done():
			return
		}
		if err := out.SetWriteDeadline(time.Now().Add(slowReader)); err != nil {
			s.cfg.Log.Debug("event stream without a write deadline", "error", err)
		}
		for _, line := range s.hub.take(sub) {
			if _, err := w.Write(line); err != nil {
				return // the client is gone or does not read
			}
		}
		if out.Flush() != nil {
			return // the same
		}
	}
}

func (s *Server) getHistory(w http.ResponseWriter, r *http.Request) {
	q, err := historyQuery(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	page, err := s.cfg.History.Search(r.Context(), q)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	if page.Rows == nil {
		page.Rows = []storage.Row{} // an empty list is [], not null
	}
	reply(w, page)
}

// historyQuery reads the parameters of a search.
func historyQuery(v url.Values) (storage.Query, error) {
	q := storage.Query{Text: v.Get("text"), Line: cti.LineID(v.Get("line"))}
	var errs []error
	read := func(name string, into func(string) error) {
		if text := v.Get(name); text != "" {
			if err := into(text); err != nil {
				errs = append(errs, fmt.Errorf("%s %q is not understood: %w", name, text, err))
			}
		}
	}
	word := func(u interface{ UnmarshalText([]byte) error }) func(string) error {
		return func(text string) error { return u.UnmarshalText([]byte(text)) }
	}
	number := func(n *int) func(string) error {
		return func(text string) (err error) { *n, err = strconv.Atoi(text); return err }
	}
	read("direction", word(&q.Direction))
	read("result", word(&q.Result))
	read("from", word(&q.From))
	read("to", word(&q.To))
	read("limit", number(&q.Limit))
	read("offset", number(&q.Offset))
	return q, cmp.Or(errs...)
}

func (s *Server) getLines(w http.ResponseWriter, _ *http.Request) {
	reply(w, append([]cti.LineView{}, s.cfg.Desk.Snapshot().Lines...)) // an empty list is [], not null
}

func (s *Server) postLine(w http.ResponseWriter, r *http.Request) { s.saveLine(w, r, "") }

func (s *Server) putLine(w http.ResponseWriter, r *http.Request) {
	s.saveLine(w, r, cti.LineID(r.PathValue("id")))
}

func (s *Server) saveLine(w http.ResponseWriter, r *http.Request, id cti.LineID) {
	var change LineChange
	if err := decode(r, &change); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	if id != "" {
		change.ID = id
	}
	change.Practice = false // only the desk makes those
	saved, err := s.cfg.Admin.SaveLine(change.LineConfig, change.Password)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	reply(w, LineDone{ID: saved})
}

func (s *Server) deleteLine(w http.ResponseWriter, r *http.Request) {
	err := s.cfg.Admin.RemoveLine(cti.LineID(r.PathValue("id")))
	switch {
	case errors.Is(err, ErrNoLine):
		fail(w, http.StatusNotFound, err)
	case err != nil:
		fail(w, http.StatusInternalServerError, err)
	default:
		reply(w, nil)
	}
}

func (s *Server) getSound(w http.ResponseWriter, _ *http.Request) {
	reply(w, s.cfg.Desk.Snapshot().Sound)
}

func (s *Server) putSound(w http.ResponseWriter, r *http.Request) {
	var choice SoundChoice
	if err := decode(r, &choice); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	if err := s.cfg.Admin.SetSound(choice); err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, nil)
}

func (s *Server) postRaise(w http.ResponseWriter, _ *http.Request) {
	s.hub.announce(Event{Event: EventRaise})
	reply(w, Raised{Windows: s.Windows()})
}

func (s *Server) postQuit(w http.ResponseWriter, _ *http.Request) {
	reply(w, nil)
	s.cfg.Admin.Quit(false)
}

// postLeave is asked by a window that has let go of the event stream already.
func (s *Server) postLeave(w http.ResponseWriter, _ *http.Request) {
	reply(w, nil)
	if s.Windows() == 0 {
		s.cfg.Admin.Quit(true)
	}
}

func (s *Server) putWindow(w http.ResponseWriter, r *http.Request) {
	var look settings.Window
	if err := decode(r, &look); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	if err := s.cfg.Admin.SetWindow(look); err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, nil)
}

func (s *Server) getOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI) // fails only when the client is gone
}

func (s *Server) getProfiles(w http.ResponseWriter, _ *http.Request) {
	reply(w, s.cfg.Admin.Profiles())
}

func (s *Server) putProfile(w http.ResponseWriter, r *http.Request) {
	var choice ProfileChoice
	if err := decode(r, &choice); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	if err := s.cfg.Admin.SetProfile(choice.Name); err != nil {
		fail(w, http.StatusConflict, err)
		return
	}
	reply(w, nil)
}
