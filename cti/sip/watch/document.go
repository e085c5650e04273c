package watch

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of an XML document: what exchanges send has a depth of five and some hundred elements.
const (
	maxDepth    = 16
	maxElements = 4000
	maxDialogs  = 64
)

var errDeep = errors.New("it is nested too deeply or has too many parts")

// unmarshal reads an XML document of a stranger: bounded, whatever its namespaces, and with mistakes forgiven that
// change nothing.
func unmarshal(body []byte, into any) error {
	if len(body) > maxDocument {
		return errLong
	}
	if err := measure(body); err != nil {
		return err
	}
	if err := decoder(body).Decode(into); err != nil {
		return fmt.Errorf("its XML is broken: %w", err)
	}
	return nil
}

// measure walks over a document before anything is made of it.
func measure(body []byte) error {
	d := decoder(body)
	depth, elements := 0, 0
	for {
		token, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("its XML is broken: %w", err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth, elements = depth+1, elements+1
		case xml.EndElement:
			depth--
		}
		if depth > maxDepth || elements > maxElements {
			return errDeep
		}
	}
}

// decoder takes every character set for UTF-8: what counts in these documents is ASCII.
func decoder(body []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(bytes.ToValidUTF8(body, []byte("?"))))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d
}

// word is an element's text as a keyword.
func word(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
