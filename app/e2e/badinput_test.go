//go:build cgo && linux

package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"golang.org/x/sys/unix"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// scripted runs a desk with a line whose registrar is a script, which sees everything that the desk sends.
func scripted(t *testing.T, flags ...string) (d *desk, p *siptest.Peer, at netip.AddrPort) {
	t.Helper()
	d = newHome(t, operatorSay)
	p, at = d.startScripted(flags...)
	return d, p, at
}

// startScripted does the same in a home that is there.
func (d *desk) startScripted(flags ...string) (*siptest.Peer, netip.AddrPort) {
	d.t.Helper()
	p := siptest.UDP(d.t)
	d.do(append([]string{"line", "add", "--id", "main", "--user", "2001", "--server", p.Addr().String()}, flags...)...)
	d.start()
	register := p.Request(sip.REGISTER)
	p.Answer(register, 200, "registrar")
	d.registered("main")
	d.t.Cleanup(func() {
		d.run("quit")
		p.Answer(p.Request(sip.REGISTER), 200, "registrar") // the desk would wait for its goodbye to be answered
	})
	return p, netip.MustParseAddrPort(register.Source())
}

// post sends a body as it is to the desk's socket and returns status and answer. The desk may answer before it has read
// all, and then cut off the rest.
func (d *desk) post(method, path, body string) (int, string) {
	d.t.Helper()
	c, err := d.socket()
	if err != nil {
		d.t.Errorf("%s %s: %v", method, path, err)
		return 0, ""
	}
	var writer sync.WaitGroup
	writer.Go(func() {
		_, _ = fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", method, path, len(body), body)
	})
	defer writer.Wait()
	defer func() { _ = c.Close() }() // ends the writer
	err = c.SetReadDeadline(time.Now().Add(patience))
	var text []byte
	resp, readErr := http.ReadResponse(bufio.NewReader(c), nil)
	if readErr == nil {
		defer func() { _ = resp.Body.Close() }() // it was read
		text, readErr = io.ReadAll(resp.Body)
	}
	if err := errors.Join(err, readErr); err != nil {
		d.t.Errorf("%s %s %.40q: %v", method, path, body, err)
		return 0, ""
	}
	return resp.StatusCode, string(text)
}

func (d *desk) socket() (*net.UnixConn, error) {
	socket, err := settings.Places{Runtime: d.home}.Socket()
	if err != nil {
		return nil, err
	}
	return net.DialUnix("unix", nil, &net.UnixAddr{Name: socket, Net: "unix"})
}

// refused wants an answer that says in one sentence what is wrong.
func refused(t *testing.T, what string, status int, answer string) {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal([]byte(answer), &p); err != nil || status < 400 || status >= 500 || p.Error == "" || strings.Contains(p.Error, "\n") {
		t.Errorf("%s: %d %.300q; want a refusal in one sentence", what, status, answer)
	}
}

// oneSentence wants a command that was refused to say why in one line.
func (d *desk) oneSentence(args ...string) {
	d.t.Helper()
	out, code := d.run(args...)
	if text := strings.TrimSuffix(out, "\n"); code == 0 || text == "" || strings.ContainsFunc(text, unicode.IsControl) {
		d.t.Errorf("cordboard %q: exit code %d, %q; want a refusal in one sentence", args, code, out)
	}
}

// breaks are ways to end a header and begin another one.
var breaks = []string{"\r\n", "\n", "\r"}

const injected = "X-Injected: yes"

// jsonBody fills in texts as JSON strings.
func jsonBody(t *testing.T, format string, texts ...string) string {
	t.Helper()
	args := make([]any, len(texts))
	for i, text := range texts {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		args[i] = quoted
	}
	return fmt.Sprintf(format, args...)
}

// clean takes the next request of a method from the wire and wants no header in it that was not meant to be.
func clean(t *testing.T, p *siptest.Peer, method sip.RequestMethod) *sip.Request {
	t.Helper()
	req := p.Request(method)
	if req.GetHeader("X-Injected") != nil || strings.Contains(req.String(), "\n"+injected) || strings.Contains(req.String(), "\r"+injected) {
		t.Errorf("this was sent:\n%s", req)
	}
	return req
}

// Whatever a program or somebody at the keyboard puts a line break into is refused in one sentence, or sent without what
// follows it: no header can be written that way.
func TestNoHeaderIsInjected(t *testing.T) {
	d, p, _ := scripted(t)
	for _, br := range breaks {
		evil := br + injected
		for _, body := range []string{
			jsonBody(t, `{"number":%s}`, "sip:1001@"+p.Addr().String()+evil),
			jsonBody(t, `{"number":%s}`, "1001@"+p.Addr().String()+evil),
			jsonBody(t, `{"number":"1001","identity":{"name":%s,"number":"1"}}`, "Me"+evil),
			jsonBody(t, `{"number":"1001","identity":{"name":"Me","number":%s}}`, "1"+evil),
			jsonBody(t, `{"number":"1001","route":%s}`, "City"+evil),
			jsonBody(t, `{"number":"1001","line":%s}`, "main"+evil),
			jsonBody(t, `{"number":"1001","call":%s}`, "id"+evil),
		} {
			status, answer := d.post("POST", "/v1/commands/dial", body)
			refused(t, body, status, answer)
		}
		d.oneSentence("dial", "1001@"+p.Addr().String()+evil)
		d.oneSentence("dial", "1001", "--line", "main"+evil)
		d.oneSentence("dial", "1001", "--route", "City"+evil)
		// Of what is no address only the digits are dialled.
		call := d.do("dial", "1001"+evil)
		p.Answer(clean(t, p, sip.INVITE), 486, "busy")
		d.call(call, "ended", ended)
	}
	if p.Pending(sip.INVITE) {
		t.Errorf("one INVITE too many was sent:\n%s", p.Request(sip.INVITE))
	}
}

// The same for what an administrator sets up: such a line is not taken, while the desk runs or not.
func TestNoHeaderIsInjectedBySettings(t *testing.T) {
	running, p, _ := scripted(t)
	resting := newHome(t, operatorSay)
	flags := []string{"--name", "--user", "--auth-user", "--display", "--domain", "--server", "--outbound", "--bind", "--trusted", "--backup", "--id"}
	for _, flag := range flags {
		args := []string{"line", "add", "--user", "2002", "--server", p.Addr().String(), flag, "x\r\n" + injected}
		running.oneSentence(args...)
		resting.oneSentence(args...)
	}
	for _, br := range breaks {
		for _, field := range []string{
			`"name":%s`, `"user":%s`, `"auth_user":%s`, `"display":%s`, `"domain":%s`, `"server":%s`, `"outbound":%s`, `"bind":%s`,
			`"trusted":[%s]`, `"backup":[%s]`, `"id":%s`, `"identities":[{"name":%s}]`, `"identities":[{"name":"Sales","number":%s}]`,
			`"routes":[{"name":"City","headers":{"X-Trunk":%s}}]`, `"routes":[{"name":"City","headers":{%s:"1"}}]`,
			`"routes":[{"name":%s}]`, `"routes":[{"name":"City","prefix":%s}]`, `"routes":[{"name":"City","proxy":%s}]`,
		} {
			body := jsonBody(t, `{"user":"2002","server":"127.0.0.1",`+field+`}`, "x"+br+injected)
			status, answer := running.post("POST", "/v1/lines", body)
			refused(t, body, status, answer)
		}
	}
	if n := len(running.remote.Snapshot().Lines); n != 1 {
		t.Errorf("the desk has %d lines, want the one of before", n)
	}
	if list := resting.do("line", "list", "--json"); list != "[]" {
		t.Errorf("lines were stored: %s", list)
	}
	if p.Pending(sip.REGISTER) {
		t.Errorf("one REGISTER too many was sent:\n%s", p.Request(sip.REGISTER))
	}
}

// In a call: digits of ours, and what a caller says about himself. Who is called back gets nothing of that either.
func TestNoHeaderIsInjectedInACall(t *testing.T) {
	d, p, at := scripted(t, "--dtmf", "info")
	leg := p.Calling(at, "2001", "evil")
	leg.Local = `"Eve\` + "\u202e" + `" <sip:1001%0d%0aX-Injected:%20yes@` + p.Addr().String() + `>;tag=evil`
	leg.Request(sip.INVITE, "P-Asserted-Identity: <tel:1001%0d%0aX-Injected:%20yes>", siptest.SDP(4000, 1, "sendrecv"))
	call := d.ringing()
	c := d.call(call, "rings", func(cti.CallView) bool { return true })
	if strings.ContainsFunc(c.Number+c.Name, unicode.IsControl) {
		t.Errorf("the caller is shown as %q %q", c.Name, c.Number)
	}
	d.do("answer", call)
	leg.Confirm(p.Response(200, sip.INVITE))
	d.call(call, "connected", talking)
	for _, br := range breaks {
		d.oneSentence("dtmf", "1"+br+injected, call)
	}
	d.do("dtmf", "1", call)
	info := clean(t, p, sip.INFO)
	if body := string(info.Body()); !strings.Contains(body, "Signal=1") {
		t.Errorf("the digit was sent as %q", body)
	}
	p.Answer(info, 200, "")
	d.do("hangup", call)
	p.Answer(clean(t, p, sip.BYE), 200, "")
	d.call(call, "ended", ended)
	again := d.do("dial", c.Number)
	p.Answer(clean(t, p, sip.INVITE), 486, "busy")
	d.call(again, "ended", ended)
}

// Bodies that no route takes, and what they are good for elsewhere.
func badBodies() []string {
	return []string{
		`{`, `[]`, `"201"`, `7`, `true`, "\x00", "\xff\xfe", `{"number":201}`, `{"number":{"a":[1]}}`, `{"call":["1"]}`, `{"on":"yes"}`,
		`{"unheard_of":1}`, `{} {}`, `{"number":"1001"}x`, `{"mic":5}`, `{"name":{}}`, `{"expires":"never"}`, `{"expires":1e99}`, `{"scale":"big"}`,
		strings.Repeat("[", 50000), `{"routes":` + strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000) + `}`,
		`{"number":"` + strings.Repeat("1", 1<<20) + `"}`, strings.Repeat(" ", 1<<20) + `{}`,
	}
}

// A call is up while clients send rubbish, a hundred at a time: each is told what is wrong, and the call goes on.
func TestBadBodiesDoNotHarmTheCall(t *testing.T) {
	d := newHome(t, operatorSay)
	d.start()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	before := d.call(call, "connected", talking)
	pid := d.remote.Snapshot().Desk.PID
	routes := [][2]string{
		{"POST", "/v1/commands/dial"}, {"POST", "/v1/commands/hold"}, {"POST", "/v1/commands/dtmf"}, {"POST", "/v1/commands/dance"},
		{"POST", "/v1/lines"}, {"PUT", "/v1/lines/x"}, {"PUT", "/v1/sound"}, {"PUT", "/v1/window"},
	}
	var clients sync.WaitGroup
	for i := range 100 {
		clients.Go(func() {
			for j, body := range badBodies() {
				r := routes[(i+j)%len(routes)]
				status, answer := d.post(r[0], r[1], body)
				refused(t, fmt.Sprintf("%s %s %.40q", r[0], r[1], body), status, answer)
			}
			if status, _ := d.post("GET", "/v1/state", ""); status != 200 {
				t.Errorf("state: %d", status)
			}
		})
	}
	clients.Wait()
	d.survived(pid)
	if after := d.call(call, "goes on", talking); after.Since != before.Since || len(d.remote.Snapshot().Lines) != 2 {
		t.Errorf("the call changed from %+v to %+v", before.Call, after.Call)
	}
	d.hears(toneOf(t, "201"))
}

// Clients that stop in the middle of a request, or ask for events and never read them, are cut off; commands and calls
// do not wait for them.
func TestIdleClientsAreCutOff(t *testing.T) {
	d := newHome(t, operatorSay)
	d.start()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	half := d.leave("POST /v1/commands/dial HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
	deaf := d.leave("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	verbs := []cti.Verb{cti.VerbMute, cti.VerbUnmute}
	for i := range 1000 { // events enough to fill every buffer between the desk and the client
		if _, err := d.client.Command(t.Context(), verbs[i%2], api.Request{Call: cti.CallID(call)}); err != nil {
			t.Fatal(err)
		}
	}
	cutOff(t, half)
	cutOff(t, deaf)
	d.hears(toneOf(t, "201"))
	d.call(call, "goes on", talking)
}

// leave sends something to the desk and never reads.
func (d *desk) leave(text string) *net.UnixConn {
	d.t.Helper()
	c, err := d.socket()
	if err == nil {
		_, err = c.Write([]byte(text))
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = c.Close() }) // only a script's
	return c
}

// cutOff waits until the desk has closed a connection, without reading what is in it.
func cutOff(t *testing.T, c *net.UnixConn) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	controlErr := raw.Control(func(fd uintptr) {
		for {
			n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}, int(patience.Milliseconds()))
			if !errors.Is(err, unix.EINTR) {
				return
			}
		}
	})
	if err := errors.Join(controlErr, err); err != nil || n == 0 {
		t.Errorf("the desk keeps the connection of a client that does nothing (%v)", err)
	}
}
