package exchange

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/codec"

	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"
)

// who lists the numbers whose steady tone is in what was heard.
func who(x *Exchange, pcm []int16, rate int) []string {
	var names []string
	for _, n := range append(x.Numbers(), customer.Number) {
		if n.Tone != 0 && audiotest.LevelAt(pcm, n.Tone, rate) > -45 {
			names = append(names, n.Name)
		}
	}
	return names
}

func TestEachVoiceIsHeardAsItself(t *testing.T) {
	t.Parallel()
	x := quick(t, nil)
	d := newDesk(t, x)
	names := map[string]string{
		"201": "Anna Berger", "202": "Bruno Costa", "203": "Chen Li", "220": "Music", "08912345": "Outside line", customer.Number.Number: "Keller, Martin",
	}
	talks := map[string]*talk{}
	for number := range names {
		talks[number] = d.dial(number, "pcma")
	}
	for number, name := range names {
		k := talks[number]
		res := k.answered(false)
		heard := k.hear(1200)
		if got := who(x, heard[1600:], 8000); !slices.Equal(got, []string{name}) {
			t.Errorf("%s: heard %v", number, got)
		}
		if level := media.LevelOf(heard); level < -30 || level > -10 {
			t.Errorf("%s speaks at %.1f dBFS", number, level)
		}
		if id := value(res, "P-Asserted-Identity"); !strings.Contains(id, name) {
			t.Errorf("%s names itself %q", number, id)
		}
		if code := k.bye(); code != 200 {
			t.Errorf("%s answered BYE by %d", number, code)
		}
	}
	if n := x.Calls(); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}

func TestEveryCodecIsSpoken(t *testing.T) {
	t.Parallel()
	x := quick(t, nil)
	d := newDesk(t, x)
	for _, name := range codec.Supported() {
		k := d.dial("201", name)
		k.answered(false)
		rate := k.session.Codec.Rate
		if got := who(x, k.hear(700)[rate/5:], rate); !slices.Equal(got, []string{"Anna Berger"}) {
			t.Errorf("%s: heard %v", name, got)
		}
		k.bye()
	}
}

func TestRefusals(t *testing.T) {
	x := quick(t, nil)
	d := newDesk(t, x)
	for number, code := range map[string]int{"204": 486, "206": 603, "290": 503, "299": 404} {
		if got := d.final(d.dial(number, "pcma").all).StatusCode; got != code {
			t.Errorf("%s: %d, want %d", number, got, code)
		}
	}
	if n := x.Calls(); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}

func TestWhoNeverAnswersRingsUntilCancelled(t *testing.T) {
	d := newDesk(t, quick(t, nil))
	k := d.dial("205", "pcma")
	if got := d.next(k.all).StatusCode; got != 180 {
		t.Fatalf("first answer %d", got)
	}
	k.tx.Cancel()
	if got := d.final(k.all).StatusCode; got != 487 {
		t.Errorf("after CANCEL: %d", got)
	}
	eventually(t, func() bool { return d.x.Calls() == 0 })
}

// eventually waits for a condition that other goroutines bring about.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.After(patience); !ok(); {
		select {
		case <-deadline:
			t.Fatal("it never came true")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestTheGroupRingsThenAMemberAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quick(t, nil))
	k := d.dial("210", "pcma")
	if got := d.next(k.all).StatusCode; got != 180 {
		t.Fatalf("first answer %d", got)
	}
	res := k.answered(false)
	got := who(d.x, k.hear(1000), 8000)
	if len(got) != 1 || !strings.Contains(value(res, "P-Asserted-Identity"), got[0]) {
		t.Errorf("heard %v, told %q", got, value(res, "P-Asserted-Identity"))
	}
}

func TestHoldSilencesAndResumeRevives(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quick(t, nil))
	k := d.dial("201", "pcma")
	k.answered(false)
	k.hear(200)
	k.reinvite(true)
	if k.session.Recv {
		t.Fatal("the far end goes on sending")
	}
	k.reinvite(false)
	if got := who(d.x, k.hear(1000)[1600:], 8000); !slices.Equal(got, []string{"Anna Berger"}) {
		t.Errorf("after the resume: heard %v", got)
	}
	k.bye()
}

// While it holds, nothing arrives: everything that is read afterwards was sent before the hold or after the resume, so
// the sequence numbers show no more packets than the times allow.
func TestNothingIsSentWhileHeld(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quick(t, nil))
	k := d.dial("201", "pcma")
	k.answered(false)
	k.hear(100)
	k.reinvite(true)
	in := make([]byte, 2000)
	drain(t, k, in)
	if err := k.conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := k.conn.Read(in); err == nil {
		t.Errorf("a packet of %d bytes came while held", n)
	}
}

// drain takes what was under way when the hold was agreed on.
func drain(t *testing.T, k *talk, in []byte) {
	t.Helper()
	for {
		if err := k.conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, err := k.conn.Read(in); err != nil {
			return
		}
	}
}

func TestTheEchoSendsBackWhatItHears(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quick(t, nil))
	k := d.dial("221", "pcma")
	k.answered(false)
	enc, _, err := codec.New(k.session.Codec, 20)
	if err != nil {
		t.Fatal(err)
	}
	h := rtp.Header{Version: 2, PayloadType: k.session.Codec.PT, SSRC: 7}
	voice, pcm := audiotest.NewTone(audiotest.Freq(3), 8000, -15), make([]int16, 160)
	var heard []int16
	for range 50 { // the echo's own pace drives ours: a packet out for each that came in
		voice.Fill(pcm)
		k.say(enc, &h, pcm)
		heard = append(heard, k.hear(20)...)
	}
	// A busy machine leaves gaps between what is in time; what is there must be as loud as it was said.
	if got := loudest(heard, audiotest.Freq(3)); math.Abs(got+15) > 1 {
		t.Errorf("the tone came back at %.1f dBFS", got)
	}
}

func TestDigitsAreSoundedBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quick(t, nil))
	k := d.dial("221", "pcma")
	k.answered(false)
	event := rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: k.session.EventSend, SSRC: 7, Timestamp: 4711},
		Payload: []byte{5, 10, 0, 160}, // RFC 4733: the digit 5
	}
	for range 3 { // repetitions of the same event
		k.packet(event)
	}
	heard := k.hear(600)
	for _, freq := range []float64{770, 1336} {
		if got := loudest(heard, freq); got < -30 {
			t.Errorf("%v Hz at %.1f dBFS", freq, got)
		}
	}
	sounding := 0
	for at := 0; at+160 <= len(heard); at += 160 {
		if media.LevelOf(heard[at:at+160]) > -40 {
			sounding += 20
		}
	}
	if sounding > 140 {
		t.Errorf("one digit of three packets sounds for %d ms", sounding)
	}
	info := d.request(sip.INFO, "221", k.callID, k.tag)
	kind := sip.ContentTypeHeader("application/dtmf-relay")
	info.AppendHeader(&kind)
	info.SetBody([]byte("Signal=#\r\nDuration=160\r\n"))
	all, _ := d.send(info)
	if got := d.final(all).StatusCode; got != 200 {
		t.Fatalf("INFO was answered %d", got)
	}
	if got := loudest(k.hear(600), 1477); got < -30 {
		t.Errorf("# by INFO: 1477 Hz at %.1f dBFS", got)
	}
}

// loudest is the highest level of a frequency in 50 ms of what was heard.
func loudest(heard []int16, freq float64) float64 {
	most := -100.0
	for ; len(heard) >= 400; heard = heard[400:] {
		most = max(most, audiotest.LevelAt(heard[:400], freq, 8000))
	}
	return most
}

func TestAnInviteWithoutAnOfferGetsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quick(t, nil))
	k := d.newTalk("201", "pcma")
	invite := func() *sip.Request { return d.request(sip.INVITE, "201", k.callID, "") }
	all, _ := d.send(invite())
	again := invite()
	again.AppendHeader(d.credentials(d.final(all), "Proxy-Authenticate", again, d.account.Password))
	k.all, _ = d.send(again)
	res := d.final(k.all)
	k.tag, _ = res.To().Params.Get("tag")
	answer, session, err := k.agent.Answer(res.Body(), false)
	if err != nil {
		t.Fatal(err)
	}
	k.session = session
	ack := d.request(sip.ACK, "201", k.callID, k.tag)
	setSDP(ack, answer)
	d.layer.Send(ack, d.target())
	if got := who(d.x, k.hear(1000)[1600:], 8000); !slices.Equal(got, []string{"Anna Berger"}) {
		t.Errorf("heard %v", got)
	}
}

func TestRegistration(t *testing.T) {
	x := quick(t, nil)
	d := newDesk(t, x)
	if got := d.register(600, "wrong").StatusCode; got != 401 {
		t.Errorf("a wrong password was answered %d", got)
	}
	if err := x.CallIn(""); !errors.Is(err, ErrNotRegistered) {
		t.Errorf("called in without a registration: %v", err)
	}
	stranger := d.request(sip.REGISTER, "2002", "reg", "")
	all, _ := d.send(stranger)
	again := d.request(sip.REGISTER, "2002", "reg", "")
	again.AppendHeader(d.credentials(d.final(all), "WWW-Authenticate", again, d.account.Password))
	all, _ = d.send(again)
	if got := d.final(all).StatusCode; got != 403 {
		t.Errorf("registering for somebody else was answered %d", got)
	}
	res := d.register(120, d.account.Password)
	if res.StatusCode != 200 || !strings.Contains(value(res, "Contact"), "expires=120") {
		t.Errorf("%d, Contact %q", res.StatusCode, value(res, "Contact"))
	}
	if res = d.register(0, d.account.Password); res.StatusCode != 200 || value(res, "Contact") != "" {
		t.Errorf("after un-registering: %d, Contact %q", res.StatusCode, value(res, "Contact"))
	}
	if err := x.CallIn("2001"); !errors.Is(err, ErrNotRegistered) {
		t.Errorf("called in after the registration ended: %v", err)
	}
}

// takeCall answers the customer's INVITE and returns the call as the desk sees it.
func takeCall(t *testing.T, d *desk) *talk {
	t.Helper()
	var invite *sip.Request
	k := d.newTalk(customer.Number.Number, "pcma")
	select {
	case tx := <-d.incoming:
		invite = tx.Request()
		answer, session, err := k.agent.Answer(invite.Body(), false)
		if err != nil {
			t.Fatal(err)
		}
		k.session = session
		res := tx.Response(200, "")
		res.AppendHeader(&sip.ContactHeader{Address: d.contact()})
		setSDP(res, answer)
		tx.Respond(res)
	case <-time.After(patience):
		t.Fatal("the customer never called")
	}
	if name := invite.From().DisplayName; name != "Keller, Martin" {
		t.Errorf("the customer is called %q", name)
	}
	select {
	case <-d.acked:
	case <-time.After(patience):
		t.Fatal("no ACK")
	}
	return k
}

func TestTheCustomerCallsARegisteredDesk(t *testing.T) {
	t.Parallel()
	x := quick(t, func(c *Config) { c.Customer = time.Millisecond })
	d := newDesk(t, x)
	d.register(600, d.account.Password)
	k := takeCall(t, d)
	if got := who(x, k.hear(1200)[1600:], 8000); !slices.Equal(got, []string{"Keller, Martin"}) {
		t.Errorf("heard %v", got)
	}
}

func TestTheCustomerCallsAgainAfterARefusal(t *testing.T) {
	x := quick(t, func(c *Config) { c.Customer, c.Again = time.Millisecond, time.Millisecond })
	d := newDesk(t, x)
	d.register(600, d.account.Password)
	select {
	case tx := <-d.incoming:
		tx.Respond(tx.Response(486, ""))
	case <-time.After(patience):
		t.Fatal("the customer never called")
	}
	takeCall(t, d)
}

func TestTheCustomerLosesPatience(t *testing.T) {
	x := quick(t, func(c *Config) { c.Patience = time.Millisecond })
	d := newDesk(t, x)
	d.register(600, d.account.Password)
	if err := x.CallIn("2001"); err != nil {
		t.Fatal(err)
	}
	tx := <-d.incoming
	tx.Respond(tx.Response(180, ""))
	eventually(t, func() bool { return x.Calls() == 0 })
}

// No call may be left up at the desk when the exchange ends.
func TestCloseEndsItsCallsByBye(t *testing.T) {
	x := quick(t, nil)
	d := newDesk(t, x)
	d.register(600, d.account.Password)
	if err := x.CallIn(""); err != nil {
		t.Fatal(err)
	}
	takeCall(t, d)
	x.Close()
	select {
	case tx := <-d.incoming:
		if tx.Request().Method != sip.BYE {
			t.Errorf("got %s", tx.Request().Method)
		}
	case <-time.After(patience):
		t.Fatal("no BYE")
	}
	if err := x.CallIn(""); err == nil {
		t.Error("called in after Close")
	}
}

func TestTheContextEndsTheExchange(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	x, err := Start(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	x.Close() // waits for the goroutines, which goleak looks for
}

func TestOnlyLoopback(t *testing.T) {
	_, err := Start(context.Background(), Config{Bind: netip.MustParseAddrPort("0.0.0.0:0")})
	if err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("%v", err)
	}
}

func TestLinesForTheDesk(t *testing.T) {
	x := quick(t, nil)
	lines := x.Lines()
	if len(lines) != 2 || lines[0].User != "2001" || lines[0].Server != x.Addr().String() || !lines[0].Practice {
		t.Errorf("%+v", lines)
	}
	a, ok := x.Secret(lines[0].ID)
	b, _ := x.Secret(lines[1].ID)
	if !ok || len(a) < 20 || a == b {
		t.Error("the passwords are not random")
	}
	if _, ok := x.Secret("mine"); ok {
		t.Error("a secret for a strange line")
	}
}

func TestUnknownDialogsAndMethods(t *testing.T) {
	d := newDesk(t, quick(t, nil))
	all, _ := d.send(d.request(sip.BYE, "201", "nowhere", "gone"))
	if got := d.final(all).StatusCode; got != 481 {
		t.Errorf("BYE: %d", got)
	}
	all, _ = d.send(d.request(sip.OPTIONS, "201", "ping", ""))
	if res := d.final(all); res.StatusCode != 200 || !strings.Contains(value(res, "Allow"), "INVITE") {
		t.Errorf("OPTIONS: %v", res)
	}
}

// A second INVITE under the Call-ID of a call that is up must not replace that call.
func TestACallThatComesRoundIsRefused(t *testing.T) {
	d := newDesk(t, quick(t, nil))
	k := d.dial("201", "pcma")
	k.answered(false)
	again := d.dial("201", "pcma")
	if got := d.final(again.all).StatusCode; got != 482 {
		t.Errorf("%d", got)
	}
	if code := k.bye(); code != 200 || d.x.Calls() != 0 {
		t.Errorf("BYE of the first: %d, %d calls left", code, d.x.Calls())
	}
}

func TestABadOfferIsRefused(t *testing.T) {
	d := newDesk(t, quick(t, nil))
	invite := func() *sip.Request {
		req := d.request(sip.INVITE, "201", "bad", "")
		setSDP(req, []byte("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 99\r\n"))
		return req
	}
	all, _ := d.send(invite())
	again := invite()
	again.AppendHeader(d.credentials(d.final(all), "Proxy-Authenticate", again, d.account.Password))
	all, _ = d.send(again)
	if got := d.final(all).StatusCode; got != 488 {
		t.Errorf("%d", got)
	}
	if n := d.x.Calls(); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}

// The exchange lives in the desk's process, beside real calls.
func TestAFaultEndsNothingElse(t *testing.T) {
	x := quick(t, nil)
	x.post(func() { panic("forced") })
	x.spawn(func() { panic("forced") })
	d := newDesk(t, x)
	k := d.dial("201", "pcma")
	k.answered(false)
	k.hear(40)
}

// The numbers are what the window shows; a duplicate could never be reached.
func TestNumbersAreDistinct(t *testing.T) {
	x := quick(t, nil)
	numbers, tones := map[string]bool{}, map[float64]bool{}
	for _, n := range x.Numbers() {
		if n.Name == "" || n.Note == "" || numbers[n.Number] || n.Tone != 0 && tones[n.Tone] {
			t.Errorf("%+v", n)
		}
		numbers[n.Number], tones[n.Tone] = true, true
	}
}
