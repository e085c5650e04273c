package engine

import (
	"testing"
	"time"

	"cordboard/media"
)

func TestLateTicksAreMadeUpButNotALongStall(t *testing.T) {
	c, err := newClock()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	p := pacer{clock: c}
	p.due = c.now() - 3*media.Tick
	for range 4 {
		p.wait(1)
	}
	if got := p.pacing(); got.Repaid < 3 || got.Skipped != 0 {
		t.Errorf("30 ms late: %+v, want three ticks made up at once and none skipped", got)
	}
	p.due = c.now() - time.Second
	p.wait(1)
	if got := p.pacing(); got.Skipped < 100 || c.now()-p.due > media.Tick {
		t.Errorf("a second late: %+v, due %v ago; want it skipped", got, c.now()-p.due)
	}
}

func TestTicksKeepTheirTime(t *testing.T) {
	c, err := newClock()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	p := pacer{clock: c}
	p.restart()
	start := c.now()
	for range 21 {
		p.wait(1)
	}
	// However late each one was, the schedule is absolute: 20 intervals later the next is due after exactly 21.
	if p.skipped.Load() == 0 && p.due-start-21*media.Tick > media.Tick/10 {
		t.Errorf("the schedule slipped to %v after 21 ticks", p.due-start)
	}
	if took := c.now() - start; took < 20*media.Tick {
		t.Errorf("21 ticks took %v only", took)
	}
}

func TestLatenessQuantiles(t *testing.T) {
	var l lateness
	if q := l.quantile(0.99); q != 0 {
		t.Errorf("of nothing: %v", q)
	}
	for range 98 {
		l.add(50 * time.Microsecond)
	}
	l.add(3 * time.Millisecond)
	l.add(20 * time.Millisecond)
	if q := l.quantile(0.5); q < 50*time.Microsecond || q > 63*time.Microsecond {
		t.Errorf("median %v, want 50 µs in a class of a quarter", q)
	}
	if q := l.quantile(0.99); q < 3*time.Millisecond || q > 3750*time.Microsecond {
		t.Errorf("p99 %v, want 3 ms in a class of a quarter", q)
	}
	if time.Duration(l.max.Load()) != 20*time.Millisecond {
		t.Errorf("max %v", time.Duration(l.max.Load()))
	}
}
