//go:build linux

package bench

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// BenchmarkStartToFirstAnswer: from starting the program to its first answer to an OPTIONS.
func BenchmarkStartToFirstAnswer(b *testing.B) {
	d := newDesk(b, "127.0.0.71:5060")
	var took []time.Duration
	for b.Loop() {
		d.stop()
		took = append(took, d.startUntilAnswer())
	}
	b.ReportMetric(ms(quantile(took, 0.5)), "ms-median")
}

// startUntilAnswer starts the desk and asks it every 2 ms until it answers.
func (d *desk) startUntilAnswer() time.Duration {
	c, err := net.Dial("udp", d.addr)
	if err != nil {
		d.b.Fatal(err)
	}
	defer c.Close()
	start := time.Now()
	go d.ask(c)
	d.start()
	buf := make([]byte, 2048)
	for {
		if _, err := c.Read(buf); err == nil {
			return time.Since(start)
		}
		if time.Since(start) > 30*time.Second {
			d.b.Fatal("no answer")
		}
	}
}

func (d *desk) ask(c net.Conn) {
	for i := 0; ; i++ {
		_, err := fmt.Fprintf(c, "OPTIONS sip:desk@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKo%d;rport\r\nMax-Forwards: 70\r\n"+
			"From: <sip:bench@127.0.0.1>;tag=1\r\nTo: <sip:desk@%s>\r\nCall-ID: o%d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", d.addr, c.LocalAddr(), i, d.addr, i)
		if opErr, ok := err.(*net.OpError); ok && opErr.Err == net.ErrClosed { //nolint:errorlint // net wraps exactly once
			return
		}
		time.Sleep(2 * time.Millisecond)
		if i > 15000 {
			return
		}
	}
}

// BenchmarkAtRest: the desk with one line, no call, for 20 s.
func BenchmarkAtRest(b *testing.B) {
	d := newDesk(b, "127.0.0.72:5060")
	for b.Loop() {
		load(b, d.pid(), 20*time.Second)
	}
}

// BenchmarkCalls: what calls with sound cost, all but one on hold here.
func BenchmarkCalls(b *testing.B) {
	for _, n := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := newDesk(b, fmt.Sprintf("127.0.0.%d:5060", 80+n))
			calls(b, d, n)
			for b.Loop() {
				load(b, d.pid(), 10*time.Second)
			}
		})
	}
}

// BenchmarkInviteToOK: a call that the desk answers by itself, from INVITE to 200. The desk is at rest when it comes.
func BenchmarkInviteToOK(b *testing.B) {
	d := newDesk(b, "127.0.0.73:5060", "--auto-answer")
	far := newFarEnd(b, d.addr)
	var took []time.Duration
	for b.Loop() {
		took = append(took, far.call(siptest.SDP(9, 1, "sendrecv")))
	}
	b.ReportMetric(ms(quantile(took, 0.5)), "ms-median")
	b.ReportMetric(ms(quantile(took, 0.95)), "ms-p95")
}

// BenchmarkWishToInvite: from the API's dial to the INVITE at the far end.
func BenchmarkWishToInvite(b *testing.B) {
	p := siptest.UDP(b)
	d := newDesk(b, "127.0.0.74:5060")
	client := d.client()
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := client.Command(context.Background(), cti.VerbDial, api.Request{Number: p.URI("target")}); err != nil {
			b.Fatal(err)
		}
		invite := p.Request(sip.INVITE)
		took = append(took, time.Since(start))
		p.Answer(invite, 486, "busy")
		p.Request(sip.ACK)
	}
	b.ReportMetric(ms(quantile(took, 0.5)), "ms-median")
	b.ReportMetric(ms(quantile(took, 0.95)), "ms-p95")
}

// BenchmarkPacing: how evenly the desk sends in one call; quiet, and while all cores are busy.
func BenchmarkPacing(b *testing.B) {
	for _, name := range []string{"quiet", "busy"} {
		b.Run(name, func(b *testing.B) {
			d := newDesk(b, "127.0.0.75:5060")
			t := calls(b, d, 1)[0]
			if name == "busy" {
				burn(b)
			}
			for b.Loop() {
				t.forget()
				time.Sleep(10 * time.Second)
				errs := t.errors()
				b.ReportMetric(ms(quantile(errs, 0.5)), "ms-median")
				b.ReportMetric(ms(quantile(errs, 0.99)), "ms-p99")
			}
		})
	}
}

// burn keeps two processes busy, as a window that redraws in software does.
func burn(b *testing.B) {
	for range 2 {
		c := exec.Command("sh", "-c", "while :; do :; done")
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			_ = c.Process.Kill() // it runs until then
			_ = c.Wait()         // it was killed
		})
	}
}
