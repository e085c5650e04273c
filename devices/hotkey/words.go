package hotkey

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// localKeys is what remains when the system offers nothing.
const localKeys = "The keys of Cordboard's own window work all the same, and the desktop's settings can bind commands such as `cordboard answer`."

// sentence makes an error one sentence for people.
func sentence(err error) string {
	text := err.Error()
	r, n := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(r)) + text[n:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// sorted finds the bindings whose chord an earlier one has: only one command can have a key. The others are single; all has
// the results to begin with.
func sorted(wanted []Binding) (single []Binding, all []Result) {
	first, all := map[Chord]string{}, []Result{}
	for _, b := range wanted {
		switch has, taken := first[b.Chord]; {
		case !taken:
			first[b.Chord] = b.Action
			single = append(single, b)
			all = append(all, b.is(Asked, "The system is being asked."))
		case has != b.Action:
			all = append(all, b.is(Conflict, fmt.Sprintf("%s stands for %q already.", b.Chord, has)))
		}
	}
	return single, all
}
