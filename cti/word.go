package cti

import "fmt"

// word returns names[i], or a visible marker for a value that is out of range.
func word(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return fmt.Sprintf("invalid(%d)", i)
	}
	return names[i]
}

// wordIndex finds s in names.
func wordIndex(names []string, s string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("unknown word %q", s)
}
