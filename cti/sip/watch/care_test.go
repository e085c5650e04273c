package watch

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// Subscriptions that are not ended pile up at the exchange.
func TestANumberThatIsWatchedNoMoreIsUnsubscribed(t *testing.T) {
	d, _, leg := watching(t, 600)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	d.w.Set(nil)
	bye := d.peer.Request("SUBSCRIBE")
	if bye.CallID().Value() != leg.CallID || value(bye, "Expires") != "0" || tagOf(bye.To().Params) != "pbx" {
		t.Errorf("%s, Expires %q", bye.CallID().Value(), value(bye, "Expires"))
	}
	leg.Notify("dialog", "terminated;reason=timeout", "", "")
	leg.Response(481, "NOTIFY")
	if d.refused.Load() != 0 {
		t.Error("the last NOTIFY counts as an intrusion")
	}
}

func TestCloseUnsubscribesAndWaits(t *testing.T) {
	d, _, leg := watching(t, 600, func(c *Config) { c.Second = siptest.Patience / goodbye })
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		d.w.Close(context.Background())
	}()
	bye := d.peer.Request("SUBSCRIBE")
	if value(bye, "Expires") != "0" {
		t.Errorf("Expires %q", value(bye, "Expires"))
	}
	select {
	case <-closed:
		t.Error("closed before the answer")
	default:
	}
	d.grant(bye, 0)
	<-closed
}

// Whoever asks again has forgotten what it was told: the time of the news stays.
func TestTheSameNumbersAgainRepeatTheNews(t *testing.T) {
	d, _, leg := watching(t, longest)
	tell(leg, info(0, "full"))
	told := d.lamp(cti.LampFree)
	d.w.Set([]string{"201"})
	if again := d.lamp(cti.LampFree); !again.At.Equal(told.At) {
		t.Errorf("the news is from %s, not from %s", again.At, told.At)
	}
	if d.peer.Pending("SUBSCRIBE") {
		t.Error("subscribed twice")
	}
}

func TestOnlySubscriptionsOfOursAreBelieved(t *testing.T) {
	d, _, leg := watching(t, 600)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	for name, spoil := range map[string]func(*siptest.Leg){
		"call":   func(l *siptest.Leg) { l.CallID = "stranger" },
		"tag":    func(l *siptest.Leg) { l.Remote = "<sip:2001@pbx.test>;tag=guessed" },
		"no tag": func(l *siptest.Leg) { l.Remote = "<sip:2001@pbx.test>" },
	} {
		callID, remote := leg.CallID, leg.Remote
		spoil(leg)
		leg.Notify("dialog", "active", dialogType, info(9, "full", dialogAs("a", "confirmed", "recipient")))
		if code := leg.Final("NOTIFY").StatusCode; code != 481 {
			t.Errorf("%s: %d", name, code)
		}
		leg.CallID, leg.Remote = callID, remote
	}
	leg.Notify("presence", "active", presenceType, "<presence/>")
	leg.Response(489, "NOTIFY")
	d.dark()
	if n := d.refused.Load(); n != 4 {
		t.Errorf("%d were counted", n)
	}
}

func TestADocumentThatCannotBeReadIsNoNews(t *testing.T) {
	d, _, leg := watching(t, 600)
	tell(leg, info(0, "full", dialogAs("a", "confirmed", "recipient")))
	d.lamp(cti.LampBusy)
	tell(leg, "<dialog-info version=")
	if l := d.lamp(cti.LampUnknown); l.Note != "What the exchange says about it cannot be read." {
		t.Errorf("%q", l.Note)
	}
}

// The state of a lamp is worth nothing while the line is not registered; afterwards the living dialogs are asked.
func TestALineThatIsNotRegisteredKnowsNothing(t *testing.T) {
	d, first, leg := watching(t, longest)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	d.w.Registered(cti.Registration{State: cti.RegFailed})
	if l := d.lamp(cti.LampUnknown); l.Note != "The line is not registered." {
		t.Errorf("%q", l.Note)
	}
	d.w.Registered(cti.Registration{State: cti.RegOK})
	again, _ := d.subscribed(600)
	if again.CallID().Value() != first.CallID().Value() {
		t.Error("a living subscription was given up")
	}
	tell(leg, info(1, "full"))
	d.lamp(cti.LampFree)
}

// After a sleep of the machine the registration begins anew, and so must the lamps; a plain refresh of it costs nothing.
func TestARegistrationThatBeganAnewAsksForAllLamps(t *testing.T) {
	d, first, leg := watching(t, longest)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	d.w.Registered(cti.Registration{State: cti.RegOK})
	d.w.Set([]string{"201"}) // comes after it
	d.lamp(cti.LampFree)
	if d.peer.Pending("SUBSCRIBE") {
		t.Error("a refreshed registration subscribes anew")
	}
	d.w.Registered(cti.Registration{State: cti.RegTrying})
	d.w.Registered(cti.Registration{State: cti.RegOK})
	if again, _ := d.subscribed(600); again.CallID().Value() != first.CallID().Value() {
		t.Error("a living subscription was given up")
	}
	d.dark()
}

// The backup server knows nothing of what was subscribed to at the first.
func TestAnotherServerGetsNewSubscriptions(t *testing.T) {
	d, first, leg := watching(t, longest)
	tell(leg, info(0, "full"))
	d.lamp(cti.LampFree)
	d.w.queue.Post(func() { d.w.server = netip.MustParseAddrPort("192.0.2.1:5060") }) // where they were until now
	d.w.Registered(cti.Registration{State: cti.RegOK})
	if anew, _ := d.subscribed(longest); anew.CallID().Value() == first.CallID().Value() {
		t.Error("the dialog with the other server goes on")
	}
}

func TestALineWithoutAnExchangeSaysSo(t *testing.T) {
	d := newDesk(t)
	w := New(Config{Account: d.a, Post: d.take, Shown: d.w.cfg.Shown, Line: cti.LineConfig{ID: "l2"}})
	w.queue.Post(func() { w.ready = true }) // as on a line that calls directly: no server
	w.Set([]string{"201"})
	if l := d.lamp(cti.LampUnknown); l.Note != noExchange {
		t.Errorf("%q", l.Note)
	}
	w.Close(context.Background())
}

// A hundred lamps come up one after the other, and all of them.
func TestAHundredNumbersAreSpread(t *testing.T) {
	numbers := make([]string, 100)
	for i := range numbers {
		numbers[i] = fmt.Sprint(300 + i)
	}
	d := newDesk(t, func(c *Config) { c.Second = 10 * second })
	begun := time.Now()
	d.w.Set(numbers)
	var got []string
	for range numbers {
		req, leg := d.subscribed(600)
		got = append(got, req.Recipient.User)
		tell(leg, info(0, "full"))
		d.lamp(cti.LampFree)
	}
	if least := 98 * 10 * second / pace; time.Since(begun) < least {
		t.Errorf("all of them within %s", time.Since(begun))
	}
	if slices.Sort(got); !slices.Equal(got, numbers) {
		t.Errorf("subscribed to %v", got)
	}
}

func TestTheMailbox(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.Line.Server = "pbx.test" })
	req, leg := d.subscribed(600)
	if req.Recipient.String() != "sip:2001@pbx.test" || value(req, "Event") != "message-summary" {
		t.Errorf("subscribed to %s, %q", req.Recipient.String(), value(req, "Event"))
	}
	leg.Notify("message-summary", "active", mailboxType, "Messages-Waiting: yes\r\nMessage-Account: sip:*97@pbx.test\r\nVoice-Message: 2/8 (0/2)\r\n")
	d.mailbox(cti.VoiceMail{Waiting: true, New: 2, Old: 8, Account: "*97"})
	unasked := d.peer.Calling(leg.To, "2001", "unasked")
	unasked.Notify("message-summary", "terminated", mailboxType, "messages-waiting: no\nvoice-message: 0/8\n")
	unasked.Response(200, "NOTIFY")
	d.mailbox(cti.VoiceMail{Old: 8})
	d.w.Set([]string{"201"})
	d.mailbox(cti.VoiceMail{Old: 8}) // repeated, since the desk was restarted
}

func (d *desk) mailbox(want cti.VoiceMail) {
	d.t.Helper()
	select {
	case got := <-d.mail:
		if got != want {
			d.t.Errorf("%+v, want %+v", got, want)
		}
	case <-time.After(siptest.Patience):
		d.t.Fatal("no news of the mailbox")
	}
}

func TestPresence(t *testing.T) {
	d, dialogs, phone := watching(t, 600, func(c *Config) { c.Line.Presence = true })
	req, person := d.subscribed(600)
	if value(dialogs, "Event") != "dialog" || value(req, "Event") != "presence" || value(req, "Accept") != presenceType {
		t.Errorf("subscribed to %q", value(req, "Event"))
	}
	say := func(document string) {
		person.Notify("presence", "active", presenceType, document)
		person.Response(200, "NOTIFY")
	}
	say(`<presence xmlns="urn:ietf:params:xml:ns:pidf"><tuple id="a"><status><basic>open</basic></status></tuple></presence>`)
	d.lamp(cti.LampFree)
	say(`<presence xmlns="urn:ietf:params:xml:ns:pidf"><tuple id="a"><status><basic>open</basic></status></tuple>` +
		`<dm:person xmlns:dm="urn:x" xmlns:rpid="urn:y"><rpid:activities><rpid:meal/></rpid:activities><dm:note> wrap-up </dm:note></dm:person></presence>`)
	if l := d.lamp(cti.LampAway); l.Note != "wrap-up" {
		t.Errorf("%q", l.Note)
	}
	tell(phone, info(0, "full", dialogAs("a", "confirmed", "recipient")))
	d.lamp(cti.LampBusy)
	tell(phone, info(1, "full"))
	d.lamp(cti.LampAway)
	say(`<presence><tuple id="a"><status><basic>closed</basic></status><note>gone home</note></tuple></presence>`)
	if l := d.lamp(cti.LampAway); l.Note != "gone home" {
		t.Errorf("%q", l.Note)
	}
}
