// Package locale gives the process a language before Fyne looks for one: with the locale C, as services and scripts
// have it, Fyne complains on standard error in every role of the program, also in those without a window.
//
// Import it for its effect, from main. Packages without dependencies are initialised by import path, and this path
// sorts before fyne.io.
package locale

import (
	"os"
	"strings"
)

// fallback is what a machine without a language gets.
const fallback = "en_US.UTF-8"

func init() {
	named := false
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // the order in which they count
		value := os.Getenv(name)
		if language, _, _ := strings.Cut(value, "."); language == "C" || language == "POSIX" {
			_ = os.Setenv(name, fallback) // fails for odd names only
		}
		named = named || value != ""
	}
	if !named {
		_ = os.Setenv("LANG", fallback) // fails for odd names only
	}
}
