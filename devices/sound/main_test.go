//go:build cgo

package sound

import (
	"testing"

	"go.uber.org/goleak"
)

// prepare is what has to be done before the first stream is opened.
var prepare = func() error { return nil }

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
