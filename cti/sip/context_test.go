package sip

import (
	"reflect"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// Attached data leaves and arrives in the header that the line names.
func TestAttachedData(t *testing.T) {
	data := map[string]string{"order": "47/11", "клиент": "Анна"}
	for _, header := range []string{"", "X-Customer"} {
		p := siptest.UDP(t)
		d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Header = header })
		d.dial(p, func(e *cti.Invite) { e.Context = data })
		invite := p.Request("INVITE")
		line := contextHeader(d.line) + ": " + value(invite, contextHeader(d.line))
		p.Answer(invite, 486, "x")
		next[cti.Ended](d)
		o, leg := d.called(p, line, siptest.SDP(4000, 1, "sendrecv"))
		if !reflect.DeepEqual(o.Context, data) {
			t.Errorf("%s: %v", line, o.Context)
		}
		leg.Repeat("CANCEL")
		next[cti.Ended](d)
	}
}

// A call whose data cannot be read comes without it; text of strangers is cleaned.
func TestForeignAttachedData(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Header = "X-Data" })
	bad := []string{"hello", "=b", "a=%0d%0a", "a=%zz", "a=b;a=c", strings.Repeat("x", 1100) + "=1"}
	for _, v := range bad {
		o, leg := d.called(p, "X-Data: "+v, siptest.SDP(4000, 1, "sendrecv"))
		if o.Context != nil {
			t.Errorf("%.40s: %v", v, o.Context)
		}
		leg.Repeat("CANCEL")
		next[cti.Ended](d)
	}
	if n := d.stack.Stats().Contexts; n != uint64(len(bad)) {
		t.Errorf("%d were counted", n)
	}
	o, leg := d.called(p, "X-Data: a=%E2%80%AEevil;b="+strings.Repeat("y", 400), siptest.SDP(4000, 1, "sendrecv"))
	if o.Context["a"] != "evil" || len(o.Context["b"]) != maxContext {
		t.Errorf("%v", o.Context)
	}
	leg.Repeat("CANCEL")
	next[cti.Ended](d)
}

// Data or a header name that would write other headers is not sent.
func TestUnsafeAttachedData(t *testing.T) {
	p := siptest.UDP(t)
	for header, data := range map[string]string{"Via": "x", "X Y": "x", "X-Data": "a\r\nVia: x", "": strings.Repeat("x", 600)} {
		d := newDesk(t, quick(), func(l *cti.LineConfig) { l.Header = header })
		d.dial(p, func(e *cti.Invite) { e.Context = map[string]string{"a": data} })
		if e := next[cti.Ended](d); e.By != cti.SideUs || e.Reason == "" {
			t.Errorf("%q: %+v", header, e)
		}
	}
	if p.Any() {
		t.Error("something was sent")
	}
}
