package cti

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The house rules of docs: who may import whom. app may import everything and is not named here.
var (
	// pure packages reach the standard library and each other, and compile without cgo.
	pure = []string{"cti", "cti/dial", "ui/view", "media/mix", "devices/hid/report"}
	// adapters import cti and what is below them, and never each other. Test helpers below one may be used by its tests.
	adapters = []string{"cti/sip", "media/engine", "devices", "storage", "ui"}
)

// goList runs go list and gives its words line by line.
func goList(t *testing.T, args ...string) [][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e"}, args...)...)
	cmd.Dir = ".." // the module's root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %q: %v", args, err)
	}
	var rows [][]string
	for line := range strings.Lines(string(out)) {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}

// present reports whether a package of the house has been built yet.
func present(pkg string) bool {
	files, _ := filepath.Glob(filepath.Join("..", filepath.FromSlash(pkg), "*.go")) // the pattern is well formed
	return len(files) > 0
}

// TestPurePackages: the domain and the kernels reach no window, sound card, database, SIP library or cgo.
func TestPurePackages(t *testing.T) {
	for _, pkg := range pure {
		if !present(pkg) {
			continue
		}
		for _, dep := range goList(t, "-deps", "-f", "{{.ImportPath}} {{.Standard}}", "cordboard/"+pkg) {
			inner, ours := strings.CutPrefix(dep[0], "cordboard/")
			switch {
			case dep[0] == "runtime/cgo", dep[0] == "C":
				t.Errorf("%s needs cgo", pkg)
			case ours && !slices.Contains(pure, inner) && !onlyPure(t, inner):
				t.Errorf("%s reaches %s, which is not pure", pkg, dep[0])
			case !ours && dep[1] != "true":
				t.Errorf("%s reaches %s, which is not of the standard library", pkg, dep[0])
			}
		}
	}
}

// onlyPure lets a pure package have small ones of its own (a catalogue of texts, the media contracts): what
// counts is that they reach nothing but the standard library either.
func onlyPure(t *testing.T, pkg string) bool {
	t.Helper()
	for _, dep := range goList(t, "-deps", "-f", "{{.ImportPath}} {{.Standard}}", "cordboard/"+pkg) {
		if !strings.HasPrefix(dep[0], "cordboard/") && dep[1] != "true" {
			return false
		}
	}
	return true
}

// TestDomainImports: cti imports the standard library and cti/dial; cti/dial nothing of ours.
func TestDomainImports(t *testing.T) {
	for _, row := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "cordboard/cti", "cordboard/cti/dial") {
		for _, imp := range row[1:] {
			if strings.HasPrefix(imp, "cordboard/") && !(row[0] == "cordboard/cti" && imp == "cordboard/cti/dial") {
				t.Errorf("%s imports %s", row[0], imp)
			}
		}
	}
}

// TestAdaptersKeepApart: adapters import cti, never each other, and never app.
func TestAdaptersKeepApart(t *testing.T) {
	for _, row := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "cordboard/...") {
		from := adapterOf(row[0])
		if from == "" {
			continue
		}
		for _, imp := range row[1:] {
			if to := adapterOf(imp); to != "" && to != from {
				t.Errorf("%s imports %s: adapters meet in app only", row[0], imp)
			}
			if imp == "cordboard/app" || strings.HasPrefix(imp, "cordboard/app/") {
				t.Errorf("%s imports %s: only main packages may", row[0], imp)
			}
		}
	}
}

// adapterOf names the adapter that a package belongs to, empty for none.
func adapterOf(path string) string {
	path, ours := strings.CutPrefix(path, "cordboard/")
	for _, a := range adapters {
		if ours && (path == a || strings.HasPrefix(path, a+"/")) {
			return a
		}
	}
	return ""
}
