package watch

import (
	"errors"
	"strings"
	"testing"
)

func TestDocumentsAreBounded(t *testing.T) {
	var p phone
	for name, doc := range map[string]string{
		"deep":  `<dialog-info state="full">` + strings.Repeat("<a>", maxDepth+1),
		"broad": `<dialog-info state="full">` + strings.Repeat("<a/>", maxElements+1) + `</dialog-info>`,
		"long":  `<dialog-info state="full">` + strings.Repeat(" ", maxDocument) + `</dialog-info>`,
	} {
		if _, err := p.take([]byte(doc)); !errors.Is(err, errDeep) && !errors.Is(err, errLong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var many []string
	for i := range 2 * maxDialogs {
		many = append(many, dialogAs(strings.Repeat("x", i+1), "early", "recipient"))
	}
	for i := range 2 { // two halves: neither is too long
		if _, err := p.take([]byte(info(i, "partial", many[i*maxDialogs/2:(i+1)*maxDialogs/2+maxDialogs/2]...))); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.dialogs) > maxDialogs {
		t.Errorf("%d dialogs are kept", len(p.dialogs))
	}
}

// Exchanges write their documents as they like.
func TestDocumentsAreReadTolerantly(t *testing.T) {
	var p phone
	doc := `<?xml version="1.0" encoding="ISO-8859-1"?><d:dialog-info xmlns:d="urn:x" version="" state=" FULL "><d:dialog id="1" call-id="pickup-1">` +
		`<d:state event="x"> Early </d:state><d:remote><d:identity display="M` + "\xfc" + `ller">sip:201@pbx;user=phone</d:identity></d:remote><unknown/></d:dialog></d:dialog-info>`
	complete, err := p.take([]byte(doc))
	_, _, ringing := p.busiest()
	if err != nil || !complete || ringing == nil {
		t.Fatalf("%v %v %v", complete, err, ringing)
	}
	if got := ringing.pickup(); got == nil || got.CallID != "pickup-1" || got.Target != "sip:201@pbx;user=phone" {
		t.Errorf("%+v", got)
	}
}

// Nothing that comes in a NOTIFY may end the desk or grow without bound.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte(info(0, "full", dialogAs("a", "early", "recipient"))))
	f.Add([]byte(`<presence><tuple id="a"><status><basic>closed</basic></status><note>x</note></tuple></presence>`))
	f.Add([]byte("Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var p phone
		if _, err := p.take(body); err == nil && len(p.dialogs) > maxDialogs {
			t.Errorf("%d dialogs", len(p.dialogs))
		}
		_, _, ringing := p.busiest()
		if ringing != nil && ringing.pickup() != nil && ringing.pickup().CallID == "" {
			t.Error("a pickup without a call")
		}
		var person presence
		_, _ = person.take(body) // an error is an answer, too
		if mail, err := readSummary(body); err == nil && (mail.New < 0 || mail.Old < 0) {
			t.Errorf("%+v", mail)
		}
	})
}
