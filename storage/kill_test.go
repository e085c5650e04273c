//go:build cgo

package storage

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// What was reported as written is there after kill -9.
func TestKillLosesNothingCommitted(t *testing.T) {
	for round := range 3 {
		dir := t.TempDir()
		journaled, recorded := killWhileWriting(t, dir, 40+30*round)
		s := open(t, dir)
		if k := load(t, s); k.Seq < journaled || int64(len(k.Entries)) != k.Seq {
			t.Errorf("round %d: %d entries up to %d after %d were acknowledged", round, len(k.Entries), k.Seq, journaled)
		}
		page, err := OpenReader(dir).Search(deadline(t), Query{Limit: maxPageSize})
		if err != nil || page.Total < recorded {
			t.Errorf("round %d: %d rows after %d were acknowledged, %v", round, page.Total, recorded, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// ack is what the writing child says after each step.
type ack struct {
	Seq int64
	Row int
}

func killWhileWriting(t *testing.T, dir string, lines int) (journaled int64, recorded int) {
	t.Helper()
	child := exec.CommandContext(deadline(t), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	read := bufio.NewScanner(out)
	for n := 0; read.Scan(); n++ {
		var a ack
		if err := json.Unmarshal(read.Bytes(), &a); err != nil {
			t.Fatalf("child said %q", read.Text())
		}
		journaled, recorded = max(journaled, a.Seq), max(recorded, a.Row)
		if n == lines {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	return journaled, recorded
}

func writeForEver(dir string) {
	s, err := Open(context.Background(), Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	say := json.NewEncoder(os.Stdout)
	for n := 1; ; n++ {
		if err := s.Append(entry(int64(n), "dial")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		_ = say.Encode(ack{Seq: int64(n)}) // fails only when the test is gone, and then nobody reads
		s.Record(call(n))
		if n%7 == 0 { // every few rows, so that kills meet the writer in all places
			if err := s.Sync(context.Background()); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
			_ = say.Encode(ack{Row: n})
		}
	}
}
