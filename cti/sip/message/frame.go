package message

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ErrFraming is returned when it cannot be told where a message of a stream ends: the stream has to be closed.
var ErrFraming = errors.New("the stream is not framed as SIP")

// Frame is one thing that came over a stream: a message, or a keepalive of RFC 5626 section 3.5.1.
type Frame struct {
	Message []byte // nil for a keepalive
	Ping    bool   // CRLFCRLF, wants a CRLF
	Pong    bool   // a single CRLF
}

// NextFrame reads one frame. On ErrFraming, Message holds what came so far, so that it can be answered. r must have a
// buffer of at least 4096 octets.
func NextFrame(r *bufio.Reader) (Frame, error) {
	if f, ok, err := keepalive(r); ok || err != nil {
		return f, err
	}
	var b bytes.Buffer
	for {
		line, err := r.ReadSlice('\n')
		b.Write(line)
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil
		}
		if err != nil {
			return Frame{}, fmt.Errorf("reading from the stream: %w", err)
		}
		if b.Len() > MaxSize {
			return Frame{Message: b.Bytes()}, fmt.Errorf("%w: a header section beyond %d octets", ErrFraming, MaxSize)
		}
		if len(bytes.TrimRight(line, "\r\n")) == 0 && line[len(line)-1] == '\n' {
			break
		}
	}
	n, err := contentLength(b.Bytes())
	if err != nil {
		return Frame{Message: b.Bytes()}, err
	}
	if _, err := io.CopyN(&b, r, int64(n)); err != nil {
		return Frame{}, fmt.Errorf("reading a body of %d octets: %w", n, err)
	}
	return Frame{Message: b.Bytes()}, nil
}

// keepalive takes line ends before a start line. A CRLF alone is a pong, unless another one follows at once.
func keepalive(r *bufio.Reader) (Frame, bool, error) {
	b, err := r.Peek(1)
	if err != nil {
		return Frame{}, false, err
	}
	if b[0] != '\r' && b[0] != '\n' {
		return Frame{}, false, nil
	}
	ends := 0
	for {
		b, err := r.Peek(1)
		if err != nil || b[0] != '\r' && b[0] != '\n' {
			break
		}
		if b[0] == '\n' {
			ends++
		}
		_, _ = r.Discard(1) // it was peeked at: cannot fail
		if r.Buffered() == 0 {
			break // the rest, if any, comes with the next packet
		}
	}
	return Frame{Ping: ends >= 2, Pong: ends == 1}, true, nil
}

// contentLength is required on streams (RFC 3261 section 20.14).
func contentLength(header []byte) (int, error) {
	s, err := split(header)
	value, ok := s.first("Content-Length")
	if err != nil || !ok || s.count("Content-Length") > 1 {
		return 0, fmt.Errorf("%w: no single Content-Length", ErrFraming)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32)
	if err != nil || n > MaxSize {
		return 0, fmt.Errorf("%w: Content-Length %q", ErrFraming, value)
	}
	return int(n), nil
}
