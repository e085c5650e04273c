//go:build cgo && linux

package e2e

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// sales and support are caller IDs that an administrator has made, besides Anonymous.
var (
	sales     = cti.Identity{Name: "Sales", Number: "+4930100"}
	support   = cti.Identity{Name: "Support", Number: "+4930200"}
	anonymous = cti.Identity{Name: "Main desk", Number: "2001", Anonymous: true}
)

// settle replaces the settings of the scripted line by more than the command line has words for.
func (x *pbx) settle(change func(*cti.LineConfig)) {
	x.t.Helper()
	cfg := x.remote.Snapshot().Lines[0].Config
	change(&cfg)
	if _, err := x.client.SaveLine(x.t.Context(), api.LineChange{LineConfig: cfg}); err != nil {
		x.t.Fatal(err)
	}
	for range 2 { // the line as it was says goodbye, and as it is now it comes back
		register := x.peer.Request(sip.REGISTER)
		x.peer.Answer(register, 200, "registrar")
		if header(register, "Expires") != "0" {
			x.at = netip.MustParseAddrPort(register.Source())
		}
	}
	x.await("the line is back", func(s *cti.Snapshot) bool {
		return s.Lines[0].Registration.State == cti.RegOK && len(s.Lines[0].Config.Routes) == len(cfg.Routes) && s.Lines[0].Config.Shown == cfg.Shown
	})
}

// administrator sets up routes and caller IDs.
func (x *pbx) administrator(way cti.IdentityWay) {
	x.t.Helper()
	x.settle(func(c *cti.LineConfig) {
		c.Shown = way
		c.Identity = []cti.Identity{sales, support, anonymous}
		c.Routes = []cti.Route{
			{Name: "Direct"},
			{Name: "City", Prefix: "81", Strip: 1, Headers: map[string]string{"X-Trunk": "city"}},
			{Name: "World", Rewrite: []cti.Rewrite{{From: `\+(\d+)`, To: "00$1"}}, Identities: []string{"Sales", "Anonymous"}},
		}
	})
}

// R8, R14, R17: for every route, caller ID and kind of number, and wherever the line puts the caller ID, what went on the
// wire equals the preview that the operator saw before he dialled.
func TestTheWireEqualsThePreview(t *testing.T) {
	x, made := newPBX(t, "--display", "Front desk"), 0
	for _, way := range []cti.IdentityWay{cti.IdentityFrom, cti.IdentityPPI, cti.IdentityPAI, cti.IdentityRPID} {
		x.administrator(way)
		for _, route := range []string{"Direct", "City", "World"} {
			for _, id := range []cti.Identity{{}, sales, support, anonymous} {
				number := "+12015532447"
				if id == support {
					number = "anna@" + x.peer.Addr().String()
				}
				if x.dialsAsShown(way, api.Request{Number: number, Route: route, Identity: id}) {
					made++
				}
			}
		}
	}
	if want := 4 * (3*4 - 1); made != want || x.peer.Pending(sip.INVITE) { // World may not show Support
		t.Errorf("%d calls were made and looked at, or more; want %d", made, want)
	}
}

// dialsAsShown compares one preview with the INVITE, or with the refusal where the preview says no. It reports whether a
// call was made.
func (x *pbx) dialsAsShown(way cti.IdentityWay, r api.Request) bool {
	x.t.Helper()
	what := fmt.Sprintf("%s by %s as %q in %s", r.Number, r.Route, r.Identity.Name, way)
	shown := x.remote.Snapshot().Preview(cti.Dial{Number: r.Number, Route: r.Route, Identity: r.Identity})
	done, err := x.client.Command(x.t.Context(), cti.VerbDial, r)
	if !shown.OK {
		if err == nil || !strings.Contains(err.Error(), shown.Why) {
			x.t.Errorf("%s: %v; the preview said %q", what, err, shown.Why)
		}
		return false
	}
	if err != nil {
		x.t.Fatalf("%s: %v", what, err)
	}
	invite := x.peer.Invited()
	x.peer.Answer(invite, 486, "busy")
	x.call(string(done.Call), "refused", ended)
	target, _, _ := strings.Cut(strings.TrimPrefix(shown.Target, "sip:"), "@")
	if got := invite.Recipient.User; got != target {
		x.t.Errorf("%s: the INVITE is for %q, the preview said %q", what, got, target)
	}
	if got := shownIn(invite, way); got != shown.ShowAs {
		x.t.Errorf("%s: the INVITE shows %q, the preview said %q", what, got, shown.ShowAs)
	}
	if got := header(invite, "X-Trunk") != ""; got != (r.Route == "City") {
		x.t.Errorf("%s: the route's own header is there: %v", what, got)
	}
	return true
}

// shownIn is what a callee sees of the caller: name and number where the line puts them, or that there are none.
func shownIn(invite *sip.Request, way cti.IdentityWay) string {
	from := invite.From()
	if from.Address.Host == "anonymous.invalid" {
		if header(invite, "Privacy") != "id" || strings.Contains(from.Value()+invite.Contact().Value(), "2001") {
			return "anonymous, but not hidden"
		}
		return "Anonymous"
	}
	name := map[cti.IdentityWay]string{cti.IdentityPPI: "P-Preferred-Identity", cti.IdentityPAI: "P-Asserted-Identity", cti.IdentityRPID: "Remote-Party-ID"}[way]
	value := cmp.Or(header(invite, name), from.Value())
	var u sip.Uri
	display, err := sip.ParseAddressValue(value, &u, new(sip.HeaderParams))
	if err != nil {
		return value
	}
	return strings.TrimSpace(strings.Trim(display, `"`) + " " + u.User)
}

// header is the value of a request's first header of that name, "" for none.
func header(m sip.Message, name string) string {
	if h := m.(interface{ GetHeader(string) sip.Header }).GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

// R10, R11, R12, R13: numbers are dialled as they are meant, however they are typed or pasted; what cannot be one is refused.
func TestNumbersAsTheyAreTyped(t *testing.T) {
	x := newPBX(t)
	for typed, want := range map[string]string{
		"+1 (201) 553-2447": "+12015532447", "+11234567890": "+11234567890", "011 6112 3456": "01161123456", "Tel. 2001-5": "20015", "*21*100#": "*21*100%23",
	} {
		call := x.do("dial", typed)
		invite := x.peer.Invited()
		x.peer.Answer(invite, 486, "busy")
		x.call(call, "refused", ended)
		if got := invite.Recipient.User; got != want {
			t.Errorf("%q was dialled as %q, want %q", typed, got, want)
		}
	}
	for _, typed := range []string{"12", "1234567890123456789", "abc", ""} {
		x.oneSentence("dial", typed)
	}
	x.silent("they are no numbers")
}

// R8: a route's own outbound proxy gets the INVITE, and no other route's does.
func TestRouteHasItsOwnProxy(t *testing.T) {
	x := newPBX(t)
	other := siptest.UDP(t)
	x.settle(func(c *cti.LineConfig) {
		c.Routes = []cti.Route{{Name: "Direct"}, {Name: "Trunk", Proxy: other.Addr().String()}}
	})
	call := x.do("dial", "1001", "--route", "Trunk")
	other.Answer(other.Request(sip.INVITE), 486, "busy")
	x.call(call, "refused", ended)
	if x.peer.Pending(sip.INVITE) {
		t.Error("the line's server got the call too")
	}
}

// R14, R17: a caller ID that no administrator made, and Anonymous where the profile forbids it, are refused, and nothing is
// sent.
func TestCallerIDMustBeAllowed(t *testing.T) {
	x := newPBXUnder(t, "no_anonymous = true\n")
	x.administrator(cti.IdentityFrom)
	for id, why := range map[cti.Identity]string{
		{Name: "Police", Number: "110"}: "may not call as", {Name: "Sales", Number: "110"}: "may not call as", anonymous: "allows no anonymous calls",
	} {
		if _, err := x.client.Command(t.Context(), cti.VerbDial, api.Request{Number: "1001", Identity: id}); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("a call as %+v: %v", id, err)
		}
	}
	if x.peer.Pending(sip.INVITE) {
		t.Error("something was sent")
	}
}

// R8, R16, R17, R18, R29, R43: a transfer goes by the route, as the caller ID and with the data that were chosen, to a
// person, a group, a number or an address alike.
func TestTransferGoesAsChosen(t *testing.T) {
	x := newPBXUnder(t, brisk)
	x.administrator(cti.IdentityFrom)
	for _, c := range []struct {
		request api.Request
		user    string // in Refer-To
		by      string // in Referred-By
	}{
		{api.Request{Number: "1003", Route: "Direct"}, "1003", "sip:2001@"},
		{api.Request{Number: "*4001", Route: "Direct", Identity: support}, "*4001", "sip:+4930200@"},
		{api.Request{Number: "+12015532447", Route: "City", Identity: sales, Context: map[string]string{"order": "4711"}}, "812015532447", "sip:+4930100@"},
		{api.Request{Number: "+12015532447", Route: "World", Identity: anonymous}, "0012015532447", "anonymous.invalid"},
		{api.Request{Number: "anna@" + x.peer.Addr().String(), Route: "Direct"}, "anna", "sip:2001@"},
	} {
		f := x.calls("1001")
		c.request.Call = cti.CallID(f.call)
		x.ask(cti.VerbTransfer, c.request)
		f.isHeld()
		refer := f.refer(202)
		var to sip.Uri
		if _, err := sip.ParseAddressValue(header(refer, "Refer-To"), &to, new(sip.HeaderParams)); err != nil || to.User != c.user {
			t.Errorf("%+v: Refer-To %q, %v; want %s", c.request, header(refer, "Refer-To"), err, c.user)
		}
		if by := header(refer, "Referred-By"); !strings.Contains(by, c.by) {
			t.Errorf("%+v: Referred-By %q, want %s", c.request, by, c.by)
		}
		data, err := url.PathUnescape(to.Headers.GetOr("User-to-User", ""))
		if want := len(c.request.Context) > 0; err != nil || want != (data == "6f726465723d34373131;encoding=hex") {
			t.Errorf("%+v: the data is %q, %v", c.request, data, err)
		}
		f.tells("terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 200)
		if end := f.goes().End; !strings.HasPrefix(end.Reason, "Transferred to ") {
			t.Errorf("%+v: the call ended with %+v", c.request, end)
		}
	}
}

// R29: data that is attached to a call is sent with it, comes back to the screen from a caller, and follows him into a
// consult.
func TestAttachedDataTravels(t *testing.T) {
	x := newPBX(t, "--context-header", "X-Case")
	call := x.do("dial", "1001", "--context", "order=4711,name=Ä B")
	r := x.rings(call)
	if got := header(r.invite, "X-Case"); got != "name=%C3%84%20B;order=4711" {
		t.Errorf("the INVITE carries %q", got)
	}
	x.do("hangup", r.picksUp().call)
	x.peer.Answer(x.peer.Request(sip.BYE), 200, "")

	caller := x.callsIn("caller", "X-Case: order=4712")
	caller.call = x.ringing()
	if c := x.call(caller.call, "rings", func(cti.CallView) bool { return true }); c.Context["order"] != "4712" {
		t.Errorf("the caller's data is %v", c.Context)
	}
	x.do("answer", caller.call)
	caller.answered()
	x.call(caller.call, "connected", talking)
	leg := x.do("consult", "1002", caller.call)
	caller.isHeld()
	second := x.rings(leg)
	if got := header(second.invite, "X-Case"); got != "order=4712" {
		t.Errorf("the consulted party gets %q", got)
	}
	second.refuses(486)
	x.call(leg, "busy", ended)
}
