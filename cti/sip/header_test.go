package sip

import (
	"slices"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

func TestSplitList(t *testing.T) {
	got := splitList(`"A, B" <sip:a@x;y=1,2>, <sip:b@x>,, tel:5 , "q\"," <z>`)
	want := []string{`"A, B" <sip:a@x;y=1,2>`, "<sip:b@x>", "tel:5", `"q\"," <z>`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestShownIsHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"  Anna  ": "Anna", "a\x00b\x1b[31mc": "ab[31mc", "\u202eevil\u202c": "evil", "\xff\xfeok": "ok",
		strings.Repeat("я", 200): strings.Repeat("я", maxShown),
	} {
		if got := shown(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestNumberOf(t *testing.T) {
	for in, want := range map[string]string{
		"sip:%2b7495@x": "+7495", "sip:1001;phone-context=x@y": "1001", "tel:+1-201;ext=5": "+1-201", "sip:host.only": "host.only", "sip:a%0d%0ab@x": "ab",
	} {
		u, err := parseURI(in)
		if err != nil || numberOf(u) != want {
			t.Errorf("%s: %q, %v", in, numberOf(u), err)
		}
	}
}

func TestDescriptionInMultipart(t *testing.T) {
	req := sip.NewRequest("INVITE", sip.Uri{Host: "x"})
	body := "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n"
	setBody(req, `multipart/mixed;boundary="b"`, []byte(body))
	if got := string(description(req)); got != "v=0" {
		t.Errorf("%q", got)
	}
}

func TestHints(t *testing.T) {
	for header, want := range map[string]string{
		"Reason: Q.850;cause=34":                                 "no line is free",
		`Reason: SIP;cause=480;text="Gone home", Q.850;cause=18`: "Gone home",
		`Warning: 399 proxy "Codec not supported"`:               "Codec not supported",
		"Reason: \x01": "",
		`Reason: SIP;cause=486;text="` + "a\u202eb" + `"; q="\";x"`: "ab",
	} {
		name, v, _ := strings.Cut(header, ": ")
		res := sip.NewResponse(486, "Busy")
		res.AppendHeader(sip.NewHeader(name, v))
		if got := hintOf(res); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
}

// FuzzHeaders feeds text of strangers to everything that reads header values.
func FuzzHeaders(f *testing.F) {
	f.Add(`"A" <sip:a@b;x=1>;tag=2, <sip:c>`)
	f.Add(`SIP;cause=200;text="Call completed elsewhere"`)
	f.Add("90;refresher=uac")
	f.Add("tel:+7;ext=1,\"")
	f.Add(`multipart/mixed;boundary="b"`)
	f.Fuzz(func(t *testing.T, v string) {
		res := sip.NewResponse(302, "Moved")
		for _, name := range []string{"Reason", "Warning", "P-Asserted-Identity", "Diversion", "History-Info", "Contact", "Session-Expires", "Content-Type"} {
			res.AppendHeader(sip.NewHeader(name, v))
		}
		res.SetBody([]byte(v))
		id, _ := asserted(res, "")
		for _, text := range []string{id.Name, id.Number, via(res), hintOf(res), sentence(res)} {
			if strings.ContainsAny(text, "\r\n\x00\u202e") || len([]rune(text)) > 4*maxShown {
				t.Errorf("%q shows %q", v, text)
			}
		}
		for _, u := range redirectTargets(res) {
			if !safe(u.String()) {
				t.Errorf("target %q", u.String())
			}
		}
		description(res)
		relayDigit(v)
		if u, err := targetURI(v, "desk.test"); err == nil && (!safe(u.String()) || strings.ContainsAny(u.String(), " <>")) {
			t.Errorf("%q became %q", v, u.String())
		}
	})
}

// FuzzKept feeds broken journal entries to the recovery.
func FuzzKept(f *testing.F) {
	f.Add("sip:a@b", "INVITE sip:x SIP/2.0\r\n\r\n", "127.0.0.1:5060")
	f.Fuzz(func(t *testing.T, uri, invite, peer string) {
		d, err := keptDialog{Target: uri, Local: keptParty{URI: uri}, Remote: keptParty{URI: uri}, Routes: []string{uri}}.dialog()
		if err == nil {
			d.way()
		}
		_, _, _ = kept{Invite: invite, Peer: peer}.invite() // an error is a fine answer, a panic is not
	})
}
