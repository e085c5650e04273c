package sip

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// pace is the time between two calls of a benchmark: a line refuses more than 300 requests a second from one source,
// as it should. The figures to read are the metrics, not ns/op.
const pace = 10 * time.Millisecond

// BenchmarkWishToInvite measures from the Invite effect to the INVITE at a peer on loopback.
func BenchmarkWishToInvite(b *testing.B) {
	p := siptest.UDP(b)
	d := newDesk(b, quick())
	var total time.Duration
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for b.Loop() {
		<-tick.C
		start := time.Now()
		d.dial(p)
		invite := p.Request("INVITE")
		total += time.Since(start)
		p.Answer(invite, 486, "x")
		p.Request("ACK")
		next[cti.Ended](d)
		d.kept = nil
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/INVITE")
}

// BenchmarkCallSetUp measures INVITE, 200, ACK between a stack and a peer that answers at once.
func BenchmarkCallSetUp(b *testing.B) {
	p := siptest.UDP(b)
	d := newDesk(b, quick())
	var total time.Duration
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for b.Loop() {
		<-tick.C
		start := time.Now()
		id, _ := d.up(p)
		total += time.Since(start)
		d.hangUp(p, id)
		d.kept = nil
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/call")
}

// BenchmarkAnswerByItself measures from an INVITE that comes in to our 200, when the owner accepts at once.
func BenchmarkAnswerByItself(b *testing.B) {
	p := siptest.UDP(b)
	d := newHookedDesk(b, quick(), func(d *desk, in cti.Input) {
		if o, ok := in.(cti.Offered); ok {
			d.stack.Do(cti.Accept{Call: o.Call})
		}
	})
	var total time.Duration
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for i := 0; b.Loop(); i++ {
		<-tick.C
		leg := p.Calling(d.addr, "2001", "bench-"+itoa(i))
		start := time.Now()
		leg.Request("INVITE", siptest.SDP(4000, 1, "sendrecv"))
		ok := leg.Response(200, "INVITE")
		total += time.Since(start)
		leg.Confirm(ok)
		d.hangUp(p, next[cti.Connected](d).Call)
		d.kept = nil
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/answer")
}

// BenchmarkWishToRefer measures from the Refer effect to the REFER at a peer, with Replaces: two calls have a say in it.
func BenchmarkWishToRefer(b *testing.B) {
	p, q := siptest.UDP(b), siptest.UDP(b)
	d := newDesk(b, quick())
	customer, _ := d.up(p)
	consult, _ := d.up(q)
	var total time.Duration
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for b.Loop() {
		<-tick.C
		start := time.Now()
		d.stack.Do(cti.Refer{Call: customer, Replaces: consult})
		refer := p.Request("REFER")
		total += time.Since(start)
		p.Answer(refer, 603, "")
		next[cti.Referring](d)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/REFER")
	d.hangUp(p, customer)
	d.hangUp(q, consult)
}
