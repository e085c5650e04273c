package sip

import (
	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// heard takes what a message of the far end says about itself: target, abilities, and whether it is a conference.
func (c *call) heard(d *dialog, m sip.Message) {
	d.refresh(m)
	c.learn(d)
}

// learn posts what the far end has said that it cannot do, when that is news.
func (c *call) learn(d *dialog) {
	if c.known && d.peer != c.peer {
		c.peer = d.peer
		c.post(cti.PeerLearned{Call: c.id, Peer: d.peer})
	}
}
