package attached

import (
	"errors"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestOnTheWire(t *testing.T) {
	data := map[string]string{"order": "47/11", "имя": "Анна; a=b", "tel": "+7495"}
	for header, want := range map[string]string{
		"X-Context":    "order=47%2F11;tel=%2B7495;%D0%B8%D0%BC%D1%8F=%D0%90%D0%BD%D0%BD%D0%B0%3B%20a%3Db",
		"User-to-User": "6f726465723d34372532463131",
	} {
		got, err := Encode(header, data)
		if err != nil || !strings.HasPrefix(got, want) || strings.ContainsAny(got, "\r\n <>\",") {
			t.Errorf("%s: %q, %v", header, got, err)
		}
		if back, err := Decode(header, got); err != nil || !maps.Equal(back, data) {
			t.Errorf("%s: read back as %q, %v", header, back, err)
		}
	}
	if v, err := Encode(Header, nil); v != "" || err != nil {
		t.Errorf("no data is %q, %v", v, err)
	}
}

// Everything that Encode takes comes back the same, and fits into one header.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("aZ0 _.%;=+&\"\\,<>яЖ漢😀")
	word := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = letters[r.IntN(len(letters))]
		}
		return string(out)
	}
	sent := 0
	for range 2000 {
		data := map[string]string{}
		for range 1 + r.IntN(6) {
			data[word(1+r.IntN(6))] = word(r.IntN(12))
		}
		header := []string{Header, "user-to-user", "X-Data"}[r.IntN(3)]
		v, err := Encode(header, data)
		if errors.Is(err, ErrTooLarge) {
			continue
		}
		sent++
		if err != nil || len(v) > MaxSize {
			t.Fatalf("%q, %v", v, err)
		}
		if back, err := Decode(header, v); err != nil || !maps.Equal(back, data) {
			t.Fatalf("%q came back as %q, %v", data, back, err)
		}
	}
	if sent < 1000 {
		t.Errorf("only %d were small enough", sent)
	}
}

func TestNotSent(t *testing.T) {
	many := map[string]string{}
	for i := range MaxKeys + 1 {
		many[strings.Repeat("k", i+1)] = ""
	}
	for name, data := range map[string]map[string]string{
		"line break": {"a": "b\r\nX-Evil: 1"}, "in the key": {"a\n": "b"}, "empty key": {"": "b"}, "broken": {"a": "\xff"},
		"long": {"a": strings.Repeat("b", MaxSize)}, "many": many,
	} {
		for _, header := range []string{Header, "X-Data"} {
			if v, err := Encode(header, data); err == nil {
				t.Errorf("%s: sent as %q", name, v)
			}
		}
	}
}

func TestForeignData(t *testing.T) {
	for value, want := range map[string]string{
		"613d62;encoding=hex": "b", "00613d62;encoding=hex": "b", "04613D62;purpose=isdn-uui;Encoding=HEX": "b", `"613d62"; encoding=hex`: "b",
		"613d62": "", "6;encoding=hex": "", "zz;encoding=hex": "", ";encoding=hex": "", "": "", "6162;encoding=hex": "",
		"613d07;encoding=hex": "", "613d623b613d63;encoding=hex": "", "613d25;encoding=hex": "",
		strings.Repeat("61", 600) + ";encoding=hex": "",
	} {
		data, err := Decode(Header, value)
		if data["a"] != want || (err == nil) != (want != "") {
			t.Errorf("%.40q: %q, %v", value, data, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Header, "613d62;encoding=hex")
	f.Add("X-Data", "a=b;c=%41")
	f.Fuzz(func(t *testing.T, header, value string) {
		data, err := Decode(header, value)
		if err != nil {
			return
		}
		if len(data) == 0 || len(data) > MaxKeys {
			t.Fatalf("%d keys", len(data))
		}
		for k, v := range data {
			if strings.ContainsAny(k+v, "\r\n\x00") {
				t.Fatalf("%q=%q", k, v)
			}
		}
	})
}
