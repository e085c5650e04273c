package txn

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"
)

const (
	writeWait   = 5 * time.Second // a peer that takes nothing for so long is gone
	closeWait   = 500 * time.Millisecond
	sendBacklog = 256 // messages that wait for a slow connection
)

// streamConn is one TCP or TLS connection. Its reader and writer are goroutines; the rest is the layer's.
type streamConn struct {
	set     *streamSet
	to      resolve.Target
	conn    net.Conn // nil while connecting
	addr    netip.AddrPort
	out     chan []byte
	gone    chan struct{} // closed when the connection is given up; the writer ends
	waiting []func(flow, error)
	closed  bool

	ping, pong *timer
	kept       bool
	ponged     bool // this peer answers keepalives
}

func (c *streamConn) local() netip.AddrPort    { return c.addr }
func (c *streamConn) remote() netip.AddrPort   { return c.to.Addr }
func (c *streamConn) transport() cti.Transport { return c.set.l.cfg.Transport }

// send queues data for the writer. A connection that does not drain is closed.
func (c *streamConn) send(data []byte) error {
	if c.closed {
		return fmt.Errorf("%w: the connection to %s is closed", ErrTransport, c.to.Addr)
	}
	select {
	case c.out <- data:
		return nil
	default:
		err := fmt.Errorf("%w: %s does not read", ErrTransport, c.to.Addr)
		c.lose(err)
		return err
	}
}

// run begins reading and writing once conn is there.
func (c *streamConn) run(conn net.Conn) {
	c.conn = conn
	c.addr = conn.LocalAddr().(*net.TCPAddr).AddrPort()
	c.addr = netip.AddrPortFrom(c.addr.Addr().Unmap(), c.addr.Port())
	c.set.goroutine(c.write)
	c.set.goroutine(c.read)
}

// write sends what is queued until the connection is given up; what was queued before still goes out, such as the 400
// for a message that made us close.
func (c *streamConn) write() {
	defer c.conn.Close() // ends the reader too
	for {
		select {
		case data := <-c.out:
			if err := c.writeOne(data, writeWait); err != nil {
				c.set.l.queue.Post(func() { c.lose(fmt.Errorf("%w: %w", ErrTransport, err)) })
				return
			}
		case <-c.gone:
			for len(c.out) > 0 {
				if c.writeOne(<-c.out, closeWait) != nil {
					return // it was given up already
				}
			}
			return
		}
	}
}

func (c *streamConn) writeOne(data []byte, wait time.Duration) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	_, err := c.conn.Write(data)
	return err
}

// read hands messages over in their order until the stream ends.
func (c *streamConn) read() {
	l := c.set.l
	r := bufio.NewReaderSize(c.conn, 8192)
	for {
		frame, err := message.NextFrame(r)
		if frame.Message != nil && l.admitDatagram(c.to.Addr) {
			l.queue.Post(func() { l.take(frame.Message, c, c.to.Addr) })
		}
		if err != nil {
			l.queue.Post(func() { c.lose(fmt.Errorf("%w: %w", ErrTransport, err)) })
			return
		}
		if frame.Ping || frame.Pong {
			l.queue.Post(func() { c.takeKeepalive(frame) })
		}
	}
}

// takeKeepalive answers the peer's and notes the answer to ours.
func (c *streamConn) takeKeepalive(f message.Frame) {
	if f.Pong {
		c.ponged = true
		c.pong.stop()
		c.pong = nil
		return
	}
	if err := c.send([]byte("\r\n")); err != nil {
		c.set.l.log.Debug("keepalive not answered", "error", err)
	}
}

// keepAlive pings from now on.
func (c *streamConn) keepAlive() {
	if c.kept || c.set.l.cfg.KeepAlive.Stream < 0 {
		return
	}
	c.kept = true
	c.schedulePing()
}

func (c *streamConn) schedulePing() {
	l := c.set.l
	c.ping = l.after(l.cfg.KeepAlive.Stream, func() {
		if c.closed || c.send([]byte("\r\n\r\n")) != nil {
			return // send has given the connection up already
		}
		if c.ponged && c.pong == nil {
			c.pong = l.after(l.cfg.KeepAlive.Pong, func() { c.lose(errNoPong) })
		}
		c.schedulePing()
	})
}

var errNoPong = errors.New("the server does not answer keepalives any more")

// lose gives the connection up: requests on it fail and the owner hears of it, once.
func (c *streamConn) lose(err error) {
	if c.closed {
		return
	}
	c.shut()
	for _, tx := range c.set.l.clients {
		if tx.flow == flow(c) {
			tx.fail(fmt.Errorf("%w: %w", ErrTransport, err))
		}
	}
	if onLost := c.set.l.cfg.OnLost; onLost != nil && !c.set.l.closed {
		onLost(c.to.Addr, err)
	}
}

// shut closes the connection without telling anybody.
func (c *streamConn) shut() {
	c.closed = true
	c.ping.stop()
	c.pong.stop()
	close(c.gone)
	if c.conn != nil {
		_ = c.conn.SetWriteDeadline(time.Now().Add(closeWait)) // the writer closes the connection soon, whatever it is doing
	}
	if c.set.conns[c.to.Addr] == c {
		delete(c.set.conns, c.to.Addr)
	}
}
