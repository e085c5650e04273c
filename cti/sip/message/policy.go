// Package message is the glue around sipgo's parser: it cures what the parser gets wrong before it runs, checks what
// the parser does not, and keeps line breaks out of everything that is sent. It is pure: no sockets, no state.
package message

// Policy is what a line understands; Check measures requests by it.
type Policy struct {
	Methods    []string // answered at all, others 501 (405 for those that are known but not for us)
	Extensions []string // option tags that Require may name, others 420
}
