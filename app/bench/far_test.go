//go:build linux

package bench

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	away   = 10 * time.Millisecond  // for which a farEnd looks away after an INVITE; the desk is to have answered by then
	settle = 200 * time.Millisecond // after each step, for the desk to finish what no answer waits for
)

// farEnd is a caller that costs the desk's machine nothing while the desk works, as one on another machine would: its
// socket is not known to Go's poller, and it sleeps before it reads. When messages came is told by the kernel, so a
// figure is the time from sending to the desk's answer in the socket's queue, whenever it is read.
type farEnd struct {
	b     *testing.B
	fd    int
	addr  netip.AddrPort
	desk  netip.AddrPort
	calls int
}

func newFarEnd(b *testing.B, desk string) *farEnd {
	b.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = unix.Close(fd) }) // nothing is left to be lost
	f := &farEnd{b: b, fd: fd, desk: netip.MustParseAddrPort(desk)}
	f.must(unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	f.must(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1))
	f.must(unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 30}))
	own, err := unix.Getsockname(fd)
	f.must(err)
	f.addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(own.(*unix.SockaddrInet4).Port))
	return f
}

func (f *farEnd) must(err error) {
	f.b.Helper()
	if err != nil {
		f.b.Fatal(err)
	}
}

// call makes a call, ends it after a while, and returns how long the desk took from INVITE to 200.
func (f *farEnd) call(sdp string) time.Duration {
	f.b.Helper()
	f.calls++
	id := fmt.Sprintf("far-%d-%d", f.addr.Port(), f.calls)
	to := fmt.Sprintf("<sip:desk@%s>", f.desk)
	invite := f.text("INVITE", id, to, 1, sdp)
	start := time.Now()
	f.send(invite)
	time.Sleep(away)
	ok, came := f.answer("1 INVITE")
	to = header(ok, "To")
	f.send(f.text("ACK", id, to, 1, ""))
	time.Sleep(settle)
	f.send(f.text("BYE", id, to, 2, ""))
	f.answer("2 BYE")
	time.Sleep(settle)
	return came.Sub(start)
}

func (f *farEnd) text(method, id, to string, cseq int, body string) string {
	kind := ""
	if body != "" {
		kind = "Content-Type: application/sdp\r\n"
	}
	return fmt.Sprintf("%s sip:desk@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK-%s-%s;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:far@%s>;tag=far\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:far@%s>\r\n%sContent-Length: %d\r\n\r\n%s",
		method, f.desk, f.addr, id, method, f.addr, to, id, cseq, method, f.addr, kind, len(body), body)
}

func (f *farEnd) send(text string) {
	f.b.Helper()
	f.must(unix.Sendto(f.fd, []byte(text), 0, &unix.SockaddrInet4{Addr: f.desk.Addr().As4(), Port: int(f.desk.Port())}))
}

// answer waits for the 200 to a request and returns it with the kernel's time of its arrival.
func (f *farEnd) answer(cseq string) (string, time.Time) {
	f.b.Helper()
	buf, control := make([]byte, 4096), make([]byte, 128)
	for {
		n, nc, _, _, err := unix.Recvmsg(f.fd, buf, control, 0)
		if err == unix.EINTR {
			continue
		}
		f.must(err)
		if text := string(buf[:n]); strings.HasPrefix(text, "SIP/2.0 200 ") && header(text, "CSeq") == cseq {
			return text, arrival(control[:nc])
		}
	}
}

// header is the value of a header in the desk's spelling.
func header(text, name string) string {
	_, rest, _ := strings.Cut(text, "\r\n"+name+": ")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}
