//go:build cgo

package storage

import (
	"strings"
	"testing"
)

func BenchmarkAppend(b *testing.B) {
	s, err := Open(b.Context(), Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	e := entry(0, "dial")
	e.Data = []byte(strings.Repeat("x", 500))
	for b.Loop() {
		e.Seq++
		if err := s.Append(e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRecordToDisk(b *testing.B) {
	s, err := Open(b.Context(), Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	n := 0
	for b.Loop() {
		n++
		s.Record(call(n))
		if err := s.Sync(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearchIn100000(b *testing.B) {
	dir := b.TempDir()
	s, err := Open(b.Context(), Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	for n := range 100_000 {
		s.Record(call(n))
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if page, err := OpenReader(dir).Search(b.Context(), Query{Text: "5554321"}); err != nil || len(page.Rows) == 0 {
			b.Fatal(len(page.Rows), err)
		}
	}
}

func BenchmarkOpenWith100000(b *testing.B) {
	dir := b.TempDir()
	s, err := Open(b.Context(), Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	for n := range 100_000 {
		s.Record(call(n))
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := Open(b.Context(), Config{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer() // closing waits for the check that opening does not wait for
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
