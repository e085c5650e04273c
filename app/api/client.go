package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"cordboard/app/pipe"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// ErrNoDesk is answered when no desk serves the address.
var ErrNoDesk = errors.New("no desk is running")

// maxLine is the longest line of the event stream that a client takes: the full state of a busy desk.
const maxLine = 16 << 20

// Client speaks to a running desk. It holds no connection of its own and may be used by any goroutine.
type Client struct{ http *http.Client }

// NewClient makes a client for the desk's socket or named pipe.
func NewClient(socket string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := pipe.Dial(ctx, socket)
		if err != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("%w (%w)", ErrNoDesk, err)
		}
		return c, err
	}
	return &Client{http: &http.Client{Transport: &http.Transport{DialContext: dial, IdleConnTimeout: 10 * time.Second}}}
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// State asks for everything, once.
func (c *Client) State(ctx context.Context) (*cti.Snapshot, error) {
	var s cti.Snapshot
	return &s, c.do(ctx, "GET", "/v1/state", nil, &s)
}

// Command asks for a verb and returns what it acted on. The error is the refusal, one sentence.
func (c *Client) Command(ctx context.Context, verb cti.Verb, r Request) (Done, error) {
	var done Done
	err := c.do(ctx, "POST", "/v1/commands/"+url.PathEscape(string(verb)), r, &done)
	return done, err
}

// SaveLine adds a line, or replaces it when its ID is known.
func (c *Client) SaveLine(ctx context.Context, change LineChange) (cti.LineID, error) {
	method, path := "POST", "/v1/lines"
	if change.ID != "" {
		method, path = "PUT", "/v1/lines/"+url.PathEscape(string(change.ID))
	}
	var done LineDone
	err := c.do(ctx, method, path, change, &done)
	return done.ID, err
}

// RemoveLine takes a line away.
func (c *Client) RemoveLine(ctx context.Context, id cti.LineID) error {
	return c.do(ctx, "DELETE", "/v1/lines/"+url.PathEscape(string(id)), nil, nil)
}

// SetSound chooses sound devices.
func (c *Client) SetSound(ctx context.Context, choice SoundChoice) error {
	return c.do(ctx, "PUT", "/v1/sound", choice, nil)
}

// History asks the desk for past calls. storage.OpenReader does the same without a desk.
func (c *Client) History(ctx context.Context, text string) (storage.Page, error) {
	var page storage.Page
	err := c.do(ctx, "GET", "/v1/history?text="+url.QueryEscape(text), nil, &page)
	return page, err
}

// Raise asks the windows to come to the front and returns how many there are.
func (c *Client) Raise(ctx context.Context) (int, error) {
	var r Raised
	err := c.do(ctx, "POST", "/v1/raise", nil, &r)
	return r.Windows, err
}

// Profiles lists the policy profiles.
func (c *Client) Profiles(ctx context.Context) ([]cti.Profile, error) {
	var all []cti.Profile
	err := c.do(ctx, "GET", "/v1/profiles", nil, &all)
	return all, err
}

// SetProfile puts a policy profile in force.
func (c *Client) SetProfile(ctx context.Context, name string) error {
	return c.do(ctx, "PUT", "/v1/profile", ProfileChoice{Name: name}, nil)
}

// Hotkeys tells how the system-wide keys are doing.
func (c *Client) Hotkeys(ctx context.Context) (Hotkeys, error) {
	var h Hotkeys
	err := c.do(ctx, "GET", "/v1/hotkeys", nil, &h)
	return h, err
}

// SetHotkeys chooses system-wide keys, and tells how they are doing.
func (c *Client) SetHotkeys(ctx context.Context, wanted settings.Hotkeys) (Hotkeys, error) {
	var h Hotkeys
	err := c.do(ctx, "PUT", "/v1/hotkeys", wanted, &h)
	return h, err
}

// SetWindow keeps how windows look.
func (c *Client) SetWindow(ctx context.Context, look settings.Window) error {
	return c.do(ctx, "PUT", "/v1/window", look, nil)
}

// Leave tells the desk that a window was closed by its user, after that window has let go of its events.
func (c *Client) Leave(ctx context.Context) error { return c.do(ctx, "POST", "/v1/leave", nil, nil) }

// Quit ends the desk.
func (c *Client) Quit(ctx context.Context) error { return c.do(ctx, "POST", "/v1/quit", nil, nil) }

// EventOptions chooses what a stream of events carries.
type EventOptions struct {
	Live   bool // levels and quality too
	Window bool // the reader is a window that raise can bring to the front
}

// Events calls each with every event, and with the line as it came, until ctx is done, the desk goes away or each
// returns an error. It always returns an error: ctx's, each's, or one that wraps ErrNoDesk.
func (c *Client) Events(ctx context.Context, o EventOptions, each func(e Event, line []byte) error) error {
	query := url.Values{}
	if o.Live {
		query.Set("live", "1")
	}
	if o.Window {
		query.Set("window", "1")
	}
	resp, err := c.send(ctx, "GET", "/v1/events?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // the stream is over
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for lines.Scan() {
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("the desk sent an event that is not understood: %w", err)
		}
		if err := each(e, lines.Bytes()); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the desk's events broke off: %w (%w)", ErrNoDesk, err)
	}
	return fmt.Errorf("the desk has ended: %w", ErrNoDesk)
}

// do sends a request and reads the answer into out, which may be nil.
func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.send(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // it was read to its end
	if out == nil {
		_, _ = io.Copy(io.Discard, resp.Body) // lets the connection be used again
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("the desk's answer is not understood: %w", err)
	}
	return nil
}

// send returns a successful answer, or the sentence of any other.
func (c *Client) send(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if file, ok := in.([]byte); ok {
		body = bytes.NewReader(file)
	} else if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("make the request: %w", err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://localhost"+path, body)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, lost(err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }() // the problem has been read
	var p Problem
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(&p); err != nil || p.Error == "" {
		return nil, fmt.Errorf("the desk answered %s", resp.Status)
	}
	return nil, errors.New(p.Error)
}

// lost strips the URL, which tells an operator nothing, from a transport's error.
func lost(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if errors.Is(err, ErrNoDesk) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("the desk went away: %w (%w)", ErrNoDesk, err)
}
