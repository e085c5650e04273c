package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cordboard/app/pipe"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for anything.
const patience = 30 * time.Second

// fakeDesk is a desk of the test: it shows what it is told to and notes what it is asked.
type fakeDesk struct {
	mu      sync.Mutex
	snap    *cti.Snapshot
	asked   []cti.Command
	refusal error
	lines   map[cti.LineID]LineChange
	sound   SoundChoice
	quits   []bool
	query   storage.Query
	hotkeys Hotkeys
	headset string
	people  fakePeople
	tapes   fakeTapes
}

func (f *fakeDesk) Snapshot() *cti.Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.snap
}

func (f *fakeDesk) Ask(_ context.Context, c cti.Command) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, c)
	return f.refusal
}

func (f *fakeDesk) SaveLine(cfg cti.LineConfig, password *string) (cti.LineID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if cfg.ID == "" {
		cfg.ID = "made"
	}
	if err := settings.CheckLine(cfg); err != nil {
		return "", err
	}
	f.lines[cfg.ID] = LineChange{LineConfig: cfg, Password: password}
	return cfg.ID, nil
}

func (f *fakeDesk) RemoveLine(id cti.LineID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.lines[id]; !ok {
		return ErrNoLine
	}
	delete(f.lines, id)
	return nil
}

func (f *fakeDesk) SetSound(c SoundChoice) error    { f.sound = c; return nil }
func (f *fakeDesk) SetWindow(settings.Window) error { return nil }
func (f *fakeDesk) Profiles() []cti.Profile         { return cti.Presets() }
func (f *fakeDesk) SetProfile(string) error         { return nil }
func (f *fakeDesk) Hotkeys() Hotkeys                { return f.hotkeys }
func (f *fakeDesk) Quit(idle bool)                  { f.quits = append(f.quits, idle) }
func (f *fakeDesk) Search(_ context.Context, q storage.Query) (storage.Page, error) {
	f.query = q
	return storage.Page{Rows: []storage.Row{{ID: "c1", Number: "201"}}, Total: 1}, nil
}

// show makes the desk show a snapshot and tells the server.
func (f *fakeDesk) show(s *Server, snap *cti.Snapshot) {
	f.mu.Lock()
	f.snap = snap
	f.mu.Unlock()
	s.Publish(snap)
}

// snapshot has two lines and calls of those IDs, all connected.
func snapshot(seq uint64, calls ...cti.CallID) *cti.Snapshot {
	s := &cti.Snapshot{
		Seq: seq, At: time.UnixMilli(int64(seq)).UTC(), Desk: cti.DeskInfo{Version: "test", MicLevel: -100},
		Lines: []cti.LineView{{ID: "desk", Name: "Desk", Usable: true}, {ID: "sales", Name: "Sales"}},
		Calls: []cti.CallView{},
	}
	for _, id := range calls {
		s.Calls = append(s.Calls, cti.CallView{Call: cti.Call{ID: id, Line: "desk", Number: "201", Phase: cti.PhaseTalking}})
	}
	return s
}

// serve starts a server on a socket and returns it with its desk and a client.
func serve(t *testing.T) (*fakeDesk, *Server, *Client) {
	t.Helper()
	dir, err := os.MkdirTemp("", "cb") // not t.TempDir: its long names do not fit into a socket's address
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return serveAt(t, filepath.Join(dir, "s"))
}

func serveAt(t *testing.T, socket string) (*fakeDesk, *Server, *Client) {
	t.Helper()
	desk := &fakeDesk{snap: snapshot(1), lines: map[cti.LineID]LineChange{}}
	l, err := pipe.Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(Config{Desk: desk, Admin: desk, History: desk, People: &desk.people, Tapes: &desk.tapes})
	s.Serve(l, "")
	c := NewClient(socket)
	t.Cleanup(func() { c.Close(); s.Close() })
	return desk, s, c
}

func TestEveryVerbBecomesItsCommand(t *testing.T) {
	desk, s, c := serve(t)
	desk.show(s, snapshot(2, "first", "second"))
	off := false
	for _, tc := range []struct {
		verb cti.Verb
		body Request
		want cti.Command
	}{
		{"answer", Request{Call: "second"}, cti.Answer{Call: "second"}},
		{"answer", Request{Call: "2"}, cti.Answer{Call: "second"}},
		{"hangup", Request{Call: "first", Busy: true}, cti.Hangup{Call: "first", Busy: true}},
		{"hold", Request{Call: "first"}, cti.Hold{Call: "first", On: true}},
		{"hold", Request{Call: "first", On: &off}, cti.Hold{Call: "first"}},
		{"resume", Request{Call: "first"}, cti.Hold{Call: "first"}},
		{"mute", Request{Call: "first"}, cti.Mute{Call: "first", On: true}},
		{"unmute", Request{Call: "first"}, cti.Mute{Call: "first"}},
		{"dtmf", Request{Call: "first", Digits: "12#"}, cti.SendDTMF{Call: "first", Digits: "12#"}},
		{
			"dial", Request{Call: "new", Line: "desk", Route: "City", Number: "201"},
			cti.Dial{Call: "new", Line: "desk", Route: "City", Number: "201"},
		},
	} {
		done, err := c.Command(t.Context(), tc.verb, tc.body)
		if err != nil || done.Call != tc.want.Target() {
			t.Errorf("%s: call %q, %v", tc.verb, done.Call, err)
		}
		if d := cmp.Diff(tc.want, desk.asked[len(desk.asked)-1]); d != "" {
			t.Errorf("%s (-want +asked):\n%s", tc.verb, d)
		}
	}
	if done, err := c.Command(t.Context(), "dial", Request{Number: "201"}); err != nil || done.Call == "" {
		t.Errorf("dial without an ID gives call %q, %v", done.Call, err)
	}
}

func TestCurrentCallIsMeantWhenNoneIsNamed(t *testing.T) {
	desk, s, c := serve(t)
	if _, err := c.Command(t.Context(), "hangup", Request{}); err == nil || err.Error() != "there is no call" {
		t.Errorf("no call at all: %v", err)
	}
	snap := snapshot(2, "held", "open")
	snap.Calls[0].Held = true
	desk.show(s, snap)
	if done, err := c.Command(t.Context(), "hangup", Request{}); err != nil || done.Call != "open" {
		t.Errorf("call %q, %v; want the open one", done.Call, err)
	}
	if _, err := c.Command(t.Context(), "hangup", Request{Call: "3"}); err == nil || !strings.Contains(err.Error(), "row 3") {
		t.Errorf("a row that is not there: %v", err)
	}
}

func TestRefusalIsOneSentence(t *testing.T) {
	desk, _, c := serve(t)
	desk.refusal = &cti.Refused{Verb: cti.VerbDial, Reason: "All lines are down."}
	if _, err := c.Command(t.Context(), "dial", Request{Number: "1"}); err == nil || err.Error() != "All lines are down." {
		t.Errorf("error %v", err)
	}
}

// raw sends a request past the client's care.
func raw(t *testing.T, c *Client, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestBadRequestsAreToldInOneSentence(t *testing.T) {
	desk, _, c := serve(t)
	for _, tc := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/v1/commands/dial", `{"number":`, 400, "not what this route takes"},
		{"POST", "/v1/commands/dial", `{"numbr":"1"}`, 400, `unknown field`},
		{"POST", "/v1/commands/dial", `{"number":201}`, 400, "number"},
		{"POST", "/v1/commands/dial", `{} {}`, 400, "after its JSON object"},
		{"POST", "/v1/commands/dial", `{"number":"` + strings.Repeat("1", maxBody) + `"}`, 400, "larger than"},
		{"POST", "/v1/commands/dance", `{}`, 404, "not a command"},
		{"GET", "/v1/commands/dial", ``, 404, "not part of this API"},
		{"GET", "/", ``, 404, "not part of this API"},
		{"PUT", "/v1/lines/x", `{"user":"1","server":"a b"}`, 400, "not a host"},
		{"PUT", "/v1/lines/x%0d%0ay", `{"user":"1"}`, 400, "line id"},
		{"DELETE", "/v1/lines/x", ``, 404, "no such line"},
		{"GET", "/v1/history?limit=many", ``, 400, "limit"},
		{"GET", "/v1/history?from=yesterday", ``, 400, "from"},
		{"GET", "/v1/history?result=great", ``, 400, "result"},
	} {
		status, text := raw(t, c, tc.method, tc.path, tc.body)
		var p Problem
		if err := json.Unmarshal([]byte(text), &p); err != nil || status != tc.status || !strings.Contains(p.Error, tc.says) {
			t.Errorf("%s %s %.40s: %d %.200s; want %d and %q", tc.method, tc.path, tc.body, status, text, tc.status, tc.says)
		}
		if strings.Contains(p.Error, "\n") {
			t.Errorf("%s %s: %q is not one sentence", tc.method, tc.path, p.Error)
		}
	}
	if len(desk.asked) > 0 {
		t.Errorf("the desk was asked for %v", desk.asked)
	}
}

func TestSettingsThroughTheAPI(t *testing.T) {
	desk, _, c := serve(t)
	ctx := t.Context()
	password := "secret"
	id, err := c.SaveLine(ctx, LineChange{LineConfig: cti.LineConfig{User: "2001", Server: "pbx.example", Practice: true}, Password: &password})
	if err != nil || id != "made" {
		t.Fatalf("line %q, %v", id, err)
	}
	if l := desk.lines["made"]; l.Practice || l.Password == nil || *l.Password != password {
		t.Errorf("the desk got %+v", l)
	}
	if id, err := c.SaveLine(ctx, LineChange{LineConfig: cti.LineConfig{ID: "other", User: "2002"}}); err != nil || id != "other" {
		t.Errorf("line %q, %v", id, err)
	}
	if err := errors.Join(c.RemoveLine(ctx, "other"), c.Leave(ctx), c.Quit(ctx)); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff([]bool{true, false}, desk.quits); d != "" {
		t.Errorf("quits (-want +got):\n%s", d)
	}
	mic := "Headset"
	if err := c.SetSound(ctx, SoundChoice{Mic: &mic}); err != nil || *desk.sound.Mic != mic || desk.sound.Speaker != nil {
		t.Errorf("sound %+v, %v", desk.sound, err)
	}
	status, text := raw(t, c, "GET", "/v1/history?text=anna&direction=incoming&result=missed&limit=5&offset=10&from=2026-01-02T03:04:05Z", "")
	want := storage.Query{
		Text: "anna", Direction: cti.Incoming, Result: cti.ResultMissed, Limit: 5, Offset: 10,
		From: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if d := cmp.Diff(want, desk.query); d != "" || status != 200 || !strings.Contains(text, `"total":1`) {
		t.Errorf("history %d %s, query (-want +got):\n%s", status, text, d)
	}
}

// FuzzBody throws bodies at every route: each is answered with JSON, and nothing but a sound request reaches the desk.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{}`, `{"number":"201"}`, `{"call":"1","on":false}`, `{"user":"1","password":null}`, `[]`, `null`, "{\"mic\":\"\\u0000\"}", `{"identity":{"anonymous":true}}`, ``} {
		for i := range table {
			f.Add(uint8(i), "dial", []byte(body))
		}
	}
	desk := &fakeDesk{snap: snapshot(1, "a"), lines: map[cti.LineID]LineChange{}}
	s := NewServer(Config{Desk: desk, Admin: desk, History: desk, People: &desk.people, Tapes: &desk.tapes})
	handler := s.routes()
	f.Fuzz(func(t *testing.T, which uint8, word string, body []byte) {
		r := table[int(which)%len(table)]
		if r.path == "/v1/events" {
			return // it streams until its reader leaves
		}
		path := inPath.ReplaceAllString(r.path, "X")
		req := httptest.NewRequestWithContext(t.Context(), r.method, path, strings.NewReader(string(body)))
		req.URL.Path = strings.ReplaceAll(path, "X", word)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		if w.Code >= 500 {
			t.Errorf("%s %q %q: %d %s", r.method, req.URL.Path, body, w.Code, w.Body)
		}
		if w.Code >= 400 {
			var p Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Error == "" {
				t.Errorf("%s %q: %d %q is not a sentence", r.method, req.URL.Path, w.Code, w.Body)
			}
		}
	})
}
