package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// IndexFile is the name of a recording's list of contents in its folder.
const IndexFile = "index.json"

// Index is the content of index.json.
type Index struct {
	Recording string `json:"recording"`
	Owner     string `json:"owner"` // ID of the call in whose history row it is played
	Rate      int    `json:"rate"`  // Hz of all files
	Parts     []Part `json:"parts"` // more than one when the program was killed and went on
}

// Part is one unbroken run of the program.
type Part struct {
	Started time.Time `json:"started"`
	Call    string    `json:"call"` // name of the stereo file
	Tracks  []Track   `json:"tracks,omitempty"`
	Marks   []Mark    `json:"marks,omitempty"`
	Lost    uint64    `json:"lost_ms,omitempty"` // of sound that the disk was too slow for
	Fault   string    `json:"fault,omitempty"`
}

// Track is one party's own file.
type Track struct {
	Number int    `json:"number"` // from 1
	Call   string `json:"call"`   // ID of the party's call
	File   string `json:"file"`
}

// Mark is something that happened at a place of the recording.
type Mark struct {
	Sample int64     `json:"sample"` // place in all files, in samples of Rate
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Call   string    `json:"call,omitempty"`
	Text   string    `json:"text,omitempty"`
}

// ReadIndex reads the index of a recording's folder.
func ReadIndex(dir string) (Index, error) {
	var x Index
	data, err := os.ReadFile(filepath.Join(dir, IndexFile))
	if err != nil {
		return x, fmt.Errorf("read the index of a recording: %w", err)
	}
	if err := json.Unmarshal(data, &x); err != nil {
		return x, fmt.Errorf("read the index of a recording: %w", err)
	}
	return x, nil
}

// earlier reads the index of a folder that may not have one yet.
func earlier(dir string) (Index, error) {
	x, err := ReadIndex(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return Index{}, nil
	}
	return x, err
}

// write replaces the index in one step, so that a program killed in between leaves the old one or the new one.
func (x Index) write(dir string) error {
	data, err := json.MarshalIndent(x, "", "\t")
	if err != nil {
		return fmt.Errorf("write the index of a recording: %w", err)
	}
	temp := filepath.Join(dir, IndexFile+".new")
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return fmt.Errorf("write the index of a recording: %w", err)
	}
	if err := os.Rename(temp, filepath.Join(dir, IndexFile)); err != nil {
		return fmt.Errorf("write the index of a recording: %w", err)
	}
	return nil
}
