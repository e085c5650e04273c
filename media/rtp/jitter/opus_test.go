//go:build cgo

package jitter

import (
	"testing"
	"time"

	"cordboard/cti"
)

func TestNetworksWithOpus(t *testing.T) {
	n := network{
		codec: cti.Codec{Name: "opus", PT: 96, Rate: 48000},
		loss:  0.05, jitter: 60 * time.Millisecond, length: 20 * time.Second, inPairs: true,
	}
	transit, bad, holes := n.average(t)
	t.Logf("transit %v, %.2f %% bad", transit, bad)
	if transit > 80*time.Millisecond || bad > 8 || holes > 0 {
		t.Errorf("transit %v, %.2f %% bad, %d holes", transit, bad, holes)
	}
}
