//go:build cgo && linux

package e2e

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// pbx is a desk whose exchange is a script: every far end speaks for itself, and sees what the desk sends to the octet.
type pbx struct {
	*desk
	peer    *siptest.Peer
	at      netip.AddrPort // of the desk's line
	n       int            // far ends so far
	watched int            // subscriptions that were granted
}

// newPBX runs a desk with a line "main", number 2001, at a scripted exchange. Digits go by INFO, so that they can be seen.
func newPBX(t *testing.T, flags ...string) *pbx {
	t.Helper()
	return newHome(t, operatorSay).scriptedPBX(flags...)
}

// brisk is a rule of an administrator's own profile: transfers get no grace.
const brisk = "grace_ms = 0\n"

// newPBXUnder does the same under an administrator's own profile.
func newPBXUnder(t *testing.T, rules string, flags ...string) *pbx {
	t.Helper()
	d := newHome(t, operatorSay)
	profile := "[policy]\nprofile = \"own\"\n[[policy.profiles]]\nname = \"own\"\n" + rules
	if err := os.WriteFile(filepath.Join(d.home, "cordboard.toml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	return d.scriptedPBX(flags...)
}

func (d *desk) scriptedPBX(flags ...string) *pbx {
	d.t.Helper()
	p, at := d.startScripted(append([]string{"--dtmf", "info"}, flags...)...)
	x := &pbx{desk: d, peer: p, at: at}
	d.t.Cleanup(x.clear)
	return x
}

// clear ends what a test left up, so that the desk need not wait for answers to its goodbyes.
func (x *pbx) clear() {
	if x.t.Failed() {
		return
	}
	up := slices.DeleteFunc(slices.Clone(x.remote.Snapshot().Calls), func(c cti.CallView) bool { return c.Phase != cti.PhaseTalking })
	for _, c := range up {
		x.run("hangup", string(c.ID)) // refused for one that ends with another
	}
	for range up {
		x.peer.Answer(x.peer.Request(sip.BYE), 200, "")
	}
	if x.watched > 0 {
		x.run("quit")
	}
	for range x.watched {
		x.peer.Answer(x.peer.Request(sip.SUBSCRIBE), 200, "exchange", "Expires: 0")
	}
}

// party is one far end and its call on the desk.
type party struct {
	*siptest.Leg
	x       *pbx
	call    string
	headers []string // that tell what it can
}

// ask gives a command by the API, with what the command line has no words for; it must be carried out.
func (d *desk) ask(verb cti.Verb, r api.Request) api.Done {
	d.t.Helper()
	done, err := d.client.Command(d.t.Context(), verb, r)
	if err != nil {
		d.t.Fatalf("%s: %v", verb, err)
	}
	return done
}

// refuses gives a command that must be refused with those words in its sentence.
func (d *desk) refuses(words string, args ...string) {
	d.t.Helper()
	if out, code := d.run(args...); code != 1 || !strings.Contains(out, words) {
		d.t.Errorf("cordboard %s: exit code %d, %q; want a refusal with %q", strings.Join(args, " "), code, out, words)
	}
}

// abilities are the headers of a far end that can do everything; a test replaces them to have one that cannot.
var abilities = []string{"Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY", "Supported: replaces, timer"}

// unable are those of a far end that neither takes REFER nor can be taken over.
var unable = []string{"Allow: INVITE, ACK, BYE, CANCEL, OPTIONS", "Supported: timer"}

// says is what a far end puts into its offers and answers: what it can, and a session description.
func (f *party) says(direction string) []string {
	f.x.n++ // the version of the description
	return append(slices.Clone(f.headers), siptest.SDP(4000, f.x.n, direction))
}

// calls lets the desk call a number, whose phone answers with those headers.
func (x *pbx) calls(number string, headers ...string) *party {
	x.t.Helper()
	return x.answers(x.do("dial", number), headers...)
}

// answers lets the far end of the next INVITE answer it, and waits until the desk is connected.
func (x *pbx) answers(call string, headers ...string) *party {
	x.t.Helper()
	f := x.rings(call)
	return f.picksUp(headers...)
}

// rings lets the far end of the next INVITE ring.
func (x *pbx) rings(call string) *ringer {
	x.t.Helper()
	invite := x.peer.Invited()
	x.n++
	r := &ringer{invite: invite, tag: fmt.Sprintf("far-%d", x.n), p: party{x: x, call: call}}
	x.peer.Answer(invite, 180, r.tag)
	return r
}

// ringer is a far end that has not answered yet.
type ringer struct {
	invite *sip.Request
	tag    string
	p      party
}

// picksUp answers, and waits until the desk is connected.
func (r *ringer) picksUp(headers ...string) *party {
	x := r.p.x
	x.t.Helper()
	r.p.headers = headers
	if len(headers) == 0 {
		r.p.headers = abilities
	}
	x.peer.Answer(r.invite, 200, r.tag, r.p.says("sendrecv")...)
	r.p.Leg = x.peer.Taken(r.invite, r.tag)
	r.p.Asked(sip.ACK)
	if r.p.call != "" {
		x.call(r.p.call, "connected", talking)
	}
	return &r.p
}

// refuses sends a final answer, and takes its ACK.
func (r *ringer) refuses(code int) {
	r.p.x.t.Helper()
	r.p.x.peer.Answer(r.invite, code, r.tag)
}

// callsIn lets somebody call the desk; the call rings.
func (x *pbx) callsIn(name string, headers ...string) *party {
	x.t.Helper()
	x.n++
	f := &party{Leg: x.peer.Calling(x.at, "2001", fmt.Sprintf("%s-%d", name, x.n)), x: x, headers: abilities}
	f.Request(sip.INVITE, append(slices.Clone(headers), f.says("sendrecv")...)...)
	return f
}

// answered waits for the desk's 200 and takes it.
func (f *party) answered() *party {
	f.x.t.Helper()
	f.Confirm(f.Response(200, sip.INVITE))
	return f
}

// agrees answers the desk's next change of the session: "recvonly" to a hold, "sendrecv" to a resume.
func (f *party) agrees(direction string) {
	f.x.t.Helper()
	offer := f.Asked(sip.INVITE)
	if !strings.Contains(string(offer.Body()), map[string]string{"recvonly": "a=sendonly", "sendrecv": "a=sendrecv"}[direction]) {
		f.x.t.Errorf("the desk offers\n%s\nwhere a far end answers %s", offer.Body(), direction)
	}
	f.Peer.Answer(offer, 200, "", f.says(direction)...)
	f.Asked(sip.ACK)
}

// isHeld takes the hold and waits until the desk shows it.
func (f *party) isHeld() {
	f.x.t.Helper()
	f.agrees("recvonly")
	f.x.call(f.call, "held", held)
}

// isBack takes the resume and waits until the desk shows it.
func (f *party) isBack() {
	f.x.t.Helper()
	f.agrees("sendrecv")
	f.x.call(f.call, "back", resumed)
}

// leaves hangs up at the far end.
func (f *party) leaves() {
	f.x.t.Helper()
	f.Request(sip.BYE)
	f.Response(200, sip.BYE)
}

// goes takes the desk's BYE.
func (f *party) goes() cti.CallView {
	f.x.t.Helper()
	f.Peer.Answer(f.Asked(sip.BYE), 200, "")
	return f.x.call(f.call, "over", ended)
}

// refer takes the desk's REFER and answers it.
func (f *party) refer(code int, headers ...string) *sip.Request {
	f.x.t.Helper()
	req := f.Asked(sip.REFER)
	f.Peer.Answer(req, code, "", headers...)
	return req
}

// tells sends news of a transfer and wants that answer to it.
func (f *party) tells(state, fragment string, code int) {
	f.x.t.Helper()
	f.notifies("refer", state, "message/sipfrag;version=2.0", fragment, code)
}

// notifies sends a NOTIFY with a body, and wants that answer to it.
func (f *party) notifies(event, state, kind, body string, code int) {
	f.x.t.Helper()
	f.Notify(event, state, kind, body)
	if res := f.Final(sip.NOTIFY); res.StatusCode != code {
		f.x.t.Errorf("NOTIFY %s %.60q: %d, want %d", event, body, res.StatusCode, code)
	}
}

// waits wants the customer to be on hold, with a note and with that next key.
func (f *party) waits(phase cti.TransferPhase, next string) cti.CallView {
	f.x.t.Helper()
	c := f.x.call(f.call, fmt.Sprintf("waits in the state %q", phase), func(c cti.CallView) bool { return c.Transfer.Phase == phase })
	if !c.Held || c.Phase != cti.PhaseTalking || !strings.Contains(c.Next, next) {
		f.x.t.Errorf("the customer is %s, held %v, next key %q; want held, and %q", c.Phase, c.Held, c.Next, next)
	}
	if c.Transfer.Note == "" && (phase == cti.TransferFailed || phase == cti.TransferUnknown) {
		f.x.t.Errorf("a transfer that is %s has no note", phase)
	}
	return c
}
