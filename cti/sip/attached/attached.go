// Package attached writes and reads the data that travels with a call: keys and values that both sides see, in
// User-to-User (RFC 7433) or in a header of an administrator's choice. It is pure.
//
// The data itself is "key=value;key=value" with everything but unreserved characters as %HH, in the order of the keys.
// User-to-User carries it in hexadecimal digits, since gateways change other text on its way; any other header as it is.
package attached

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Header is the one that carries the data where a line names no other (RFC 7433).
const Header = "User-to-User"

// Bounds of what is sent and read.
const (
	MaxSize = 1024 // octets of the header's value
	MaxKeys = 32
)

// Errors of Encode and Decode.
var (
	ErrTooLarge  = errors.New("the attached data is too large, 1024 characters are the most")
	ErrMalformed = errors.New("the attached data cannot be read")
)

// Encode gives the value of the header, "" for no data. The error is ErrTooLarge, or ErrMalformed for text that no far
// end could show: an empty key, control characters, broken UTF-8.
func Encode(header string, data map[string]string) (string, error) {
	if len(data) > MaxKeys {
		return "", ErrTooLarge
	}
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if key == "" || !printable(key) || !printable(data[key]) {
			return "", fmt.Errorf("%w: key %q", ErrMalformed, key)
		}
		pairs = append(pairs, escape(key)+"="+escape(data[key]))
	}
	value := strings.Join(pairs, ";")
	if isUserToUser(header) && value != "" {
		value = hex.EncodeToString([]byte(value)) + ";encoding=hex"
	}
	if len(value) > MaxSize {
		return "", ErrTooLarge
	}
	return value, nil
}

// Decode reads the value of the header. What a stranger sent is either data as Encode makes it, or an error.
func Decode(header, value string) (map[string]string, error) {
	if len(value) > MaxSize {
		return nil, ErrTooLarge
	}
	text := strings.TrimSpace(value)
	if isUserToUser(header) {
		var err error
		if text, err = content(text); err != nil {
			return nil, err
		}
	}
	pairs := strings.Split(text, ";")
	if len(pairs) > MaxKeys {
		return nil, ErrTooLarge
	}
	data := make(map[string]string, len(pairs))
	for _, pair := range pairs {
		key, val, err := readPair(pair)
		if err != nil {
			return nil, err
		}
		if _, twice := data[key]; twice {
			return nil, fmt.Errorf("%w: key %q comes twice", ErrMalformed, key)
		}
		data[key] = val
	}
	return data, nil
}

// readPair reads "key=value".
func readPair(pair string) (key, value string, err error) {
	k, v, ok := strings.Cut(strings.TrimSpace(pair), "=")
	if !ok || k == "" {
		return "", "", fmt.Errorf("%w: %q is no key with a value", ErrMalformed, pair)
	}
	if key, err = url.PathUnescape(k); err == nil { // + is a plus sign here, as in a telephone number
		value, err = url.PathUnescape(v)
	}
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if !printable(key) || !printable(value) {
		return "", "", fmt.Errorf("%w: it holds control characters", ErrMalformed)
	}
	return key, value, nil
}

// content takes the hexadecimal digits out of a User-to-User value. Gateways of the telephone network put the protocol
// discriminator of Q.931 before the text: 00 for the user's own, 04 for characters.
func content(value string) (string, error) {
	digits, params, _ := strings.Cut(value, ";")
	encoded := false
	for p := range strings.SplitSeq(params, ";") {
		name, v, _ := strings.Cut(p, "=")
		encoded = encoded || strings.EqualFold(strings.TrimSpace(name), "encoding") && strings.EqualFold(strings.TrimSpace(v), "hex")
	}
	if !encoded {
		return "", fmt.Errorf("%w: it is not in hexadecimal digits", ErrMalformed)
	}
	b, err := hex.DecodeString(strings.Trim(strings.TrimSpace(digits), `"`))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if len(b) > 0 && (b[0] == 0x00 || b[0] == 0x04) {
		b = b[1:]
	}
	return string(b), nil
}

// isUserToUser compares header names, which have no case.
func isUserToUser(header string) bool { return strings.EqualFold(header, Header) }

// escape writes everything but unreserved characters as %HH (RFC 3986 section 2.3).
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// printable reports whether a person could read s.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
