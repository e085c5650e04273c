package sip

import (
	"fmt"
	"strings"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// digitTime is the length of a digit sent by INFO, in milliseconds.
const digitTime = 160

// sendDigits sends DTMF by INFO, one digit after the other: the next leaves when the last was answered, since
// servers do not sort them.
func (c *call) sendDigits(digits string) {
	digits = strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789*#ABCD", r) {
			return r
		}
		return -1
	}, strings.ToUpper(digits))
	idle := c.mod.digits == ""
	c.mod.digits += digits
	if idle {
		c.nextDigit()
	}
}

// nextDigit sends the first of the digits that wait. A refused one is left out: the digits behind it may still be useful.
func (c *call) nextDigit() {
	if c.mod.digits == "" || c.stage != up {
		c.mod.digits = ""
		return
	}
	req, a, err := c.request(c.dlg, sip.INFO)
	if err != nil {
		c.log().Warn("digits not sent", "err", err)
		c.mod.digits = ""
		return
	}
	body := fmt.Sprintf("Signal=%c\r\nDuration=%d\r\n", c.mod.digits[0], digitTime)
	setBody(req, "application/dtmf-relay", []byte(body))
	c.send(a, c.dlg, req, func(res *sip.Response, err error) {
		if err == nil && res.StatusCode < 200 || c.mod.digits == "" {
			return
		}
		if err != nil || res.StatusCode >= 300 {
			c.log().Info("digit not taken", "err", err)
		}
		c.mod.digits = c.mod.digits[1:]
		c.nextDigit()
	})
}

// relayDigit reads "Signal=5" of a dtmf-relay body; "Signal= 5" and other cases are seen too.
func relayDigit(body string) string {
	for line := range strings.Lines(body) {
		name, v, ok := strings.Cut(line, "=")
		if ok && strings.EqualFold(strings.TrimSpace(name), "signal") {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// digit posts one received digit; 10 and 11 are the event numbers of * and # that some send.
func (c *call) digit(d string) {
	switch d = strings.ToUpper(d); d {
	case "10":
		d = "*"
	case "11":
		d = "#"
	}
	if len(d) == 1 && strings.Contains("0123456789*#ABCD", d) {
		c.post(cti.DTMFReceived{Call: c.id, Digit: d})
	}
}
