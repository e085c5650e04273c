package api

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"cordboard/app/contacts"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// openAPI describes the routes below; a test compares the two.
//
//go:embed openapi.json
var openAPI []byte

// route is one entry of the API. In and Out are examples of the bodies, for the document.
type route struct {
	method, path string
	summary      string
	params       []param
	in, out      any
	serve        func(*Server, http.ResponseWriter, *http.Request)
}

// file is the body of a route that takes a file instead of JSON, or gives one.
type file struct{}

// param is a parameter in the query of a route.
type param struct{ name, about string }

// table is the whole API.
var table = []route{
	{"GET", "/v1/state", "Everything the desk knows, once.", nil, nil, cti.Snapshot{}, (*Server).getState},
	{"GET", "/v1/events", "Everything, then each change as it happens: one JSON object a line.", eventParams, nil, Event{}, (*Server).getEvents},
	{"POST", "/v1/commands/{verb}", "Has a command carried out; 409 with one sentence when it cannot be.", nil, Request{}, Done{}, (*Server).postCommand},
	{"GET", "/v1/history", "Past calls, newest first.", historyParams, nil, storage.Page{}, (*Server).getHistory},
	{"GET", "/v1/lines", "All lines with their registration.", nil, nil, []cti.LineView{}, (*Server).getLines},
	{"POST", "/v1/lines", "Adds a line; its ID is made from its name when it has none.", nil, LineChange{}, LineDone{}, (*Server).postLine},
	{"PUT", "/v1/lines/{id}", "Adds or replaces the line of that ID.", nil, LineChange{}, LineDone{}, (*Server).putLine},
	{"DELETE", "/v1/lines/{id}", "Takes a line away; its calls go on until they end.", nil, nil, nil, (*Server).deleteLine},
	{"GET", "/v1/sound", "The sound devices in use and those present.", nil, nil, cti.Sound{}, (*Server).getSound},
	{"PUT", "/v1/sound", "Chooses sound devices: a name, \"\" for the system's default, \"none\", or the path of a .wav file.", nil, SoundChoice{}, nil, (*Server).putSound},
	{"GET", "/v1/profiles", "All policy profiles; the one in force is in the state.", nil, nil, []cti.Profile{}, (*Server).getProfiles},
	{"PUT", "/v1/profile", "Puts a policy profile in force.", nil, ProfileChoice{}, nil, (*Server).putProfile},
	{"GET", "/v1/directory", "People, groups and queues, best first; without a text the favourites and what an administrator put there.", peopleParams, nil, People{}, (*Server).getPeople},
	{"PUT", "/v1/directory/favourites", "Keeps an entry among the favourites, or does not any longer.", nil, Favourite{}, nil, (*Server).putFavourite},
	{"POST", "/v1/directory/refresh", "Reads the files of the settings again, and asks again for what is known of the watched numbers.", nil, nil, nil, (*Server).postRefresh},
	{"GET", "/v1/directory/sources", "Where the entries come from.", nil, nil, []storage.Source{}, (*Server).getSources},
	{"PUT", "/v1/directory/sources/{source}", "Imports a file, CSV with a row of headings or vCard, as all that comes from this source.", importParams, file{}, Imported{}, (*Server).putSource},
	{"DELETE", "/v1/directory/sources/{source}", "Takes all entries of an import away.", nil, nil, nil, (*Server).deleteSource},
	{"GET", "/v1/recordings", "The recordings of a call's row with their contents, or the latest of all.", recordingParams, nil, []Recorded{}, (*Server).getRecordings},
	{"GET", "/v1/recordings/{id}/{file}", "A file of a recording; index.json names them.", nil, nil, file{}, (*Server).getRecordingFile},
	{"GET", "/v1/play", "What is being played to the operator.", nil, nil, Playing{}, (*Server).getPlay},
	{"POST", "/v1/play", "Plays a recording to the operator; 409 while a call is open. A call that is answered ends it.", nil, Play{}, Playing{}, (*Server).postPlay},
	{"DELETE", "/v1/play", "Ends the playing.", nil, nil, nil, (*Server).deletePlay},
	{"GET", "/v1/hotkeys", "The system-wide keys: what each does and whether the system gives it.", nil, nil, Hotkeys{}, (*Server).getHotkeys},
	{"PUT", "/v1/hotkeys", "Chooses system-wide keys: by action a chord such as Ctrl+Alt+A, several with commas, or \"\" for none.", nil, settings.Hotkeys{}, Hotkeys{}, (*Server).putHotkeys},
	{"GET", "/v1/devices", "The headsets and handsets that are plugged in: what each can do, why one cannot be used, and what each button does now.", nil, nil, Devices{}, (*Server).getDevices},
	{"PUT", "/v1/headset", "Chooses the headset from which calls are started.", nil, HeadsetChoice{}, nil, (*Server).putHeadset},
	{"POST", "/v1/raise", "Brings the windows to the front.", nil, nil, Raised{}, (*Server).postRaise},
	{"PUT", "/v1/window", "Keeps how windows look, for the next start.", nil, settings.Window{}, nil, (*Server).putWindow},
	{"POST", "/v1/leave", "A window was closed by its user: the desk ends too if it was started for windows, none is left and no call is up.", nil, nil, nil, (*Server).postLeave},
	{"POST", "/v1/quit", "Ends the desk: calls are hung up, lines unregistered.", nil, nil, nil, (*Server).postQuit},
	{"GET", "/v1/openapi.json", "This document.", nil, nil, nil, (*Server).getOpenAPI},
}

var eventParams = []param{
	{"live", "1 adds levels and quality, up to ten times a second while somebody talks"},
	{"window", "1 says that the reader is a window that raise can bring to the front"},
}

var historyParams = []param{
	{"text", "every word must occur in some field"},
	{"line", "ID of a line"},
	{"direction", "incoming or outgoing"},
	{"result", "answered, missed, refused, busy, no answer, declined, failed, answered elsewhere"},
	{"from", "RFC 3339 time of the earliest call"},
	{"to", "RFC 3339 time before which the calls began"},
	{"limit", "rows of a page, 100 when absent"},
	{"offset", "rows to skip"},
}

var peopleParams = []param{
	{"text", "every word must begin a word of some field; a whole number finds whom it belongs to"},
	{"limit", "entries at most, 50 when absent"},
}

var importParams = []param{{"format", "csv or vcard; found out when absent"}}

var recordingParams = []param{{"call", "ID of the call in whose row they are, or the row of a call that is up"}}

// Request is the body of a command: the fields of all commands together. Which are needed depends on the verb.
type Request struct {
	Call     cti.CallID   `json:"call,omitempty"` // ID or row number of a call; the current one when absent. Of a new call: its ID, made when absent
	Line     cti.LineID   `json:"line,omitempty"`
	Route    string       `json:"route,omitempty"`
	Number   string       `json:"number,omitempty"`
	Identity cti.Identity `json:"identity,omitzero"`
	Digits   string       `json:"digits,omitempty"`
	Busy     bool         `json:"busy,omitempty"`
	On       *bool        `json:"on,omitempty"` // true when absent

	For     cti.CallID        `json:"for,omitempty"`        // consult: the call it is for, the current one when absent
	Conf    cti.ConfID        `json:"conference,omitempty"` // ID or number of a conference; the operator's own when absent
	Purpose cti.Purpose       `json:"purpose,omitempty"`
	Join    bool              `json:"join,omitempty"`
	Context map[string]string `json:"context,omitempty"`
	Calls   []cti.CallID      `json:"calls,omitempty"` // IDs or row numbers

	Deaf     *bool       `json:"deaf,omitempty"`
	Silent   *bool       `json:"silent,omitempty"`
	Music    *bool       `json:"music,omitempty"`
	Volume   *int        `json:"volume,omitempty"`   // dB
	Listener cti.PartyID `json:"listener,omitempty"` // ID or row number of a call, or operator
	Source   cti.PartyID `json:"source,omitempty"`
	Preset   cti.Preset  `json:"preset,omitempty"`

	Accept  *bool       `json:"accept,omitempty"` // true when absent
	New     cti.CallID  `json:"new,omitempty"`
	Rec     cti.RecID   `json:"recording,omitempty"` // the only one when absent
	Forward cti.Forward `json:"forward,omitzero"`
}

// Done is the answer to a command that was carried out.
type Done struct {
	Call      cti.CallID `json:"call,omitempty"`       // the call it acted on, or the new one
	Conf      cti.ConfID `json:"conference,omitempty"` // the conference it acted on, or the new one
	Recording cti.RecID  `json:"recording,omitempty"`  // the recording it acted on, or the new one
}

// LineChange is a line with, where it changes, its password. An absent password leaves the stored one, an empty one
// deletes it. Passwords never come out of the API again.
type LineChange struct {
	cti.LineConfig
	Password *string `json:"password,omitempty"`
}

// LineDone names the line that was added or replaced.
type LineDone struct {
	ID cti.LineID `json:"id"`
}

// SoundChoice chooses sound devices; what is absent stays as it is.
type SoundChoice struct {
	Mic     *string `json:"mic,omitempty"`
	Speaker *string `json:"speaker,omitempty"`
	Ringer  *string `json:"ringer,omitempty"`
}

// ProfileChoice names a policy profile.
type ProfileChoice struct {
	Name string `json:"name"`
}

// Raised says how many windows were asked to come to the front.
type Raised struct {
	Windows int `json:"windows"`
}

// Problem is the body of every answer that is not a success.
type Problem struct {
	Error string `json:"error"` // one sentence
}

// routes makes the handler of the table.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range table {
		most := int64(maxBody)
		if r.in == (file{}) {
			most = contacts.MaxFile
		}
		mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, req *http.Request) {
			req.Body = http.MaxBytesReader(w, req.Body, most)
			r.serve(s, w, req)
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		fail(w, http.StatusNotFound, fmt.Errorf("%s %s is not part of this API", req.Method, req.URL.Path))
	})
	return mux
}

// reply writes a JSON answer; nil is an answer without a body.
func reply(w http.ResponseWriter, body any) {
	if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // fails only when the client is gone
}

// fail writes one sentence.
func fail(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Problem{Error: err.Error()}) // fails only when the client is gone
}

// decode reads a body strictly: an unknown field is more likely a slip than a wish. An empty body is {}.
func decode(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fmt.Errorf("the body is larger than %d bytes", tooLarge.Limit)
	}
	if err != nil {
		return fmt.Errorf("the body is not what this route takes: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body has something after its JSON object")
	}
	return nil
}
