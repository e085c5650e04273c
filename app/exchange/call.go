package exchange

import (
	"strconv"
	"strings"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/sdp"
	"cordboard/cti/sip/txn"
	"cordboard/media/codec"

	"github.com/emiago/sipgo/sip"
)

// call is one dialog of the exchange with the desk, in either direction. The exchange's goroutine owns it.
type call struct {
	dialog
	x   *Exchange
	who person // who is heard

	invite *txn.ServerTx // the desk called us
	dialed *txn.ClientTx // we called the desk
	asked  *call         // whose transfer made us call the desk, nil for the customer's own wish
	hops   int           // how often the desk sent this call on
	timer  *time.Timer   // until the answer, or until patience ends
	up     bool          // a 2xx was sent or received
	ended  bool

	agent *sdp.Agent
	sound *leg
}

// inviteCSeq is that of the first request of a dialog.
const inviteCSeq = 1

// newCall opens the socket of the sound and begins offer and answer.
func (x *Exchange) newCall(id string, who person) (*call, error) {
	if who.way == confers {
		who.source = x.room.listen
	}
	sound, err := openLeg(x.addr.Addr(), x.spawn)
	if err != nil {
		return nil, err
	}
	c := &call{dialog: dialog{id: id}, x: x, who: who, sound: sound}
	c.agent = sdp.New(sdp.Config{Addr: x.addr.Addr(), Port: sound.port(), Codecs: codec.Supported(), SRTP: cti.SRTPOff})
	x.calls[id] = c
	return c, nil
}

// play makes the sound what offer and answer agreed on.
func (c *call) play(s cti.MediaSession) {
	if err := c.sound.apply(s, c.who); err != nil {
		c.x.log.Warn("no sound from the practice exchange", "number", c.who.Number.Number, "error", err)
	}
}

// over forgets the call: no sound, no timers.
func (c *call) over() {
	if c.ended {
		return
	}
	c.ended = true
	if c.timer != nil {
		c.timer.Stop()
	}
	c.sound.close()
	delete(c.x.calls, c.id)
	c.x.leftRoom(c)
	c.x.planCustomer(c.x.cfg.Again)
}

// hangUp ends the call from our side, whatever its state.
func (c *call) hangUp() {
	switch {
	case c.ended:
	case c.up:
		c.x.layer.Request(c.request(sip.BYE), c.way(), func(*sip.Response, error) {}) // the call is over whatever the answer
	case c.dialed != nil:
		c.dialed.Cancel()
	case c.invite != nil:
		c.invite.Respond(c.invite.Response(sip.StatusTemporarilyUnavailable, ""))
	}
	c.over()
}

// describe adds a session description and our Contact to a message.
func (c *call) describe(m interface {
	AppendHeader(sip.Header)
	SetBody([]byte)
}, body []byte) {
	contact := &sip.ContactHeader{Address: c.x.uri(c.who.Number.Number), Params: sip.NewParams()}
	if c.who.way == confers {
		contact.Params.Add("isfocus", "") // RFC 4579 section 4.2
	}
	m.AppendHeader(contact)
	c.abilities(m)
	if body == nil {
		return
	}
	kind := sip.ContentTypeHeader(sdpType)
	m.AppendHeader(&kind)
	m.SetBody(body)
}

// renegotiate answers a re-INVITE or UPDATE: hold, resume, another address or codec.
func (c *call) renegotiate(tx *txn.ServerTx) {
	req := tx.Request()
	if uri, ok := contactOf(req); ok {
		c.target, c.from = uri, tx.Source()
	}
	var answer []byte
	var err error
	switch {
	case len(req.Body()) > 0:
		var s cti.MediaSession
		if answer, s, err = c.agent.Answer(req.Body(), false); err == nil {
			c.play(s)
		}
	case req.Method == sip.INVITE:
		answer, err = c.agent.Offer(false, true) // the answer comes with the ACK
	}
	if err != nil {
		tx.Respond(tx.Response(sip.StatusNotAcceptableHere, ""))
		return
	}
	res := tx.Response(sip.StatusOK, "")
	c.describe(res, answer)
	tx.Respond(res)
}

// info takes a digit by INFO (application/dtmf-relay, "Signal=5") and lets it sound.
func (c *call) info(tx *txn.ServerTx) {
	for line := range strings.Lines(string(tx.Request().Body())) {
		name, v, _ := strings.Cut(line, "=")
		if v = strings.TrimSpace(v); strings.EqualFold(strings.TrimSpace(name), "signal") && len(v) == 1 {
			c.sound.digit(rune(v[0]))
		}
	}
	tx.Respond(tx.Response(sip.StatusOK, ""))
}

// acknowledged takes the ACK of a 2xx of ours, with the answer when the 2xx had the offer.
func (x *Exchange) acknowledged(id string, tx *txn.ServerTx, body []byte) {
	c := x.calls[id]
	if c == nil || tx.LocalTag() != c.localTag || !c.agent.Pending() {
		return
	}
	s, err := c.agent.Complete(body, false)
	if err != nil {
		x.log.Info("the practice exchange cannot use the answer in an ACK", "error", err)
		c.hangUp()
		return
	}
	c.play(s)
}

// cancelled ends a call that the desk gave up before our answer.
func (x *Exchange) cancelled(id string, tx *txn.ServerTx) {
	if c := x.calls[id]; c != nil && c.invite == tx && !c.up {
		c.over()
	}
}

// unconfirmed ends a call whose 2xx was never acknowledged.
func (x *Exchange) unconfirmed(id string, tx *txn.ServerTx) {
	if c := x.calls[id]; c != nil && c.invite == tx {
		c.hangUp()
	}
}

// identity names who is heard (RFC 3325).
func (c *call) identity() sip.Header {
	uri := c.x.uri(c.who.Number.Number)
	return sip.NewHeader("P-Asserted-Identity", strconv.Quote(c.who.Name)+" <"+uri.String()+">")
}
