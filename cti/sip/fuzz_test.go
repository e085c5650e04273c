package sip

import (
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// Whatever a far end writes into Refer-To, what we would dial and copy into an INVITE is one line of plain text.
func FuzzReferTo(f *testing.F) {
	f.Add("<sip:1003@x?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&User-to-User=613d62%3Bencoding%3Dhex>", "<sip:a@x>")
	f.Add("tel:+7495;ext=1", `"B" <sip:b@x>`)
	f.Fuzz(func(t *testing.T, to, by string) {
		req := sip.NewRequest(sip.REFER, sip.Uri{})
		req.AppendHeader(sip.NewHeader("Refer-To", to))
		req.AppendHeader(sip.NewHeader("Referred-By", by))
		w, err := wishOf(req, party{}, "User-to-User")
		if err != nil {
			return
		}
		if !safe(w.target) || !safe(w.replaces) || !safe(w.context) || strings.ContainsAny(w.target, " <>\"") || len(w.target) > maxTarget {
			t.Fatalf("%q, %q: %+v", to, by, w)
		}
		if strings.HasPrefix(w.target, "sip") && strings.Contains(w.target, "?") {
			t.Fatalf("%q: headers in %q", to, w.target)
		}
	})
}

// Whatever comes as sipfrag is a status of SIP or an error.
func FuzzFragment(f *testing.F) {
	f.Add("SIP/2.0 180 Ringing\r\n")
	f.Fuzz(func(t *testing.T, body string) {
		req := sip.NewRequest(sip.NOTIFY, sip.Uri{})
		setBody(req, fragmentType, []byte(body))
		got, err := fragmentOf(req)
		if err == nil && got.code != 0 && (got.code < 100 || got.code > 699) || !safe(got.reason) {
			t.Fatalf("%q: %+v", body, got)
		}
	})
}
