// Package docs has the documents, and a test that holds them to the code.
package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	ruleRow  = regexp.MustCompile(`(?m)^\| (R\d+) \|.*\| (.*) \|$`)
	testName = regexp.MustCompile("`(Test\\w+)`")
	testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// A page of rules that names tests which are gone, or leaves a rule out, is worse than none.
func TestRulesNameTheirTests(t *testing.T) {
	page, err := os.ReadFile("rules.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, known := map[string]string{}, tests(t)
	for _, m := range ruleRow.FindAllStringSubmatch(string(page), -1) {
		rows[m[1]] = m[2]
		shown := testName.FindAllStringSubmatch(m[2], -1)
		if len(shown) == 0 && !strings.HasPrefix(m[2], "not kept: ") {
			t.Errorf("%s is shown by no test, and not said why", m[1])
		}
		for _, name := range shown {
			if !known[name[1]] {
				t.Errorf("%s names %s, which is not there", m[1], name[1])
			}
		}
	}
	for n := 1; n <= 75; n++ {
		if rule := fmt.Sprintf("R%d", n); rows[rule] == "" {
			t.Errorf("%s is left out", rule)
		}
	}
}

// tests are the names of all tests of the project.
func tests(t *testing.T) map[string]bool {
	known := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllStringSubmatch(string(text), -1) {
			known[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}
