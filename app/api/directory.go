package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"cordboard/app/contacts"
	"cordboard/storage"
)

// Directory is where people, groups and queues are looked up. Errors are sentences for the operator.
type Directory interface {
	// Find looks entries up as the profile in force allows; a limit of 0 is the usual one.
	Find(ctx context.Context, text string, limit int) ([]storage.Person, error)
	// SetFavourite keeps an entry among the favourites; storage.ErrNoPerson when there is none.
	SetFavourite(ctx context.Context, id string, on bool) error
	// Refresh reads everything that the settings name again.
	Refresh(context.Context) error
	Sources(context.Context) ([]storage.Source, error)
	// Import makes a file all that a source has; the source of the settings is not for imports.
	Import(ctx context.Context, source string, format contacts.Format, file []byte) (Imported, error)
	// RemoveSource takes an import away.
	RemoveSource(ctx context.Context, source string) error
}

// People is what a search of the directory found.
type People struct {
	People []storage.Person `json:"people"` // best first
}

// Favourite says whether an entry is one.
type Favourite struct {
	ID string `json:"id"`
	On bool   `json:"on"`
}

// Imported says what became of a file.
type Imported struct {
	People int `json:"people"`
	Left   int `json:"left_out"` // entries without a name, and numbers that cannot be dialled
}

func (s *Server) getPeople(w http.ResponseWriter, r *http.Request) {
	limit := 0
	if text := r.URL.Query().Get("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil {
			fail(w, http.StatusBadRequest, fmt.Errorf("limit %q is no number", text))
			return
		}
	}
	found, err := s.cfg.People.Find(r.Context(), r.URL.Query().Get("text"), limit)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, People{found})
}

func (s *Server) putFavourite(w http.ResponseWriter, r *http.Request) {
	var f Favourite
	if err := decode(r, &f); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	err := s.cfg.People.SetFavourite(r.Context(), f.ID, f.On)
	s.answer(w, err)
}

func (s *Server) postRefresh(w http.ResponseWriter, r *http.Request) {
	s.answer(w, s.cfg.People.Refresh(r.Context()))
}

func (s *Server) getSources(w http.ResponseWriter, r *http.Request) {
	all, err := s.cfg.People.Sources(r.Context())
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, all)
}

func (s *Server) putSource(w http.ResponseWriter, r *http.Request) {
	file, err := io.ReadAll(r.Body)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		fail(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the file is larger than %d bytes", tooLarge.Limit))
		return
	}
	if err != nil {
		fail(w, http.StatusBadRequest, fmt.Errorf("the file did not come whole: %w", err))
		return
	}
	done, err := s.cfg.People.Import(r.Context(), r.PathValue("source"), contacts.Format(r.URL.Query().Get("format")), file)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	reply(w, done)
}

func (s *Server) deleteSource(w http.ResponseWriter, r *http.Request) {
	s.answer(w, s.cfg.People.RemoveSource(r.Context(), r.PathValue("source")))
}

// answer is that of a route which gives nothing but its success.
func (s *Server) answer(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, storage.ErrNoPerson), errors.Is(err, ErrNoRecording):
		fail(w, http.StatusNotFound, err)
	case err != nil:
		fail(w, http.StatusConflict, err)
	default:
		reply(w, nil)
	}
}

// People looks the directory up.
func (c *Client) People(ctx context.Context, text string) ([]storage.Person, error) {
	var found People
	err := c.do(ctx, "GET", "/v1/directory?text="+url.QueryEscape(text), nil, &found)
	return found.People, err
}

// SetFavourite keeps an entry of the directory among the favourites, or does not any longer.
func (c *Client) SetFavourite(ctx context.Context, id string, on bool) error {
	return c.do(ctx, "PUT", "/v1/directory/favourites", Favourite{id, on}, nil)
}

// RefreshDirectory has the directory read again, and what is known of its numbers.
func (c *Client) RefreshDirectory(ctx context.Context) error {
	return c.do(ctx, "POST", "/v1/directory/refresh", nil, nil)
}

// Sources lists where the entries of the directory come from.
func (c *Client) Sources(ctx context.Context) ([]storage.Source, error) {
	var all []storage.Source
	err := c.do(ctx, "GET", "/v1/directory/sources", nil, &all)
	return all, err
}

// Import makes a file all that a source has in the directory. An empty format is found out.
func (c *Client) Import(ctx context.Context, source string, format contacts.Format, file []byte) (Imported, error) {
	var done Imported
	path := "/v1/directory/sources/" + url.PathEscape(source) + "?format=" + url.QueryEscape(string(format))
	err := c.do(ctx, "PUT", path, file, &done)
	return done, err
}

// RemoveSource takes an import away.
func (c *Client) RemoveSource(ctx context.Context, source string) error {
	return c.do(ctx, "DELETE", "/v1/directory/sources/"+url.PathEscape(source), nil, nil)
}
