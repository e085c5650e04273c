package sip

import (
	"fmt"
	"net/textproto"
	"slices"

	"cordboard/cti"
	"cordboard/cti/sip/attached"

	"github.com/emiago/sipgo/sip"
)

// maxContext bounds one value of attached data that goes to the screen, in characters; a CRM's link has to fit.
const maxContext = 300

// contextHeader names the header of a line that carries attached data.
func contextHeader(cfg cti.LineConfig) string {
	if cfg.Header == "" {
		return attached.Header
	}
	return cfg.Header
}

// encodeContext gives the header that carries attached data, and its value: "" for none.
func encodeContext(cfg cti.LineConfig, data map[string]string) (name, v string, err error) {
	name = contextHeader(cfg)
	if len(data) == 0 {
		return name, "", nil
	}
	// The name is an administrator's: one that makes a request what it is would break the call.
	if !token(name) || slices.Contains(ours, textproto.CanonicalMIMEHeaderKey(name)) {
		return name, "", fmt.Errorf("the header %q of the line's settings cannot carry attached data", name)
	}
	v, err = attached.Encode(name, data)
	return name, v, err
}

// addContext writes attached data into a request.
func addContext(req *sip.Request, cfg cti.LineConfig, data map[string]string) error {
	name, v, err := encodeContext(cfg, data)
	if err == nil && v != "" {
		req.AppendHeader(sip.NewHeader(name, v))
	}
	return err
}

// contextOf reads attached data of a request, out of the first header that can be read: gateways add their own. A call
// whose data cannot be read comes without it, since a call is worth more than what is pinned to it.
func (c *call) contextOf(m sip.Message) map[string]string {
	cfg := c.line.config()
	name := contextHeader(cfg)
	for _, h := range m.GetHeaders(name) {
		data, err := decodeContext(name, h.Value())
		if err == nil {
			return data
		}
		c.stack.refuse(&c.stack.refused.Contexts, "attached data", "it cannot be read") // never what it says: it is somebody's
	}
	return nil
}

// decodeContext reads attached data and cleans it for showing.
func decodeContext(name, v string) (map[string]string, error) {
	data, err := attached.Decode(name, v)
	if err != nil {
		return nil, err
	}
	// Text of a stranger: it is shown beside the operator's own, and must not look like that or turn it round.
	out := make(map[string]string, len(data))
	for key, val := range data {
		if key = shown(key); key != "" {
			out[key] = cleaned(val, maxContext)
		}
	}
	return out, nil
}
