package cli

import (
	"context"
	"fmt"
	"strconv"

	"cordboard/app/api"
	"cordboard/cti"
)

// shapes say what the arguments of a verb mean, in order; the last one may be repeated when many is set. A verb that is not
// here takes a call, or nothing.
var shapes = map[string]struct {
	args []arg
	need int
	many bool
}{
	"dial":            {args: []arg{number}, need: 1},
	"pickup":          {args: []arg{number}, need: 1},
	"dtmf":            {args: []arg{digits, call}, need: 1},
	"transfer":        {args: []arg{number, call}, need: 1},
	"consult":         {args: []arg{number, consulted}, need: 1},
	"conference":      {args: []arg{calls}, many: true},
	"record":          {args: []arg{calls}, many: true},
	"hear":            {args: []arg{listener, source}, need: 2},
	"arrange":         {args: []arg{preset, call}, need: 1},
	"hold-all":        {args: []arg{conference}},
	"attend":          {args: []arg{conference}},
	"mute-all":        {args: []arg{conference}},
	"leave":           {args: []arg{conference}},
	"end-all":         {args: []arg{conference}},
	"pause-recording": {args: []arg{recording}},
	"stop-recording":  {args: []arg{recording}},
	"dnd":             {},
	"forward":         {},
}

// arg puts one argument where it belongs.
type arg func(*api.Request, string)

func number(r *api.Request, v string)     { r.Number = v }
func digits(r *api.Request, v string)     { r.Digits = v }
func call(r *api.Request, v string)       { r.Call = cti.CallID(v) }
func consulted(r *api.Request, v string)  { r.For = cti.CallID(v) }
func calls(r *api.Request, v string)      { r.Calls = append(r.Calls, cti.CallID(v)) }
func listener(r *api.Request, v string)   { r.Listener = cti.PartyID(v) }
func source(r *api.Request, v string)     { r.Source = cti.PartyID(v) }
func preset(r *api.Request, v string)     { r.Preset = cti.Preset(v) }
func conference(r *api.Request, v string) { r.Conf = cti.ConfID(v) }
func recording(r *api.Request, v string)  { r.Rec = cti.RecID(v) }

// command asks the desk for one of the verbs on calls, and prints the ID of what is new.
func command(ctx context.Context, o Options, env Env) error {
	r, err := o.request()
	if err != nil {
		return err
	}
	if r.Line, err = lineNamed(ctx, env.Client, o.Line); err != nil {
		return err
	}
	done, err := env.Client.Command(ctx, cti.Verb(o.Verb), r)
	if err != nil {
		return err
	}
	switch o.Verb {
	case "dial", "consult", "pickup":
		say(env.Out, "%s\n", done.Call)
	case "conference":
		say(env.Out, "%s\n", done.Conf)
	case "record":
		say(env.Out, "%s\n", done.Recording)
	}
	return nil
}

// request is what the arguments ask for.
func (o Options) request() (api.Request, error) {
	r := o.Request
	on := !o.Off
	r.On, r.Accept = &on, &on
	shape, ok := shapes[o.Verb]
	if !ok {
		shape.args = []arg{call}
	}
	for i, v := range o.Args {
		if i >= len(shape.args) && !shape.many {
			return r, &UsageError{fmt.Sprintf("%s does not take %q", o.Verb, v)}
		}
		shape.args[min(i, len(shape.args)-1)](&r, v)
	}
	if len(o.Args) < shape.need {
		return r, &UsageError{fmt.Sprintf("%s needs something behind it; see cordboard help", o.Verb)}
	}
	return r, nil
}

// onOff is a flag that is on, off, or not given.
type onOff struct{ to **bool }

func (f onOff) String() string {
	if f.to == nil || *f.to == nil {
		return ""
	}
	return map[bool]string{true: "on", false: "off"}[**f.to]
}

// Set takes on or off.
func (f onOff) Set(v string) error {
	on := v == "on"
	if !on && v != "off" {
		return fmt.Errorf("say on or off, not %q", v)
	}
	*f.to = &on
	return nil
}

// decibels is a flag that knows whether it was given.
type decibels struct{ to **int }

func (f decibels) String() string {
	if f.to == nil || *f.to == nil {
		return ""
	}
	return strconv.Itoa(**f.to)
}

// Set takes a whole number.
func (f decibels) Set(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil {
		return fmt.Errorf("say a whole number of dB, not %q", v)
	}
	*f.to = &n
	return nil
}
