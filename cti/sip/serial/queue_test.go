package serial

import (
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What one goroutine posts runs in that order, one at a time, also when functions post themselves.
func TestOrder(t *testing.T) {
	q := NewQueue()
	var got []int // owned by the queue
	var posters sync.WaitGroup
	for p := range 4 {
		posters.Go(func() {
			for i := range 1000 {
				q.Post(func() { got = append(got, p*1000+i) })
			}
		})
	}
	posters.Wait()
	q.Post(func() { q.Post(func() { got = append(got, -1) }) }) // a function posts to its own queue
	flushed := make(chan struct{})
	q.Post(func() { q.Post(func() { close(flushed) }) })
	<-flushed
	q.Close()
	<-q.Done()
	if len(got) != 4001 || got[4000] != -1 {
		t.Fatalf("%d functions ran", len(got))
	}
	last := map[int]int{0: -1, 1: -1, 2: -1, 3: -1}
	for _, v := range got[:4000] {
		if v%1000 != last[v/1000]+1 {
			t.Fatalf("%d after %d", v, last[v/1000])
		}
		last[v/1000] = v % 1000
	}
}

func TestCloseRunsWhatWaits(t *testing.T) {
	q := NewQueue()
	ran := 0
	for range 100 {
		q.Post(func() { ran++ })
	}
	q.Close()
	q.Close() // once more does no harm
	<-q.Done()
	if ran != 100 {
		t.Errorf("%d of 100 ran", ran)
	}
	if q.Post(func() { ran++ }) {
		t.Error("a closed queue took a function")
	}
}

func BenchmarkPost(b *testing.B) {
	q := NewQueue()
	done := make(chan struct{})
	for b.Loop() {
		q.Post(func() { done <- struct{}{} })
		<-done
	}
	q.Close()
	<-q.Done()
}
