//go:build cgo

// Command demo opens the real window on a scripted desk, for looking at it and for tests that drive it by
// keyboard and mouse. Each line of its standard input is an event of the world as the journal keeps it,
// {"kind":"offered","data":{…}}; each command of the operator is printed in the same way.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"fyne.io/fyne/v2/app"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/theme"
	"cordboard/ui/uitest/script"
)

// entry is a line of input or output.
type entry struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

func main() {
	variant := flag.String("theme", string(theme.Dark), "dark, light or contrast")
	idle := flag.Bool("idle", false, "start without calls")
	meeting := flag.Bool("meeting", false, "start in the middle of a conference")
	scale := flag.Int("scale", 100, "size in per cent")
	flag.Parse()
	desk := script.Busy()
	if *meeting {
		desk = script.Meeting()
	}
	if *idle {
		desk = script.NewDesk(script.DeskLine, script.SalesLine)
	}
	follow := clock(desk)
	w := ui.New(app.NewWithID("org.cordboard.demo"), ui.Config{
		Desk: printer{desk, os.Stdout, follow}, Now: follow, Contacts: script.People, Directory: script.Book(script.Team),
		Look: theme.Look{Variant: theme.Variant(*variant), Scale: *scale},
	})
	go feed(desk, os.Stdin)
	w.Run()
}

// clock runs the scripted time on from where the scene ends, as fast as the real one.
func clock(desk *script.Desk) func() time.Time {
	base, began := desk.Now(), time.Now()
	return func() time.Time { return base.Add(time.Since(began)) }
}

// feed lets happen what the lines say.
func feed(desk *script.Desk, from io.Reader) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		var e entry
		err := json.Unmarshal(lines.Bytes(), &e)
		var in cti.Input
		if err == nil {
			in, err = cti.DecodeInput(e.Kind, e.Data)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "demo:", err)
			continue
		}
		desk.Happen(in)
	}
}

// printer prints every command that passes it.
type printer struct {
	*script.Desk
	to  io.Writer
	now func() time.Time
}

// Send implements ui.Desk.
func (p printer) Send(c cti.Command) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	line, err := json.Marshal(entry{c.Kind(), data})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.to, "%s\n", line); err != nil {
		return err
	}
	p.Pass(p.now().Sub(p.Desk.Now()))
	return p.Desk.Send(c)
}
