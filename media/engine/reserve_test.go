package engine

import (
	"testing"
	"time"
)

func TestReserveGrowsAtUnderRuns(t *testing.T) {
	r := newReserve(10 * time.Millisecond)
	if r.want != reserveFirst {
		t.Errorf("begins with %d samples", r.want)
	}
	r.missed(300)
	if r.want != reserveFirst {
		t.Errorf("after an under-run in the device's first moment %d, want no more than before", r.want)
	}
	for range reserveYoung {
		r.settled(r.want)
	}
	r.missed(300)
	if r.want != reserveFirst+reserveGrow {
		t.Errorf("after a single under-run %d, want 2 ms more", r.want)
	}
	r.missed(300)
	if r.want != reserveFirst+reserveGrow+300 {
		t.Errorf("after one soon after it %d, want all that was missing more", r.want)
	}
	for range 100 {
		r.missed(300)
	}
	if r.want != reserveMax {
		t.Errorf("after many under-runs %d, want the limit %d", r.want, reserveMax)
	}
}

func TestReserveOfASluggishDeviceBeginsHigher(t *testing.T) {
	if r := newReserve(40 * time.Millisecond); r.want != 20*ms {
		t.Errorf("a device of 40 ms begins with %d samples, want %d", r.want, 20*ms)
	}
	if r := newReserve(time.Second); r.want != reserveMax {
		t.Errorf("a device of 1 s begins with %d samples, want %d", r.want, reserveMax)
	}
}

func TestReserveShrinksOnlyWhileItIsNotUsedUp(t *testing.T) {
	calm := func(low int) int {
		r := newReserve(10 * time.Millisecond)
		for i := range 20 * reserveCalm {
			length := r.want
			if i%500 == 499 {
				length = low
			}
			r.settled(length)
		}
		return r.want
	}
	if got := calm(spareMin - 1); got != reserveFirst {
		t.Errorf("a reserve that is used up now and then went to %d", got)
	}
	if got := calm(reserveFirst); got != reserveMin {
		t.Errorf("a reserve that is never used went to %d, want the least, %d", got, reserveMin)
	}
}
