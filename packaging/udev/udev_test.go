package udev

import (
	"strings"
	"testing"
)

// TestRules: the rule is one that udev understands line by line, and gives nobody's keyboard away.
func TestRules(t *testing.T) {
	tags := 0
	for line := range strings.Lines(Rules) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if line != strings.ToLower(line) && strings.Contains(line, "idVendor}==\"") && strings.ToLower(after(line, "==")) != after(line, "==") {
			t.Errorf("vendors are compared as lower-case digits: %s", line)
		}
		if strings.Contains(line, "uaccess") {
			tags++
			if !strings.Contains(line, "ID_USB_INTERFACES") && !strings.Contains(line, "idVendor") {
				t.Errorf("this opens every device: %s", line)
			}
		}
	}
	if tags == 0 {
		t.Error("nothing is opened")
	}
}
