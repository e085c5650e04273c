package message

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// ErrUnsafe is returned for a message with a line break or another character in a header that would change what the
// receiver reads: numbers and names come from clipboards, directories and links.
var ErrUnsafe = errors.New("a header holds characters that cannot be sent")

// Encode writes msg for the wire with a right Content-Length. It refuses CR, LF and NUL in the start line and in any
// header, display names that leave their quotes, and in requests URIs that leave their brackets.
func Encode(msg sip.Message) ([]byte, error) {
	var b bytes.Buffer
	list, err := startLine(&b, msg)
	if err != nil {
		return nil, err
	}
	for _, h := range list {
		if h.Name() == "Content-Length" {
			continue // written below, from the body
		}
		if err := writeHeader(&b, h); err != nil {
			return nil, err
		}
	}
	b.WriteString("Content-Length: " + strconv.Itoa(len(msg.Body())) + "\r\n\r\n")
	b.Write(msg.Body())
	return b.Bytes(), nil
}

func startLine(b *bytes.Buffer, msg sip.Message) ([]sip.Header, error) {
	switch m := msg.(type) {
	case *sip.Request:
		line := m.StartLine()
		if !oneLine(line) || strings.Count(line, " ") != 2 || !isToken(string(m.Method)) || !safeURI(&m.Recipient) {
			return nil, fmt.Errorf("%w: request line %q", ErrUnsafe, line)
		}
		b.WriteString(line + "\r\n")
		return m.Headers(), nil
	case *sip.Response:
		if !oneLine(m.Reason) {
			return nil, fmt.Errorf("%w: reason phrase %q", ErrUnsafe, m.Reason)
		}
		b.WriteString(m.StartLine() + "\r\n")
		return m.Headers(), nil
	}
	return nil, fmt.Errorf("%w: %T is no message", ErrUnsafe, msg)
}

// writeHeader checks before it writes, so that a refused message leaves nothing behind.
func writeHeader(b *bytes.Buffer, h sip.Header) error {
	value := h.Value()
	if !isToken(h.Name()) || !oneLine(value) || !safeAddress(h) {
		return fmt.Errorf("%w: %s: %q", ErrUnsafe, h.Name(), value)
	}
	b.WriteString(h.Name())
	b.WriteString(": ")
	b.WriteString(value)
	b.WriteString("\r\n")
	return nil
}

// oneLine allows a NUL only as a quoted pair: that is how one comes back in the echo of a peer's display name.
func oneLine(s string) bool {
	if strings.ContainsAny(s, "\r\n") {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] == 0 && (i == 0 || s[i-1] != '\\') {
			return false
		}
	}
	return true
}

// safeAddress checks the parts that sipgo writes between delimiters without looking at them.
func safeAddress(h sip.Header) bool {
	switch h := h.(type) {
	case *sip.FromHeader:
		return wellQuoted(h.DisplayName) && safeURI(&h.Address)
	case *sip.ToHeader:
		return wellQuoted(h.DisplayName) && safeURI(&h.Address)
	case *sip.ContactHeader:
		return wellQuoted(h.DisplayName) && safeURI(&h.Address)
	case *sip.RouteHeader:
		return safeURI(&h.Address)
	case *sip.RecordRouteHeader:
		return safeURI(&h.Address)
	case *sip.ReferToHeader:
		return safeURI(&h.Address)
	}
	return true
}

// safeURI looks at the whole text, since sipgo keeps user, host and parameters as they were given.
func safeURI(u *sip.Uri) bool {
	return u.Wildcard || !strings.ContainsAny(u.String(), " \t<>\"\r\n\x00")
}
