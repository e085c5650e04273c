// Package built gives tests the real program as an executable.
package built

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Run is for TestMain: it stores the path of the executable in program, runs the tests and returns the exit code. The
// executable is that of CORDBOARD_BIN, which the Makefile has made already, else one that is built for this run.
func Run(m *testing.M, program *string) int {
	dir, err := os.MkdirTemp("", "cordboard-test")
	if err == nil {
		*program, err = build(dir)
	}
	code := 1
	if err == nil {
		code = m.Run()
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return code
}

// build makes the executable, unless there is one.
func build(dir string) (string, error) {
	if made := os.Getenv("CORDBOARD_BIN"); made != "" {
		return made, nil
	}
	exe := filepath.Join(dir, "cordboard")
	out, err := exec.Command("go", "build", "-o", exe, "cordboard/app/cordboard").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return exe, nil
}
