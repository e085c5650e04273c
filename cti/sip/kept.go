package sip

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"sync/atomic"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/sdp"

	"github.com/emiago/sipgo/sip"
)

// kept is what the journal holds of a call, so that another process can go on with it or end it cleanly.
type kept struct {
	Direction cti.Direction `json:"direction"`
	Stage     string        `json:"stage"` // calling, ringing, up
	Dialogs   []keptDialog  `json:"dialogs,omitempty"`
	Invite    string        `json:"invite,omitempty"` // as it was sent or received, while it has no final answer
	Peer      string        `json:"peer,omitempty"`   // ip:port that the INVITE went to or came from
	Transport cti.Transport `json:"transport,omitempty"`
	Server    string        `json:"server,omitempty"` // name in the certificate of Peer
	SDP       sdp.Memory    `json:"sdp"`
	Keys      []byte        `json:"keys,omitempty"`     // ours for the media, sealed
	Interval  int           `json:"interval,omitempty"` // session timer
	Refresher bool          `json:"refresher,omitempty"`
}

// keptDialog is a dialog as text.
type keptDialog struct {
	CallID   string    `json:"call_id"`
	Local    keptParty `json:"local"`
	Remote   keptParty `json:"remote"`
	CSeq     uint32    `json:"cseq"`
	PeerCSeq uint32    `json:"peer_cseq,omitempty"`
	Routes   []string  `json:"routes,omitempty"`
	Target   string    `json:"target"`
	Allows   []string  `json:"allows,omitempty"`

	Peer cti.PeerFacts `json:"peer,omitzero"`
}

type keptParty struct {
	Name string `json:"name,omitempty"`
	URI  string `json:"uri"`
	Tag  string `json:"tag"`
}

const (
	stageCalling = "calling"
	stageRinging = "ringing"
	stageUp      = "up"
)

// cseqJump is how far CSeq leaps in a recovered dialog: refreshes and digits since the last DialogKept were not kept.
const cseqJump = 1000

// keep posts what is needed to take the call up again. It is called when something of it changed that matters: the
// first answer to an INVITE (before, no CANCEL would be allowed), an early dialog, the connection, a change of the session.
func (c *call) keep() {
	k := kept{Direction: c.dir, Interval: c.timer.interval, Refresher: c.timer.ours}
	if c.agent != nil {
		k.SDP = c.agent.Memory()
	}
	switch {
	case c.stage == calling:
		k.Stage = stageCalling
		c.keepInvite(&k)
	case c.stage == ringing:
		k.Stage = stageRinging
		k.Invite = bare(c.in.tx.Request())
		k.Peer = c.in.tx.Source().String()
		k.Transport = c.line.config().Transport
		k.Dialogs = []keptDialog{keepDialog(c.dlg)}
	case c.stage < leaving:
		k.Stage = stageUp
		k.Dialogs = []keptDialog{keepDialog(c.dlg)}
		k.Keys = c.sealKeys()
	default:
		return
	}
	data, err := json.Marshal(k)
	if err != nil {
		c.log().Error("dialog not kept", "err", err)
		return
	}
	c.post(cti.DialogKept{Call: c.id, Dialog: data})
}

// keepInvite keeps the INVITE with the branch that it really left with, for a CANCEL.
func (c *call) keepInvite(k *kept) {
	if c.out.ex != nil {
		if req := c.out.ex.Request(); req != nil {
			k.Invite = bare(req)
		}
		to := c.out.ex.Target()
		if to.IsValid() {
			k.Peer, k.Transport, k.Server = to.Addr.String(), to.Transport, to.ServerName
		}
	}
	for _, l := range c.out.legs {
		k.Dialogs = append(k.Dialogs, keepDialog(l.dlg))
	}
}

// bare is an INVITE without what a journal must not hold: digest answers and media keys.
func bare(invite *sip.Request) string {
	req := invite.Clone()
	req.SetBody(nil)
	for _, name := range []string{"Authorization", "Proxy-Authorization", "Content-Type"} {
		for req.RemoveHeader(name) {
		}
	}
	return req.String()
}

// keepDialog writes a dialog as text.
func keepDialog(d *dialog) keptDialog {
	k := keptDialog{
		CallID: d.callID, Local: keepParty(d.local), Remote: keepParty(d.remote),
		CSeq: d.cseq.Load(), PeerCSeq: d.peerCSeq, Target: d.target.String(), Peer: d.peer,
	}
	for _, r := range d.routes {
		k.Routes = append(k.Routes, r.String())
	}
	for m := range d.allows {
		k.Allows = append(k.Allows, string(m))
	}
	return k
}

// keepParty keeps the display name as it came: From and To must not change within a dialog.
func keepParty(p party) keptParty { return keptParty{Name: p.Name, URI: p.URI.String(), Tag: p.Tag} }

// party reads a kept party. The journal is a file, so nothing in it is taken for granted.
func (k keptParty) party() (party, error) {
	u, err := parseURI(k.URI)
	return party{Name: k.Name, URI: u, Tag: k.Tag}, err
}

// dialog makes the dialog again, with room for the CSeqs that were not kept.
func (k keptDialog) dialog() (*dialog, error) {
	d := &dialog{callID: k.CallID, cseq: new(atomic.Uint32), peerCSeq: k.PeerCSeq, allows: map[sip.RequestMethod]bool{}, peer: k.Peer}
	d.cseq.Store(k.CSeq + cseqJump)
	var err error
	if d.local, err = k.Local.party(); err != nil {
		return nil, err
	}
	if d.remote, err = k.Remote.party(); err != nil {
		return nil, err
	}
	if d.target, err = parseURI(k.Target); err != nil {
		return nil, err
	}
	for _, r := range k.Routes {
		u, err := parseURI(r)
		if err != nil {
			return nil, err
		}
		d.routes = append(d.routes, u)
	}
	for _, m := range k.Allows {
		d.allows[sip.RequestMethod(m)] = true
	}
	return d, nil
}

// peer is where the INVITE went to or came from.
func (k kept) peer() (resolve.Target, error) {
	addr, err := netip.ParseAddrPort(k.Peer)
	if err != nil {
		return resolve.Target{}, fmt.Errorf("the kept call has no peer address: %w", err)
	}
	return resolve.Target{Addr: addr, Transport: k.Transport, ServerName: k.Server}, nil
}
