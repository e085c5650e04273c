package exchange

import (
	"context"
	"crypto/md5"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/sdp"
	"cordboard/cti/sip/txn"
	"cordboard/media"
	"cordboard/media/codec"

	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; much longer than it takes, for a loaded machine.
const patience = 20 * time.Second

// quick is an exchange for tests: short ringing, and a customer who calls when told to.
func quick(t *testing.T, change func(*Config)) *Exchange {
	t.Helper()
	cfg := Config{Ring: time.Millisecond, Customer: -1, Again: -1, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	if change != nil {
		change(&cfg)
	}
	x, err := Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x
}

// desk is a scripted telephone with one line.
type desk struct {
	t        *testing.T
	x        *Exchange
	account  Account
	layer    *txn.Layer
	incoming chan *txn.ServerTx
	acked    chan struct{}
	cseq     uint32
}

func newDesk(t *testing.T, x *Exchange) *desk {
	t.Helper()
	d := &desk{t: t, x: x, account: x.Accounts()[0], incoming: make(chan *txn.ServerTx, 8), acked: make(chan struct{}, 8)}
	var err error
	d.layer, err = txn.New(txn.Config{
		Transport: cti.UDP,
		Bind:      netip.AddrPortFrom(x.Addr().Addr(), 0),
		Policy:    message.Policy{Methods: methods},
		Admit:     func(netip.Addr) bool { return true },
		OnRequest: func(tx *txn.ServerTx) {
			tx.Watch(txn.ServerWatch{Ack: func(*sip.Request) { d.acked <- struct{}{} }})
			d.incoming <- tx
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.layer.Close)
	return d
}

func (d *desk) target() resolve.Target { return resolve.Target{Addr: d.x.Addr(), Transport: cti.UDP} }

func (d *desk) contact() sip.Uri {
	return sip.Uri{Scheme: "sip", User: d.account.User, Host: d.layer.Local().Addr().String(), Port: int(d.layer.Local().Port())}
}

// request makes a request to number; callID and tags name the dialog.
func (d *desk) request(method sip.RequestMethod, number, callID, toTag string) *sip.Request {
	if method != sip.ACK {
		d.cseq++
	}
	req := sip.NewRequest(method, d.x.uri(number))
	from := &sip.FromHeader{Address: d.x.uri(d.account.User), Params: sip.NewParams()}
	from.Params.Add("tag", "desk")
	to := &sip.ToHeader{Address: d.x.uri(number), Params: sip.NewParams()}
	if toTag != "" {
		to.Params.Add("tag", toTag)
	}
	id := sip.CallIDHeader(callID)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: d.cseq, MethodName: method})
	req.AppendHeader(&sip.ContactHeader{Address: d.contact()})
	return req
}

// responses is what comes back for one request.
type responses chan *sip.Response

func (d *desk) send(req *sip.Request) (responses, *txn.ClientTx) {
	all := make(responses, 64)
	tx := d.layer.Request(req, d.target(), func(res *sip.Response, _ error) {
		if res != nil {
			all <- res
		}
	})
	return all, tx
}

// next is the next response that is no 100.
func (d *desk) next(all responses) *sip.Response {
	d.t.Helper()
	for {
		select {
		case res := <-all:
			if res.StatusCode != 100 {
				return res
			}
		case <-time.After(patience):
			d.t.Fatal("no response")
		}
	}
}

func (d *desk) final(all responses) *sip.Response {
	d.t.Helper()
	for {
		if res := d.next(all); res.StatusCode >= 200 {
			return res
		}
	}
}

var nonceIn = regexp.MustCompile(`nonce="([^"]+)"`)

// credentials answers a challenge by MD5, the way of RFC 2617, computed apart from the exchange's own.
func (d *desk) credentials(challenge *sip.Response, header string, req *sip.Request, password string) sip.Header {
	var nonce string
	for _, h := range challenge.GetHeaders(header) {
		if strings.Contains(h.Value(), "algorithm=MD5") {
			nonce = nonceIn.FindStringSubmatch(h.Value())[1]
		}
	}
	sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	uri := req.Recipient.String()
	response := sum(sum(d.account.User+":cordboard-practice:"+password) + ":" + nonce + ":00000001:abc:auth:" + sum(string(req.Method)+":"+uri))
	give := strings.Replace(strings.Replace(header, "Proxy-Authenticate", "Proxy-Authorization", 1), "WWW-Authenticate", "Authorization", 1)
	return sip.NewHeader(give, fmt.Sprintf(`Digest username="%s", realm="cordboard-practice", nonce="%s", uri="%s", response="%s", algorithm=MD5, qop=auth, nc=00000001, cnonce="abc"`,
		d.account.User, nonce, uri, response))
}

// register registers for that many seconds and returns the final answer.
func (d *desk) register(expires int, password string) *sip.Response {
	d.t.Helper()
	request := func() *sip.Request {
		req := d.request(sip.REGISTER, d.account.User, "reg", "")
		e := sip.ExpiresHeader(expires)
		req.AppendHeader(&e)
		return req
	}
	all, _ := d.send(request())
	challenge := d.final(all)
	if challenge.StatusCode != 401 {
		d.t.Fatalf("an unknown REGISTER was answered %d", challenge.StatusCode)
	}
	again := request()
	again.AppendHeader(d.credentials(challenge, "WWW-Authenticate", again, password))
	all, _ = d.send(again)
	return d.final(all)
}

// talk is a call of the desk.
type talk struct {
	*desk
	number, callID, tag string
	agent               *sdp.Agent
	conn                *net.UDPConn
	session             cti.MediaSession
	all                 responses
	tx                  *txn.ClientTx
}

// dial calls number with an offer of one codec and returns after the challenge.
func (d *desk) dial(number, codec string) *talk {
	d.t.Helper()
	k := d.newTalk(number, codec)
	offer := k.offer(false)
	invite := func() *sip.Request {
		req := d.request(sip.INVITE, number, k.callID, "")
		setSDP(req, offer)
		return req
	}
	all, _ := d.send(invite())
	challenge := d.final(all)
	if challenge.StatusCode != 407 {
		d.t.Fatalf("an INVITE without credentials was answered %d", challenge.StatusCode)
	}
	again := invite()
	again.AppendHeader(d.credentials(challenge, "Proxy-Authenticate", again, d.account.Password))
	k.all, k.tx = d.send(again)
	return k
}

func (d *desk) newTalk(number, codec string) *talk {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = conn.Close() })
	k := &talk{desk: d, number: number, callID: "call-" + number, conn: conn}
	port := uint16(conn.LocalAddr().(*net.UDPAddr).Port)
	k.agent = sdp.New(sdp.Config{Addr: netip.MustParseAddr("127.0.0.1"), Port: port, Codecs: []string{codec}})
	return k
}

func (k *talk) offer(hold bool) []byte {
	k.t.Helper()
	body, err := k.agent.Offer(hold, false)
	if err != nil {
		k.t.Fatal(err)
	}
	return body
}

func setSDP(m interface {
	AppendHeader(sip.Header)
	SetBody([]byte)
}, body []byte) {
	kind := sip.ContentTypeHeader("application/sdp")
	m.AppendHeader(&kind)
	m.SetBody(body)
}

// answered waits for the 2xx and acknowledges it.
func (k *talk) answered(hold bool) *sip.Response {
	k.t.Helper()
	res := k.final(k.all)
	if res.StatusCode != 200 {
		k.t.Fatalf("%s answered %d", k.number, res.StatusCode)
	}
	k.tag, _ = res.To().Params.Get("tag")
	var err error
	if k.session, err = k.agent.Complete(res.Body(), hold); err != nil {
		k.t.Fatal(err)
	}
	ack := k.request(sip.ACK, k.number, k.callID, k.tag)
	k.layer.Send(ack, k.target())
	return res
}

// reinvite holds or resumes.
func (k *talk) reinvite(hold bool) {
	k.t.Helper()
	req := k.request(sip.INVITE, k.number, k.callID, k.tag)
	setSDP(req, k.offer(hold))
	k.all, k.tx = k.send(req)
	k.answered(hold)
}

func (k *talk) bye() int {
	k.t.Helper()
	all, _ := k.send(k.request(sip.BYE, k.number, k.callID, k.tag))
	return k.final(all).StatusCode
}

// hear decodes what arrives until it is that many milliseconds of sound.
func (k *talk) hear(ms int) []int16 {
	k.t.Helper()
	_, dec, err := codec.New(k.session.Codec, 20)
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		k.t.Fatal(err)
	}
	var heard []int16
	in, pcm := make([]byte, codec.MaxPayload), make([]int16, codec.MaxPacket)
	for len(heard) < ms*k.session.Codec.Rate/1000 {
		n, err := k.conn.Read(in)
		if err != nil {
			k.t.Fatalf("no sound after %d samples: %v", len(heard), err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(in[:n]); err != nil {
			k.t.Fatal(err)
		}
		got, err := dec.Decode(pcm, p.Payload)
		if err != nil {
			k.t.Fatal(err)
		}
		heard = append(heard, pcm[:got]...)
	}
	return heard
}

// say sends one packet of PCM.
func (k *talk) say(enc media.Encoder, h *rtp.Header, pcm []int16) {
	k.t.Helper()
	out := make([]byte, codec.MaxPayload)
	n, err := enc.Encode(out, pcm)
	if err != nil {
		k.t.Fatal(err)
	}
	h.SequenceNumber++
	h.Timestamp += uint32(len(pcm))
	k.packet(rtp.Packet{Header: *h, Payload: out[:n]})
}

func (k *talk) packet(p rtp.Packet) {
	k.t.Helper()
	b, err := p.Marshal()
	if err != nil {
		k.t.Fatal(err)
	}
	if _, err := k.conn.WriteToUDPAddrPort(b, k.session.Remote); err != nil {
		k.t.Fatal(err)
	}
}
