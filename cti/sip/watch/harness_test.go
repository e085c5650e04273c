package watch

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/account"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/txn"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// second is how long a second of the protocol lasts in most tests.
const second = 20 * time.Millisecond

// desk is a Watcher on a line whose exchange is a script.
type desk struct {
	t       *testing.T
	w       *Watcher
	a       *account.Account
	peer    *siptest.Peer
	lamps   chan cti.Lamp
	mail    chan cti.VoiceMail
	refused atomic.Int32
	closed  bool
}

func newDesk(t *testing.T, change ...func(*Config)) *desk {
	t.Helper()
	d := &desk{t: t, peer: siptest.UDP(t), lamps: make(chan cti.Lamp, 1000), mail: make(chan cti.VoiceMail, 100)}
	watching := make(chan struct{})
	var err error
	d.a, err = account.New(account.Config{
		Line: cti.LineConfig{ID: "l1", User: "2001", Domain: "pbx.test", Outbound: d.peer.Addr().String(), Bind: "127.0.0.1", Transport: cti.UDP},
		OnRegistration: func(reg cti.Registration) {
			<-watching
			d.w.Registered(reg)
		},
		OnRequest: func(tx *txn.ServerTx) { d.w.Notify(tx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Account: d.a, Line: cti.LineConfig{ID: "l1"}, Second: second, T1: 100 * time.Millisecond,
		Post: d.take, Shown: strings.TrimSpace,
		Number: func(u sip.Uri) string { return u.User },
		Target: func(number string) (u sip.Uri, err error) {
			err = message.ParseURI("sip:"+number+"@pbx.test", &u)
			return u, err
		},
		Refused: func(string) { d.refused.Add(1) },
	}
	for _, f := range change {
		f(&cfg)
	}
	d.w = New(cfg)
	close(watching)
	d.a.Start()
	t.Cleanup(d.close)
	return d
}

// close ends the Watcher and its line; a test may do so itself.
func (d *desk) close() {
	if d.closed {
		return
	}
	d.closed = true
	d.w.Close(context.Background())
	if err := d.a.Close(context.Background()); err != nil {
		d.t.Error(err)
	}
}

func (d *desk) take(in cti.Input) {
	switch in := in.(type) {
	case cti.LampChanged:
		d.lamps <- in.Lamp
	case cti.VoiceMailChanged:
		d.mail <- in.VoiceMail
	}
}

// lamp waits for news of a lamp.
func (d *desk) lamp(want cti.LampState) cti.Lamp {
	d.t.Helper()
	select {
	case l := <-d.lamps:
		if l.State != want || l.At.IsZero() {
			d.t.Fatalf("the lamp is %+v, want %s", l, want)
		}
		return l
	case <-time.After(siptest.Patience):
		d.t.Fatalf("the lamp did not become %s", want)
		return cti.Lamp{}
	}
}

// dark checks that the lamps have not changed.
func (d *desk) dark() {
	d.t.Helper()
	select {
	case l := <-d.lamps:
		d.t.Errorf("the lamp became %+v", l)
	default:
	}
}

// subscribed waits for a SUBSCRIBE and grants it for that many seconds.
func (d *desk) subscribed(seconds int) (*sip.Request, *siptest.Leg) {
	d.t.Helper()
	req := d.peer.Request("SUBSCRIBE")
	leg := d.peer.Taken(req, "pbx")
	leg.Local = strings.Split(leg.Local, ";tag=")[0] + ";tag=pbx" // of a refresh it has one already
	d.grant(req, seconds)
	return req, leg
}

func (d *desk) grant(req *sip.Request, seconds int) {
	d.t.Helper()
	d.peer.Answer(req, 200, "pbx", fmt.Sprintf("Expires: %d", seconds))
}

// tell sends a NOTIFY with a dialog-info document and waits for the 200.
func tell(leg *siptest.Leg, document string) {
	leg.Notify("dialog", "active", dialogType, document)
	leg.Response(200, "NOTIFY")
}

// info is a dialog-info document.
func info(version int, state string, dialogs ...string) string {
	return fmt.Sprintf(`<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="%s" entity="sip:201@pbx.test">%s</dialog-info>`,
		version, state, strings.Join(dialogs, ""))
}

// dialogAs is a dialog of the watched phone.
func dialogAs(id, state, direction string) string {
	return fmt.Sprintf(`<dialog id="%[1]s" call-id="call-%[1]s" local-tag="here" remote-tag="there" direction="%[3]s"><state>%[2]s</state>`+
		`<remote><identity display="Keller">sip:030%[1]s@pbx.test</identity><target uri="sip:030%[1]s@192.0.2.7:5070"/></remote></dialog>`, id, state, direction)
}
