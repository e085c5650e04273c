package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"time"

	"cordboard/cti"
	"cordboard/media/record"
	"cordboard/storage"
)

// ErrNoRecording is answered for a recording or a file of one that does not exist.
var ErrNoRecording = errors.New("there is no such recording")

// Recordings is where recordings are looked up and played. Errors are sentences for the operator.
type Recordings interface {
	// List lists the recordings of a call's row, oldest first; without a call the latest of all, newest first.
	List(context.Context, cti.CallID) ([]Recorded, error)
	// Open opens a file in a recording's folder and nowhere else; ErrNoRecording when there is none. The caller closes it.
	Open(id cti.RecID, file string) (*os.File, error)
	// Play plays to the operator, in place of what is being played. It is refused while a call is open.
	Play(Play) (Playing, error)
	Playing() Playing
	StopPlaying()
}

// Recorded is a recording with what its folder has.
type Recorded struct {
	storage.Recording
	Index *record.Index `json:"index,omitempty"` // absent when the folder is gone
}

// Play says what to play.
type Play struct {
	Recording cti.RecID `json:"recording"`
	File      string    `json:"file,omitempty"` // one track; all parts of the whole recording when absent
	At        int64     `json:"at_ms,omitempty"`
}

// Playing is what is being played; without a recording it is nothing.
type Playing struct {
	Recording cti.RecID `json:"recording,omitempty"`
	File      string    `json:"file,omitempty"`
	At        int64     `json:"at_ms"`
	Length    int64     `json:"length_ms"`
}

func (s *Server) getRecordings(w http.ResponseWriter, r *http.Request) {
	owner := cti.CallID(r.URL.Query().Get("call"))
	if owner != "" {
		var err error
		if owner, err = callOf(s.cfg.Desk.Snapshot(), owner); err != nil {
			fail(w, http.StatusNotFound, err)
			return
		}
	}
	all, err := s.cfg.Tapes.List(r.Context(), owner)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, append([]Recorded{}, all...)) // an empty list is [], not null
}

func (s *Server) getRecordingFile(w http.ResponseWriter, r *http.Request) {
	f, err := s.cfg.Tapes.Open(cti.RecID(r.PathValue("id")), r.PathValue("file"))
	if err != nil {
		s.answer(w, err)
		return
	}
	defer func() { _ = f.Close() }() // only read
	http.ServeContent(w, r, r.PathValue("file"), time.Time{}, f)
}

func (s *Server) getPlay(w http.ResponseWriter, _ *http.Request) { reply(w, s.cfg.Tapes.Playing()) }

func (s *Server) postPlay(w http.ResponseWriter, r *http.Request) {
	var p Play
	if err := decode(r, &p); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	playing, err := s.cfg.Tapes.Play(p)
	if err != nil {
		s.answer(w, err)
		return
	}
	reply(w, playing)
}

func (s *Server) deletePlay(w http.ResponseWriter, _ *http.Request) {
	s.cfg.Tapes.StopPlaying()
	reply(w, nil)
}

// Recordings lists the recordings of a call's row, oldest first; without a call the latest of all, newest first.
func (c *Client) Recordings(ctx context.Context, call cti.CallID) ([]Recorded, error) {
	var all []Recorded
	err := c.do(ctx, "GET", "/v1/recordings?call="+url.QueryEscape(string(call)), nil, &all)
	return all, err
}

// Play has a recording played to the operator.
func (c *Client) Play(ctx context.Context, p Play) (Playing, error) {
	var playing Playing
	err := c.do(ctx, "POST", "/v1/play", p, &playing)
	return playing, err
}

// Playing asks what is being played.
func (c *Client) Playing(ctx context.Context) (Playing, error) {
	var playing Playing
	err := c.do(ctx, "GET", "/v1/play", nil, &playing)
	return playing, err
}

// StopPlaying ends what Play began.
func (c *Client) StopPlaying(ctx context.Context) error {
	return c.do(ctx, "DELETE", "/v1/play", nil, nil)
}
