package sip

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

const sdpType = "application/sdp"

// contactOf returns the first Contact, nil when there is none.
func contactOf(m sip.Message) *sip.ContactHeader {
	for _, h := range m.GetHeaders("Contact") {
		if c, ok := h.(*sip.ContactHeader); ok {
			return c
		}
	}
	return nil
}

// value returns a header's first value without its parameters' blanks, "" when there is none.
func value(m sip.Message, name string) string {
	if h := m.GetHeaders(name); len(h) > 0 {
		return strings.TrimSpace(h[0].Value())
	}
	return ""
}

// listOf returns the comma separated words of all headers of a name.
func listOf(m sip.Message, name string) []string {
	var out []string
	for _, h := range m.GetHeaders(name) {
		out = append(out, splitList(h.Value())...)
	}
	return out
}

// hasOption looks for an option tag in Supported, Require and their like.
func hasOption(m sip.Message, header, option string) bool {
	for _, v := range listOf(m, header) {
		if strings.EqualFold(v, option) {
			return true
		}
	}
	return false
}

// splitList splits at commas that are neither in quotes nor in angle brackets.
func splitList(v string) []string {
	var out []string
	quoted, angle, start := false, false, 0
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			angle = true
		case c == '>' && !quoted:
			angle = false
		case c == ',' && !quoted && !angle:
			add(v[start:i])
			start = i + 1
		}
	}
	add(v[start:])
	return out
}

// params splits "value;a=b;c" at semicolons; names come in lower case, quotes are taken off.
func params(v string) (string, map[string]string) {
	parts := strings.Split(v, ";")
	out := map[string]string{}
	for _, p := range parts[1:] {
		k, val, _ := strings.Cut(p, "=")
		out[strings.ToLower(strings.TrimSpace(k))] = strings.Trim(strings.TrimSpace(val), `"`)
	}
	return strings.TrimSpace(parts[0]), out
}

// number reads the leading digits of a header such as "90;refresher=uac"; 0 when there are none.
func number(v string) int {
	v, _ = params(v)
	word, _, _ := strings.Cut(v, " ")
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// description returns the session description in a body, also out of a multipart one (RFC 5621); nil when there is none.
func description(m sip.Message) []byte {
	body := m.Body()
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	kind, p, err := mime.ParseMediaType(value(m, "Content-Type"))
	switch {
	case err != nil && value(m, "Content-Type") != "":
		return nil
	case kind == sdpType || kind == "":
		return body
	case strings.HasPrefix(kind, "multipart/"):
		return part(body, p["boundary"])
	}
	return nil
}

// part finds the session description among the parts of a multipart body.
func part(body []byte, boundary string) []byte {
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := r.NextPart()
		if err != nil {
			return nil // no such part, or broken: the same as no description
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")) // "" is no description
		if kind == sdpType {
			out, err := io.ReadAll(p)
			if err != nil {
				return nil
			}
			return out
		}
	}
}

// setBody adds a body with its type; nil leaves the message without one.
func setBody(m interface {
	SetBody([]byte)
	AppendHeader(sip.Header)
}, kind string, body []byte) {
	if body == nil {
		return
	}
	ct := sip.ContentTypeHeader(kind)
	m.AppendHeader(&ct)
	m.SetBody(body)
}
